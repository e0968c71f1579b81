/* Urms(1/2): rms over a period, refreshed each half period, for dips. */
#include "test/legal/rig.h"
#include "test/unit.h"

#include <math.h>

static struct legal_half latest(const struct rig *rig, unsigned phase)
{
    struct legal_half half;
    uint32_t number = legal_halves(&rig->legal, phase);
    assert_int_equal(legal_half(&rig->legal, phase, number, &half), 0);
    return half;
}

static double volts(const struct legal_half *half)
{
    return (double)half->u_uv * 1e-6;
}

static void halves_end_where_u_is_zero(void **state)
{
    (void)state;
    static const double frequencies[] = {42.5, 47.3, 50, 57.5};
    for (int f = 0; f < 4; f++) {
        struct rig rig = rig_of(3, 50);
        rig_begin(&rig);
        rig_mains(&rig, frequencies[f], 230, 5, 0);
        rig_seconds(&rig, 3);
        for (unsigned phase = 1; phase <= 3; phase++) {
            struct legal_half half = latest(&rig, phase);
            assert_true(fabs(wave_at(&rig.u[phase - 1], seconds_of(half.end))) < 0.1);
            assert_true(fabs(volts(&half) / 230 - 1) < 1e-5);
        }
    }
}

static void each_half_is_counted_once(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_begin(&rig);
    rig_mains(&rig, 51.2, 230, 5, 0);
    rig_seconds(&rig, 2);
    struct legal_half before = latest(&rig, 1);
    uint32_t number = legal_halves(&rig.legal, 1);
    for (int n = 0; n < 500; n++) {
        while (legal_halves(&rig.legal, 1) == number) {
            rig_frames(&rig, 1);
        }
        number++;
        struct legal_half now = latest(&rig, 1);
        double half_s = seconds_of(now.end) - seconds_of(before.end);
        assert_true(fabs(half_s - 0.5 / 51.2) < 1e-6);
        before = now;
    }
}

static void the_last_ones_are_remembered(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_begin(&rig);
    struct legal_half half;
    assert_int_equal(legal_halves(&rig.legal, 1), 0);
    assert_int_equal(legal_half(&rig.legal, 1, 0, &half), -1);
    assert_int_equal(legal_half(&rig.legal, 1, 1, &half), -1);
    rig_mains(&rig, 50, 230, 5, 0);
    rig_seconds(&rig, 1);
    uint32_t number = legal_halves(&rig.legal, 1);
    int remembered = 0;
    while (legal_half(&rig.legal, 1, number - (uint32_t)remembered, &half) == 0) {
        remembered++;
    }
    assert_in_range(remembered, 24, LEGAL_HALVES); /* more than a window of 12 periods */
    assert_int_equal(legal_half(&rig.legal, 1, number + 1, &half), -1);
    assert_int_equal(legal_half(&rig.legal, 1, UINT32_MAX, &half), -1);
}

/* Three periods at 40 %, from zero to zero: residual voltage and duration. */
static void a_dip_is_seen(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_begin(&rig);
    rig_mains(&rig, 50, 230, 5, 0);
    rig_seconds(&rig, 2);
    double end_s = seconds_of(latest(&rig, 1).end);
    double begin_s = end_s + 0.02;
    rig_frames(&rig, lrint(ceil(begin_s * LEGAL_FRAME_HZ)) - rig.frame);
    rig.u[0].term[0].peak *= 0.4;
    uint32_t number = legal_halves(&rig.legal, 1);
    rig_frames(&rig, lrint(ceil((begin_s + 0.06) * LEGAL_FRAME_HZ)) - rig.frame);
    rig.u[0].term[0].peak /= 0.4;
    rig_seconds(&rig, 0.1);
    static const double expected[] = {1, 0.761577, 0.4, 0.4, 0.4, 0.4, 0.4, 0.761577, 1, 1};
    for (uint32_t n = 0; n < 10; n++) {
        struct legal_half half;
        assert_int_equal(legal_half(&rig.legal, 1, number + n, &half), 0);
        assert_true(fabs(volts(&half) / 230 - expected[n]) < 0.002);
    }
}

static void an_interruption_is_zero(void **state)
{
    (void)state;
    struct rig rig = rig_of(3, 50);
    rig_begin(&rig);
    rig_mains(&rig, 50, 230, 5, 0);
    rig_seconds(&rig, 2);
    rig.u[1] = (struct wave){0};
    rig_seconds(&rig, 1);
    struct legal_half half = latest(&rig, 1);
    assert_true(fabs(volts(&half) - 230) < 0.01);
    half = latest(&rig, 2);
    assert_true(half.u_uv == 0);
    assert_true(3 - seconds_of(half.end) < 0.0101);
}

static void direct_current_does_not_count(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_begin(&rig);
    rig_mains(&rig, 50, 230, 5, 0);
    rig.u[0].dc = 20;
    rig_seconds(&rig, 5);
    struct legal_half half = latest(&rig, 1);
    assert_true(fabs(volts(&half) / 230 - 1) < 1e-4);
}

/* Without the frequency there are no values, and with it none is wrong. */
static void no_value_is_wrong_at_the_beginning(void **state)
{
    (void)state;
    double worst = 0;
    for (int nominal = 50; nominal <= 60; nominal += 10) {
        for (double hz = nominal * 0.85; hz <= nominal * 1.15; hz += 0.37) {
            struct rig rig = rig_of(1, (uint8_t)nominal);
            rig_begin(&rig);
            rig_mains(&rig, hz, 230, 5, 0);
            double first_s = 0;
            for (uint32_t number = 1; number <= 40; number++) {
                while (legal_halves(&rig.legal, 1) < number) {
                    rig_frames(&rig, 1);
                }
                struct legal_half half = latest(&rig, 1);
                worst = fmax(worst, fabs(volts(&half) / 230 - 1));
                first_s = number == 1 ? seconds_of(half.end) : first_s;
            }
            assert_true(first_s < 1);
        }
    }
    print_message("worst of the first values: %.1e\n", worst);
    assert_true(worst < 1e-3);
}

/* The zeros are sought anew each half period: a jump of the angle needs no window to be followed.
 */
static void zeros_follow_the_angle(void **state)
{
    (void)state;
    for (double turns = -0.24; turns < 0.25; turns += 0.06) {
        struct rig rig = rig_of(1, 50);
        rig_begin(&rig);
        rig_mains(&rig, 50.3, 230, 5, 0);
        rig_seconds(&rig, 2.01);
        rig.u[0].term[0].turns += turns;
        rig_seconds(&rig, 0.15);
        struct legal_half half = latest(&rig, 1);
        assert_true(fabs(seconds_of(half.end) - seconds_of(half.begin) - 1 / 50.3) < 1e-7);
        assert_true(fabs(volts(&half) / 230 - 1) < 1e-5);
        assert_true(fabs(wave_at(&rig.u[0], seconds_of(half.begin))) < 0.2);
    }
}

/* The frequency leaps up, and the angle jumps about when the meter learns of it: a period that has
 * begun would end after the next one. Neither values nor windows may wait for it. */
static void a_leap_does_not_confuse_the_order(void **state)
{
    (void)state;
    struct rig before = rig_of(1, 50);
    rig_begin(&before);
    rig_mains(&before, 42.5, 230, 5, 0);
    rig_seconds(&before, 2);
    rig_mains(&before, 57.5, 230, 5, 0);
    rig_frames(&before, 2400);
    for (int late = 0; late < 420; late += 7) {
        for (double turns = 0; turns < 0.5; turns += 0.03) {
            struct rig rig = before;
            rig.legal.config = &rig.config;
            rig_frames(&rig, late);
            rig.u[0].term[0].turns += turns;
            rig_seconds(&rig, 1);
            uint32_t number = legal_halves(&rig.legal, 1);
            rig_seconds(&rig, 0.2);
            assert_in_range(legal_halves(&rig.legal, 1) - number, 22, 24);
            struct legal_half half = latest(&rig, 1);
            assert_true(fabs(volts(&half) / 230 - 1) < 1e-4);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halves_end_where_u_is_zero),
        cmocka_unit_test(each_half_is_counted_once),
        cmocka_unit_test(the_last_ones_are_remembered),
        cmocka_unit_test(a_dip_is_seen),
        cmocka_unit_test(an_interruption_is_zero),
        cmocka_unit_test(direct_current_does_not_count),
        cmocka_unit_test(no_value_is_wrong_at_the_beginning),
        cmocka_unit_test(zeros_follow_the_angle),
        cmocka_unit_test(a_leap_does_not_confuse_the_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
