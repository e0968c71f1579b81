/* A trial against what is known beforehand: errors put in come out. */
#include "stand/stand.h"
#include "test/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct stand_specimen ideal(const char *product, double snr_db)
{
    struct stand_specimen specimen;
    const struct stand_making making = {.product = product_find(product), .snr_db = snr_db};
    assert_int_equal(stand_make(&specimen, &making), 0);
    return specimen;
}

static struct stand_trial trial_of(const struct stand_specimen *specimen, enum stand_kind kind,
                                   enum stand_angle angle, double i_a)
{
    struct stand_trial trial = {
        .kind = kind, .angle = angle, .i_a = i_a, .seconds = 4, .settle_s = 4, .reference = -1};
    trial.point.frequency_hz = specimen->config.nominal_hz;
    for (unsigned p = 0; p < specimen->config.phases; p++) {
        trial.point.phase[p] = (struct world_point_phase){
            .u_v = 230, .u_deg = -120.0 * p, .i_a = i_a, .lag_deg = stand_angle_deg(angle)};
    }
    return trial;
}

/* What the decimation's droop takes at 50 Hz beyond what is undone is the same for all. */
static double droop(void)
{
    struct stand_specimen specimen = ideal("xs211", 0);
    struct stand_trial trial = trial_of(&specimen, STAND_CURVE, STAND_PF_1, 10);
    stand_try(&specimen, &trial, 1);
    return trial.result.error;
}

static void an_ideal_meter_has_no_error(void **state)
{
    (void)state;
    struct stand_specimen specimen = ideal("st402d", 0);
    for (unsigned angle = 0; angle < STAND_ANGLES; angle++) {
        struct stand_trial trial = trial_of(&specimen, STAND_CURVE, (enum stand_angle)angle, 10);
        stand_try(&specimen, &trial, 1);
        assert_false(trial.result.failed);
        assert_true(fabs(trial.result.error) < 3e-6);
        assert_true(fabs(trial.result.u_error) < 3e-6);
        assert_true(fabs(trial.result.i_error) < 3e-6);
        assert_true(fabs(trial.result.f_error_hz) < 1e-5);
        assert_int_equal(trial.result.clipped, 0);
        assert_true(trial.result.seconds >= 3.99 && trial.result.seconds < 4.5);
    }
}

static void errors_come_out_as_they_were_put_in(void **state)
{
    (void)state;
    const double lag_us = 2;
    double lag = 2 * acos(-1) * 50 * lag_us * 1e-6;
    struct stand_specimen specimen = ideal("xs211", 0);
    specimen.frontend.u[0].gain_error = 1e-3;
    specimen.frontend.i[0].gain_error = -4e-3;
    specimen.frontend.i[0].lag_us = lag_us;
    double gain = 1.001 * 0.996 * (1 + droop());
    for (unsigned angle = STAND_PF_1; angle <= STAND_PF_05C; angle++) {
        struct stand_trial trial = trial_of(&specimen, STAND_CURVE, (enum stand_angle)angle, 10);
        double phi = stand_angle_deg(trial.angle) * acos(-1) / 180;
        stand_try(&specimen, &trial, 1);
        double due = gain * cos(phi + lag) / cos(phi) - 1;
        assert_true(fabs(trial.result.error - due) < 3e-6);
    }
}

/* Energy by time: a front end that loses frames shows less of both. */
static void lost_samples_are_lost_energy(void **state)
{
    (void)state;
    struct stand_specimen specimen = ideal("xs211", 0);
    struct stand_trial trial = trial_of(&specimen, STAND_CURVE, STAND_PF_1, 10);
    trial.seconds = 20;
    specimen.lose_every = 512;
    stand_try(&specimen, &trial, 1);
    assert_true(fabs(trial.result.error + 1.0 / 512) < 1e-4);
}

/* Many windows of noise: their spread is the formula's, within what so many can tell. */
static void noise_spreads_as_the_formula_says(void **state)
{
    (void)state;
    const double currents[] = {0.02, 0.25, 5};
    for (size_t n = 0; n < sizeof currents / sizeof currents[0]; n++) {
        struct stand_specimen specimen = ideal("xs211", 95);
        struct stand_trial trial = trial_of(&specimen, STAND_CURVE, STAND_PF_05I, currents[n]);
        trial.seconds = 100;
        stand_try(&specimen, &trial, 7);
        assert_true(fabs(trial.result.sd / trial.result.sd_formula - 1) < 0.12);
        assert_true(fabs(trial.result.error) < 4 * trial.result.sd_formula + 1e-5);
    }
}

static void the_same_seed_gives_the_same_result(void **state)
{
    (void)state;
    struct stand_specimen specimen = ideal("xs211", 95);
    struct stand_trial one = trial_of(&specimen, STAND_CURVE, STAND_PF_1, 0.02);
    struct stand_trial two = one;
    struct stand_trial other = one;
    stand_try(&specimen, &one, 3);
    stand_try(&specimen, &two, 3);
    stand_try(&specimen, &other, 4);
    assert_memory_equal(&one.result, &two.result, sizeof one.result);
    assert_true(one.result.error != other.result.error);
}

static void pulses_follow_the_register(void **state)
{
    (void)state;
    struct stand_specimen specimen = ideal("xs211", 0);
    struct stand_trial trial = trial_of(&specimen, STAND_CURVE, STAND_PF_1, 100);
    trial.seconds = 20;
    stand_try(&specimen, &trial, 1);
    double due = trial.result.energy_ws / 3.6e6 * specimen.config.pulses_per_kwh;
    assert_true(trial.result.pulses > 100);
    assert_true(fabs(trial.result.pulses - due) <= 1);
}

static void what_is_beyond_full_scale_is_counted(void **state)
{
    (void)state;
    struct stand_specimen specimen = ideal("xs211", 0);
    struct stand_trial trial = trial_of(&specimen, STAND_CURVE, STAND_PF_1, 150);
    stand_try(&specimen, &trial, 1);
    assert_true(trial.result.clipped > 0);
    assert_true(trial.result.error < -0.01);
}

static void the_primary_side_is_what_the_ratio_says(void **state)
{
    (void)state;
    struct stand_specimen specimen = ideal("st402c", 0);
    struct stand_trial trial = trial_of(&specimen, STAND_RATIO, STAND_PF_1, 5);
    specimen.transformers = (struct legal_transformers){{400, 5}, {10000, 100}};
    specimen.told = specimen.transformers;
    stand_try(&specimen, &trial, 1);
    assert_true(fabs(trial.result.error) < 1e-5);
    assert_true(fabs(trial.result.truth_ws / (3 * 1150.0 * 8000 * trial.result.seconds) - 1) <
                1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ideal_meter_has_no_error),
        cmocka_unit_test(errors_come_out_as_they_were_put_in),
        cmocka_unit_test(lost_samples_are_lost_energy),
        cmocka_unit_test(noise_spreads_as_the_formula_says),
        cmocka_unit_test(the_same_seed_gives_the_same_result),
        cmocka_unit_test(pulses_follow_the_register),
        cmocka_unit_test(what_is_beyond_full_scale_is_counted),
        cmocka_unit_test(the_primary_side_is_what_the_ratio_says),
    };
    return cmocka_run_group_tests_name("stand_trial", tests, NULL, NULL);
}
