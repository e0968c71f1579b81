/* The virtual clock chip: how it drifts, and how long its backup lasts. */
#include "test/unit.h"

#include "world/rtc.h"

#include <math.h>

enum { HOUR_S = 3600, DAY_S = 86400 };

static struct rtc_chip chip;
static struct rtc port;

static void open_chip(const struct rtc_chip_config *config)
{
    rtc_chip_open(&chip, config);
    port = rtc_chip_port(&chip);
}

static struct rtc_reading look(void)
{
    struct rtc_reading reading;
    assert_int_equal(port.read(port.context, &reading), 0);
    return reading;
}

/* So long in pieces, at a temperature. */
static void pass(int64_t s, int64_t piece_s, double temperature_c, bool supplied)
{
    for (; s > 0; s -= piece_s) {
        int64_t now_s = s < piece_s ? s : piece_s;
        rtc_chip_advance(&chip, (uint64_t)now_s * 1000000, temperature_c, supplied);
    }
}

static void forgets_until_it_is_set(void **state)
{
    (void)state;
    struct rtc_chip_config config = rtc_chip_config_default();
    open_chip(&config);
    assert_false(look().kept);
    assert_int_equal(port.set(port.context, 1234567), 0);
    assert_true(look().kept);
    assert_true(look().utc_ms == 1234567);
    rtc_chip_advance(&chip, 500, 25, true);
    assert_true(look().utc_ms == 1234567);
    rtc_chip_advance(&chip, 500, 25, true);
    assert_true(look().utc_ms == 1234568);
}

/* 1 ppm of 1 000 000 s is 1 s: the parabola, the crystal, ageing, and the trim in its steps. */
static void drifts_as_its_crystal(void **state)
{
    (void)state;
    static const struct {
        double error_ppm, temperature_c;
        int32_t trim_ppb;
        double expected_s; /* ahead after a million seconds */
    } rows[] = {
        {0, 25, 0, 0},
        {10, 25, 0, 10},
        {0, -25, 0, -0.034 * 2500},
        {0, 60, 0, -0.034 * 1225},
        {12, 35, 0, 12 - 3.4},
        {0, 25, 10100, 10.4904}, /* eleven steps */
        {0, 25, 1000000, 487.3}, /* its most */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rtc_chip_config config = rtc_chip_config_default();
        config.error_ppm = rows[i].error_ppm;
        open_chip(&config);
        rtc_chip_set(&chip, 0);
        assert_int_equal(port.trim(port.context, rows[i].trim_ppb), 0);
        pass(1000000, 977, rows[i].temperature_c, true);
        double ahead_s = (double)(look().utc_ms - 1000000000) / 1000;
        assert_true(fabs(ahead_s - rows[i].expected_s) < 0.5);
        assert_int_equal(look().temperature_cc, rows[i].temperature_c * 100);
    }
}

static void ages(void **state)
{
    (void)state;
    struct rtc_chip_config config = rtc_chip_config_default();
    config.ageing_ppm = 3;
    open_chip(&config);
    pass(365 * DAY_S, DAY_S, 25, true);
    assert_true(fabs(rtc_chip_error_ppm(&chip, 25) - 3) < 0.01);
}

/* Hours without supply until it forgets. */
static int lasts_h(const struct rtc_chip_config *config)
{
    open_chip(config);
    rtc_chip_set(&chip, 0);
    int hours = 0;
    while (look().kept && hours < 1000000) {
        int64_t before_ms = look().utc_ms;
        pass(HOUR_S, HOUR_S, 25, false);
        assert_true(look().utc_ms >= before_ms);
        hours++;
    }
    int64_t stopped_ms = look().utc_ms;
    pass(DAY_S, HOUR_S, 25, false);
    assert_true(look().utc_ms == stopped_ms);
    assert_false(look().kept);
    return hours;
}

static void lives_by_its_backup(void **state)
{
    (void)state;
    struct rtc_chip_config config = rtc_chip_config_default();
    config.self_discharge = 0;
    config.battery_mah = 12;
    config.draw_ua = 100;
    assert_in_range(lasts_h(&config), 120, 121);
    config.backup = RTC_CHIP_CAPACITOR;
    config.draw_ua = 0.7;
    config.capacitor_f = 0.33;
    assert_in_range(lasts_h(&config), 183, 184); /* 0.33 F * 1.4 V / 0.7 uA */
    config.backup = RTC_CHIP_NONE;
    assert_int_equal(lasts_h(&config), 1);
}

static void a_capacitor_fills_again(void **state)
{
    (void)state;
    struct rtc_chip_config config = rtc_chip_config_default();
    config.backup = RTC_CHIP_CAPACITOR;
    config.draw_ua = 0.7;
    open_chip(&config);
    assert_int_equal(look().backup_mv, 3000);
    pass(92 * HOUR_S, HOUR_S, 25, false);
    assert_in_range(look().backup_mv, 2280, 2320);
    pass(HOUR_S, 60, 25, true);
    assert_in_range(look().backup_mv, 2999, 3000);
}

static void a_battery_ends_and_is_exchanged(void **state)
{
    (void)state;
    struct rtc_chip_config config = rtc_chip_config_default();
    open_chip(&config);
    rtc_chip_set(&chip, 0);
    assert_int_equal(look().backup_mv, 3600);
    chip.left = 0.05;
    assert_int_equal(look().backup_mv, 2800);
    chip.left = 0;
    pass(DAY_S, HOUR_S, 25, true);
    assert_true(look().kept);
    rtc_chip_exchange(&chip, true);
    assert_true(look().kept);
    assert_int_equal(look().backup_mv, 3600);
    rtc_chip_exchange(&chip, false);
    assert_false(look().kept);
}

static void a_broken_chip_does_not_answer(void **state)
{
    (void)state;
    struct rtc_chip_config config = rtc_chip_config_default();
    struct rtc_reading reading;
    open_chip(&config);
    chip.broken = true;
    assert_int_equal(port.read(port.context, &reading), -1);
    assert_int_equal(port.set(port.context, 0), -1);
    assert_int_equal(port.trim(port.context, 0), -1);
}

static void the_climate_has_its_extremes(void **state)
{
    (void)state;
    const struct climate climate = {.mean_c = 10, .yearly_c = 15, .daily_c = 5};
    double least = 100;
    double most = -100;
    for (int64_t s = 1767225600; s < 1767225600 + 366 * DAY_S; s += HOUR_S) {
        least = fmin(least, climate_c(&climate, s));
        most = fmax(most, climate_c(&climate, s));
    }
    assert_true(fabs(least + 10) < 0.05 && fabs(most - 30) < 0.05);
    struct climate room = climate_default();
    assert_true(climate_c(&room, 0) == 23 && climate_c(&room, 15000000) == 23);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forgets_until_it_is_set),
        cmocka_unit_test(drifts_as_its_crystal),
        cmocka_unit_test(ages),
        cmocka_unit_test(lives_by_its_backup),
        cmocka_unit_test(a_capacitor_fills_again),
        cmocka_unit_test(a_battery_ends_and_is_exchanged),
        cmocka_unit_test(a_broken_chip_does_not_answer),
        cmocka_unit_test(the_climate_has_its_extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
