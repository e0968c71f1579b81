/* Rates: what is counted for which, divided at the very frame of the change. */
#include "legal/keep.h"
#include "legal/totals.h"
#include "test/legal/rig.h"
#include "test/unit.h"
#include "world/nor/dice.h"

#include <math.h>
#include <string.h>

#define DEGREES_OF_RADIAN 57.29577951308232

/* The law of this page. */
static void assert_rates_add_up(const struct legal *legal)
{
    for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
        int64_t sum = 0;
        for (unsigned rate = 1; rate <= LEGAL_RATES; rate++) {
            sum += legal_rate_energy_uws(legal, rate, (enum legal_energy)energy);
        }
        assert_true(sum == legal_energy_uws(legal, 0, (enum legal_energy)energy));
    }
}

static double rate_ws(const struct rig *rig, unsigned rate, enum legal_energy energy)
{
    return (double)legal_rate_energy_uws(&rig->legal, rate, energy) * 1e-6;
}

static void begins_with_the_first(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_mains(&rig, 50, 230, 10, 30);
    rig_begin(&rig);
    rig_seconds(&rig, 2);
    assert_int_equal(legal_rate(&rig.legal), 1);
    assert_rates_add_up(&rig.legal);
    assert_true(rate_ws(&rig, 1, LEGAL_ENERGY_A_IMPORT) > 3000);
    assert_true(rate_ws(&rig, 2, LEGAL_ENERGY_A_IMPORT) == 0);
}

/* Wherever in a window the change comes: the frames before it are the one rate's, those behind the
 * other's. The truth is the waves' own integral. */
static void divides_at_the_frame(void **state)
{
    (void)state;
    for (int extra = 1; extra < 1800; extra += 29) {
        struct rig rig = rig_of(1, 50);
        rig_mains(&rig, 50.1, 230, 20, 25);
        rig_begin(&rig);
        rig_seconds(&rig, 2);
        rig_frames(&rig, extra);
        legal_rate_select(&rig.legal, 3);
        double to = ((double)rig.frame - 0.5) / LEGAL_FRAME_HZ;
        rig_seconds(&rig, 1);
        double truth = wave_product(&rig.u[0], &rig.i[0], -0.5 / LEGAL_FRAME_HZ, to);
        double counted = rate_ws(&rig, 1, LEGAL_ENERGY_A_IMPORT);
        if (!(fabs(counted - truth) < 0.05)) { /* of 9 kWs: the ripple of half a frame */
            fail_msg("change at frame %lld: %.4f Ws counted, %.4f true", (long long)rig.frame,
                     counted, truth);
        }
        double reactive = rate_ws(&rig, 1, LEGAL_ENERGY_R1);
        assert_true(fabs(reactive - 230 * 20 * sin(25 / DEGREES_OF_RADIAN) * to) < 1);
        assert_rates_add_up(&rig.legal);
    }
}

/* What calibration, offsets and direct current add is divided by time. */
static void divides_corrections_by_time(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig.calibration.phase[0] = (struct legal_calibration_phase){
        .u_gain_ppb = 1000000, .angle_nrad = 20000000, .p_offset_uw = 500000000};
    rig_mains(&rig, 50, 230, 20, 60);
    rig_begin(&rig);
    rig_seconds(&rig, 4);
    double before = rate_ws(&rig, 1, LEGAL_ENERGY_A_IMPORT);
    struct legal_snapshot snapshot = rig_window(&rig);
    double power_w = (double)snapshot.phase[0].p_uw * 1e-6;
    double begin = seconds_of(snapshot.end);
    before = rate_ws(&rig, 1, LEGAL_ENERGY_A_IMPORT);
    rig_frames(&rig, LEGAL_FRAME_HZ / 10); /* half a window, and so whole periods */
    legal_rate_select(&rig.legal, 2);
    double change = (double)rig.frame / LEGAL_FRAME_HZ;
    rig_seconds(&rig, 1);
    double counted = rate_ws(&rig, 1, LEGAL_ENERGY_A_IMPORT) - before;
    assert_true(fabs(counted - power_w * (change - begin)) < 25); /* the swing of one period */
}

/* The direction is the window's: a part of the other sign is nobody's. */
static void keeps_directions(void **state)
{
    (void)state;
    struct rig rig = rig_of(3, 50);
    rig_mains(&rig, 50, 230, 10, 180);
    rig_begin(&rig);
    rig_seconds(&rig, 2);
    legal_rate_select(&rig.legal, 5);
    rig_seconds(&rig, 2);
    assert_rates_add_up(&rig.legal);
    assert_true(rate_ws(&rig, 1, LEGAL_ENERGY_A_IMPORT) == 0);
    assert_true(rate_ws(&rig, 5, LEGAL_ENERGY_A_IMPORT) == 0);
    assert_true(fabs(rate_ws(&rig, 5, LEGAL_ENERGY_A_EXPORT) - 13800) < 3000);
}

/* Changes that come faster than windows: each is taken up when the one before is booked, and
 * nothing is lost or counted twice. */
static void changes_wait_for_each_other(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_mains(&rig, 50, 230, 10, 0);
    rig_begin(&rig);
    rig_seconds(&rig, 2);
    for (unsigned rate = 2; rate <= 6; rate++) {
        legal_rate_select(&rig.legal, rate);
        rig_frames(&rig, 100);
    }
    assert_int_equal(legal_rate(&rig.legal), 6);
    rig_seconds(&rig, 2);
    assert_rates_add_up(&rig.legal);
    assert_true(rate_ws(&rig, 6, LEGAL_ENERGY_A_IMPORT) > 2300);
    assert_true(rate_ws(&rig, 4, LEGAL_ENERGY_A_IMPORT) == 0);
}

static struct wave random_wave(uint64_t *dice, double rms, double hz)
{
    return wave_sine(rms * dice_below(dice, 1000) / 1000, hz, dice_below(dice, 1000) / 1000.0);
}

/* Lives of loads that turn, jump and vanish, and changes at any frame. */
static void always_adds_up(void **state)
{
    (void)state;
    uint64_t dice = 20261121;
    for (int life = 0; life < 12; life++) {
        struct rig rig = rig_of(life % 3 == 0 ? 1 : 3, 50);
        rig.config.sum = life % 2 ? LEGAL_SUM_VECTOR : LEGAL_SUM_PHASES;
        rig_mains(&rig, 49.9, 230, 10, 0);
        rig_begin(&rig);
        int64_t before[LEGAL_RATES][LEGAL_ENERGIES] = {0};
        for (int step = 0; step < 60; step++) {
            legal_rate_select(&rig.legal, 1 + dice_below(&dice, LEGAL_RATES));
            rig.i[dice_below(&dice, 3)] = random_wave(&dice, 60, 49.9);
            rig_frames(&rig, dice_below(&dice, 2500));
            assert_rates_add_up(&rig.legal);
            for (unsigned rate = 0; rate < LEGAL_RATES; rate++) {
                for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
                    int64_t uws = legal_rate_energy_uws(&rig.legal, rate + 1, energy);
                    assert_true(uws >= before[rate][energy]);
                    before[rate][energy] = uws;
                }
            }
        }
        legal_close(&rig.legal);
        assert_rates_add_up(&rig.legal);
    }
}

/* The window under way when the supply fails is divided, too. */
static void close_divides(void **state)
{
    (void)state;
    for (int extra = 1; extra < 1600; extra += 97) {
        struct rig rig = rig_of(1, 50);
        rig_mains(&rig, 50, 230, 20, 0);
        rig_begin(&rig);
        rig_seconds(&rig, 2);
        rig_frames(&rig, extra);
        legal_rate_select(&rig.legal, 2);
        double change = ((double)rig.frame - 0.5) / LEGAL_FRAME_HZ;
        rig_frames(&rig, 150);
        legal_close(&rig.legal);
        double truth = wave_product(&rig.u[0], &rig.i[0], -0.5 / LEGAL_FRAME_HZ, change);
        assert_true(fabs(rate_ws(&rig, 1, LEGAL_ENERGY_A_IMPORT) - truth) < 0.1);
        assert_true(rate_ws(&rig, 2, LEGAL_ENERGY_A_IMPORT) > 0);
        assert_rates_add_up(&rig.legal);
    }
}

static void intervals_change_between(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    struct legal_interval minute = {
        .frames = 60 * LEGAL_FRAME_HZ,
        .f_uhz = 50000000,
        .phase = {{.u_uv = 230000000, .i_na = 10000000000, .p_uw = 2300000000}},
    };
    rig_begin(&rig);
    for (unsigned i = 0; i < 3 * LEGAL_RATES; i++) {
        legal_rate_select(&rig.legal, 1 + i % LEGAL_RATES);
        legal_direct(&rig.legal, &minute, NULL);
    }
    for (unsigned rate = 1; rate <= LEGAL_RATES; rate++) {
        assert_true(legal_rate_energy_uws(&rig.legal, rate, LEGAL_ENERGY_A_IMPORT) ==
                    INT64_C(3) * 60 * 2300000000);
    }
    assert_rates_add_up(&rig.legal);
}

/* At their end the registers of the rates begin anew one by one, as the total does. */
static void rates_roll_over(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    uint8_t octets[LEGAL_TOTALS_SIZE];
    rig_begin(&rig);
    size_t size = legal_totals_write(&rig.legal, octets);
    int64_t near_end = LEGAL_ENERGY_END_UWS - 1000;
    for (unsigned octet = 0; octet < 8; octet++) {
        octets[1 + octet] = (uint8_t)(near_end >> (56 - 8 * octet));
    }
    assert_int_equal(legal_totals_read(&rig.legal, LEGAL_TOTALS_VERSION, octets, size), 0);
    assert_true(legal_rate_energy_uws(&rig.legal, 1, LEGAL_ENERGY_A_IMPORT) == near_end);
    struct legal_interval second = {
        .frames = LEGAL_FRAME_HZ,
        .f_uhz = 50000000,
        .phase = {{.u_uv = 230000000, .i_na = 10000000000, .p_uw = 2300000000}},
    };
    legal_rate_select(&rig.legal, 2);
    legal_direct(&rig.legal, &second, NULL);
    assert_true(legal_energy_uws(&rig.legal, 0, LEGAL_ENERGY_A_IMPORT) == 2300000000 - 1000);
    assert_true(legal_rate_energy_uws(&rig.legal, 1, LEGAL_ENERGY_A_IMPORT) == near_end);
    assert_true(legal_rate_energy_uws(&rig.legal, 2, LEGAL_ENERGY_A_IMPORT) == 2300000000);
    size = legal_totals_write(&rig.legal, octets);
    struct legal other;
    legal_init(&other, &rig.config, &rig.calibration);
    assert_int_equal(legal_totals_read(&other, LEGAL_TOTALS_VERSION, octets, size), 0);
    for (unsigned rate = 1; rate <= LEGAL_RATES; rate++) {
        assert_true(legal_rate_energy_uws(&other, rate, LEGAL_ENERGY_A_IMPORT) ==
                    legal_rate_energy_uws(&rig.legal, rate, LEGAL_ENERGY_A_IMPORT));
    }
}

/* Totals of a meter whose firmware knew no rates. */
static void reads_totals_without_rates(void **state)
{
    (void)state;
    enum { WITHOUT = 1 + 4 * LEGAL_ENERGIES * 10 };
    struct rig rig = rig_of(3, 50);
    uint8_t octets[LEGAL_TOTALS_SIZE];
    rig_mains(&rig, 50, 230, 10, 30);
    rig_begin(&rig);
    legal_rate_select(&rig.legal, 4);
    rig_seconds(&rig, 2);
    size_t size = legal_totals_write(&rig.legal, octets);
    assert_int_equal(size, LEGAL_TOTALS_SIZE);
    int64_t total = legal_energy_uws(&rig.legal, 0, LEGAL_ENERGY_A_IMPORT);
    rig_begin(&rig);
    assert_int_equal(legal_totals_read(&rig.legal, 0, octets, WITHOUT), -1);
    assert_int_equal(legal_totals_read(&rig.legal, 1, octets, WITHOUT + 1), -1);
    assert_int_equal(legal_totals_read(&rig.legal, LEGAL_TOTALS_VERSION, octets, WITHOUT), -1);
    assert_int_equal(legal_totals_read(&rig.legal, LEGAL_TOTALS_VERSION + 1, octets, size), -1);
    assert_int_equal(legal_totals_read(&rig.legal, 1, octets, WITHOUT), 0);
    assert_true(legal_energy_uws(&rig.legal, 0, LEGAL_ENERGY_A_IMPORT) == total);
    assert_true(legal_rate_energy_uws(&rig.legal, 1, LEGAL_ENERGY_A_IMPORT) == total);
    assert_true(legal_rate_energy_uws(&rig.legal, 4, LEGAL_ENERGY_A_IMPORT) == 0);
    assert_rates_add_up(&rig.legal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_with_the_first),
        cmocka_unit_test(divides_at_the_frame),
        cmocka_unit_test(divides_corrections_by_time),
        cmocka_unit_test(keeps_directions),
        cmocka_unit_test(changes_wait_for_each_other),
        cmocka_unit_test(always_adds_up),
        cmocka_unit_test(close_divides),
        cmocka_unit_test(intervals_change_between),
        cmocka_unit_test(rates_roll_over),
        cmocka_unit_test(reads_totals_without_rates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
