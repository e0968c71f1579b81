/* Everything that may be wrong with a recording: one line that says what, where, what to do. */
#include "test/world/made.h"
#include "test/world/surroundings.h"

#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <string.h>

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
    made_csv(&made, "bad.csv");
    refuse_file("bad.csv", "is shorter than two periods of the mains; record more");
    made.length = 3;
    made_csv(&made, "bad.csv");
    refuse_file("bad.csv", "is shorter than two periods of the mains; record more");
    made = (struct made){1000, 1000, 10, 2000, 1};
    made_csv(&made, "bad.csv");
    refuse_file("bad.csv", "shows no mains voltage of 40 to 72 Hz; check its columns and its rate");
    char text[8192] = HEAD "u1_V,i1_A\n";
    for (int n = 0; n < 500; n++)
        strcat(text, "0,1\n");
    refuse_text(text, "shows no mains voltage of 40 to 72 Hz; check its columns and its rate");
    made = (struct made){1000, 1000, 50, 41, 1};
    made_csv(&made, "short.csv");
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
    made_sound(&made, "bad.wav", wav, 400, 20, NULL);
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
    made_sound(&made, "cut.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 400, 20,
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
        cmocka_unit_test(files_that_cannot_be_read_are_refused),
        cmocka_unit_test(csv_that_is_wrong_is_refused_by_its_line),
        cmocka_unit_test(too_short_and_no_mains_are_refused),
        cmocka_unit_test(sound_that_is_wrong_is_refused),
        cmocka_unit_test(a_file_cut_short_is_refused),
    };
    return cmocka_run_group_tests_name("world_refused", tests, NULL, NULL);
}
