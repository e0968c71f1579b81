/* The factory: specimens that differ, what it finds of them, and what it refuses. */
#include "stand/stand.h"
#include "test/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct stand_specimen specimen_of(const char *product, uint64_t seed)
{
    struct stand_specimen specimen;
    const struct stand_making making = {
        .product = product_find(product), .snr_db = 101, .seed = seed};
    assert_int_equal(stand_make(&specimen, &making), 0);
    return specimen;
}

static void specimens_differ_and_come_again(void **state)
{
    (void)state;
    struct stand_specimen one = specimen_of("st402d", 1);
    struct stand_specimen again = specimen_of("st402d", 1);
    struct stand_specimen two = specimen_of("st402d", 2);
    for (unsigned p = 0; p < 3; p++) {
        assert_true(one.frontend.i[p].gain_error == again.frontend.i[p].gain_error);
        assert_true(one.frontend.i[p].gain_error != two.frontend.i[p].gain_error);
        assert_true(one.frontend.u[p].gain_error != one.frontend.u[(p + 1) % 3].gain_error);
        assert_true(fabs(one.frontend.u[p].gain_error) <= 0.01);
        assert_true(fabs(one.frontend.i[p].gain_error) <= 0.02);
    }
}

static void sensors_suit_the_product(void **state)
{
    (void)state;
    assert_string_equal(specimen_of("xs211", 1).frontend.i[0].sensor->name, "shunt");
    assert_string_equal(specimen_of("st402d", 1).frontend.i[2].sensor->name, "ct");
    assert_string_equal(specimen_of("st402c", 1).frontend.i[1].sensor->name, "ct-plain");
    const struct stand_making wrong = {.product = product_find("xs211"), .sensor = "ear"};
    struct stand_specimen specimen;
    assert_int_equal(stand_make(&specimen, &wrong), -1);
}

/* What the front end's errors make of U and I at the point, so that gains are their inverse. */
static void the_factory_finds_what_is_wrong(void **state)
{
    (void)state;
    struct stand_specimen specimen = specimen_of("xs211", 5);
    const struct world_channel u = specimen.frontend.u[0];
    const struct world_channel i = specimen.frontend.i[0];
    struct stand_protocol protocol;
    assert_int_equal(stand_calibrate(&specimen, &protocol), 0);
    assert_int_equal(protocol.steps, STAND_FACTORY_STEPS);
    const struct legal_calibration_phase *phase = &specimen.calibration.phase[0];
    assert_true(fabs(1 + phase->u_gain_ppb * 1e-9 - 1 / (1 + u.gain_error)) < 2e-5);
    assert_true(fabs(1 + phase->i_gain_ppb * 1e-9 - 1 / (1 + i.gain_error)) < 2e-5);
    double u_ppm = u.gain_drift.ppm_per_k + u.sensor->gain.ppm_per_k;
    double i_ppm = i.gain_drift.ppm_per_k + i.sensor->gain.ppm_per_k;
    assert_true(fabs(phase->u_drift.ppt_per_k * 1e-6 + u_ppm) < 0.5);
    assert_true(fabs(phase->i_drift.ppt_per_k * 1e-6 + i_ppm) < 0.5);
    double early_us = u.lag_us - i.lag_us + i.sensor->inductive_us;
    double found_us = (phase->angle_nrad + phase->core_nrad) * 1e-3 / (2 * acos(-1) * 50);
    assert_true(fabs(found_us - early_us) < 0.05);
}

/* The angle of a core goes as 1 / f, that of a delay as f. */
static void a_core_is_told_from_a_delay(void **state)
{
    (void)state;
    struct stand_specimen specimen = specimen_of("st402d", 3);
    struct stand_protocol protocol;
    assert_int_equal(stand_calibrate(&specimen, &protocol), 0);
    double lead = atan(specimen.frontend.i[0].sensor->lowest_hz / 50);
    for (unsigned p = 0; p < 3; p++) {
        const struct legal_calibration_phase *phase = &specimen.calibration.phase[p];
        assert_true(fabs(phase->core_nrad * 1e-9 - lead) < 0.03 * lead);
        assert_true(fabs(phase->angle_nrad * 1e-9) < 0.005);
    }
}

static void a_sealed_meter_is_refused(void **state)
{
    (void)state;
    struct stand_specimen specimen = specimen_of("xs211", 1);
    struct legal *legal = calloc(1, sizeof *legal);
    struct stand_protocol protocol;
    legal_init(legal, &specimen.config, &specimen.calibration);
    legal_seal(legal);
    assert_int_equal(stand_factory(&specimen, legal, &protocol), LEGAL_ADJUST_SEALED);
    assert_int_equal(protocol.steps, 1);
    assert_int_equal(legal_parameters(legal)->refused, 1);
    free(legal);
}

static void a_broken_meter_is_refused(void **state)
{
    (void)state;
    struct stand_specimen specimen = specimen_of("xs211", 1);
    struct stand_protocol protocol;
    specimen.frontend.i[0].gain_error = -0.5;
    assert_int_equal(stand_calibrate(&specimen, &protocol), LEGAL_ADJUST_IMPLAUSIBLE);
    assert_int_equal(protocol.step[protocol.steps - 1].step, LEGAL_STEP_GAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specimens_differ_and_come_again),
        cmocka_unit_test(sensors_suit_the_product),
        cmocka_unit_test(the_factory_finds_what_is_wrong),
        cmocka_unit_test(a_core_is_told_from_a_delay),
        cmocka_unit_test(a_sealed_meter_is_refused),
        cmocka_unit_test(a_broken_meter_is_refused),
    };
    return cmocka_run_group_tests_name("stand_factory", tests, NULL, NULL);
}
