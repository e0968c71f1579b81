/* Calendars over whole ranges: every date, time of day and weekday that octets can say, against the
 * plainest model there is, which counts days one by one. */
#include "function/calendar.h"
#include "test/unit.h"

#include <string.h>

enum { DAY_S = 86400, FIRST_YEAR = 1999, YEARS = 12, OCTETS = 256, SWITCHES = 4 };

static const struct calendar_limits limits = {
    .seasons = 3, .weeks = 3, .days = 8, .switches = SWITCHES, .specials = 8, .rates = 8};

/* ---- days, counted ---- */

/* Every day of some years: its date, and whether it ends its month. 1999-01-01 was a Friday. */
struct counted {
    struct civil date;
    bool last;
    bool second_last;
};

static struct counted counted[YEARS * 366];
static size_t count;

static bool is_leap(int32_t year)
{
    return year == 2000 || year == 2004 || year == 2008;
}

static int set_up(void **state)
{
    (void)state;
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint8_t weekday = 5;
    count = 0;
    for (int32_t year = FIRST_YEAR; year < FIRST_YEAR + YEARS; year++) {
        for (uint8_t month = 1; month <= 12; month++) {
            uint8_t length = (uint8_t)(lengths[month - 1] + (month == 2 && is_leap(year)));
            for (uint8_t day = 1; day <= length; day++) {
                counted[count++] =
                    (struct counted){{.year = year, .month = month, .day = day, .weekday = weekday},
                                     day == length,
                                     day + 1 == length};
                weekday = (uint8_t)(weekday % 7 + 1);
            }
        }
    }
    return 0;
}

static bool is_day(const struct counted *one, uint8_t day)
{
    return day == CALENDAR_ANY || one->date.day == day || (day == CALENDAR_LAST_DAY && one->last) ||
           (day == CALENDAR_SECOND_LAST_DAY && one->second_last);
}

static bool is_one_of(const struct counted *one, const struct calendar_date *date)
{
    return (date->year == CALENDAR_ANY_YEAR || date->year == one->date.year) &&
           (date->month == CALENDAR_ANY || date->month == one->date.month) &&
           (date->weekday == CALENDAR_ANY || date->weekday == one->date.weekday) &&
           is_day(one, date->day);
}

/* The date's own weekday does not matter: which years it falls on is not asked. */
static bool falls_on_some_day(const struct calendar_date *date)
{
    struct calendar_date any_weekday = *date;
    any_weekday.weekday = CALENDAR_ANY;
    for (size_t i = 0; i < count; i++) {
        if (is_one_of(&counted[i], &any_weekday)) {
            return true;
        }
    }
    return false;
}

/* ---- dates ---- */

static void dates_that_can_be(void **state)
{
    (void)state;
    static const uint16_t years[] = {CALENDAR_ANY_YEAR, 1999, 2000, 2004, 2007};
    for (size_t y = 0; y < sizeof years / sizeof years[0]; y++) {
        for (unsigned month = 0; month < OCTETS; month++) {
            for (unsigned day = 0; day < OCTETS; day++) {
                bool plausible = month <= 13 || month >= 254 || day < 2;
                const struct calendar_date date = {years[y], (uint8_t)month, (uint8_t)day,
                                                   CALENDAR_ANY};
                if (plausible && calendar_date_possible(&date) != falls_on_some_day(&date)) {
                    fail_msg("%u-%u-%u", years[y], month, day);
                }
            }
        }
    }
}

static void weekdays_that_can_be(void **state)
{
    (void)state;
    for (unsigned weekday = 0; weekday < OCTETS; weekday++) {
        const struct calendar_date date = {CALENDAR_ANY_YEAR, 6, 30, (uint8_t)weekday};
        bool possible = (weekday >= 1 && weekday <= 7) || weekday == CALENDAR_ANY;
        assert_true(calendar_date_possible(&date) == possible);
    }
}

static void days_that_dates_mean(void **state)
{
    (void)state;
    uint32_t dice = 1;
    unsigned matching = 0;
    for (unsigned n = 0; n < 400; n++) {
        static const uint8_t days[] = {
            1, 28, 29, 30, 31, CALENDAR_LAST_DAY, 13, CALENDAR_ANY, CALENDAR_SECOND_LAST_DAY};
        dice = dice * 1664525 + 1013904223;
        const struct calendar_date date = {
            .year = dice >> 30 == 0 ? (uint16_t)(FIRST_YEAR + (dice >> 8) % YEARS)
                                    : (uint16_t)CALENDAR_ANY_YEAR,
            .month = dice >> 27 & 1 ? CALENDAR_ANY : (uint8_t)(1 + (dice >> 12) % 12),
            .day = days[(dice >> 16) % sizeof days],
            .weekday = dice >> 26 & 1 ? CALENDAR_ANY : (uint8_t)(1 + (dice >> 20) % 7)};
        for (size_t i = 0; i < count; i++) {
            bool matches = is_one_of(&counted[i], &date);
            assert_true(calendar_date_matches(&date, &counted[i].date) == matches);
            matching += matches;
        }
    }
    assert_true(matching > 10000);
}

/* ---- times of day ---- */

static struct calendar_switch switches[SWITCHES];

/* One day, the same all year, with so many switches. */
static struct calendar one_day(uint8_t of_day)
{
    return (struct calendar){
        .switches = switches,
        .switch_room = SWITCHES,
        .switch_count = of_day,
        .season_count = 1,
        .week_count = 1,
        .day_count = 1,
        .seasons = {{.name = {1, "s"},
                     .start = {CALENDAR_ANY_YEAR, 1, 1, CALENDAR_ANY},
                     .week = {1, "w"}}},
        .weeks = {{.name = {1, "w"}, .day = {7, 7, 7, 7, 7, 7, 7}}},
        .days = {{.id = 7, .count = of_day}},
    };
}

static void times_that_can_be(void **state)
{
    (void)state;
    for (unsigned field = 0; field < 3; field++) {
        for (unsigned value = 0; value < OCTETS; value++) {
            uint8_t time[3] = {0, 0, 0};
            time[field] = (uint8_t)value;
            switches[0] = calendar_switch_at(time[0], time[1], time[2], 1);
            struct calendar calendar = one_day(1);
            bool possible = value < (field == 0 ? 24U : 60U);
            assert_int_equal(calendar_check_day(&calendar, 0, &limits),
                             possible ? CALENDAR_GOOD : CALENDAR_NO_SUCH_TIME);
        }
    }
}

static struct calendar_switch switch_at(int32_t second, uint8_t rate)
{
    return calendar_switch_at((uint8_t)(second / 3600), (uint8_t)(second / 60 % 60),
                              (uint8_t)(second % 60), rate);
}

static const int32_t seconds[] = {0, 1, 59, 60, 61, 3599, 3600, 43200, 86340, 86398, 86399};
enum { SECONDS = sizeof seconds / sizeof seconds[0] };

static void times_come_in_their_order(void **state)
{
    (void)state;
    for (size_t a = 0; a < SECONDS; a++) {
        for (size_t b = 0; b < SECONDS; b++) {
            switches[0] = switch_at(seconds[a], 1);
            switches[1] = switch_at(seconds[b], 2);
            struct calendar calendar = one_day(2);
            assert_int_equal(calendar_check_day(&calendar, 0, &limits),
                             a < b ? CALENDAR_GOOD : CALENDAR_TIMES_OUT_OF_ORDER);
        }
    }
}

static void rates_that_can_be(void **state)
{
    (void)state;
    for (unsigned rate = 0; rate < OCTETS; rate++) {
        switches[0] = switch_at(0, (uint8_t)rate);
        struct calendar calendar = one_day(1);
        assert_int_equal(calendar_check_day(&calendar, 0, &limits),
                         rate >= 1 && rate <= limits.rates ? CALENDAR_GOOD : CALENDAR_UNKNOWN_RATE);
    }
}

/* At each second around any switch: the rate is that of the last switch, of the day before where
 * the day has none yet, and it stays until the next, or midnight. */
static void rates_hold_from_second_to_second(void **state)
{
    (void)state;
    static const struct calendar_specials none;
    for (size_t a = 0; a + 1 < SECONDS; a++) {
        size_t b = a + 1 + a % (SECONDS - a - 1);
        switches[0] = switch_at(seconds[a], 3);
        switches[1] = switch_at(seconds[b], 5);
        struct calendar calendar = one_day(2);
        for (size_t i = 0; i < SECONDS; i++) {
            int32_t now = seconds[i];
            struct civil since;
            struct civil local = civil_from_seconds(
                civil_days_from_date(2027, 3, 1) * INT64_C(86400) + now); /* a Monday */
            unsigned rate = now >= seconds[a] && now < seconds[b] ? 3 : 5;
            int32_t next = now < seconds[a] ? seconds[a] : now < seconds[b] ? seconds[b] : DAY_S;
            assert_int_equal(calendar_rate(&calendar, &none, &local, &since), rate);
            assert_int_equal(calendar_stays_s(&calendar, &none, &local), next - now);
            assert_int_equal(since.day, now < seconds[a] ? 28 : 1);
            assert_int_equal(since.second, seconds[rate == 3 ? a : b] % 60);
        }
    }
}

/* ---- weeks ---- */

/* Each weekday has a day of its own, whose rate tells which: counted from that Friday on. */
static void weekdays_have_their_days(void **state)
{
    (void)state;
    static const struct calendar_specials none;
    static struct calendar_switch at_midnight[7];
    struct calendar calendar = one_day(0);
    calendar.switches = at_midnight;
    calendar.switch_room = 7;
    calendar.switch_count = 7;
    calendar.day_count = 7;
    for (uint8_t i = 0; i < 7; i++) {
        at_midnight[i] = switch_at(0, (uint8_t)(i + 1));
        calendar.days[i] = (struct calendar_day){.id = (uint8_t)(20 + i), .count = 1};
        calendar.weeks[0].day[i] = (uint8_t)(20 + i);
    }
    assert_int_equal(calendar_check(&calendar, &limits), CALENDAR_GOOD);
    for (size_t i = 0; i < count; i++) {
        struct civil since;
        struct civil local = counted[i].date;
        assert_int_equal(calendar_rate(&calendar, &none, &local, &since), local.weekday);
    }
}

/* ---- special days ---- */

/* Any of them wrong: the first as the last. */
static void every_special_day_is_looked_at(void **state)
{
    (void)state;
    enum { ENTRIES = 5 };
    for (uint8_t wrong = 0; wrong < ENTRIES; wrong++) {
        struct calendar_specials specials = {.count = ENTRIES};
        for (uint8_t i = 0; i < ENTRIES; i++) {
            specials.entries[i] = (struct calendar_special){
                .index = (uint16_t)(3 * i), .date = {CALENDAR_ANY_YEAR, 6, 30, CALENDAR_ANY}};
        }
        assert_int_equal(calendar_check_specials(&specials, &limits), CALENDAR_GOOD);
        specials.entries[wrong].date.day = 31;
        assert_int_equal(calendar_check_specials(&specials, &limits), CALENDAR_NO_SUCH_DATE);
        specials.entries[wrong].date.day = 30;
        specials.entries[wrong].index = wrong > 0 ? specials.entries[wrong - 1].index : 3;
        assert_int_equal(calendar_check_specials(&specials, &limits), CALENDAR_SPECIAL_TWICE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_that_can_be),
        cmocka_unit_test(weekdays_that_can_be),
        cmocka_unit_test(days_that_dates_mean),
        cmocka_unit_test(times_that_can_be),
        cmocka_unit_test(times_come_in_their_order),
        cmocka_unit_test(rates_that_can_be),
        cmocka_unit_test(rates_hold_from_second_to_second),
        cmocka_unit_test(weekdays_have_their_days),
        cmocka_unit_test(every_special_day_is_looked_at),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
