/* Daylight saving by any rule that a client can write, beside a walk through the calendar day by
 * day; and zones that have none. */
#include "base/civil.h"
#include "test/dice.h"
#include "test/unit.h"

#include <string.h>

enum { DAY_S = 86400, ZONES = 400, INSTANTS = 40 };

static uint64_t dice = 17;

static int64_t day_of(int32_t year, unsigned month, unsigned day)
{
    return civil_days_from_date(year, month, day);
}

static unsigned weekday_of(int64_t day)
{
    return civil_from_seconds(day * DAY_S).weekday;
}

static unsigned days_in(int32_t year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* The n-th weekday of the month, counted by hand; the 5th is the last. */
static int64_t by_week(const struct civil_change *change, int32_t year)
{
    int64_t found = 0;
    unsigned seen = 0;
    for (unsigned day = 1; day <= days_in(year, change->month); day++) {
        int64_t at = day_of(year, change->month, day);
        if (weekday_of(at) == change->weekday && seen < change->week) {
            seen++;
            found = at;
        }
    }
    return found;
}

/* A date; where a weekday is given, the first such day from it on. */
static int64_t by_date(const struct civil_change *change, int32_t year)
{
    unsigned last = days_in(year, change->month);
    unsigned date = change->day < last ? change->day : last;
    int64_t day = day_of(year, change->month, date);
    while (change->weekday != 0 && weekday_of(day) != change->weekday) {
        day++;
    }
    return day;
}

static int64_t change_s(const struct civil_change *change, int32_t year, int offset_min)
{
    int64_t day = change->week != 0 ? by_week(change, year) : by_date(change, year);
    return day * DAY_S + (change->minute_of_day - offset_min) * INT64_C(60);
}

/* In force if the last change before was its beginning. */
static bool is_active(const struct civil_zone *zone, int64_t utc_s)
{
    int64_t newest = INT64_MIN;
    bool active = false;
    int32_t now = civil_from_seconds(utc_s).year;
    for (int32_t year = now - 2; year <= now + 2; year++) {
        int64_t begin_s = change_s(&zone->dst_begin, year, zone->offset_min);
        int64_t end_s = change_s(&zone->dst_end, year, zone->offset_min + zone->dst_min);
        if (begin_s <= utc_s && begin_s >= newest) {
            newest = begin_s;
            active = true;
        }
        if (end_s <= utc_s && end_s >= newest) {
            newest = end_s;
            active = false;
        }
    }
    return active;
}

static struct civil_change roll_change(unsigned first_month)
{
    struct civil_change change = {.month = (uint8_t)(first_month + dice_roll(&dice, 5)),
                                  .minute_of_day = (uint16_t)dice_roll(&dice, 1440)};
    if (dice_roll(&dice, 2) != 0) {
        change.week = (uint8_t)(1 + dice_roll(&dice, 5));
        change.weekday = (uint8_t)(1 + dice_roll(&dice, 7));
    } else {
        change.day = (uint8_t)(1 + dice_roll(&dice, 31));
        change.weekday = (uint8_t)dice_roll(&dice, 8);
    }
    return change;
}

static struct civil_zone roll_zone(void)
{
    bool north = dice_roll(&dice, 2) != 0;
    return (struct civil_zone){.offset_min = (int16_t)((int)dice_roll(&dice, 1561) - 720),
                               .dst_min = (int16_t)(dice_roll(&dice, 2) != 0
                                                        ? 1 + (int)dice_roll(&dice, 120)
                                                        : -1 - (int)dice_roll(&dice, 120)),
                               .dst_begin = roll_change(north ? 1 : 7),
                               .dst_end = roll_change(north ? 7 : 1)};
}

static void assert_instant(const struct civil_zone *zone, int64_t utc_s)
{
    bool active = is_active(zone, utc_s);
    if (civil_dst_active(zone, utc_s) != active) {
        fail_msg("begin %u w%u d%u wd%u, end %u w%u d%u wd%u at %lld: %d", zone->dst_begin.month,
                 zone->dst_begin.week, zone->dst_begin.day, zone->dst_begin.weekday,
                 zone->dst_end.month, zone->dst_end.week, zone->dst_end.day, zone->dst_end.weekday,
                 (long long)utc_s, active);
    }
    assert_int_equal(civil_offset_min(zone, utc_s),
                     zone->offset_min + (active ? zone->dst_min : 0));
}

static void any_rule_is_followed_day_by_day(void **state)
{
    (void)state;
    const int64_t begin_s = day_of(2024, 1, 1) * DAY_S;
    for (int n = 0; n < ZONES; n++) {
        struct civil_zone zone = roll_zone();
        for (int i = 0; i < INSTANTS; i++) {
            assert_instant(&zone, begin_s + (int64_t)dice_roll(&dice, 6 * 366) * DAY_S +
                                      dice_roll(&dice, DAY_S));
        }
    }
}

/* To the second, of each year's changes. */
static void changes_are_at_their_second(void **state)
{
    (void)state;
    for (int n = 0; n < ZONES; n++) {
        struct civil_zone zone = roll_zone();
        int32_t year = 2024 + (int32_t)dice_roll(&dice, 40);
        int64_t begin_s = change_s(&zone.dst_begin, year, zone.offset_min);
        int64_t end_s = change_s(&zone.dst_end, year, zone.offset_min + zone.dst_min);
        for (int beside = -1; beside <= 1; beside++) {
            assert_instant(&zone, begin_s + beside);
            assert_instant(&zone, end_s + beside);
        }
    }
}

/* A stretch is what lies between two changes: the same all through it, another beyond its ends. */
static void stretches_reach_from_change_to_change(void **state)
{
    (void)state;
    for (int n = 0; n < ZONES; n++) {
        struct civil_zone zone = roll_zone();
        int64_t utc_s = day_of(2030, 1, 1) * DAY_S + (int64_t)dice_roll(&dice, 400) * DAY_S;
        struct civil_stretch stretch = civil_stretch_at(&zone, utc_s);
        assert_true(stretch.since_s <= utc_s && utc_s < stretch.until_s);
        assert_int_equal(stretch.dst_active, is_active(&zone, utc_s));
        assert_int_equal(is_active(&zone, stretch.since_s), stretch.dst_active);
        assert_int_equal(is_active(&zone, stretch.until_s - 1), stretch.dst_active);
        assert_int_not_equal(is_active(&zone, stretch.since_s - 1), stretch.dst_active);
        assert_int_not_equal(is_active(&zone, stretch.until_s), stretch.dst_active);
    }
}

/* A change that is of one year only. */
static void a_change_of_one_year_is_of_no_other(void **state)
{
    (void)state;
    struct civil_zone zone = {
        .offset_min = 60,
        .dst_min = 60,
        .dst_begin = {.month = 3, .day = 10, .minute_of_day = 120, .year = 2030},
        .dst_end = {.month = 9, .day = 20, .minute_of_day = 120, .year = 2030}};
    assert_false(civil_dst_active(&zone, day_of(2029, 6, 1) * DAY_S));
    assert_false(civil_dst_active(&zone, day_of(2030, 3, 10) * DAY_S + 3599));
    assert_true(civil_dst_active(&zone, day_of(2030, 3, 10) * DAY_S + 3600));
    assert_true(civil_dst_active(&zone, day_of(2030, 9, 20) * DAY_S - 1));
    assert_false(civil_dst_active(&zone, day_of(2030, 9, 20) * DAY_S));
    assert_false(civil_dst_active(&zone, day_of(2031, 6, 1) * DAY_S));
    struct civil_stretch stretch = civil_stretch_at(&zone, day_of(2031, 6, 1) * DAY_S);
    assert_true(stretch.until_s == INT64_MAX);
    assert_true(stretch.since_s == day_of(2030, 9, 20) * DAY_S);
}

/* Without a deviation, or with half a rule only, there is none. */
static void half_a_rule_is_none(void **state)
{
    (void)state;
    const struct civil_zone whole = {.offset_min = 60,
                                     .dst_min = 60,
                                     .dst_begin = {3, 5, 7, 120, 0, 0},
                                     .dst_end = {10, 5, 7, 180, 0, 0}};
    struct civil_zone zones[3] = {whole, whole, whole};
    zones[0].dst_min = 0;
    zones[1].dst_begin.month = 0;
    zones[2].dst_end.month = 0;
    for (int i = 0; i < 3; i++) {
        for (unsigned month = 1; month <= 12; month++) {
            int64_t utc_s = day_of(2026, month, 15) * DAY_S;
            struct civil_stretch stretch = civil_stretch_at(&zones[i], utc_s);
            assert_false(stretch.dst_active);
            assert_true(stretch.since_s == INT64_MIN && stretch.until_s == INT64_MAX);
            assert_int_equal(civil_offset_min(&zones[i], utc_s), 60);
        }
    }
    assert_true(civil_dst_active(&whole, day_of(2026, 7, 15) * DAY_S));
    struct civil_zone minute = whole;
    minute.dst_min = 1;
    assert_int_equal(civil_offset_min(&minute, day_of(2026, 7, 15) * DAY_S), 61);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_rule_is_followed_day_by_day),
        cmocka_unit_test(changes_are_at_their_second),
        cmocka_unit_test(stretches_reach_from_change_to_change),
        cmocka_unit_test(a_change_of_one_year_is_of_no_other),
        cmocka_unit_test(half_a_rule_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
