/* The ledger: every sample counted once, in the right register; pulses follow it. */
#include "test/legal/rig.h"
#include "test/unit.h"

#include <math.h>
#include <stdlib.h>

static double net_active_ws(const struct rig *rig, unsigned phase)
{
    return rig_energy_ws(rig, phase, LEGAL_ENERGY_A_IMPORT) -
           rig_energy_ws(rig, phase, LEGAL_ENERGY_A_EXPORT);
}

static void assert_near(double found, double right, double tolerance)
{
    if (!(fabs(found - right) <= tolerance)) {
        fail_msg("%.9g is not %.9g within %.1e", found, right, tolerance);
    }
}

/* A rectifier's current on a flat-topped voltage. */
static void distort(struct rig *rig, double hz, double turns)
{
    rig->u[0] = (struct wave){
        .terms = 3,
        .term = {{325, hz, turns}, {9, 3 * hz, 3 * turns + 0.5}, {12, 5 * hz, 5 * turns + 0.1}}};
    rig->i[0] = (struct wave){.terms = 4,
                              .term = {{8, hz, turns - 0.05},
                                       {6, 3 * hz, 3 * turns + 0.45},
                                       {3, 5 * hz, 5 * turns + 0.02},
                                       {2, 7 * hz, 7 * turns + 0.6}}};
}

/* However the windows lie: their sum is the integral over the span that they report. */
static void energy_telescopes(void **state)
{
    (void)state;
    for (int start = 0; start < 12; start++) {
        struct rig rig = rig_of(1, 50);
        rig_begin(&rig);
        distort(&rig, 49.37, start / 12.0);
        rig_seconds(&rig, 1.7 + start * 0.013);
        struct legal_snapshot first = rig_window(&rig);
        double before_ws = net_active_ws(&rig, 0);
        rig_seconds(&rig, 6);
        struct legal_snapshot last = rig_window(&rig);
        double right_ws =
            wave_product(&rig.u[0], &rig.i[0], seconds_of(first.end), seconds_of(last.end));
        assert_near((net_active_ws(&rig, 0) - before_ws) / right_ws, 1, 1e-8);
    }
}

/* Also from the first frame on, while the follower still looks for the frequency. What remains is
 * the difference of q'/24 between the two ends, which lie at different phases. */
static void no_energy_is_lost_at_the_beginning(void **state)
{
    (void)state;
    static const double frequencies[] = {42.5, 46, 50, 53.7, 57.5};
    for (int f = 0; f < 5; f++) {
        struct rig rig = rig_of(1, 50);
        rig_begin(&rig);
        distort(&rig, frequencies[f], 0.2);
        rig_seconds(&rig, 5);
        struct legal_snapshot last = rig_window(&rig);
        double right_ws =
            wave_product(&rig.u[0], &rig.i[0], -0.5 / LEGAL_FRAME_HZ, seconds_of(last.end));
        assert_near(net_active_ws(&rig, 0) / right_ws, 1, 5e-7);
    }
}

static void one_window_follows_the_other(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_begin(&rig);
    rig_mains(&rig, 51.3, 230, 5, 0);
    struct legal_snapshot before = rig_window(&rig);
    assert_int_equal(before.window, 1);
    assert_int_equal(before.start.frame, -1);
    assert_int_equal(before.start.fraction, UINT32_C(1) << 31);
    for (uint32_t window = 2; window < 40; window++) {
        struct legal_snapshot now = rig_window(&rig);
        assert_int_equal(now.window, window);
        assert_int_equal(now.start.frame, before.end.frame);
        assert_int_equal(now.start.fraction, before.end.fraction);
        before = now;
    }
    assert_near(seconds_of(before.end) - seconds_of(before.start), 10 / 51.3, 1e-8);
}

/* The register of reactive energy that a lag belongs to. */
static void quadrants(void **state)
{
    (void)state;
    static const double lags_deg[] = {40, 130, 220, 310};
    for (unsigned quadrant = 0; quadrant < 4; quadrant++) {
        struct rig rig = rig_of(1, 50);
        rig_begin(&rig);
        rig_mains(&rig, 50, 230, 10, lags_deg[quadrant]);
        rig_seconds(&rig, 3);
        double seconds = seconds_of(rig_window(&rig).end) + 0.5 / LEGAL_FRAME_HZ;
        double lag = lags_deg[quadrant] / 180 * 3.14159265358979323846;
        for (unsigned q = 0; q < 4; q++) {
            assert_near(rig_energy_ws(&rig, 1, LEGAL_ENERGY_R1 + q),
                        q == quadrant ? 2300 * seconds * fabs(sin(lag)) : 0, 0.01);
        }
        bool import = cos(lag) > 0;
        double right_ws = 2300 * seconds * fabs(cos(lag));
        assert_near(rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_IMPORT), import ? right_ws : 0, 0.01);
        assert_near(rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_EXPORT), import ? 0 : right_ws, 0.01);
        assert_near(rig_energy_ws(&rig, 0, LEGAL_ENERGY_S_IMPORT), import ? 2300 * seconds : 0,
                    0.01);
        assert_near(rig_energy_ws(&rig, 0, LEGAL_ENERGY_S_EXPORT), import ? 0 : 2300 * seconds,
                    0.01);
    }
}

/* Near the nominal frequency every reactive energy counts from the first frame on. Far from it,
 * that of the windows until the follower is there does not, and nothing wrong instead. */
static void reactive_energy_at_the_beginning(void **state)
{
    (void)state;
    for (double hz = 42.5; hz <= 57.5; hz += 0.125) {
        struct rig rig = rig_of(1, 50);
        rig_begin(&rig);
        rig_mains(&rig, hz, 230, 10, 90);
        rig_seconds(&rig, 5);
        double seconds = seconds_of(rig_window(&rig).end) + 0.5 / LEGAL_FRAME_HZ;
        double counted_s = rig_energy_ws(&rig, 1, LEGAL_ENERGY_R1) / 2300 +
                           rig_energy_ws(&rig, 1, LEGAL_ENERGY_R2) / 2300;
        assert_near(counted_s, seconds, fabs(hz - 50) < 0.2 ? 1e-3 : 0.5);
        assert_true(counted_s < seconds + 1e-3);
        assert_true(rig_energy_ws(&rig, 1, LEGAL_ENERGY_R3) == 0);
        assert_true(rig_energy_ws(&rig, 1, LEGAL_ENERGY_R4) == 0);
    }
}

static void direction_changes(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_begin(&rig);
    rig_mains(&rig, 50, 230, 10, 0);
    rig_seconds(&rig, 4);
    assert_int_equal(rig_window(&rig).phase[0].direction, LEGAL_DIRECTION_IMPORT);
    double imported_ws = rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_IMPORT);
    assert_true(rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_EXPORT) == 0);
    rig_mains(&rig, 50, 230, 10, 180);
    rig_seconds(&rig, 4);
    struct legal_snapshot snapshot = rig_window(&rig);
    assert_int_equal(snapshot.total.direction, LEGAL_DIRECTION_EXPORT);
    assert_near((double)snapshot.phase[0].pf_ppm, -1e6, 1);
    assert_near((double)snapshot.total.p_uw, -2300e6, 100);
    double one_window_ws = 2300 * 0.2;
    assert_near(rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_IMPORT), imported_ws, one_window_ws);
    assert_near(rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_EXPORT), 4 * 2300, 2 * one_window_ws);
}

static void begin_with_load(struct rig *rig, double u_v, double i_a)
{
    *rig = rig_of(1, 50);
    rig->config.pulses_per_kwh = 100000;
    rig->config.pulses_per_kvarh = 100000;
    rig_begin(rig);
    rig_mains(rig, 50, u_v, i_a, 0);
}

static void starts_at_the_starting_current(void **state)
{
    (void)state;
    struct rig rig;
    begin_with_load(&rig, 230, 0.02);
    rig_seconds(&rig, 20);
    struct legal_snapshot snapshot = rig_window(&rig);
    double seconds = seconds_of(snapshot.end);
    assert_int_equal(snapshot.phase[0].direction, LEGAL_DIRECTION_IMPORT);
    assert_near(rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_IMPORT) / (4.6 * seconds), 1, 1e-4);
    assert_int_equal(legal_pulses(&rig.legal, LEGAL_PULSE_ACTIVE), 2); /* 36 J each */
}

static void stands_still_without_load(void **state)
{
    (void)state;
    static const double currents_a[] = {0, 0.001, 0.0085};
    for (int i = 0; i < 3; i++) {
        struct rig rig;
        begin_with_load(&rig, 1.15 * 230, currents_a[i]);
        rig_seconds(&rig, 20);
        struct legal_snapshot snapshot = rig_window(&rig);
        assert_int_equal(snapshot.phase[0].direction, LEGAL_DIRECTION_NONE);
        assert_int_equal(snapshot.total.direction, LEGAL_DIRECTION_NONE);
        for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
            assert_true(legal_energy_uws(&rig.legal, 0, energy) == 0);
            assert_true(legal_energy_uws(&rig.legal, 1, energy) == 0);
        }
        assert_int_equal(legal_pulses(&rig.legal, LEGAL_PULSE_ACTIVE), 0);
        assert_int_equal(legal_pulses(&rig.legal, LEGAL_PULSE_REACTIVE), 0);
    }
}

/* L1 imports 10 A, L2 imports 4 A at PF 0.5 inductive, L3 exports 6 A. */
static void run_three_unequal(struct rig *rig, enum legal_sum sum)
{
    *rig = rig_of(3, 50);
    rig->config.sum = (uint8_t)sum;
    rig_begin(rig);
    rig_mains(rig, 50, 230, 10, 0);
    rig->i[1] = wave_sine(4, 50, rig->u[1].term[0].turns - 1.0 / 6);
    rig->i[2] = wave_sine(6, 50, rig->u[2].term[0].turns - 0.5);
    rig_seconds(rig, 10);
}

static void total_is_the_vector_sum(void **state)
{
    (void)state;
    struct rig rig;
    run_three_unequal(&rig, LEGAL_SUM_VECTOR);
    double seconds = seconds_of(rig_window(&rig).end) + 0.5 / LEGAL_FRAME_HZ;
    assert_near(rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_IMPORT), (2300 + 460 - 1380) * seconds, 0.01);
    assert_true(rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_EXPORT) == 0);
    assert_near(rig_energy_ws(&rig, 0, LEGAL_ENERGY_R1), 920 * sqrt(0.75) * seconds, 0.01);
    assert_near(rig_energy_ws(&rig, 0, LEGAL_ENERGY_S_IMPORT), (2300 + 920 + 1380) * seconds, 0.01);
}

static void total_is_the_sum_of_the_phases_registers(void **state)
{
    (void)state;
    struct rig rig;
    run_three_unequal(&rig, LEGAL_SUM_PHASES);
    double seconds = seconds_of(rig_window(&rig).end) + 0.5 / LEGAL_FRAME_HZ;
    assert_near(rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_IMPORT), (2300 + 460) * seconds, 0.01);
    assert_near(rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_EXPORT), 1380 * seconds, 0.01);
    for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
        int64_t sum = 0;
        for (unsigned phase = 1; phase <= 3; phase++) {
            sum += legal_energy_uws(&rig.legal, phase, energy);
        }
        int64_t fractions = legal_energy_uws(&rig.legal, 0, energy) - sum;
        assert_true(fractions >= 0 && fractions <= 2);
    }
}

/* No register of any phase ever falls, whatever comes. */
static void registers_never_fall(void **state)
{
    (void)state;
    struct rig rig = rig_of(3, 50);
    rig_begin(&rig);
    int64_t before[1 + LEGAL_PHASES][LEGAL_ENERGIES] = {0};
    srand(1);
    for (int change = 0; change < 60; change++) {
        rig_mains(&rig, 42 + rand() % 16, rand() % 300, rand() % 60 * 0.1, rand() % 360);
        rig_frames(&rig, rand() % 4000);
        for (unsigned phase = 0; phase <= 3; phase++) {
            for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
                int64_t now = legal_energy_uws(&rig.legal, phase, energy);
                assert_true(now >= before[phase][energy]);
                before[phase][energy] = now;
            }
        }
    }
}

static void energy_is_the_same_in_reversed_sequence(void **state)
{
    (void)state;
    struct rig rig = rig_of(3, 50);
    rig_begin(&rig);
    rig_mains(&rig, 50, 230, 5, 30);
    for (int half = 0; half < 2; half++) {
        rig_seconds(&rig, 3);
        struct legal_snapshot snapshot = rig_window(&rig);
        int expected_udeg = half == 0 ? 120000000 : 240000000;
        assert_in_range(snapshot.phase[1].angle_uu_udeg, expected_udeg - 50, expected_udeg + 50);
        assert_near((double)snapshot.total.p_uw, 3 * 1150e6 * cos(0.52359877559829887), 1000);
        struct wave swapped = rig.u[1];
        rig.u[1] = rig.u[2];
        rig.u[2] = swapped;
        swapped = rig.i[1];
        rig.i[1] = rig.i[2];
        rig.i[2] = swapped;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(energy_telescopes),
        cmocka_unit_test(no_energy_is_lost_at_the_beginning),
        cmocka_unit_test(one_window_follows_the_other),
        cmocka_unit_test(quadrants),
        cmocka_unit_test(reactive_energy_at_the_beginning),
        cmocka_unit_test(direction_changes),
        cmocka_unit_test(starts_at_the_starting_current),
        cmocka_unit_test(stands_still_without_load),
        cmocka_unit_test(total_is_the_vector_sum),
        cmocka_unit_test(total_is_the_sum_of_the_phases_registers),
        cmocka_unit_test(registers_never_fall),
        cmocka_unit_test(energy_is_the_same_in_reversed_sequence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
