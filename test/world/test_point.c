/* The source of a test bench against the waveforms of the standards, drawn naively in time. */
#include "test/world/surroundings.h"

#include <math.h>
#include <stdlib.h>

/* Frames: two seconds, which hold whole periods of 12.5 Hz. */
enum { SECOND = WORLD_FRAME_HZ, FRAMES = 2 * SECOND, DENSE = 1 << 16 };

static const double i_codes = 8388608 / 170.0; /* per ampere */

/* ---- naive waveforms: x in periods, peak sqrt(2) ---- */

static double full(double x)
{
    return sqrt(2) * sin(2 * PI * x);
}

static double phase_fired(double x)
{
    double quarter = floor(4 * (x - floor(x)));
    return quarter == 1 || quarter == 3 ? full(x) : 0;
}

static double half_wave(double x)
{
    return fmax(full(x), 0);
}

static double burst(double x)
{
    return fmod(x, 4) < 2 ? full(x) : 0;
}

typedef double (*waveform_function)(double x);

static const waveform_function drawn[] = {
    [WORLD_WAVEFORM_SINE] = full,
    [WORLD_WAVEFORM_PHASE_FIRED] = phase_fired,
    [WORLD_WAVEFORM_HALF_WAVE] = half_wave,
    [WORLD_WAVEFORM_BURST] = burst,
};

enum { WAVEFORMS = sizeof drawn / sizeof drawn[0] };

/* The rms phasor at `order` periods of the fundamental, over four of them, by sums. */
static struct part drawn_part(waveform_function waveform, double order)
{
    struct part part = {0};
    for (int k = 0; k < DENSE; k++) {
        double x = 4.0 * (k + 0.5) / DENSE;
        part.in_phase += sqrt(2) * waveform(x) * sin(2 * PI * order * x) / DENSE;
        part.ahead += sqrt(2) * waveform(x) * cos(2 * PI * order * x) / DENSE;
    }
    return part;
}

static struct world_point point_of(enum world_waveform waveform)
{
    struct world_point point = {.frequency_hz = 50};
    for (unsigned p = 0; p < WORLD_PHASES; p++) {
        point.phase[p] = (struct world_point_phase){
            .u_v = 230, .u_deg = -120.0 * p, .i_a = 5, .waveform = waveform};
    }
    return point;
}

static int32_t *frames_of(const struct world_point *point, unsigned phases,
                          const struct world_frontend *frontend)
{
    struct world *world = world_at(point, phases, frontend);
    int32_t *frames = malloc((size_t)FRAMES * 2 * phases * sizeof *frames);
    world_frames(world, frames, FRAMES);
    world_close(world);
    return frames;
}

/* ---- frames ---- */

/* Orders are multiples of 12.5 Hz, as a burst has them. */
static void currents_have_the_spectrum_of_their_shape(void **state)
{
    (void)state;
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    for (unsigned shape = 0; shape < WAVEFORMS; shape++) {
        struct world_point point = point_of((enum world_waveform)shape);
        int32_t *frames = frames_of(&point, 1, &frontend);
        for (unsigned quarter = 2; quarter < 130; quarter += 1 + quarter / 8) {
            double order = quarter / 4.0;
            struct part is = part_of(frames, FRAMES, 2, 1, 50 * order / SECOND);
            struct part due = drawn_part(drawn[shape], order);
            assert_true(fabs(is.in_phase / i_codes - 5 * due.in_phase) < 2e-4);
            assert_true(fabs(is.ahead / i_codes - 5 * due.ahead) < 2e-4);
        }
        free(frames);
    }
}

static void half_waves_have_direct_current(void **state)
{
    (void)state;
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_SINC3);
    struct world_point point = point_of(WORLD_WAVEFORM_HALF_WAVE);
    point.phase[0].i_direct_a = 0.25;
    int32_t *frames = frames_of(&point, 1, &frontend);
    double mean = 0;
    for (int k = 0; k < FRAMES; k++) {
        mean += frames[2 * k + 1] / i_codes / FRAMES;
    }
    assert_true(fabs(mean - (5 * sqrt(2) / PI + 0.25)) < 1e-5);
    free(frames);
}

static void phases_lead_and_lag_as_told(void **state)
{
    (void)state;
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    struct world_point point = point_of(WORLD_WAVEFORM_SINE);
    point.phase[2].u_deg = 77;
    point.phase[1].lag_deg = 60;
    int32_t *frames = frames_of(&point, 3, &frontend);
    struct part u3 = part_of(frames, FRAMES, 6, 4, 50.0 / SECOND);
    struct part i2 = part_of(frames, FRAMES, 6, 3, 50.0 / SECOND);
    assert_true(fabs(atan2(u3.ahead, u3.in_phase) * 180 / PI - 77) < 1e-5);
    assert_true(fabs(atan2(i2.ahead, i2.in_phase) * 180 / PI + 180) < 1e-4);
    free(frames);
}

static void frames_do_not_depend_on_how_they_are_read(void **state)
{
    (void)state;
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_SINC3);
    frontend.i[0].snr_db = 101;
    frontend.i[0].sensor = world_sensor_find("ct");
    struct world_point point = point_of(WORLD_WAVEFORM_BURST);
    int32_t *at_once = frames_of(&point, 1, &frontend);
    int32_t *again = malloc(2 * FRAMES * sizeof *again);
    struct world *world = world_at(&point, 1, &frontend);
    size_t done = 0;
    for (size_t count = 1; done < FRAMES; count = 3 * count % 1009 + 1) {
        size_t left = FRAMES - done;
        count = count < left ? count : left;
        world_frames(world, &again[2 * done], count);
        done += count;
    }
    assert_memory_equal(at_once, again, 2 * FRAMES * sizeof *again);
    world_close(world);
    free(at_once);
    free(again);
}

/* ---- what is true ---- */

static struct world_phase truth_of(const struct world_point *point)
{
    struct world *world = world_at(point, 1, NULL);
    struct world_quantities now;
    struct world_quantities mean;
    world_now(world, &now);
    world_interval(world, SECOND, &mean);
    assert_memory_equal(&now, &mean, sizeof now);
    assert_int_equal(world_time_frames(world), SECOND);
    world_close(world);
    return mean.phase[0];
}

/* Mean power and rms by sums over the naive waveform. */
static void truth_is_that_of_the_drawn_waveform(void **state)
{
    (void)state;
    for (unsigned shape = 0; shape < WAVEFORMS; shape++) {
        struct world_point point = point_of((enum world_waveform)shape);
        struct world_phase truth = truth_of(&point);
        double p = 0;
        double ii = 0;
        double direct = 0;
        for (int k = 0; k < DENSE; k++) {
            double x = 4.0 * (k + 0.5) / DENSE;
            double i = 5 * drawn[shape](x);
            p += 230 * full(x) * i / DENSE;
            ii += i * i / DENSE;
            direct += i / DENSE;
        }
        struct part fundamental = drawn_part(drawn[shape], 1);
        assert_true(fabs(truth.p_w - p) < 1e-3);
        assert_true(fabs(truth.i_a - sqrt(ii - direct * direct)) < 1e-4);
        assert_true(fabs(truth.p1_w - 230 * 5 * fundamental.in_phase) < 1e-2);
        assert_true(fabs(truth.q1_var + 230 * 5 * fundamental.ahead) < 1e-2);
    }
}

static void harmonics_count(void **state)
{
    (void)state;
    struct world_point point = point_of(WORLD_WAVEFORM_SINE);
    point.phase[0].harmonics = 1;
    point.phase[0].harmonic[0] =
        (struct world_point_harmonic){.order = 5, .u_share = 0.1, .i_share = 0.4};
    struct world_phase truth = truth_of(&point);
    assert_true(fabs(truth.p_w - 230 * 5 * 1.04) < 1e-9);
    assert_true(fabs(truth.u_v - 230 * sqrt(1.01)) < 1e-9);
    assert_true(fabs(truth.i_a - 5 * sqrt(1.16)) < 1e-9);
    assert_true(fabs(truth.p1_w - 1150) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(currents_have_the_spectrum_of_their_shape),
        cmocka_unit_test(half_waves_have_direct_current),
        cmocka_unit_test(phases_lead_and_lag_as_told),
        cmocka_unit_test(frames_do_not_depend_on_how_they_are_read),
        cmocka_unit_test(truth_is_that_of_the_drawn_waveform),
        cmocka_unit_test(harmonics_count),
    };
    return cmocka_run_group_tests_name("world_point", tests, NULL, NULL);
}
