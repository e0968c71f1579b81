/* Recordings that play: files of every kind, loops without a seam, phases, clipping. */
#include "test/world/made.h"
#include "test/world/surroundings.h"

#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND = WORLD_FRAME_HZ, CHANNELS_MAX = 6 };

static const double u_codes = 8388608 / 500.0; /* per volt */
static const double i_codes = 8388608 / 170.0; /* per ampere */

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
            double apart = fabs(frame[c] - scale * made_value(made, c, sample));
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
    made_csv(&mains, "loop.csv");
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
        made_csv(&mades[n], "rate.csv");
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
    made_csv(&made, "three.csv");
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
    made_csv(&mains, "single.csv");
    struct world *world = noted_world("single.csv", 3, &frontend, 0, &notes);
    assert_int_equal(notes.count, 1);
    assert_non_null(strstr(notes.last, "a third"));
    for (int k = 0; k < 3 * SECOND; k++) {
        int32_t frame[CHANNELS_MAX];
        world_frames(world, frame, 1);
        double turns = fmod((k + 0.5) / SECOND * 15000 * 100.0 / 29955, 1);
        for (int p = 0; p < 3; p++) {
            assert_true(fabs(frame[2 * p] - u_codes * made_volts(turns - p / 3.0)) < 1.1);
            assert_true(fabs(frame[2 * p + 1] - i_codes * made_amperes(turns - p / 3.0)) < 1);
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
    made_csv(&made, "three.csv");
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
    made_sound(&one, "one.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 400, 20,
               "u_full_scale_v=400 i_full_scale_a=20");
    made_sound(&three, "three.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 1, 1, NULL);
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
    made_csv(&made, "err.csv");
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
    made_csv(&mains, "large.csv");
    struct world *world = noted_world("large.csv", 1, &frontend, 2, &notes);
    size_t beyond = 0;
    for (size_t n = 0; n < mains.length; n++)
        beyond += fabs(2 * made_value(&mains, 0, (double)n)) > 500;
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
    made_csv(&made, "wild.csv");
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
        double apart = fabs(frame[0] - u_codes * made_value(&made, 0, sample)) / u_codes;
        double away = fabs(sample - 2996);
        assert_true(apart < (away < 4 ? 700 : away < 140 ? 120 : 0.01));
    }
    world_close(world);
    remove("wild.csv");
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
    };
    return cmocka_run_group_tests_name("world_replay", tests, NULL, NULL);
}
