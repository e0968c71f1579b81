/* The factory's procedure against waves whose errors are known. */
#include "legal/adjust.h"
#include "test/legal/rig.h"
#include "test/unit.h"

#include <math.h>
#include <string.h>

static const double radian_deg = 57.29577951308232;

/* How the front end errs, as factors and angles on the waves. */
struct front {
    double u;
    double i;
    double delay_rad; /* by which the current is late at nominal frequency */
    double core_rad;  /* by which it is early */
    double u_per_k;
    double i_per_k;
    double i_per_k2;
    double angle_per_k;
    double creeps_a; /* at nominal voltage, in phase and a quarter ahead */
    double creeps_ahead_a;
};

struct load {
    double hz;
    double u_v;
    double i_a;
    double lag_deg;
    double warm_k;
};

static const struct load reference_load = {50, 230, 5, 0, 0};

/* The load as the front end shows it. */
static void show(struct rig *rig, const struct front *front, const struct load *load)
{
    double k = load->warm_k;
    double u_v = load->u_v * (front->u + front->u_per_k * k);
    double i_a = load->i_a * (front->i + front->i_per_k * k + front->i_per_k2 * k * k);
    double late =
        front->delay_rad * load->hz / 50 - front->core_rad * 50 / load->hz + front->angle_per_k * k;
    rig_mains(rig, load->hz, u_v, i_a, load->lag_deg + late * radian_deg);
    for (unsigned p = 0; p < rig->config.phases; p++) {
        struct term in_phase = rig->u[p].term[0];
        in_phase.peak *= front->creeps_a / u_v * load->u_v / 230;
        struct term ahead = rig->u[p].term[0];
        ahead.peak *= front->creeps_ahead_a / u_v * load->u_v / 230;
        ahead.turns += 0.25;
        rig->i[p].term[1] = in_phase;
        rig->i[p].term[2] = ahead;
        rig->i[p].terms = 3;
    }
    legal_set_temperature(&rig->legal, LEGAL_REFERENCE_MC + (int32_t)lround(1000 * k));
}

static struct legal_reference truth_of(const struct load *load)
{
    double s = load->u_v * load->i_a * 1e6;
    return (struct legal_reference){
        .u_uv = llround(load->u_v * 1e6),
        .i_na = llround(load->i_a * 1e9),
        .p1_uw = llround(s * cos(load->lag_deg / radian_deg)),
        .q1_uvar = llround(s * sin(load->lag_deg / radian_deg)),
    };
}

static void collect(struct rig *rig, struct legal_adjust *adjust, int windows)
{
    for (int n = 0; n < 8; n++) {
        rig_window(rig);
    }
    legal_adjust_begin(adjust, &rig->legal);
    for (int n = 0; n < windows; n++) {
        rig_window(rig);
        legal_adjust_collect(adjust, &rig->legal);
    }
}

static int step(struct rig *rig, struct legal_adjust *adjust, const struct front *front,
                enum legal_step which, const struct load *load)
{
    struct legal_reference reference[LEGAL_PHASES];
    for (unsigned p = 0; p < LEGAL_PHASES; p++) {
        reference[p] = truth_of(load);
    }
    show(rig, front, load);
    collect(rig, adjust, 2 * LEGAL_ADJUST_WINDOWS);
    return legal_adjust_end(adjust, &rig->legal, which, reference);
}

/* All that the factory does. */
static void adjust_all(struct rig *rig, struct legal_adjust *adjust, const struct front *front)
{
    struct load open = reference_load;
    struct load load = reference_load;
    open.i_a = 0;
    legal_adjust_init(adjust);
    assert_int_equal(step(rig, adjust, front, LEGAL_STEP_OFFSET, &open), LEGAL_ADJUSTED);
    assert_int_equal(step(rig, adjust, front, LEGAL_STEP_GAIN, &load), LEGAL_ADJUSTED);
    load.lag_deg = 60;
    assert_int_equal(step(rig, adjust, front, LEGAL_STEP_ANGLE, &load), LEGAL_ADJUSTED);
    load.hz = 47.5;
    assert_int_equal(step(rig, adjust, front, LEGAL_STEP_FREQUENCY, &load), LEGAL_ADJUSTED);
    assert_int_equal(step(rig, adjust, front, LEGAL_STEP_OFFSET, &open), LEGAL_ADJUSTED);
    load = reference_load;
    load.warm_k = -40;
    assert_int_equal(step(rig, adjust, front, LEGAL_STEP_TEMPERATURE, &load), LEGAL_ADJUSTED);
    load.warm_k = 35;
    assert_int_equal(step(rig, adjust, front, LEGAL_STEP_TEMPERATURE, &load), LEGAL_ADJUSTED);
}

static void power_is(struct rig *rig, const struct front *front, const struct load *load,
                     double tolerance)
{
    show(rig, front, load);
    for (int n = 0; n < 10; n++) {
        rig_window(rig);
    }
    struct legal_snapshot snapshot = rig_window(rig);
    struct legal_reference truth = truth_of(load);
    double s = load->u_v * load->i_a * 1e6;
    for (unsigned p = 0; p < rig->config.phases; p++) {
        double p_error = (double)(snapshot.phase[p].p_uw - truth.p1_uw) / s;
        double q_error = (double)(snapshot.phase[p].q1_uvar - truth.q1_uvar) / s;
        assert_true(fabs(p_error) < tolerance);
        assert_true(fabs(q_error) < tolerance);
    }
}

static const struct front wrong = {
    .u = 1.01,
    .i = 0.97,
    .delay_rad = 0.004,
    .core_rad = 0.06,
    .u_per_k = 12e-6,
    .i_per_k = -30e-6,
    .i_per_k2 = 0.3e-6,
    .angle_per_k = 8e-6,
    .creeps_a = 1e-3,
    .creeps_ahead_a = -4e-4,
};

static void a_meter_that_errs_is_put_right(void **state)
{
    (void)state;
    struct rig rig = rig_of(3, 50);
    struct legal_adjust adjust;
    rig_begin(&rig);
    adjust_all(&rig, &adjust, &wrong);
    const struct load loads[] = {
        {50, 230, 5, 0, 0},    {50, 230, 5, 60, 0},  {50, 230, 60, -37, 0}, {50, 230, 0.25, 60, 0},
        {49, 230, 5, 60, 0},   {51, 230, 5, 60, 0},  {50, 253, 5, 60, 0},   {50, 207, 0.25, 0, 0},
        {50, 230, 5, 60, -60}, {50, 230, 5, 0, -25}, {50, 230, 5, 60, 47},
    };
    for (size_t n = 0; n < sizeof loads / sizeof loads[0]; n++) {
        power_is(&rig, &wrong, &loads[n], 2e-5);
    }
}

static void the_protocol_tells_what_was_wrong(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    struct front front = {.u = 1.002, .i = 0.99, .delay_rad = 0.003};
    struct legal_adjust adjust;
    struct load load = reference_load;
    rig_begin(&rig);
    legal_adjust_init(&adjust);
    assert_int_equal(step(&rig, &adjust, &front, LEGAL_STEP_GAIN, &load), LEGAL_ADJUSTED);
    assert_true(fabs(adjust.found[0].u - (1 / 1.002 - 1)) < 1e-6);
    assert_true(fabs(adjust.found[0].i - (1 / 0.99 - 1)) < 1e-6);
    double s_uva = load.u_v * load.i_a * 1e6;
    double shown = 1.002 * 0.99;
    assert_true(fabs(adjust.found[0].p_uw - (shown * cos(0.003) - 1) * s_uva) < 1e-6 * s_uva);
    assert_true(fabs(adjust.found[0].q_uvar - shown * sin(0.003) * s_uva) < 1e-6 * s_uva);
    load.lag_deg = 60;
    assert_int_equal(step(&rig, &adjust, &front, LEGAL_STEP_ANGLE, &load), LEGAL_ADJUSTED);
    assert_true(fabs(adjust.found[0].angle + 0.003) < 1e-6);
    double off = sin(60 / radian_deg + 0.003) - sin(60 / radian_deg);
    assert_true(fabs(adjust.found[0].q_uvar - off * s_uva) < 2e-6 * s_uva);
    assert_true(fabs(adjust.found[0].u) < 1e-6);
}

static void one_temperature_gives_a_slope(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    struct front front = {.u = 1, .i = 1, .i_per_k = 50e-6};
    struct legal_adjust adjust;
    struct load load = reference_load;
    rig_begin(&rig);
    legal_adjust_init(&adjust);
    load.warm_k = 30;
    assert_int_equal(step(&rig, &adjust, &front, LEGAL_STEP_TEMPERATURE, &load), LEGAL_ADJUSTED);
    const struct legal_calibration_phase *phase =
        &legal_parameters(&rig.legal)->calibration.phase[0];
    assert_true(fabs(phase->i_drift.ppt_per_k + 50e6) < 0.2e6);
    assert_int_equal(phase->i_drift.ppt_per_k2, 0);
    load.warm_k = 33;
    assert_int_equal(step(&rig, &adjust, &front, LEGAL_STEP_TEMPERATURE, &load),
                     LEGAL_ADJUST_NO_TEMPERATURE);
    load.warm_k = 2;
    assert_int_equal(step(&rig, &adjust, &front, LEGAL_STEP_TEMPERATURE, &load),
                     LEGAL_ADJUST_NO_TEMPERATURE);
}

/* 5 K from the reference, and from each other, tell something; less does not. */
static void temperatures_must_be_apart(void **state)
{
    (void)state;
    static const struct {
        double warm_k;
        int result;
    } tries[] = {
        {4.99, LEGAL_ADJUST_NO_TEMPERATURE},
        {-4.99, LEGAL_ADJUST_NO_TEMPERATURE},
        {5.01, LEGAL_ADJUSTED},
        {9.99, LEGAL_ADJUST_NO_TEMPERATURE},
        {-4.99, LEGAL_ADJUST_NO_TEMPERATURE},
        {10.02, LEGAL_ADJUSTED},
        {-30, LEGAL_ADJUST_NO_TEMPERATURE},
    };
    struct rig rig = rig_of(1, 50);
    struct front front = {.u = 1, .i = 1, .i_per_k = 50e-6};
    struct legal_adjust adjust;
    struct load load = reference_load;
    rig_begin(&rig);
    legal_adjust_init(&adjust);
    for (size_t n = 0; n < sizeof tries / sizeof tries[0]; n++) {
        load.warm_k = tries[n].warm_k;
        assert_int_equal(step(&rig, &adjust, &front, LEGAL_STEP_TEMPERATURE, &load),
                         tries[n].result);
    }
}

/* Drifts so large that what one temperature has mended counts at the next. */
static void large_drifts_are_put_right(void **state)
{
    (void)state;
    const struct front drifting = {.u = 1.05, .i = 0.94, .i_per_k = -5e-4, .i_per_k2 = 5e-6};
    const double temperatures_k[] = {-40, 35};
    struct rig rig = rig_of(3, 50);
    struct legal_adjust adjust;
    struct load load = reference_load;
    rig_begin(&rig);
    legal_adjust_init(&adjust);
    assert_int_equal(step(&rig, &adjust, &drifting, LEGAL_STEP_GAIN, &load), LEGAL_ADJUSTED);
    for (int n = 0; n < 2; n++) {
        load.warm_k = temperatures_k[n];
        assert_int_equal(step(&rig, &adjust, &drifting, LEGAL_STEP_TEMPERATURE, &load),
                         LEGAL_ADJUSTED);
    }
    for (int n = 0; n < 2; n++) {
        load.warm_k = temperatures_k[n];
        power_is(&rig, &drifting, &load, 2e-6);
    }
}

/* What is seen without a current is added to the noise that is known, as power. */
static void noise_adds_up(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    struct front front = {.u = 1, .i = 1};
    struct legal_adjust adjust;
    struct load open = reference_load;
    open.i_a = 0;
    rig_begin(&rig);
    legal_adjust_init(&adjust);
    for (int n = 1; n <= 3; n++) {
        front.creeps_a = 1e-3 * n;
        assert_int_equal(step(&rig, &adjust, &front, LEGAL_STEP_OFFSET, &open), LEGAL_ADJUSTED);
        double noise_na = legal_parameters(&rig.legal)->calibration.phase[0].i_noise_na;
        assert_true(fabs(noise_na - 1e6 * n) < 2e3);
    }
}

static void what_was_in_the_memory_does_not_count(void **state)
{
    (void)state;
    static const struct legal_adjust begun;
    struct legal_adjust adjust;
    memset(&adjust, 0xA5, sizeof adjust);
    legal_adjust_init(&adjust);
    assert_memory_equal(&adjust, &begun, sizeof adjust);
}

static void too_few_windows_are_refused(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    struct front front = {.u = 1.1, .i = 1};
    struct legal_adjust adjust;
    const struct legal_reference reference[LEGAL_PHASES] = {truth_of(&reference_load)};
    rig_begin(&rig);
    legal_adjust_init(&adjust);
    show(&rig, &front, &reference_load);
    collect(&rig, &adjust, LEGAL_ADJUST_WINDOWS - 1);
    assert_int_equal(legal_adjust_end(&adjust, &rig.legal, LEGAL_STEP_GAIN, reference),
                     LEGAL_ADJUST_TOO_FEW);
    assert_int_equal(legal_parameters(&rig.legal)->calibration.phase[0].u_gain_ppb, 0);
    collect(&rig, &adjust, LEGAL_ADJUST_WINDOWS);
    assert_int_equal(legal_adjust_end(&adjust, &rig.legal, LEGAL_STEP_GAIN, reference),
                     LEGAL_ADJUSTED);
}

/* A window counts once, however often it is looked at. */
static void a_window_is_collected_once(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    struct legal_adjust adjust;
    rig_begin(&rig);
    legal_adjust_init(&adjust);
    rig_mains(&rig, 50, 230, 5, 0);
    rig_seconds(&rig, 2);
    legal_adjust_begin(&adjust, &rig.legal);
    legal_adjust_collect(&adjust, &rig.legal);
    assert_int_equal(adjust.windows, 0);
    rig_window(&rig);
    legal_adjust_collect(&adjust, &rig.legal);
    legal_adjust_collect(&adjust, &rig.legal);
    assert_int_equal(adjust.windows, 1);
}

static void a_broken_front_end_is_implausible(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    struct front front = {.u = 0.7, .i = 1};
    struct legal_adjust adjust;
    rig_begin(&rig);
    legal_adjust_init(&adjust);
    assert_int_equal(step(&rig, &adjust, &front, LEGAL_STEP_GAIN, &reference_load),
                     LEGAL_ADJUST_IMPLAUSIBLE);
    assert_int_equal(legal_parameters(&rig.legal)->calibration.phase[0].u_gain_ppb, 0);
    assert_true(adjust.found[0].u == 0); /* the protocol tells of steps that were made */
}

/* What a front end loses after its first calibration comes on top of it. */
static void gains_multiply(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    struct front front = {.u = 0.95, .i = 1.06};
    struct legal_adjust adjust;
    rig_begin(&rig);
    legal_adjust_init(&adjust);
    for (int n = 0; n < 2; n++) {
        assert_int_equal(step(&rig, &adjust, &front, LEGAL_STEP_GAIN, &reference_load),
                         LEGAL_ADJUSTED);
        power_is(&rig, &front, &reference_load, 1e-6);
        front.u *= 0.97;
        front.i *= 1.02;
    }
}

/* Of a load that exports, whose angle is a half turn. */
static void angles_go_the_shorter_way_round(void **state)
{
    (void)state;
    const double lags_deg[] = {180, -179.9, 179.9};
    for (int n = 0; n < 3; n++) {
        struct rig rig = rig_of(1, 50);
        struct front front = {.u = 1, .i = 1, .delay_rad = n == 1 ? -0.004 : 0.004};
        struct legal_adjust adjust;
        struct load load = reference_load;
        load.lag_deg = lags_deg[n];
        rig_begin(&rig);
        legal_adjust_init(&adjust);
        assert_int_equal(step(&rig, &adjust, &front, LEGAL_STEP_ANGLE, &load), LEGAL_ADJUSTED);
        assert_true(fabs(adjust.found[0].angle + front.delay_rad) < 1e-6);
    }
}

static void a_sealed_meter_refuses_each_step(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    struct front front = {.u = 1.01, .i = 1};
    struct legal_adjust adjust;
    rig_begin(&rig);
    legal_adjust_init(&adjust);
    legal_seal(&rig.legal);
    for (unsigned which = 0; which < LEGAL_STEPS; which++) {
        assert_int_equal(step(&rig, &adjust, &front, (enum legal_step)which, &reference_load),
                         LEGAL_ADJUST_SEALED);
        assert_int_equal(legal_parameters(&rig.legal)->refused, which + 1);
    }
    assert_int_equal(legal_parameters(&rig.legal)->calibration.phase[0].u_gain_ppb, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_meter_that_errs_is_put_right),
        cmocka_unit_test(the_protocol_tells_what_was_wrong),
        cmocka_unit_test(one_temperature_gives_a_slope),
        cmocka_unit_test(temperatures_must_be_apart),
        cmocka_unit_test(large_drifts_are_put_right),
        cmocka_unit_test(noise_adds_up),
        cmocka_unit_test(what_was_in_the_memory_does_not_count),
        cmocka_unit_test(too_few_windows_are_refused),
        cmocka_unit_test(a_window_is_collected_once),
        cmocka_unit_test(a_broken_front_end_is_implausible),
        cmocka_unit_test(gains_multiply),
        cmocka_unit_test(angles_go_the_shorter_way_round),
        cmocka_unit_test(a_sealed_meter_refuses_each_step),
    };
    return cmocka_run_group_tests_name("legal_adjust", tests, NULL, NULL);
}
