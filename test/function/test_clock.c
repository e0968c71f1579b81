#include "function/clock.h"
#include "test/unit.h"

static const struct civil_zone central_europe = {60, 60, {3, 5, 7, 120}, {10, 5, 7, 180}};

static int64_t utc_ms(int year, unsigned month, unsigned day, int hour, int minute, int second)
{
    int64_t days = civil_days_from_date(year, month, day);
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000;
}

static void invalid_until_first_set(void **state)
{
    (void)state;
    struct clock clock;
    clock_init(&clock, &central_europe);
    clock_advance(&clock, 5000);
    assert_false(clock_read(&clock).valid);
    clock_set(&clock, 0);
    assert_true(clock_read(&clock).valid);
}

static void runs_before_it_is_set(void **state)
{
    (void)state;
    struct clock clock;
    clock_init(&clock, &central_europe);
    clock_advance(&clock, 61230);
    struct clock_reading now = clock_read(&clock);
    assert_int_equal(now.local.year, 1970);
    assert_int_equal(now.local.hour, 1);
    assert_int_equal(now.local.minute, 1);
    assert_int_equal(now.local.second, 1);
    assert_int_equal(now.hundredths, 23);
}

static void shows_local_time(void **state)
{
    (void)state;
    struct clock clock;
    clock_init(&clock, &central_europe);
    clock_set(&clock, utc_ms(2026, 7, 1, 22, 30, 15) + 999);
    struct clock_reading now = clock_read(&clock);
    assert_int_equal(now.local.year, 2026);
    assert_int_equal(now.local.month, 7);
    assert_int_equal(now.local.day, 2);
    assert_int_equal(now.local.weekday, 4);
    assert_int_equal(now.local.hour, 0);
    assert_int_equal(now.local.minute, 30);
    assert_int_equal(now.local.second, 15);
    assert_int_equal(now.hundredths, 99);
    assert_int_equal(now.offset_min, 120);
    assert_true(now.dst_active);
}

/* 2026-10-25: 02:59:59 CEST, a second later 02:00:00 CET. */
static void autumn_repeats_an_hour(void **state)
{
    (void)state;
    struct clock clock;
    clock_init(&clock, &central_europe);
    clock_set(&clock, utc_ms(2026, 10, 25, 0, 59, 59));
    struct clock_reading before = clock_read(&clock);
    clock_advance(&clock, 1000);
    struct clock_reading after = clock_read(&clock);
    assert_int_equal(before.local.hour, 2);
    assert_int_equal(before.local.second, 59);
    assert_true(before.dst_active);
    assert_int_equal(before.offset_min, 120);
    assert_int_equal(after.local.hour, 2);
    assert_int_equal(after.local.minute, 0);
    assert_int_equal(after.local.second, 0);
    assert_false(after.dst_active);
    assert_int_equal(after.offset_min, 60);
}

/* A year in steps of any length ends at the same instant. */
static void no_time_is_lost(void **state)
{
    (void)state;
    struct clock clock;
    clock_init(&clock, &central_europe);
    clock_set(&clock, utc_ms(2026, 1, 1, 0, 0, 0));
    int64_t left_ms = 365LL * 24 * 60 * 60 * 1000;
    for (int64_t step_ms = 1; left_ms > 0; step_ms = step_ms * 7 % 100003) {
        int64_t now_ms = step_ms < left_ms ? step_ms : left_ms;
        clock_advance(&clock, now_ms);
        left_ms -= now_ms;
    }
    assert_true(clock.utc_ms == utc_ms(2027, 1, 1, 0, 0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invalid_until_first_set), cmocka_unit_test(runs_before_it_is_set),
        cmocka_unit_test(shows_local_time),        cmocka_unit_test(autumn_repeats_an_hour),
        cmocka_unit_test(no_time_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
