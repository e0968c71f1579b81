/* The clock of a whole meter: its chip, what flash remembers, and what clients see of it. */
#include "base/writer.h"
#include "meter/keeping.h"
#include "meter/meter.h"
#include "test/unit.h"
#include "world/nor/nor.h"
#include "world/rtc.h"

#include <stdlib.h>

static const int64_t begin_ms = INT64_C(1795258800000); /* 2026-11-21T11:00:00Z */

static struct bed {
    struct nor nor;
    struct flash flash;
    struct rtc_chip chip;
    struct rtc rtc;
    struct meter meter;
    struct legal_part legal;
    bool capacitor;
} bed;

static void start(void)
{
    const struct meter_setup setup = {
        .product = product_find("sm402d"),
        .flash = &bed.flash,
        .legal = &bed.legal,
        .rtc = &bed.rtc,
        .rtc_capacitor = bed.capacitor,
    };
    assert_int_equal(meter_init(&bed.meter, &setup), 0);
    while (meter_recover(&bed.meter) > 0) {
        nor_advance(&bed.nor, 1000);
    }
}

static int set_up(void **state)
{
    (void)state;
    struct nor_config nor = nor_config_default();
    struct rtc_chip_config chip = rtc_chip_config_default();
    char error[NOR_ERROR_SIZE];
    assert_int_equal(nor_open(&bed.nor, &nor, NULL, error, sizeof error), 0);
    bed.flash = nor_port(&bed.nor);
    rtc_chip_open(&bed.chip, &chip);
    rtc_chip_set(&bed.chip, begin_ms);
    bed.rtc = rtc_chip_port(&bed.chip);
    bed.capacitor = false;
    start();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    nor_close(&bed.nor);
    return 0;
}

static void pass(int64_t ms, bool supplied)
{
    rtc_chip_advance(&bed.chip, (uint64_t)ms * 1000, 25, supplied);
    nor_advance(&bed.nor, (uint64_t)ms * 1000);
}

static void run(int seconds)
{
    int64_t end_ms = bed.meter.now_ms + seconds * 1000;
    while (bed.meter.now_ms < end_ms) {
        int64_t next_ms = meter_step(&bed.meter, bed.meter.now_ms);
        pass(next_ms - bed.meter.now_ms, true);
        (void)meter_step(&bed.meter, next_ms);
    }
}

static void time_goes_on_without_supply(void **state)
{
    (void)state;
    assert_true(bed.meter.clock.utc_ms == begin_ms);
    run(100);
    assert_int_equal(meter_power_fail(&bed.meter), 0);
    pass(3600000, false);
    start();
    assert_true(bed.meter.clock.valid);
    assert_in_range(bed.meter.clock.utc_ms - begin_ms, 3699900, 3700100);
    assert_in_range(bed.meter.timekeeper.outage_ms, 3599900, 3600100);
}

/* Without warning: what was put last, a minute ago at most. */
static void a_lost_clock_begins_where_flash_remembers(void **state)
{
    (void)state;
    run(600);
    bed.chip.left = 0;
    pass(3600000, false);
    start();
    assert_false(bed.meter.clock.valid);
    assert_in_range(bed.meter.clock.utc_ms - begin_ms, 530000, 600000);
    assert_int_equal(clock_change_next(&bed.meter.clock, &(uint32_t){0})->cause, CLOCK_LOST);
}

static void at_the_warning_it_is_exact(void **state)
{
    (void)state;
    run(630);
    int64_t last_ms = bed.meter.clock.utc_ms;
    assert_int_equal(meter_power_fail(&bed.meter), 0);
    bed.chip.left = 0;
    pass(3600000, false);
    start();
    assert_true(bed.meter.clock.utc_ms == last_ms);
}

static void the_use_of_the_battery_outlives_the_supply(void **state)
{
    (void)state;
    run(10);
    timekeeper_backup_installed(&bed.meter.timekeeper, 1700000000);
    for (int i = 0; i < 3; i++) {
        run(70);
        assert_int_equal(meter_power_fail(&bed.meter), 0);
        pass(36000000, false);
        start();
    }
    assert_true(bed.meter.timekeeper.memory.installed_s == 1700000000);
    assert_in_range(bed.meter.timekeeper.memory.used_s, 107990, 108010);
    assert_in_range(timekeeper_backup_left_h(&bed.meter.timekeeper), 87630, 87631);
}

static void a_capacitor_can_be_ordered(void **state)
{
    (void)state;
    bed.capacitor = true;
    start();
    assert_int_equal(timekeeper_backup_left_h(&bed.meter.timekeeper), 168);
}

/* What a firmware before dates and limits wrote is taken over. */
static void settings_of_an_older_version(void **state)
{
    (void)state;
    uint8_t octets[15];
    struct writer w = writer_over(octets, sizeof octets);
    run(10);
    writer_u16(&w, (uint16_t)-300);
    writer_u16(&w, 60);
    writer_u8(&w, 1);
    writer_u8(&w, 3);
    writer_u8(&w, 2);
    writer_u8(&w, 7);
    writer_u16(&w, 120);
    writer_u8(&w, 11);
    writer_u8(&w, 1);
    writer_u8(&w, 7);
    writer_u16(&w, 120);
    assert_int_equal(
        journal_put(&bed.meter.storage.values, METER_VALUE_CLOCK, 1, octets, sizeof octets), 0);
    start();
    const struct civil_zone *zone = &bed.meter.clock.zone;
    assert_int_equal(zone->offset_min, -300);
    assert_int_equal(zone->dst_begin.week, 2);
    assert_int_equal(zone->dst_end.month, 11);
    assert_int_equal(zone->dst_end.minute_of_day, 120);
    assert_int_equal(bed.meter.clock.limit_s, CLOCK_LIMIT_S);
}

static void dates_and_limit_outlive_the_supply(void **state)
{
    (void)state;
    const struct civil_change dated = {.month = 4, .day = 9, .minute_of_day = 60, .year = 2031};
    run(10);
    clock_set_dst_end(&bed.meter.clock, &dated);
    clock_set_limit(&bed.meter.clock, 33);
    run(3);
    start();
    const struct civil_change *end = &bed.meter.clock.zone.dst_end;
    assert_true(end->month == 4 && end->day == 9 && end->minute_of_day == 60);
    assert_true(end->year == 2031 && end->week == 0 && end->weekday == 0);
    assert_int_equal(bed.meter.clock.limit_s, 33);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(time_goes_on_without_supply, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lost_clock_begins_where_flash_remembers, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(at_the_warning_it_is_exact, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_use_of_the_battery_outlives_the_supply, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_capacitor_can_be_ordered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(settings_of_an_older_version, set_up, tear_down),
        cmocka_unit_test_setup_teardown(dates_and_limit_outlive_the_supply, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
