#include "function/clock.h"
#include "test/unit.h"

static const struct civil_zone central_europe = {
    60, 60, {3, 5, 7, 120, 0, 0}, {10, 5, 7, 180, 0, 0}};

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

static const int64_t autumn_ms = INT64_C(1792890000000); /* 2026-10-25T01:00:00Z */

static void begin(struct clock *clock, int64_t utc_ms_)
{
    clock_init(clock, &central_europe);
    clock_start(clock, utc_ms_);
}

/* A start is no change; every jump is one, with what the clock said before and behind it. */
static void jumps_are_told(void **state)
{
    (void)state;
    struct clock clock;
    uint32_t seen = 0;
    begin(&clock, autumn_ms + 1000);
    assert_null(clock_change_next(&clock, &seen));
    clock_set(&clock, autumn_ms - 60000);
    clock_shift(&clock, 600);
    const struct clock_change *set = clock_change_next(&clock, &seen);
    assert_int_equal(set->cause, CLOCK_SET);
    assert_true(clock_change_jumps(set));
    assert_true(set->from.utc_ms == autumn_ms + 1000 && set->to.utc_ms == autumn_ms - 60000);
    assert_int_equal(set->from.offset_min, 60);
    assert_int_equal(set->to.offset_min, 120);
    assert_true(!set->from.dst_active && set->to.dst_active);
    assert_int_equal(clock_mark_read(&set->from).local.hour, 2);
    assert_int_equal(clock_mark_read(&set->to).local.minute, 59);
    const struct clock_change *shifted = clock_change_next(&clock, &seen);
    assert_int_equal(shifted->cause, CLOCK_SHIFTED);
    assert_true(shifted->to.utc_ms - shifted->from.utc_ms == 600000);
    assert_null(clock_change_next(&clock, &seen));
}

/* Exactly when it is due, however long the step; a jump over it is no regular change. */
static void daylight_saving_is_told(void **state)
{
    (void)state;
    struct clock clock;
    uint32_t seen = 0;
    begin(&clock, autumn_ms - 1);
    clock_advance(&clock, 100000);
    const struct clock_change *change = clock_change_next(&clock, &seen);
    assert_int_equal(change->cause, CLOCK_SAVING);
    assert_false(clock_change_jumps(change));
    assert_true(change->from.utc_ms == autumn_ms && change->to.utc_ms == autumn_ms);
    assert_int_equal(clock_mark_read(&change->from).local.hour, 3);
    assert_int_equal(clock_mark_read(&change->to).local.hour, 2);
    assert_true(clock.utc_ms == autumn_ms + 99999);
    clock_set(&clock, autumn_ms - 100000);
    clock_set(&clock, autumn_ms + 100000);
    assert_int_equal(clock_change_next(&clock, &seen)->cause, CLOCK_SET);
    assert_int_equal(clock_change_next(&clock, &seen)->cause, CLOCK_SET);
    assert_null(clock_change_next(&clock, &seen));
    clock_advance(&clock, 372LL * 24 * 3600 * 1000);
    assert_int_equal(clock_change_next(&clock, &seen)->to.offset_min, 120);
    assert_int_equal(clock_change_next(&clock, &seen)->to.offset_min, 60);
    assert_null(clock_change_next(&clock, &seen));
}

static void a_lost_clock_is_told(void **state)
{
    (void)state;
    struct clock clock;
    uint32_t seen = 0;
    clock_init(&clock, &central_europe);
    clock_start_lost(&clock, autumn_ms);
    const struct clock_change *change = clock_change_next(&clock, &seen);
    assert_int_equal(change->cause, CLOCK_LOST);
    assert_false(change->to.valid);
    assert_false(clock_change_jumps(change));
    clock_advance(&clock, 1000);
    assert_false(clock_read(&clock).valid);
    clock_correct(&clock, autumn_ms + 1500); /* within the limit, but there is nothing to slew */
    assert_true(clock_read(&clock).valid);
    change = clock_change_next(&clock, &seen);
    assert_true(clock_change_jumps(change) && !change->from.valid && change->to.valid);
}

static void a_new_zone_is_told(void **state)
{
    (void)state;
    struct clock clock;
    uint32_t seen = 0;
    begin(&clock, autumn_ms - 1000);
    clock_set_offset(&clock, 0);
    const struct clock_change *change = clock_change_next(&clock, &seen);
    assert_int_equal(change->cause, CLOCK_ZONE);
    assert_int_equal(change->from.offset_min, 120);
    assert_int_equal(change->to.offset_min, 60);
    assert_true(change->from.utc_ms == change->to.utc_ms);
    clock_set_dst(&clock, false, 60);
    assert_int_equal(clock_change_next(&clock, &seen)->to.offset_min, 0);
    clock_set_dst_begin(&clock, &central_europe.dst_begin); /* changes nothing now */
    assert_null(clock_change_next(&clock, &seen));
}

/* Who does not look gets the newest; a client that sets again and again within a step is told as
 * one chain from the first time to the last. */
static void many_changes_are_one(void **state)
{
    (void)state;
    struct clock clock;
    uint32_t seen = 0;
    begin(&clock, autumn_ms);
    for (int i = 1; i <= 100; i++) {
        clock_set(&clock, autumn_ms + i * 60000);
    }
    int64_t at_ms = autumn_ms;
    const struct clock_change *change;
    int told = 0;
    for (; (change = clock_change_next(&clock, &seen)) != NULL; told++) {
        assert_true(change->from.utc_ms == at_ms);
        at_ms = change->to.utc_ms;
    }
    assert_int_equal(told, CLOCK_CHANGES_OF_CLIENTS);
    assert_true(at_ms == clock.utc_ms);
    for (int i = 0; i < 3 * CLOCK_CHANGES; i++) {
        clock_advance(&clock, 1000);
        clock_set(&clock, autumn_ms + i * 60000);
    }
    for (told = 0; (change = clock_change_next(&clock, &seen)) != NULL; told++) {
        at_ms = change->to.utc_ms;
    }
    assert_int_equal(told, CLOCK_CHANGES);
    assert_true(at_ms == clock.utc_ms);
}

/* While it slews time neither stands nor goes back, and all of it is added, in steps of any
 * length. */
static void slewing_is_smooth(void **state)
{
    (void)state;
    for (int by_ms = -10000; by_ms <= 10000; by_ms += 997) {
        struct clock clock;
        uint32_t seen = 0;
        int64_t elapsed_ms = 0;
        begin(&clock, autumn_ms);
        clock_correct(&clock, autumn_ms + by_ms);
        assert_int_equal(clock_change_next(&clock, &seen)->cause, CLOCK_SLEWED);
        for (int64_t step_ms = 1; elapsed_ms < 10001000; step_ms = step_ms * 7 % 10007) {
            int64_t before_ms = clock.utc_ms;
            clock_advance(&clock, step_ms);
            elapsed_ms += step_ms;
            int64_t added_ms = clock.utc_ms - before_ms - step_ms;
            int64_t most_ms = step_ms * CLOCK_SLEW_PPM / 1000000 + 1;
            assert_in_range(added_ms + most_ms, 0, 2 * most_ms);
        }
        assert_int_equal(clock_slewing_ms(&clock), 0);
        assert_true(clock.utc_ms == autumn_ms + elapsed_ms + by_ms);
        assert_null(clock_change_next(&clock, &seen));
    }
}

static void the_limit_decides(void **state)
{
    (void)state;
    static const struct {
        int limit_s;
        int64_t by_ms;
        enum clock_cause cause;
    } rows[] = {
        {10, 10000, CLOCK_SLEWED},   {10, -10000, CLOCK_SLEWED}, {10, 10001, CLOCK_SET},
        {10, -10001, CLOCK_SET},     {0, 1, CLOCK_SET},          {0, 0, CLOCK_SET},
        {3600, 60000, CLOCK_SLEWED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct clock clock;
        uint32_t seen = 0;
        begin(&clock, autumn_ms);
        clock_set_limit(&clock, (uint16_t)rows[i].limit_s);
        clock_correct(&clock, autumn_ms + rows[i].by_ms);
        assert_int_equal(clock_change_next(&clock, &seen)->cause, rows[i].cause);
    }
}

static void adjusts_to_the_measuring_period(void **state)
{
    (void)state;
    static const struct {
        uint32_t period_s;
        int64_t at_s, to_s; /* from 2026-10-25T01:00:00Z, 02:00 of local time */
    } rows[] = {
        {900, 449, 0},         {900, 450, 900}, {300, 449, 300},   {3600, 1799, 0},
        {3600, 1800, 3600},    {60, 29, 0},     {86400, 0, -7200}, {86400, 36000, 79200},
        {86400, 35999, -7200}, {900, -449, 0},  {900, -451, -900},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct clock clock;
        begin(&clock, autumn_ms + rows[i].at_s * 1000);
        clock_set_limit(&clock, 0);
        clock_set_period(&clock, rows[i].period_s);
        clock_adjust_to_period(&clock);
        assert_int_equal((clock.utc_ms - autumn_ms) / 1000, rows[i].to_s);
    }
}

static void settings_come_back(void **state)
{
    (void)state;
    const struct civil_change dated = {.month = 5, .day = 3, .minute_of_day = 61, .year = 2027};
    struct clock clock;
    struct clock other;
    uint32_t seen = 0;
    begin(&clock, autumn_ms);
    clock_set_offset(&clock, -570);
    clock_set_dst_begin(&clock, &dated);
    clock_set_dst(&clock, false, 30);
    clock_set_limit(&clock, 77);
    struct clock_settings settings = clock_settings(&clock);
    begin(&other, autumn_ms);
    clock_restore(&other, &settings);
    const struct civil_change *begins = &other.zone.dst_begin;
    assert_int_equal(other.zone.offset_min, -570);
    assert_int_equal(other.zone.dst_min, 0);
    assert_true(begins->month == 5 && begins->day == 3 && begins->year == 2027);
    assert_true(begins->minute_of_day == 61 && begins->week == 0 && begins->weekday == 0);
    assert_int_equal(other.zone.dst_end.month, 10);
    assert_int_equal(other.dst_min, 30);
    assert_false(other.dst_enabled);
    assert_int_equal(other.limit_s, 77);
    assert_int_equal(other.settings_changes, 0);
    assert_null(clock_change_next(&other, &seen));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invalid_until_first_set),
        cmocka_unit_test(runs_before_it_is_set),
        cmocka_unit_test(shows_local_time),
        cmocka_unit_test(autumn_repeats_an_hour),
        cmocka_unit_test(no_time_is_lost),
        cmocka_unit_test(jumps_are_told),
        cmocka_unit_test(daylight_saving_is_told),
        cmocka_unit_test(a_lost_clock_is_told),
        cmocka_unit_test(a_new_zone_is_told),
        cmocka_unit_test(many_changes_are_one),
        cmocka_unit_test(slewing_is_smooth),
        cmocka_unit_test(the_limit_decides),
        cmocka_unit_test(adjusts_to_the_measuring_period),
        cmocka_unit_test(settings_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
