/* Recordings: files of every kind, loops without a seam, phases, and everything that may be wrong
 * with a file. */
#include "test/world/surroundings.h"

#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND = WORLD_FRAME_HZ, CHANNELS_MAX = 6 };

static const double u_codes = 8388608 / 500.0; /* per volt */
static const double i_codes = 8388608 / 170.0; /* per ampere */

/* ---- a made-up recording ---- */

/* 229 V and 8 A with harmonics, whose period is exactly `samples` / `periods` samples. */
struct made {
    double rate_hz;
    size_t samples; /* of a turn */
    size_t periods;
    size_t length; /* of the file */
    unsigned phases;
};

static double volts(double turns)
{
    return sqrt(2) * (229 * sin(2 * PI * turns) + 6 * sin(2 * PI * (5 * turns + 0.4)) +
                      0.5 * sin(2 * PI * (49 * turns + 0.1)));
}

static double amperes(double turns)
{
    return sqrt(2) * (8 * sin(2 * PI * (turns - 0.07)) + 2 * sin(2 * PI * (3 * turns + 0.2)));
}

static double value_of(const struct made *made, unsigned channel, double sample)
{
    double turns = fmod(sample * (double)made->periods / (double)made->samples, 1);
    turns -= channel / 2 / 3.0;
    return channel % 2 == 0 ? volts(turns) : amperes(turns) * (1 + 0.1 * (channel / 2));
}

static void write_csv(const struct made *made, const char *name)
{
    FILE *file = fopen(name, "w");
    fprintf(file, "# title: made up\n# sample_rate_hz: %.10g\n\n%s\r\n", made->rate_hz,
            made->phases == 3 ? "i1_A, u1_V,u2_V,u3_V,i2_A,i3_A" : "u1_V,i1_A");
    static const unsigned order[2][CHANNELS_MAX] = {{0, 1}, {1, 0, 2, 4, 3, 5}};
    for (size_t n = 0; n < made->length; n++) {
        for (unsigned c = 0; c < 2 * made->phases; c++)
            fprintf(file, "%s%.12g", c > 0 ? " ," : "",
                    value_of(made, order[made->phases == 3][c], (double)n));
        fprintf(file, "\r\n");
    }
    fclose(file);
}

static void write_sound(const struct made *made, const char *name, int format, double u_scale,
                        double i_scale, const char *comment)
{
    SF_INFO info = {
        .samplerate = (int)made->rate_hz, .channels = (int)(2 * made->phases), .format = format};
    SNDFILE *file = sf_open(name, SFM_WRITE, &info);
    assert_non_null(file);
    if (comment != NULL)
        sf_set_string(file, SF_STR_COMMENT, comment);
    for (size_t n = 0; n < made->length; n++) {
        double values[CHANNELS_MAX];
        for (unsigned c = 0; c < 2 * made->phases; c++)
            values[c] = value_of(made, c, (double)n) / (c % 2 == 0 ? u_scale : i_scale);
        assert_int_equal(sf_writef_double(file, values, 1), 1);
    }
    sf_close(file);
}

/* The frames of several turns against the analytic signal; `least` is what the file's own steps
 * cost, in codes. */
static void check_frames(struct world *world, const struct made *made, unsigned phases,
                         double seconds, double least)
{
    int32_t frame[CHANNELS_MAX];
    for (size_t k = 0; (double)k < seconds * SECOND; k++) {
        world_frames(world, frame, 1);
        for (unsigned c = 0; c < 2 * phases; c++) {
            double sample = ((double)k + 0.5) * made->rate_hz / SECOND;
            double scale = c % 2 == 0 ? u_codes : i_codes;
            double apart = fabs(frame[c] - scale * value_of(made, c, sample));
            double peak = scale * (c % 2 == 0 ? 340 : 17);
            if (!(apart < 0.5 + least + 1e-7 * peak))
                fail_msg("frame %zu, channel %u: apart by %.2f codes", k, c, apart);
        }
    }
}

/* ---- what plays ---- */

static const struct made mains = {15000, 29955, 100, 30500, 1};

static void a_loop_has_no_seam(void **state)
{
    (void)state;
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    write_csv(&mains, "loop.csv");
    const struct world_recording recording = {.path = "loop.csv"};
    struct world *world = world_playing(&recording, 1, &frontend);
    struct world_loop loop;
    assert_true(world_loop_get(world, &loop));
    assert_int_equal(loop.samples, mains.samples);
    assert_int_equal(loop.periods, mains.periods);
    check_frames(world, &mains, 1, 7.5, 0);
    struct world_quantities q;
    world_interval(world, SECOND, &q);
    assert_true(fabs(q.frequency_hz - 15000 * 100.0 / 29955) < 1e-9);
    assert_true(fabs(q.phase[0].u_v / sqrt(229 * 229 + 36 + 0.25) - 1) < 1e-9);
    assert_true(fabs(q.phase[0].p_w / (229 * 8 * cos(0.14 * PI)) - 1) < 1e-9);
    assert_true(fabs(q.phase[0].q1_var / (229 * 8 * sin(0.14 * PI)) - 1) < 1e-9);
    assert_true(fabs(q.phase[0].angle_ui_deg - 25.2) < 1e-6);
    world_close(world);
    remove("loop.csv");
}

/* Other rates, other loops: slow ones, a sixty-hertz one, one as short as can be. */
static void any_rate_plays(void **state)
{
    (void)state;
    static const struct made mades[] = {
        {6400, 6389, 50, 6480, 1},           {7678.25, 3584, 28, 3700, 1},
        {30755.982, 4101, 8, 4500, 1},       {48000, 2881, 3, 3400, 1},
        {192000, 3840 * 4 + 3, 4, 18000, 1},
    };
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    for (size_t n = 0; n < sizeof mades / sizeof *mades; n++) {
        write_csv(&mades[n], "rate.csv");
        const struct world_recording recording = {.path = "rate.csv"};
        struct world *world = world_playing(&recording, 1, &frontend);
        struct world_loop loop;
        assert_true(world_loop_get(world, &loop));
        assert_int_equal(loop.samples, mades[n].samples);
        assert_int_equal(loop.periods, mades[n].periods);
        check_frames(world, &mades[n], 1, 2, 0);
        world_close(world);
    }
    remove("rate.csv");
}

static void three_phases_play_in_their_columns(void **state)
{
    (void)state;
    const struct made made = {10000, 9990, 50, 10300, 3};
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    write_csv(&made, "three.csv");
    const struct world_recording recording = {.path = "three.csv"};
    struct world *world = world_playing(&recording, 3, &frontend);
    check_frames(world, &made, 3, 2, 0);
    struct world_quantities q;
    world_now(world, &q);
    assert_true(fabs(q.phase[1].angle_uu_deg - 120) < 1e-6);
    assert_true(fabs(q.phase[2].angle_uu_deg - 240) < 1e-6);
    world_close(world);
    remove("three.csv");
}

struct notes {
    unsigned count;
    char last[WORLD_ERROR_SIZE];
};

static void take_note(void *context, const char *line)
{
    struct notes *notes = context;
    notes->count++;
    snprintf(notes->last, sizeof notes->last, "%s", line);
}

static struct world *noted_world(const char *path, unsigned phases,
                                 const struct world_frontend *frontend, double u_factor,
                                 struct notes *notes)
{
    const struct world_recording recording = {.path = path, .u_factor = u_factor};
    const struct world_options options = {
        .phases = phases,
        .recording = &recording,
        .frontend = frontend,
        .notice = take_note,
        .notice_context = notes,
    };
    char error[WORLD_ERROR_SIZE];
    struct world *world = NULL;
    assert_int_equal(world_open(&world, &options, error, sizeof error), 0);
    return world;
}

/* L2 and L3 are the same waveform, a third of a period later each; the current is not scaled. */
static void a_single_phase_is_put_on_three(void **state)
{
    (void)state;
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    struct notes notes = {0};
    write_csv(&mains, "single.csv");
    struct world *world = noted_world("single.csv", 3, &frontend, 0, &notes);
    assert_int_equal(notes.count, 1);
    assert_non_null(strstr(notes.last, "a third"));
    for (int k = 0; k < 3 * SECOND; k++) {
        int32_t frame[CHANNELS_MAX];
        world_frames(world, frame, 1);
        double turns = fmod((k + 0.5) / SECOND * 15000 * 100.0 / 29955, 1);
        for (int p = 0; p < 3; p++) {
            assert_true(fabs(frame[2 * p] - u_codes * volts(turns - p / 3.0)) < 1.1);
            assert_true(fabs(frame[2 * p + 1] - i_codes * amperes(turns - p / 3.0)) < 1);
        }
    }
    world_close(world);
    remove("single.csv");
}

static void three_phases_on_one_play_the_first(void **state)
{
    (void)state;
    const struct made made = {10000, 9990, 50, 10300, 3};
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    struct notes notes = {0};
    write_csv(&made, "three.csv");
    struct world *world = noted_world("three.csv", 1, &frontend, 0, &notes);
    assert_int_equal(notes.count, 1);
    assert_non_null(strstr(notes.last, "only its first phase"));
    check_frames(world, &made, 1, 1, 0);
    world_close(world);
    remove("three.csv");
}

static void wav_and_flac_play(void **state)
{
    (void)state;
    const struct made one = {16000, 15985, 50, 16500, 1};
    const struct made three = {12800, 12790, 50, 13200, 3};
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    write_sound(&one, "one.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 400, 20,
                "u_full_scale_v=400 i_full_scale_a=20");
    write_sound(&three, "three.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 1, 1, NULL);
    const struct world_recording flac = {.path = "one.flac"};
    struct world *world = world_playing(&flac, 1, &frontend);
    /* The file has steps of its own, and libsndfile writes 1.0 as 2^23 - 1 steps. */
    check_frames(world, &one, 1, 3, 1.2);
    world_close(world);
    const struct world_recording wav = {
        .path = "three.wav", .u_full_scale_v = 0.5, .i_full_scale_a = 1, .u_factor = 2};
    world = world_playing(&wav, 3, &frontend);
    check_frames(world, &three, 3, 3, 0);
    world_close(world);
    remove("one.flac");
    remove("three.wav");
}

static void a_front_end_errs_on_recordings_too(void **state)
{
    (void)state;
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_SINC3);
    frontend.i[0].gain_error = 0.01;
    frontend.i[0].lag_us = 50;
    const struct made made = {16000, 16000, 50, 16400, 1};
    write_csv(&made, "err.csv");
    const struct world_recording recording = {.path = "err.csv"};
    struct world *world = world_playing(&recording, 1, &frontend);
    int32_t *frames = malloc(2 * SECOND * sizeof *frames);
    world_frames(world, frames, SECOND);
    double x = PI * 150 / SECOND;
    double droop = pow(sin(x) / x, 3);
    struct part third = part_of(frames, SECOND, 2, 1, 150.0 / SECOND);
    assert_true(fabs(part_rms(third) / i_codes - 1.01 * 2 * droop) < 1e-6);
    struct part first = part_of(frames, SECOND, 2, 1, 50.0 / SECOND);
    double lag = -atan2(first.ahead, first.in_phase) * 180 / PI;
    assert_true(fabs(lag - 360 * (0.07 + 50e-6 * 50)) < 1e-5);
    free(frames);
    world_close(world);
    remove("err.csv");
}

/* Too large a recording is clipped, counted and told, and goes on. */
static void what_is_beyond_full_scale_is_clipped(void **state)
{
    (void)state;
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    struct notes notes = {0};
    write_csv(&mains, "large.csv");
    struct world *world = noted_world("large.csv", 1, &frontend, 2, &notes);
    size_t beyond = 0;
    for (size_t n = 0; n < mains.length; n++)
        beyond += fabs(2 * value_of(&mains, 0, (double)n)) > 500;
    char expected[WORLD_ERROR_SIZE];
    snprintf(expected, sizeof expected,
             "large.csv: %zu values are beyond full scale and are clipped; scale the recording "
             "down",
             beyond);
    assert_int_equal(notes.count, 1);
    assert_string_equal(notes.last, expected);
    int32_t frames[2 * 1000];
    world_frames(world, frames, 1000);
    assert_true(world_clipped(world) > 100);
    world_close(world);
    remove("large.csv");
}

/* One wild value among good ones spoils its own neighbourhood only. */
static void a_wild_value_does_not_spread(void **state)
{
    (void)state;
    struct made made = mains;
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    struct notes notes = {0};
    write_csv(&made, "wild.csv");
    FILE *file = fopen("wild.csv", "r+");
    char line[128];
    for (int n = 0; n < 3000; n++)
        assert_non_null(fgets(line, sizeof line, file));
    long place = ftell(file);
    assert_non_null(fgets(line, sizeof line, file));
    fseek(file, place, SEEK_SET);
    fprintf(file, "1e300,%*d", (int)strlen(line) - 8, 1);
    fclose(file);
    struct world *world = noted_world("wild.csv", 1, &frontend, 0, &notes);
    assert_int_equal(notes.count, 1);
    int32_t frame[2];
    for (int k = 0; k < 2 * SECOND; k++) {
        world_frames(world, frame, 1);
        double sample = (k + 0.5) * 15000 / SECOND;
        double apart = fabs(frame[0] - u_codes * value_of(&made, 0, sample)) / u_codes;
        double away = fabs(sample - 2996);
        assert_true(apart < (away < 4 ? 700 : away < 140 ? 120 : 0.01));
    }
    world_close(world);
    remove("wild.csv");
}

/* ---- what is refused ---- */

static void refuse_file(const char *name, const char *what)
{
    const struct world_recording recording = {.path = name};
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    const struct world_options options = {
        .phases = 1,
        .recording = &recording,
        .frontend = &frontend,
    };
    char error[WORLD_ERROR_SIZE] = "";
    char expected[WORLD_ERROR_SIZE];
    struct world *world = NULL;
    snprintf(expected, sizeof expected, "%s: %s", name, what);
    assert_int_equal(world_open(&world, &options, error, sizeof error), -1);
    assert_null(world);
    assert_string_equal(error, expected);
}

static void refuse_text(const char *text, const char *what)
{
    file_write("bad.csv", text, strlen(text));
    refuse_file("bad.csv", what);
    remove("bad.csv");
}

#define HEAD "# sample_rate_hz: 1000\n"

static void files_that_cannot_be_read_are_refused(void **state)
{
    (void)state;
    refuse_file("no-such.flac", "No such file or directory");
    refuse_text("", "is empty");
    file_write("bad.csv", "u1\0_V", 5);
    refuse_file("bad.csv", "neither WAV nor FLAC nor text; give a recording");
    file_write("bad.wav", "RIFF\1\2\3\4WAVEfmt ", 16);
    char error[WORLD_ERROR_SIZE];
    const struct world_recording recording = {.path = "bad.wav"};
    const struct world_options options = {.phases = 1, .recording = &recording};
    struct world *world = NULL;
    assert_int_equal(world_open(&world, &options, error, sizeof error), -1);
    assert_int_equal(strncmp(error, "bad.wav: ", 9), 0);
    assert_null(strchr(error, '\n'));
    remove("bad.csv");
    remove("bad.wav");
}

static void csv_that_is_wrong_is_refused_by_its_line(void **state)
{
    (void)state;
#define COLUMNS "u1_V,i1_A or u1_V,u2_V,u3_V,i1_A,i2_A,i3_A"
    refuse_text("u1_V,i1_A\n1,2\n", "no sample rate; put \"# sample_rate_hz: RATE\" in its head");
    refuse_text("# sample_rate_hz: fast\n", "line 1: sample_rate_hz is not a number");
    refuse_text("# sample_rate_hz: inf\n", "line 1: sample_rate_hz is not a number");
    refuse_text("# sample_rate_hz: -5\nu1_V,i1_A\n",
                "no sample rate; put \"# sample_rate_hz: RATE\" in its head");
    refuse_text("# sample_rate_hz: 50\nu1_V,i1_A\n1,2\n",
                "sample rate 50 Hz; 400 to 200000 Hz can be played");
    refuse_text("# sample_rate_hz: 1e6\nu1_V,i1_A\n1,2\n",
                "sample rate 1e+06 Hz; 400 to 200000 Hz can be played");
    refuse_text(HEAD "1,2\n3,4\n", "line 2: column \"1\"; the columns are " COLUMNS);
    refuse_text(HEAD "u1_V\n1\n", "line 2: 1 columns; give " COLUMNS);
    refuse_text(HEAD "u1_V,u1_V\n1,2\n", "line 2: column \"u1_V\"; the columns are " COLUMNS);
    refuse_text(HEAD "u1_V,i1_A,u2_V\n", "line 2: 3 columns; give " COLUMNS);
    refuse_text(HEAD, "line 2: 0 columns; give " COLUMNS);
    refuse_text(HEAD "u1_V,i1_A\n", "holds no samples");
    refuse_text(HEAD "u1_V,i1_A\n1,2\n3,four\n", "line 4: \"four\" is not a number; correct it");
    refuse_text(HEAD "u1_V,i1_A\n1,nan\n", "line 3: \"nan\" is not a number; correct it");
    refuse_text(HEAD "u1_V,i1_A\n1,2\n\n-inf,1\n", "line 5: \"-inf\" is not a number; correct it");
    refuse_text(HEAD "u1_V,i1_A\n1,1e999\n", "line 3: \"1e999\" is not a number; correct it");
    refuse_text(HEAD "u1_V,i1_A\n1\n2,3\n", "line 3: needs 2 numbers between commas");
    refuse_text(HEAD "u1_V,i1_A\n1,\n2,3\n", "line 3: \"\" is not a number; correct it");
    refuse_text(HEAD "u1_V,i1_A\n1,2,3\n", "line 3: needs 2 numbers between commas");
}

static void too_short_and_no_mains_are_refused(void **state)
{
    (void)state;
    struct made made = {1000, 1000, 50, 39, 1};
    write_csv(&made, "bad.csv");
    refuse_file("bad.csv", "is shorter than two periods of the mains; record more");
    made.length = 3;
    write_csv(&made, "bad.csv");
    refuse_file("bad.csv", "is shorter than two periods of the mains; record more");
    made = (struct made){1000, 1000, 10, 2000, 1};
    write_csv(&made, "bad.csv");
    refuse_file("bad.csv", "shows no mains voltage of 40 to 72 Hz; check its columns and its rate");
    char text[8192] = HEAD "u1_V,i1_A\n";
    for (int n = 0; n < 500; n++)
        strcat(text, "0,1\n");
    refuse_text(text, "shows no mains voltage of 40 to 72 Hz; check its columns and its rate");
    made = (struct made){1000, 1000, 50, 41, 1};
    write_csv(&made, "short.csv");
    const struct world_recording recording = {.path = "short.csv"};
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    struct world *world = world_playing(&recording, 1, &frontend);
    struct world_loop loop;
    assert_true(world_loop_get(world, &loop));
    assert_int_equal(loop.samples, 20);
    assert_int_equal(loop.periods, 1);
    world_close(world);
    remove("short.csv");
    remove("bad.csv");
}

static void sound_that_is_wrong_is_refused(void **state)
{
    (void)state;
    const int wav = SF_FORMAT_WAV | SF_FORMAT_DOUBLE;
    const struct made made = {16000, 16000, 50, 16400, 1};
    write_sound(&made, "bad.wav", wav, 400, 20, NULL);
    refuse_file("bad.wav",
                "does not say its scale; give volts and amperes at full scale (--volts, --amps)");
    SF_INFO info = {.samplerate = 16000, .channels = 1, .format = wav};
    SNDFILE *file = sf_open("bad.wav", SFM_WRITE, &info);
    const double values[4] = {0.1, 0.2, 0.3, NAN};
    sf_write_double(file, values, 4);
    sf_close(file);
    refuse_file("bad.wav", "has 1 channel; give 2 (u1,i1) or 6 (u1,i1,u2,i2,u3,i3)");
    info = (SF_INFO){.samplerate = 16000, .channels = 2, .format = wav};
    file = sf_open("bad.wav", SFM_WRITE, &info);
    sf_set_string(file, SF_STR_COMMENT, "u_full_scale_v=400 i_full_scale_a=20");
    sf_writef_double(file, values, 2);
    sf_close(file);
    refuse_file("bad.wav", "sample 1 is not a finite number; correct it");
    info = (SF_INFO){.samplerate = 16000, .channels = 2, .format = wav};
    file = sf_open("bad.wav", SFM_WRITE, &info);
    sf_set_string(file, SF_STR_COMMENT, "u_full_scale_v=400 i_full_scale_a=20");
    sf_close(file);
    refuse_file("bad.wav", "holds no samples");
    remove("bad.wav");
}

/* A FLAC file that was cut off in the middle. */
static void a_file_cut_short_is_refused(void **state)
{
    (void)state;
    const struct made made = {16000, 16000, 50, 32000, 1};
    write_sound(&made, "cut.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 400, 20,
                "u_full_scale_v=400 i_full_scale_a=20");
    static char octets[1 << 20];
    FILE *file = fopen("cut.flac", "rb");
    size_t size = fread(octets, 1, sizeof octets, file);
    fclose(file);
    file_write("cut.flac", octets, size / 2);
    char error[WORLD_ERROR_SIZE] = "";
    const struct world_recording recording = {.path = "cut.flac"};
    const struct world_options options = {.phases = 1, .recording = &recording};
    struct world *world = NULL;
    assert_int_equal(world_open(&world, &options, error, sizeof error), -1);
    assert_non_null(strstr(error, "of 32000 samples; copy it again"));
    remove("cut.flac");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loop_has_no_seam),
        cmocka_unit_test(any_rate_plays),
        cmocka_unit_test(three_phases_play_in_their_columns),
        cmocka_unit_test(a_single_phase_is_put_on_three),
        cmocka_unit_test(three_phases_on_one_play_the_first),
        cmocka_unit_test(wav_and_flac_play),
        cmocka_unit_test(a_front_end_errs_on_recordings_too),
        cmocka_unit_test(what_is_beyond_full_scale_is_clipped),
        cmocka_unit_test(a_wild_value_does_not_spread),
        cmocka_unit_test(files_that_cannot_be_read_are_refused),
        cmocka_unit_test(csv_that_is_wrong_is_refused_by_its_line),
        cmocka_unit_test(too_short_and_no_mains_are_refused),
        cmocka_unit_test(sound_that_is_wrong_is_refused),
        cmocka_unit_test(a_file_cut_short_is_refused),
    };
    return cmocka_run_group_tests_name("world_replay", tests, NULL, NULL);
}
