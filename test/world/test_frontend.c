/* The converters: ideal codes, sinc3, gain, lag, noise, clipping; the same octets every time. */
#include "test/world/surroundings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND = WORLD_FRAME_HZ };

static const double u_codes = 8388608 / 500.0; /* per volt */
static const double i_codes = 8388608 / 170.0; /* per ampere */

static const char steady[] =
    "{\"title\": \"t\","
    " \"mains\": {\"voltage_v\": 230, \"frequency_hz\": 49.3, \"harmonics\": ["
    "   {\"order\": 3, \"percent\": 10, \"angle_deg\": 25},"
    "   {\"order\": 59, \"percent\": 2, \"angle_deg\": -70}]},"
    " \"loads\": [{\"name\": \"a\", \"phase\": \"all\", \"when\": {\"kind\": \"always\"},"
    "   \"current\": {\"kind\": \"converter\", \"power_w\": 1150, \"power_factor\": 0.5,"
    "     \"harmonics\": [{\"order\": 7, \"percent\": 30, \"angle_deg\": 110}]}}]}";

static int32_t *seconds_of(const struct world_scenario *scenario, unsigned phases,
                           const struct world_frontend *frontend, size_t seconds)
{
    struct world *world = world_of(scenario, phases, frontend);
    int32_t *frames = malloc(seconds * SECOND * 2 * phases * sizeof *frames);
    world_frames(world, frames, seconds * SECOND);
    world_close(world);
    return frames;
}

/* ---- ideal ---- */

static double sine(double rms, double order, double turns, double degrees)
{
    return sqrt(2) * rms * sin(2 * PI * fmod(order * turns, 1) + degrees * PI / 180);
}

static double voltage(double turns)
{
    return sine(230, 1, turns, 0) + sine(23, 3, turns, 25) + sine(4.6, 59, turns, -70);
}

static double current(double turns)
{
    return sine(10, 1, turns, -60) + sine(3, 7, turns, 110);
}

static void ideal_codes_are_the_signal_rounded(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_of(steady);
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    int32_t *frames = seconds_of(scenario, 3, &frontend, 20);
    unsigned ties = 0;
    for (size_t k = 0; k < 20 * SECOND; k++) {
        for (unsigned p = 0; p < 3; p++) {
            double turns = 49.3 * ((double)k + 0.5) / SECOND - p / 3.0 + 1;
            double u = u_codes * voltage(turns) - frames[6 * k + 2 * p];
            double i = i_codes * current(turns) - frames[6 * k + 2 * p + 1];
            assert_true(fabs(u) < 0.5001 && fabs(i) < 0.5001);
            ties += fabs(u) > 0.5 || fabs(i) > 0.5;
        }
    }
    assert_true(ties < 100);
    free(frames);
    world_scenario_close(scenario);
}

/* ---- sinc3 ---- */

static const char spectrum[] =
    "{\"title\": \"t\", \"loads\": [],"
    " \"mains\": {\"voltage_v\": 230, \"frequency_hz\": 50, \"harmonics\": ["
    "   {\"order\": 20, \"percent\": 10}, {\"order\": 59, \"percent\": 10},"
    "   {\"order\": 90, \"percent\": 10}, {\"order\": 200, \"percent\": 10}]}}";

/* Three running means over 256 samples of the modulator each, one behind the other, as they are. */
static double sinc3(double hz)
{
    enum { LENGTH = 256 };
    double sum = 0;
    for (int n = 0; n < LENGTH; n++) {
        sum += cos(2 * PI * hz / (SECOND * LENGTH) * (n - (LENGTH - 1) / 2.0)) / LENGTH;
    }
    return sum * sum * sum;
}

/* The voltage that appears at `hz`, in volts. */
static double volts_at(const int32_t *frames, double hz)
{
    return part_rms(part_of(frames, SECOND, 2, 0, hz / SECOND)) / u_codes;
}

static void sinc3_droops_and_folds(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_of(spectrum);
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_SINC3);
    int32_t *frames = seconds_of(scenario, 1, &frontend, 1);
    assert_true(fabs(volts_at(frames, 50) - 230 * sinc3(50)) < 1e-5);
    assert_true(fabs(volts_at(frames, 1000) - 23 * sinc3(1000)) < 1e-5);
    assert_true(fabs(volts_at(frames, 2950) - 23 * sinc3(2950)) < 1e-5);
    /* 4500 Hz and 10 kHz stand behind the half of the rate and come down mirrored. */
    assert_true(fabs(volts_at(frames, 8192 - 4500) - 23 * sinc3(4500)) < 1e-5);
    assert_true(fabs(volts_at(frames, 10000 - 8192) - 23 * fabs(sinc3(10000))) < 1e-5);
    free(frames);
    world_scenario_close(scenario);
}

static void ideal_sampling_lets_nothing_fold(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_of(spectrum);
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    int32_t *frames = seconds_of(scenario, 1, &frontend, 1);
    assert_true(fabs(volts_at(frames, 2950) - 23) < 1e-5);
    assert_true(volts_at(frames, 8192 - 4500) < 1e-5);
    assert_true(volts_at(frames, 10000 - 8192) < 1e-5);
    free(frames);
    world_scenario_close(scenario);
}

/* ---- errors of a channel ---- */

static void gain_and_lag_are_as_told(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_named("steady");
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    frontend.u[0].gain_error = 1e-4;
    frontend.i[0].gain_error = -2e-3;
    frontend.i[0].lag_us = 20;
    int32_t *frames = seconds_of(scenario, 1, &frontend, 1);
    struct part u = part_of(frames, SECOND, 2, 0, 50.0 / SECOND);
    struct part i = part_of(frames, SECOND, 2, 1, 50.0 / SECOND);
    assert_true(fabs(part_rms(u) / u_codes / 230 - 1.0001) < 1e-8);
    assert_true(fabs(part_rms(i) / i_codes / 5 - 0.998) < 1e-7);
    double lag = -atan2(i.ahead, i.in_phase) * 180 / PI;
    assert_true(fabs(lag - 60.36) < 1e-5);
    free(frames);
    world_scenario_close(scenario);
}

static void noise_is_as_strong_as_told(void **state)
{
    (void)state;
    enum { SECONDS = 10, CHANNELS = 6 };
    struct world_scenario *scenario = scenario_named("steady");
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    int32_t *clean = seconds_of(scenario, 3, &frontend, SECONDS);
    for (unsigned p = 0; p < 3; p++) {
        frontend.u[p].snr_db = 95;
        frontend.i[p].snr_db = 70 + 6 * p;
    }
    int32_t *noisy = seconds_of(scenario, 3, &frontend, SECONDS);
    double square[CHANNELS] = {0};
    double sum[CHANNELS] = {0};
    double product = 0;
    for (size_t n = 0; n < SECONDS * SECOND * CHANNELS; n++) {
        double noise = noisy[n] - clean[n];
        square[n % CHANNELS] += noise * noise / (SECONDS * SECOND);
        sum[n % CHANNELS] += noise / (SECONDS * SECOND);
        if (n % CHANNELS == 0)
            product += noise * (noisy[n + 1] - clean[n + 1]) / (SECONDS * SECOND);
    }
    for (unsigned c = 0; c < CHANNELS; c++) {
        double snr_db = c % 2 == 0 ? 95 : 70 + 6 * (c / 2);
        double expected = 8388608 / sqrt(2) * pow(10, -snr_db / 20);
        assert_true(fabs(sqrt(square[c]) / expected - 1) < 0.02);
        assert_true(fabs(sum[c]) < 0.02 * expected);
    }
    assert_true(fabs(product) < 0.02 * sqrt(square[0] * square[1]));
    free(clean);
    free(noisy);
    world_scenario_close(scenario);
}

/* A part of all normal numbers lies beyond 1, 2, 3 sigma. */
static void noise_is_gaussian(void **state)
{
    (void)state;
    enum { SECONDS = 20 };
    struct world_scenario *scenario = scenario_of(
        "{\"title\": \"t\", \"mains\": {\"voltage_v\": 230, \"frequency_hz\": 50}, \"loads\": []}");
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    frontend.i[0].snr_db = 60;
    int32_t *frames = seconds_of(scenario, 1, &frontend, SECONDS);
    double sigma = 8388608 / sqrt(2) * 1e-3;
    double beyond[3] = {0};
    for (size_t k = 0; k < SECONDS * SECOND; k++) {
        for (int s = 0; s < 3; s++)
            beyond[s] += fabs((double)frames[2 * k + 1]) > (s + 1) * sigma;
    }
    assert_true(fabs(beyond[0] / (SECONDS * SECOND) - 0.31731) < 0.005);
    assert_true(fabs(beyond[1] / (SECONDS * SECOND) - 0.04550) < 0.002);
    assert_true(fabs(beyond[2] / (SECONDS * SECOND) - 0.00270) < 0.0005);
    free(frames);
    world_scenario_close(scenario);
}

static void clipping_is_counted(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_named("steady");
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    frontend.i_full_scale_ma = 6000;
    struct world *world = world_of(scenario, 1, &frontend);
    int32_t frames[2 * 2000];
    uint64_t beyond = 0;
    world_frames(world, frames, 2000);
    for (size_t k = 0; k < 2000; k++) {
        double is = sine(5, 1, 50 * ((double)k + 0.5) / SECOND, -60) * 8388608 / 6.0;
        int32_t code = frames[2 * k + 1];
        if (fabs(is) > WORLD_CODE_MAX + 0.5) {
            beyond++;
            assert_int_equal(code, is > 0 ? WORLD_CODE_MAX : -WORLD_CODE_MAX);
        } else {
            assert_true(fabs(code - is) < 0.6);
        }
    }
    assert_true(beyond > 100);
    assert_int_equal(world_clipped(world), beyond);
    world_close(world);
    world_scenario_close(scenario);
}

/* ---- the same octets every time ---- */

static void frames_do_not_depend_on_how_they_are_read(void **state)
{
    (void)state;
    enum { SECONDS = 6, SIZE = SECONDS * SECOND * 6 };
    struct world_scenario *scenario = scenario_named("villa");
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_SINC3);
    frontend.u[1].snr_db = 101;
    int32_t *at_once = seconds_of(scenario, 3, &frontend, SECONDS);
    int32_t *again = seconds_of(scenario, 3, &frontend, SECONDS);
    assert_memory_equal(at_once, again, SIZE * sizeof *again);
    struct world *world = world_of(scenario, 3, &frontend);
    size_t done = 0;
    for (size_t count = 1; done < SECONDS * SECOND; count = 3 * count % 1009 + 1) {
        size_t left = SECONDS * SECOND - done;
        world_frames(world, &again[6 * done], count < left ? count : left);
        done += count < left ? count : left;
    }
    assert_memory_equal(at_once, again, SIZE * sizeof *again);
    world_close(world);
    free(at_once);
    free(again);
    world_scenario_close(scenario);
}

static void intervals_and_frames_share_one_time(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_named("household");
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    int32_t *whole = seconds_of(scenario, 1, &frontend, 40);
    struct world *world = world_of(scenario, 1, &frontend);
    struct world_quantities quantities;
    world_interval(world, 38 * SECOND + 100, &quantities);
    assert_int_equal(world_time_frames(world), 38 * SECOND + 100);
    int32_t rest[2 * 2 * SECOND];
    world_frames(world, rest, 2 * SECOND - 100);
    assert_memory_equal(rest, &whole[2 * (38 * SECOND + 100)],
                        2 * (2 * SECOND - 100) * sizeof *rest);
    world_close(world);
    free(whole);
    world_scenario_close(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ideal_codes_are_the_signal_rounded),
        cmocka_unit_test(sinc3_droops_and_folds),
        cmocka_unit_test(ideal_sampling_lets_nothing_fold),
        cmocka_unit_test(gain_and_lag_are_as_told),
        cmocka_unit_test(noise_is_as_strong_as_told),
        cmocka_unit_test(noise_is_gaussian),
        cmocka_unit_test(clipping_is_counted),
        cmocka_unit_test(frames_do_not_depend_on_how_they_are_read),
        cmocka_unit_test(intervals_and_frames_share_one_time),
    };
    return cmocka_run_group_tests_name("world_frontend", tests, NULL, NULL);
}
