/* How a channel errs: sensors, temperature, offset, crosstalk. */
#include "test/world/surroundings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND = WORLD_FRAME_HZ };

static const double u_codes = 8388608 / 500.0; /* per volt */
static const double i_codes = 8388608 / 170.0; /* per ampere */

static struct world_point point_of(double i_a)
{
    struct world_point point = {.frequency_hz = 50};
    for (unsigned p = 0; p < WORLD_PHASES; p++) {
        point.phase[p] = (struct world_point_phase){.u_v = 230, .u_deg = -120.0 * p, .i_a = i_a};
    }
    return point;
}

/* The last second of some, by when a core has found its balance. */
static int32_t *last_second(const struct world_point *point, unsigned phases,
                            const struct world_frontend *frontend, unsigned seconds)
{
    struct world *world = world_at(point, phases, frontend);
    int32_t *frames = malloc((size_t)SECOND * 2 * phases * sizeof *frames);
    for (unsigned s = 0; s < seconds; s++) {
        world_frames(world, frames, SECOND);
    }
    world_close(world);
    return frames;
}

/* The current of the first phase as a phasor against its voltage, in amperes. */
static struct part current_of(const struct world_point *point, unsigned phases,
                              const struct world_frontend *frontend, unsigned seconds)
{
    int32_t *frames = last_second(point, phases, frontend, seconds);
    struct part part = part_of(frames, SECOND, 2 * phases, 1, point->frequency_hz / (double)SECOND);
    free(frames);
    return (struct part){part.in_phase / i_codes, part.ahead / i_codes};
}

static double lead_deg(struct part part)
{
    return atan2(part.ahead, part.in_phase) * 180 / PI;
}

/* ---- sensors ---- */

static void sensors_are_found_by_name(void **state)
{
    (void)state;
    size_t count = 0;
    for (; world_sensor(count); count++) {
        assert_ptr_equal(world_sensor_find(world_sensor(count)->name), world_sensor(count));
        assert_true(strlen(world_sensor(count)->title) > 0);
    }
    assert_true(count >= 5);
    assert_null(world_sensor_find("crystal ball"));
}

/* A high pass of the first order: leads by atan(fc / f), shows f / hypot(f, fc). */
static void transformers_lead(void **state)
{
    (void)state;
    struct world_point point = point_of(10);
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    frontend.i[0].sensor = world_sensor_find("ct");
    double corner_hz = frontend.i[0].sensor->lowest_hz;
    for (int hz = 45; hz <= 65; hz += 5) {
        point.frequency_hz = hz;
        struct part part = current_of(&point, 1, &frontend, 3);
        assert_true(fabs(lead_deg(part) - atan(corner_hz / hz) * 180 / PI) < 2e-3);
        assert_true(fabs(part_rms(part) / (10 * hz / hypot(hz, corner_hz)) - 1) < 1e-5);
    }
}

static double half_wave_error(const char *sensor)
{
    struct world_point point = point_of(100);
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_SINC3);
    frontend.i[0].sensor = world_sensor_find(sensor);
    double full = current_of(&point, 1, &frontend, 20).in_phase;
    point.phase[0].waveform = WORLD_WAVEFORM_HALF_WAVE;
    double half = current_of(&point, 1, &frontend, 20).in_phase;
    return half / (full / 2) - 1;
}

/* Half waves of 100 A: 45 A direct. A core of high permeability does not bear it. */
static void only_a_tolerant_core_bears_direct_current(void **state)
{
    (void)state;
    assert_true(fabs(half_wave_error("shunt")) < 1e-4);
    assert_true(fabs(half_wave_error("ct")) < 1e-3);
    assert_true(fabs(half_wave_error("ct-plain")) > 0.1);
}

static void a_shunt_is_inductive(void **state)
{
    (void)state;
    struct world_point point = point_of(10);
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    frontend.i[0].sensor = world_sensor_find("shunt");
    double angle = 2 * PI * 50 * frontend.i[0].sensor->inductive_us * 1e-6;
    assert_true(fabs(lead_deg(current_of(&point, 1, &frontend, 1)) - angle * 180 / PI) < 1e-4);
}

/* Of the mean square: a quarter at half of the current. */
static void a_shunt_becomes_warm(void **state)
{
    (void)state;
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    frontend.i[0].sensor = world_sensor_find("shunt");
    double full = 170 / sqrt(2);
    struct world_point point = point_of(full / 2);
    double cold = part_rms(current_of(&point, 1, &frontend, 1));
    double warm = part_rms(current_of(&point, 1, &frontend, 240));
    double due = frontend.i[0].sensor->heating_ppm * 1e-6 / 4;
    assert_true(fabs(warm / cold - 1 - due) < due * 0.05);
}

static void a_sensor_adds_noise(void **state)
{
    (void)state;
    struct world_point point = point_of(0);
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    frontend.i[0].snr_db = 80;
    frontend.i[0].sensor = world_sensor_find("rogowski");
    int32_t *frames = last_second(&point, 1, &frontend, 1);
    double square = 0;
    for (int k = 0; k < SECOND; k++) {
        square += (double)frames[2 * k + 1] * frames[2 * k + 1] / SECOND;
    }
    double due = 8388608 / sqrt(2) * pow(10, -(80 - frontend.i[0].sensor->noise_db) / 20);
    assert_true(fabs(sqrt(square) / due - 1) < 0.03);
    free(frames);
}

/* ---- temperature ---- */

static void gains_drift_with_temperature(void **state)
{
    (void)state;
    struct world_point point = point_of(10);
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    frontend.i[0].gain_drift = (struct world_drift){.ppm_per_k = 40, .ppb_per_k2 = -300};
    for (int k = -60; k <= 50; k += 22) {
        frontend.temperature_k = k;
        double due = 1 + 40e-6 * k - 300e-9 * k * k;
        assert_true(fabs(part_rms(current_of(&point, 1, &frontend, 1)) / 10 - due) < 1e-6);
    }
}

static void lags_and_offsets_drift_with_temperature(void **state)
{
    (void)state;
    struct world_point point = point_of(10);
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    frontend.temperature_k = 30;
    frontend.i[0].lag_us = 2;
    frontend.i[0].lag_ns_per_k = 50;
    frontend.i[0].offset = 0.01;
    frontend.i[0].offset_per_k = -1e-4;
    int32_t *frames = last_second(&point, 1, &frontend, 1);
    double mean = 0;
    for (int k = 0; k < SECOND; k++) {
        mean += frames[2 * k + 1] / i_codes / SECOND;
    }
    double lag = -lead_deg(current_of(&point, 1, &frontend, 1));
    assert_true(fabs(mean - 0.007) < 1e-6);
    assert_true(fabs(lag - 360 * 50 * 3.5e-6) < 1e-5);
    free(frames);
}

/* ---- crosstalk ---- */

/* 230 V of 353.55 V full scale (rms) show as so much of 120.2 A. */
static void voltage_shows_in_the_current(void **state)
{
    (void)state;
    struct world_point point = point_of(0);
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    frontend.i[0].from_voltage = 1e-4;
    frontend.i[0].from_voltage_capacitive = 2e-4;
    double full = 230 / (500 / sqrt(2)) * 170 / sqrt(2);
    struct part part = current_of(&point, 1, &frontend, 1);
    assert_true(fabs(part.in_phase / (1e-4 * full) - 1) < 0.05);
    assert_true(fabs(part.ahead / (2e-4 * full) - 1) < 0.01);
}

static void currents_show_in_each_other(void **state)
{
    (void)state;
    struct world_point point = point_of(0);
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    point.phase[0].i_a = 50;
    frontend.i[1].from_current = 1e-3;
    int32_t *frames = last_second(&point, 3, &frontend, 1);
    struct part second = part_of(frames, SECOND, 6, 3, 50.0 / SECOND);
    struct part third = part_of(frames, SECOND, 6, 5, 50.0 / SECOND);
    assert_true(fabs(second.in_phase / i_codes - 0.05) < 1e-5);
    assert_true(part_rms(third) < 1);
    free(frames);
}

static void voltage_channels_err_alike(void **state)
{
    (void)state;
    struct world_point point = point_of(0);
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    frontend.temperature_k = 10;
    frontend.u[0].sensor = world_sensor_find("divider");
    frontend.u[0].gain_error = 1e-3;
    int32_t *frames = last_second(&point, 1, &frontend, 1);
    double shown = part_rms(part_of(frames, SECOND, 2, 0, 50.0 / SECOND)) / u_codes;
    const struct world_drift *drift = &frontend.u[0].sensor->gain;
    double due = 1.001 * (1 + drift->ppm_per_k * 1e-5 + drift->ppb_per_k2 * 1e-7);
    assert_true(fabs(shown / 230 - due) < 1e-7);
    free(frames);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sensors_are_found_by_name),
        cmocka_unit_test(transformers_lead),
        cmocka_unit_test(only_a_tolerant_core_bears_direct_current),
        cmocka_unit_test(a_shunt_is_inductive),
        cmocka_unit_test(a_shunt_becomes_warm),
        cmocka_unit_test(a_sensor_adds_noise),
        cmocka_unit_test(gains_drift_with_temperature),
        cmocka_unit_test(lags_and_offsets_drift_with_temperature),
        cmocka_unit_test(voltage_shows_in_the_current),
        cmocka_unit_test(currents_show_in_each_other),
        cmocka_unit_test(voltage_channels_err_alike),
    };
    return cmocka_run_group_tests_name("world_channel", tests, NULL, NULL);
}
