/* The pulse outputs: n pulses are n / constant kWh, evenly spread, never ahead of the register. */
#include "test/legal/rig.h"
#include "test/unit.h"

#include <math.h>

/* Energy that stands behind the pulses given so far, and that of the register. */
static double pulsed_ws(const struct rig *rig)
{
    return legal_pulses(&rig->legal, LEGAL_PULSE_ACTIVE) * 3.6e6 / rig->config.pulses_per_kwh;
}

static double counted_ws(const struct rig *rig)
{
    return rig_energy_ws(rig, 0, LEGAL_ENERGY_A_IMPORT) +
           rig_energy_ws(rig, 0, LEGAL_ENERGY_A_EXPORT);
}

static void pulses_follow_the_register(void **state)
{
    (void)state;
    static const uint32_t constants[] = {7, 1000, 3333, 100000};
    for (int c = 0; c < 4; c++) {
        struct rig rig = rig_of(3, 50);
        rig.config.pulses_per_kwh = constants[c];
        rig_begin(&rig);
        rig_mains(&rig, 50.1, 230, 60, 0);
        double before_ws = 0;
        double pulse_ws = 3.6e6 / constants[c];
        for (int window = 0; window < 100; window++) {
            double known_ws = counted_ws(&rig);
            rig_window(&rig);
            assert_true(pulsed_ws(&rig) <= known_ws);
            assert_true(pulsed_ws(&rig) > before_ws - pulse_ws - 1);
            before_ws = window < 2 ? 0 : known_ws - 41400 * 0.21;
        }
        assert_true(rig.fired[LEGAL_PULSE_ACTIVE] == legal_pulses(&rig.legal, LEGAL_PULSE_ACTIVE));
    }
}

/* Export counts as import does, and nothing is lost where the direction changes. */
static void pulses_count_both_directions(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig.config.pulses_per_kwh = 50000;
    rig.config.pulses_per_kvarh = 20000;
    rig_begin(&rig);
    for (int change = 0; change < 20; change++) {
        rig_mains(&rig, 50, 230, 20, change * 97);
        rig_seconds(&rig, 0.777);
    }
    rig_mains(&rig, 50, 230, 0, 0);
    rig_seconds(&rig, 1);
    assert_true(fabs(counted_ws(&rig) - pulsed_ws(&rig)) <= 72);
    double reactive_ws = 0;
    for (unsigned q = 0; q < 4; q++) {
        reactive_ws += rig_energy_ws(&rig, 0, LEGAL_ENERGY_R1 + q);
    }
    assert_true(fabs(reactive_ws - 180.0 * legal_pulses(&rig.legal, LEGAL_PULSE_REACTIVE)) <= 180);
    assert_true(rig.fired[LEGAL_PULSE_REACTIVE] > 100);
}

static int next_pulse(struct rig *rig)
{
    int64_t before = rig->fired[LEGAL_PULSE_ACTIVE];
    int frames = 0;
    while (rig->fired[LEGAL_PULSE_ACTIVE] == before) {
        rig_frames(rig, 1);
        frames++;
    }
    return frames;
}

static void pulses_are_even(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_begin(&rig);
    rig_mains(&rig, 50.03, 230, 100, 0);
    rig_seconds(&rig, 3);
    next_pulse(&rig);
    double right_frames = 3600.0 / 23000 * 1000 / 1000 * LEGAL_FRAME_HZ;
    for (int pulse = 0; pulse < 50; pulse++) {
        int frames = next_pulse(&rig);
        assert_true(fabs(frames - right_frames) < 1.5);
    }
}

/* More than an output can give waits, and is given later. */
static void too_many_pulses_wait(void **state)
{
    (void)state;
    struct rig rig = rig_of(3, 50);
    rig.config.pulses_per_kwh = 100000;
    rig.config.i_full_scale_ma = 100000000;
    rig_begin(&rig);
    rig_mains(&rig, 50, 230, 60000, 0); /* 41.4 MW: 1.15 million pulses in one second */
    rig_seconds(&rig, 1);
    rig_mains(&rig, 50, 230, 0, 0);
    rig_seconds(&rig, 1);
    assert_in_range(rig.fired[LEGAL_PULSE_ACTIVE], 3000, 2 * LEGAL_FRAME_HZ / 4);
    assert_true(pulsed_ws(&rig) < counted_ws(&rig));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pulses_follow_the_register),
        cmocka_unit_test(pulses_count_both_directions),
        cmocka_unit_test(pulses_are_even),
        cmocka_unit_test(too_many_pulses_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
