/* The calendar against day-by-day counting, daylight saving against the C library's POSIX rules. */
#define _DEFAULT_SOURCE

#include "base/civil.h"
#include "test/unit.h"

#include <stdlib.h>
#include <time.h>

enum { HOUR_S = 3600, DAY_S = 24 * HOUR_S };

/* The same zone in our words and in those of POSIX. */
struct zone_row {
    const char *posix;
    struct civil_zone zone;
};

enum { SATURDAY = 6, SUNDAY = 7 };

static const struct zone_row zones[] = {
    {"CET-1CEST,M3.5.0/2,M10.5.0/3",
     {60, 60, {3, 5, SUNDAY, 2 * 60, 0, 0}, {10, 5, SUNDAY, 3 * 60, 0, 0}}},
    {"GMT0BST,M3.5.0/1,M10.5.0/2",
     {0, 60, {3, 5, SUNDAY, 60, 0, 0}, {10, 5, SUNDAY, 2 * 60, 0, 0}}},
    {"EST5EDT,M3.2.0/2,M11.1.0/2",
     {-300, 60, {3, 2, SUNDAY, 120, 0, 0}, {11, 1, SUNDAY, 120, 0, 0}}},
    {"AEST-10AEDT,M10.1.0/2,M4.1.0/3",
     {600, 60, {10, 1, SUNDAY, 120, 0, 0}, {4, 1, SUNDAY, 180, 0, 0}}},
    {"<+1030>-10:30<+11>-11,M10.1.0/2,M4.1.0/2",
     {630, 30, {10, 1, SUNDAY, 120, 0, 0}, {4, 1, SUNDAY, 120, 0, 0}}},
    {"<-04>4<-03>,M9.1.6/24,M4.1.6/24",
     {-240, 60, {9, 1, SATURDAY, 24 * 60, 0, 0}, {4, 1, SATURDAY, 24 * 60, 0, 0}}},
    {"<+0545>-5:45", {345, 0, {0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}}},
    {"UTC0", {0, 0, {0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}}},
};

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned month_days(int year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && leap(year));
}

static void next_day(struct civil *c)
{
    c->weekday = c->weekday % 7 + 1;
    if (++c->day > month_days(c->year, c->month)) {
        c->day = 1;
        c->month = c->month % 12 + 1;
        c->year += c->month == 1;
    }
}

static void assert_date(const struct civil *got, const struct civil *expected)
{
    assert_int_equal(got->year, expected->year);
    assert_int_equal(got->month, expected->month);
    assert_int_equal(got->day, expected->day);
    assert_int_equal(got->weekday, expected->weekday);
}

/* 800 years, from a Saturday before the epoch onwards, in both directions of the conversion. */
static void calendar_agrees_with_counting(void **state)
{
    (void)state;
    struct civil c = {.year = 1600, .month = 1, .day = 1, .weekday = SATURDAY};
    int64_t day = -135140; /* (370 years * 365 + 90 leap days) before 1970 */
    for (; c.year < 2400; next_day(&c), day++) {
        struct civil first = civil_from_seconds(day * DAY_S);
        struct civil last = civil_from_seconds(day * DAY_S + DAY_S - 1);
        assert_date(&first, &c);
        assert_date(&last, &c);
        assert_true(civil_days_from_date(c.year, c.month, c.day) == day);
        assert_true(civil_to_seconds(&first) == day * DAY_S);
        assert_true(civil_to_seconds(&last) == day * DAY_S + DAY_S - 1);
    }
}

static void time_of_day_agrees_with_counting(void **state)
{
    (void)state;
    for (int64_t day = -1; day <= 1; day++) {
        int second_of_day = 0;
        for (int hour = 0; hour < 24; hour++) {
            for (int minute = 0; minute < 60; minute++) {
                for (int second = 0; second < 60; second++, second_of_day++) {
                    struct civil c = civil_from_seconds(day * DAY_S + second_of_day);
                    assert_int_equal(c.hour, hour);
                    assert_int_equal(c.minute, minute);
                    assert_int_equal(c.second, second);
                }
            }
        }
    }
}

static void assert_zone_at(const struct zone_row *row, time_t utc_s)
{
    struct tm tm;
    assert_non_null(localtime_r(&utc_s, &tm));
    int offset_min = civil_offset_min(&row->zone, utc_s);
    if (offset_min * 60 != tm.tm_gmtoff) {
        fail_msg("%s at %lld: %d min, expected %ld min", row->posix, (long long)utc_s, offset_min,
                 tm.tm_gmtoff / 60);
    }
    assert_int_equal(civil_dst_active(&row->zone, utc_s), tm.tm_isdst > 0);
    struct civil c = civil_from_seconds(utc_s + offset_min * 60);
    assert_int_equal(c.year, tm.tm_year + 1900);
    assert_int_equal(c.month, tm.tm_mon + 1);
    assert_int_equal(c.day, tm.tm_mday);
    assert_int_equal(c.hour, tm.tm_hour);
    assert_int_equal(c.minute, tm.tm_min);
    assert_int_equal(c.second, tm.tm_sec);
}

static long offset_s(time_t utc_s)
{
    struct tm tm;
    assert_non_null(localtime_r(&utc_s, &tm));
    return tm.tm_gmtoff;
}

/* The first second with the offset of `after`, somewhere in (before, after]. */
static time_t find_change(time_t before, time_t after)
{
    while (after - before > 1) {
        time_t middle = before + (after - before) / 2;
        if (offset_s(middle) == offset_s(before)) {
            before = middle;
        } else {
            after = middle;
        }
    }
    return after;
}

/* Six-hourly over a century, and to the second around each change. */
static int compare_zone(const struct zone_row *row)
{
    assert_int_equal(setenv("TZ", row->posix, 1), 0);
    tzset();
    int changes = 0;
    time_t begin = civil_days_from_date(1990, 1, 1) * DAY_S;
    time_t end = civil_days_from_date(2091, 1, 1) * DAY_S;
    for (time_t at = begin; at < end; at += 6 * HOUR_S) {
        assert_zone_at(row, at);
        if (offset_s(at) != offset_s(at + 6 * HOUR_S)) {
            time_t change = find_change(at, at + 6 * HOUR_S);
            assert_zone_at(row, change - 1);
            assert_zone_at(row, change);
            changes++;
        }
    }
    return changes;
}

static void zones_agree_with_the_c_library(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        int changes = compare_zone(&zones[i]);
        assert_int_equal(changes, zones[i].zone.dst_min ? 202 : 0);
    }
}

/* Whether a change falls on this day, by looking at the day alone. */
static bool falls_on(const struct civil_change *change, const struct civil *c)
{
    unsigned last = month_days(c->year, c->month);
    if (c->month != change->month || (change->year != 0 && c->year != change->year)) {
        return false;
    }
    if (change->weekday == 0) {
        unsigned day = change->day == CIVIL_LAST_DAY          ? last
                       : change->day == CIVIL_SECOND_LAST_DAY ? last - 1
                                                              : change->day;
        return c->day == (day < last ? day : last);
    }
    bool week = change->day == CIVIL_LAST_DAY ? c->day + 7u > last
                                              : c->day >= change->day && c->day < change->day + 7u;
    return c->weekday == change->weekday && week;
}

/* Both changes by date, walked day by day from before the first year on. */
static void walk_dates(const struct civil_zone *zone, int64_t day, struct civil c)
{
    int64_t last_s = INT64_MIN;
    bool dst = false;
    for (; c.year < 2040; next_day(&c), day++) {
        for (int64_t hour = 0; hour < 24; hour++) {
            int64_t utc_s = day * DAY_S + hour * HOUR_S;
            bool begins = falls_on(&zone->dst_begin, &c) && hour == 1;
            bool ends = falls_on(&zone->dst_end, &c) && hour == 2;
            last_s = begins || ends ? utc_s : last_s;
            dst = begins || (dst && !ends);
            struct civil_stretch stretch = civil_stretch_at(zone, utc_s);
            if (last_s != INT64_MIN && c.year > 2020) {
                assert_int_equal(stretch.dst_active, dst);
                assert_int_equal(stretch.since_s, last_s);
                assert_true(stretch.until_s > utc_s);
            }
        }
    }
}

/* Begin at 01:00, end at 02:00, both of UTC: the zone is UTC, daylight saving adds an hour. */
static void changes_by_date_agree_with_counting(void **state)
{
    (void)state;
    static const struct civil_zone rows[] = {
        {0, 60, {2, 0, 0, 60, 29, 0}, {10, 0, 0, 180, 1, 0}},
        {0, 60, {3, 0, SUNDAY, 60, 2, 0}, {10, 0, SATURDAY, 180, CIVIL_LAST_DAY, 0}},
        {0, 60, {11, 0, 0, 60, CIVIL_SECOND_LAST_DAY, 0}, {2, 0, 0, 180, CIVIL_LAST_DAY, 0}},
        {0, 60, {3, 0, 0, 60, 31, 2026}, {10, 0, 0, 180, 5, 0}},
        {0, 60, {3, 0, 0, 60, 31, 2026}, {10, 0, 0, 180, 5, 2027}},
        {0, 60, {1, 0, 0, 60, 1, 0}, {12, 0, 0, 180, 31, 0}},
    };
    const struct civil from = {.year = 2018, .month = 1, .day = 1, .weekday = 1};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        walk_dates(&rows[i], civil_days_from_date(2018, 1, 1), from);
    }
}

/* One change after the other: each stretch ends where the next begins. */
static void stretches_join(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        struct civil_stretch at = civil_stretch_at(&zones[i].zone, 0);
        for (int n = 0; n < 300 && at.until_s != INT64_MAX; n++) {
            struct civil_stretch next = civil_stretch_at(&zones[i].zone, at.until_s);
            struct civil_stretch before = civil_stretch_at(&zones[i].zone, at.until_s - 1);
            assert_int_equal(next.since_s, at.until_s);
            assert_int_equal(next.dst_active, !at.dst_active);
            assert_int_equal(before.since_s, at.since_s);
            at = next;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calendar_agrees_with_counting),
        cmocka_unit_test(time_of_day_agrees_with_counting),
        cmocka_unit_test(zones_agree_with_the_c_library),
        cmocka_unit_test(changes_by_date_agree_with_counting),
        cmocka_unit_test(stretches_join),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
