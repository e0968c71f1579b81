/* The cheap entry, straight from phasors, against the sampled path. */
#include "test/legal/rig.h"
#include "test/unit.h"

#include <math.h>
#include <string.h>

#define TURN (2 * 3.14159265358979323846)

static void assert_near(double found, double right, double tolerance)
{
    if (!(fabs(found - right) <= tolerance)) {
        fail_msg("%.9g is not %.9g within %.1e", found, right, tolerance);
    }
}

static struct legal_phase phasor(double u_v, double i_a, double lag_deg, int phase)
{
    double lag = TURN * lag_deg / 360;
    return (struct legal_phase){
        .u_uv = llrint(u_v * 1e6),
        .i_na = llrint(i_a * 1e9),
        .p_uw = llrint(u_v * i_a * cos(lag) * 1e6),
        .p1_uw = llrint(u_v * i_a * cos(lag) * 1e6),
        .q1_uvar = llrint(u_v * i_a * sin(lag) * 1e6),
        .angle_ui_udeg = (int32_t)lrint(lag_deg * 1e6),
        .angle_uu_udeg = phase * 120000000,
    };
}

static struct legal_interval interval_of(double hz, double i_a, double lag_deg, uint32_t frames)
{
    struct legal_interval interval = {.frames = frames, .f_uhz = llrint(hz * 1e6)};
    for (int phase = 0; phase < LEGAL_PHASES; phase++) {
        interval.phase[phase] = phasor(230, i_a, lag_deg, phase);
    }
    return interval;
}

static void assert_same_phase(const struct legal_phase *a, const struct legal_phase *b)
{
    double s = (double)a->s_uva;
    assert_near((double)a->u_uv / (double)b->u_uv, 1, 1e-6);
    assert_near((double)a->i_na / (double)b->i_na, 1, 1e-6);
    assert_near((double)a->s_uva / (double)b->s_uva, 1, 1e-6);
    assert_near((double)(a->p_uw - b->p_uw) / s, 0, 1e-6);
    assert_near((double)(a->p1_uw - b->p1_uw) / s, 0, 1e-6);
    assert_near((double)(a->q1_uvar - b->q1_uvar) / s, 0, 1e-6);
    assert_near(a->pf_ppm, b->pf_ppm, 2);
    assert_near(a->angle_ui_udeg, b->angle_ui_udeg, 100);
    assert_near(a->angle_uu_udeg, b->angle_uu_udeg, 100);
    assert_int_equal(a->alive, b->alive);
    assert_int_equal(a->direction, b->direction);
}

/* The same load both ways: snapshots alike; energies within 1e-6 of those of the very same time. */
static void equals_the_sampled_path(void **state)
{
    (void)state;
    for (int lag_deg = 15; lag_deg < 360; lag_deg += 60) {
        struct rig rig = rig_of(3, 50);
        rig_begin(&rig);
        rig_mains(&rig, 50, 230, 10, lag_deg);
        rig_seconds(&rig, 10);
        struct legal_snapshot sampled = rig_window(&rig);
        double seconds = seconds_of(sampled.end) + 0.5 / LEGAL_FRAME_HZ;

        struct legal legal;
        legal_init(&legal, &rig.config, &rig.calibration);
        struct legal_interval interval = interval_of(50, 10, lag_deg, LEGAL_FRAME_HZ / 4);
        for (int quarter = 0; quarter < 40; quarter++) {
            legal_direct(&legal, &interval, NULL);
        }
        struct legal_snapshot direct;
        legal_read(&legal, &direct);
        assert_true(direct.f_uhz == 50000000);
        assert_true(direct.locked);
        for (unsigned phase = 0; phase < 3; phase++) {
            assert_same_phase(&sampled.phase[phase], &direct.phase[phase]);
        }
        assert_near((double)(sampled.total.p_uw - direct.total.p_uw), 0, 6900);
        for (unsigned phase = 0; phase <= 3; phase++) {
            for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
                double direct_ws = (double)legal_energy_uws(&legal, phase, energy) * 1e-6;
                assert_near(rig_energy_ws(&rig, phase, energy), direct_ws / 10 * seconds, 6900e-5);
            }
        }
    }
}

static void positions_go_on(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_begin(&rig);
    int64_t at = -1;
    for (uint32_t n = 1; n <= 10; n++) {
        struct legal_interval interval = interval_of(50, 1, 0, n * 1000);
        legal_direct(&rig.legal, &interval, NULL);
        struct legal_snapshot snapshot;
        legal_read(&rig.legal, &snapshot);
        assert_int_equal(snapshot.window, n);
        assert_int_equal(snapshot.start.frame, at);
        at += n * 1000;
        assert_int_equal(snapshot.end.frame, at);
    }
}

static void pulses_follow_the_register(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_begin(&rig);
    uint64_t pulses[LEGAL_PULSES] = {0};
    for (int second = 0; second < 100000; second++) {
        struct legal_interval interval = interval_of(50, second % 80, 30, LEGAL_FRAME_HZ);
        uint32_t fired[LEGAL_PULSES];
        legal_direct(&rig.legal, &interval, fired);
        pulses[LEGAL_PULSE_ACTIVE] += fired[LEGAL_PULSE_ACTIVE];
        pulses[LEGAL_PULSE_REACTIVE] += fired[LEGAL_PULSE_REACTIVE];
    }
    uint64_t owed_active = (uint64_t)legal_energy_uws(&rig.legal, 0, LEGAL_ENERGY_A_IMPORT);
    uint64_t owed_reactive = (uint64_t)legal_energy_uws(&rig.legal, 0, LEGAL_ENERGY_R1);
    assert_true(pulses[LEGAL_PULSE_ACTIVE] == owed_active / 3600000000);
    assert_true(pulses[LEGAL_PULSE_REACTIVE] == owed_reactive / 3600000000);
    assert_true(legal_pulses(&rig.legal, LEGAL_PULSE_ACTIVE) == pulses[LEGAL_PULSE_ACTIVE]);
}

static void dead_and_idle(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_begin(&rig);
    struct legal_interval interval = interval_of(50, 0.005, 0, LEGAL_FRAME_HZ);
    legal_direct(&rig.legal, &interval, NULL);
    struct legal_snapshot snapshot;
    legal_read(&rig.legal, &snapshot);
    assert_int_equal(snapshot.phase[0].direction, LEGAL_DIRECTION_NONE);
    assert_true(legal_energy_uws(&rig.legal, 0, LEGAL_ENERGY_A_IMPORT) == 0);
    memset(&interval.phase, 0, sizeof interval.phase);
    legal_direct(&rig.legal, &interval, NULL);
    legal_read(&rig.legal, &snapshot);
    assert_false(snapshot.locked);
    assert_true(snapshot.f_uhz == 0);
    assert_int_equal(snapshot.missing, 1);
    assert_int_equal(snapshot.phase[0].pf_ppm, 0);
}

/* A year of seconds at random loads: the register is the plain sum. */
static void a_year_is_a_sum(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_begin(&rig);
    int64_t right_uws = 0;
    uint32_t seed = 5;
    for (int minute = 0; minute < 365 * 24 * 60; minute++) {
        seed = seed * 1664525 + 1013904223;
        struct legal_interval interval = {.frames = 60 * LEGAL_FRAME_HZ, .f_uhz = 50000000};
        int64_t p_uw = 10000000 + (int64_t)(seed >> 4) * 80;
        interval.phase[0] = (struct legal_phase){
            .u_uv = 230000000, .i_na = p_uw / 230 * 1000, .p_uw = p_uw, .p1_uw = p_uw};
        right_uws += p_uw * 60;
        legal_direct(&rig.legal, &interval, NULL);
    }
    assert_true(legal_energy_uws(&rig.legal, 0, LEGAL_ENERGY_A_IMPORT) == right_uws);
}

/* The ledger ends at 10^9 Wh, like a register of nine digits. Pulses do not notice. */
static void rolls_over(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_begin(&rig);
    struct legal_interval interval = {.frames = 60 * LEGAL_FRAME_HZ, .f_uhz = 50000000};
    interval.phase[0] = (struct legal_phase){
        .u_uv = 230000000, .i_na = 500000000000, .p_uw = 100000000000, .p1_uw = 100000000000};
    int64_t minutes = 600000 + 3; /* at 100 kW */
    uint32_t pulses = 0;
    int64_t before_uws = 0;
    int falls = 0;
    for (int64_t minute = 0; minute < minutes; minute++) {
        uint32_t fired[LEGAL_PULSES];
        legal_direct(&rig.legal, &interval, fired);
        pulses += fired[LEGAL_PULSE_ACTIVE];
        int64_t now_uws = legal_energy_uws(&rig.legal, 0, LEGAL_ENERGY_A_IMPORT);
        assert_true(now_uws >= 0 && now_uws < LEGAL_ENERGY_END_UWS);
        falls += now_uws < before_uws;
        before_uws = now_uws;
    }
    assert_int_equal(falls, 1);
    assert_true(before_uws == 3 * 60 * INT64_C(100000000000));
    assert_true(pulses == minutes * 100000 / 60); /* 1000 a kWh */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_the_sampled_path),
        cmocka_unit_test(positions_go_on),
        cmocka_unit_test(pulses_follow_the_register),
        cmocka_unit_test(dead_and_idle),
        cmocka_unit_test(a_year_is_a_sum),
        cmocka_unit_test(rolls_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
