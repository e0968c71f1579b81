/* Calendars by hand: seasons, weeks, special days, switches; and what can be wrong with them. The
 * year of any calendar is held to another model in tariff_years. */
#include "function/calendar.h"
#include "function/tariff.h"
#include "test/unit.h"

#include <string.h>

static const struct calendar_limits limits = {
    .seasons = 3, .weeks = 3, .days = 4, .switches = 3, .specials = 3, .rates = 8};

static struct calendar_name name_of(const char *text)
{
    struct calendar_name name = {.size = (uint8_t)strlen(text)};
    memcpy(name.octets, text, name.size);
    return name;
}

static struct calendar_season season(const char *name, uint16_t year, uint8_t month, uint8_t day,
                                     const char *week)
{
    return (struct calendar_season){name_of(name), {year, month, day, CALENDAR_ANY}, name_of(week)};
}

enum { SWITCHES = 4 * 3 /* of a calendar, by the limits */ };

/* Winter week: day 1, Sundays day 2. Summer week: day 3, which has no switch at midnight. */
static struct calendar two_seasons(void)
{
    const struct calendar_switch of_days[] = {
        calendar_switch_at(0, 0, 0, 1), calendar_switch_at(7, 30, 15, 2),
        calendar_switch_at(0, 0, 0, 3), calendar_switch_at(9, 0, 0, 4),
        calendar_switch_at(21, 0, 0, 5)};
    static struct calendar_switch switches[SWITCHES];
    memcpy(switches, of_days, sizeof of_days);
    return (struct calendar){
        .switches = switches,
        .switch_room = SWITCHES,
        .season_count = 2,
        .week_count = 2,
        .day_count = 3,
        .switch_count = 5,
        .seasons = {season("W", CALENDAR_ANY_YEAR, 10, CALENDAR_LAST_DAY, "w"),
                    season("S", CALENDAR_ANY_YEAR, 3, 29, "s")},
        .weeks = {{name_of("w"), {1, 1, 1, 1, 1, 1, 2}}, {name_of("s"), {3, 3, 3, 3, 3, 3, 3}}},
        .days = {{.id = 1, .count = 2}, {.id = 2, .count = 1}, {.id = 3, .count = 2}},
    };
}

static const struct calendar_specials none;

static struct civil at(int32_t year, uint8_t month, uint8_t day, uint8_t hour, uint8_t minute,
                       uint8_t second)
{
    int64_t days = civil_days_from_date(year, month, day);
    return civil_from_seconds(days * 86400 + hour * 3600 + minute * 60 + second);
}

static unsigned rate_at(const struct calendar *calendar, const struct calendar_specials *specials,
                        struct civil local)
{
    struct civil since;
    return calendar_rate(calendar, specials, &local, &since);
}

static void seasons_begin_and_wrap_over_the_year(void **state)
{
    (void)state;
    struct calendar calendar = two_seasons();
    assert_int_equal(rate_at(&calendar, &none, at(2027, 1, 1, 12, 0, 0)), 2);
    assert_int_equal(rate_at(&calendar, &none, at(2027, 3, 28, 12, 0, 0)), 3); /* a Sunday */
    assert_int_equal(rate_at(&calendar, &none, at(2027, 3, 29, 12, 0, 0)), 4);
    assert_int_equal(rate_at(&calendar, &none, at(2027, 10, 30, 12, 0, 0)), 4);
    assert_int_equal(rate_at(&calendar, &none, at(2027, 10, 31, 12, 0, 0)), 3); /* a Sunday */
    assert_int_equal(rate_at(&calendar, &none, at(2027, 11, 1, 12, 0, 0)), 2);
}

static void switches_are_exact_and_hold_over_midnight(void **state)
{
    (void)state;
    struct calendar calendar = two_seasons();
    struct civil since;
    struct civil local = at(2027, 1, 4, 7, 30, 14);
    assert_int_equal(calendar_rate(&calendar, &none, &local, &since), 1);
    assert_int_equal(calendar_stays_s(&calendar, &none, &local), 1);
    local = at(2027, 1, 4, 7, 30, 15);
    assert_int_equal(calendar_rate(&calendar, &none, &local, &since), 2);
    assert_int_equal(since.hour * 3600 + since.minute * 60 + since.second, 27015);
    assert_int_equal(calendar_stays_s(&calendar, &none, &local), 86400 - 27015);
    local = at(2027, 6, 10, 8, 59, 59); /* since yesterday, 21:00 */
    assert_int_equal(calendar_rate(&calendar, &none, &local, &since), 5);
    assert_int_equal(since.day, 9);
    assert_int_equal(since.hour, 21);
    local = at(2027, 3, 29, 3, 0, 0); /* since winter's last day, a Sunday */
    assert_int_equal(calendar_rate(&calendar, &none, &local, &since), 3);
    assert_int_equal(since.day, 28);
}

static void special_days_with_wildcards(void **state)
{
    (void)state;
    struct calendar calendar = two_seasons();
    struct calendar_specials specials = {
        .count = 3,
        .entries = {{1, {CALENDAR_ANY_YEAR, 12, 25, CALENDAR_ANY}, 2},
                    {2, {2027, CALENDAR_ANY, 1, 5}, 3}, /* Fridays that are first of the month */
                    {3, {CALENDAR_ANY_YEAR, 12, CALENDAR_ANY, CALENDAR_ANY}, 9}}, /* no such day */
    };
    assert_int_equal(rate_at(&calendar, &specials, at(2027, 12, 25, 12, 0, 0)), 3);
    assert_int_equal(rate_at(&calendar, &specials, at(2028, 12, 25, 12, 0, 0)), 3);
    assert_int_equal(rate_at(&calendar, &specials, at(2027, 12, 24, 12, 0, 0)), 2);
    assert_int_equal(rate_at(&calendar, &specials, at(2027, 1, 1, 12, 0, 0)), 4);
    assert_int_equal(rate_at(&calendar, &specials, at(2027, 2, 1, 12, 0, 0)), 2); /* a Monday */
    assert_int_equal(rate_at(&calendar, &specials, at(2028, 12, 1, 12, 0, 0)), 2);
}

static void leap_days_and_years(void **state)
{
    (void)state;
    struct calendar calendar = two_seasons();
    calendar.seasons[1] = season("S", CALENDAR_ANY_YEAR, 2, 29, "s");
    assert_int_equal(calendar_check(&calendar, &limits), CALENDAR_GOOD);
    assert_int_equal(rate_at(&calendar, &none, at(2028, 2, 29, 12, 0, 0)), 4);
    assert_int_equal(rate_at(&calendar, &none, at(2027, 6, 15, 12, 0, 0)), 2);
    calendar.seasons[0] = season("W", 2026, 10, 1, "w");
    calendar.seasons[1] = season("S", 2027, 2, CALENDAR_SECOND_LAST_DAY, "s");
    assert_int_equal(rate_at(&calendar, &none, at(2026, 9, 30, 12, 0, 0)), 0); /* no season yet */
    assert_int_equal(rate_at(&calendar, &none, at(2027, 2, 26, 12, 0, 0)), 2);
    assert_int_equal(rate_at(&calendar, &none, at(2027, 2, 27, 12, 0, 0)), 4);
    assert_int_equal(rate_at(&calendar, &none, at(2040, 1, 1, 12, 0, 0)), 4);
}

static void days_without_switches_hold_what_was(void **state)
{
    (void)state;
    struct calendar calendar = two_seasons();
    calendar.days[2].count = 0;
    assert_int_equal(rate_at(&calendar, &none, at(2027, 10, 1, 12, 0, 0)), 3);
    calendar.switch_count = 0;
    memset(calendar.days, 0, sizeof calendar.days);
    calendar.days[0].id = 1;
    calendar.days[1].id = 2;
    calendar.days[2].id = 3;
    assert_int_equal(calendar_check(&calendar, &limits), CALENDAR_GOOD);
    assert_int_equal(rate_at(&calendar, &none, at(2027, 10, 1, 12, 0, 0)), 0);
}

static enum calendar_fault fault_of(const struct calendar *calendar)
{
    return calendar_check(calendar, &limits);
}

static void what_is_wrong_with_a_calendar(void **state)
{
    (void)state;
    struct calendar calendar = two_seasons();
    assert_int_equal(fault_of(&calendar), CALENDAR_GOOD);
    calendar.seasons[1] = season("S", CALENDAR_ANY_YEAR, 10, 31, "s"); /* the last of October */
    assert_int_equal(fault_of(&calendar), CALENDAR_SEASONS_OVERLAP);
    calendar.seasons[1] = season("S", 2030, 10, 31, "s");
    assert_int_equal(fault_of(&calendar), CALENDAR_SEASONS_OVERLAP);
    calendar.seasons[1] = season("W", CALENDAR_ANY_YEAR, 5, 1, "s");
    assert_int_equal(fault_of(&calendar), CALENDAR_SEASONS_OVERLAP);
    calendar.seasons[1] = season("S", CALENDAR_ANY_YEAR, 2, 30, "s");
    assert_int_equal(fault_of(&calendar), CALENDAR_NO_SUCH_DATE);
    calendar.seasons[1] = season("S", CALENDAR_ANY_YEAR, 5, 1, "x");
    assert_int_equal(fault_of(&calendar), CALENDAR_UNKNOWN_WEEK);
    calendar = two_seasons();
    calendar.weeks[1].day[6] = 7;
    assert_int_equal(fault_of(&calendar), CALENDAR_UNKNOWN_DAY);
    calendar.weeks[1].name = calendar.weeks[0].name;
    assert_int_equal(fault_of(&calendar), CALENDAR_WEEK_TWICE);
    calendar = two_seasons();
    calendar.days[1].id = 1;
    assert_int_equal(fault_of(&calendar), CALENDAR_DAY_TWICE);
    calendar = two_seasons();
    calendar.switches[1] = calendar_switch_at(7, 30, 15, 9);
    assert_int_equal(fault_of(&calendar), CALENDAR_UNKNOWN_RATE);
    calendar.switches[1] = calendar.switches[0];
    assert_int_equal(fault_of(&calendar), CALENDAR_TIMES_OUT_OF_ORDER);
    calendar.switches[1] = calendar_switch_at(24, 0, 0, 2);
    assert_int_equal(fault_of(&calendar), CALENDAR_NO_SUCH_TIME);
    calendar = two_seasons();
    calendar.season_count = 0;
    assert_int_equal(fault_of(&calendar), CALENDAR_NO_SEASON);
}

/* What is none stays none, whatever it would be in seconds. */
static enum calendar_fault fault_of_switch(uint8_t hour, uint8_t minute, uint8_t second,
                                           uint8_t rate)
{
    struct calendar calendar = two_seasons();
    calendar.switches[1] = calendar_switch_at(hour, minute, second, rate);
    return fault_of(&calendar);
}

static void a_switch_is_every_second_of_the_day(void **state)
{
    (void)state;
    for (int32_t second = 0; second < 86400; second++) {
        uint8_t hour = (uint8_t)(second / 3600);
        uint8_t minute = (uint8_t)(second / 60 % 60);
        uint8_t rate = (uint8_t)(1 + second % CALENDAR_RATES);
        const struct calendar_switch it =
            calendar_switch_at(hour, minute, (uint8_t)(second % 60), rate);
        const struct civil time = calendar_switch_time(&it);
        assert_int_equal(calendar_switch_s(&it), second);
        assert_int_equal(calendar_switch_rate(&it), rate);
        assert_int_equal(time.hour, hour);
        assert_int_equal(time.minute, minute);
        assert_int_equal(time.second, second % 60);
    }
}

static void times_and_rates_that_there_are_not(void **state)
{
    (void)state;
    assert_int_equal(fault_of_switch(23, 59, 59, 8), CALENDAR_GOOD);
    for (unsigned beyond = 60; beyond <= UINT8_MAX; beyond++) {
        assert_int_equal(fault_of_switch(1, 0, (uint8_t)beyond, 1), CALENDAR_NO_SUCH_TIME);
        assert_int_equal(fault_of_switch(1, (uint8_t)beyond, 0, 1), CALENDAR_NO_SUCH_TIME);
    }
    for (unsigned beyond = 24; beyond <= UINT8_MAX; beyond++) {
        assert_int_equal(fault_of_switch((uint8_t)beyond, 0, 0, 1), CALENDAR_NO_SUCH_TIME);
    }
    for (unsigned beyond = 9; beyond <= UINT8_MAX; beyond++) {
        assert_int_equal(fault_of_switch(1, 0, 0, (uint8_t)beyond), CALENDAR_UNKNOWN_RATE);
    }
    assert_int_equal(fault_of_switch(1, 0, 0, 0), CALENDAR_UNKNOWN_RATE);
}

/* Each weekday by itself, and its neighbours not. */
static void dates_by_weekday(void **state)
{
    (void)state;
    for (unsigned weekday = 0; weekday <= UINT8_MAX; weekday++) {
        const struct calendar_date date = {CALENDAR_ANY_YEAR, CALENDAR_ANY, CALENDAR_ANY,
                                           (uint8_t)weekday};
        bool there = (weekday >= 1 && weekday <= 7) || weekday == CALENDAR_ANY;
        assert_int_equal(calendar_date_possible(&date), there);
        for (uint8_t day = 1; day <= 7; day++) {
            const struct civil monday_on = at(2027, 3, day, 0, 0, 0); /* the first is a Monday */
            assert_int_equal(calendar_date_matches(&date, &monday_on),
                             weekday == day || weekday == CALENDAR_ANY);
        }
    }
}

/* A week has a day for each: which rules is that of the date's weekday. */
static void each_weekday_has_its_day(void **state)
{
    (void)state;
    for (uint8_t weekday = 0; weekday < 7; weekday++) {
        struct calendar calendar = two_seasons();
        memset(calendar.weeks[0].day, 1, sizeof calendar.weeks[0].day);
        calendar.weeks[0].day[weekday] = 2;
        for (uint8_t day = 0; day < 7; day++) {
            const struct civil date = at(2027, 3, (uint8_t)(1 + day), 12, 0, 0);
            assert_int_equal(calendar_day_at(&calendar, &none, &date)->id, day == weekday ? 2 : 1);
        }
    }
}

/* What stands behind the last one of a table is none. */
static void what_is_beyond_the_counts_is_not_there(void **state)
{
    (void)state;
    struct calendar calendar = two_seasons();
    struct calendar_specials specials = {
        .count = 0, .entries = {{1, {CALENDAR_ANY_YEAR, 6, 10, CALENDAR_ANY}, 2}}};
    const struct civil june = at(2027, 6, 10, 12, 0, 0);
    const struct civil sunday = at(2027, 1, 3, 5, 0, 0);
    assert_int_equal(rate_at(&calendar, &specials, june), 4);
    specials.count = 1;
    assert_int_equal(rate_at(&calendar, &specials, june), 3);
    assert_int_equal(calendar_stays_s(&calendar, &none, &sunday), 19 * 3600);
    calendar.season_count = 1;
    assert_int_equal(rate_at(&calendar, &none, june), 2);
    calendar = two_seasons();
    calendar.week_count = 1;
    assert_null(calendar_day_at(&calendar, &none, &june));
    calendar = two_seasons();
    calendar.day_count = 2;
    assert_null(calendar_day_at(&calendar, &none, &june));
}

/* Month and day of a season are given, its weekday is not; of the first one as of the last. */
static void a_season_begins_on_a_date(void **state)
{
    (void)state;
    static const struct calendar_date open[] = {{CALENDAR_ANY_YEAR, CALENDAR_ANY, 5, CALENDAR_ANY},
                                                {CALENDAR_ANY_YEAR, 5, CALENDAR_ANY, CALENDAR_ANY},
                                                {CALENDAR_ANY_YEAR, 5, 5, 3}};
    for (uint8_t which = 0; which < 2; which++) {
        for (size_t i = 0; i < sizeof open / sizeof open[0]; i++) {
            struct calendar calendar = two_seasons();
            calendar.seasons[which].start = open[i];
            assert_int_equal(fault_of(&calendar), CALENDAR_NO_SUCH_DATE);
        }
    }
}

/* In common years only, in leap years only; and any two of three. */
static void seasons_that_meet_in_some_year(void **state)
{
    (void)state;
    struct calendar calendar = two_seasons();
    calendar.seasons[0] = season("W", CALENDAR_ANY_YEAR, 2, CALENDAR_LAST_DAY, "w");
    calendar.seasons[1] = season("S", CALENDAR_ANY_YEAR, 2, 28, "s");
    assert_int_equal(fault_of(&calendar), CALENDAR_SEASONS_OVERLAP);
    calendar.seasons[1] = season("S", CALENDAR_ANY_YEAR, 2, 29, "s");
    assert_int_equal(fault_of(&calendar), CALENDAR_SEASONS_OVERLAP);
    calendar.seasons[1] = season("S", CALENDAR_ANY_YEAR, 2, 26, "s");
    assert_int_equal(fault_of(&calendar), CALENDAR_GOOD);
    calendar.season_count = 3;
    for (uint8_t other = 0; other < 2; other++) {
        calendar.seasons[2] = season("T", CALENDAR_ANY_YEAR, 7, 1, "s");
        assert_int_equal(fault_of(&calendar), CALENDAR_GOOD);
        calendar.seasons[2].start = calendar.seasons[other].start;
        assert_int_equal(fault_of(&calendar), CALENDAR_SEASONS_OVERLAP);
        calendar.seasons[2] = season("T", CALENDAR_ANY_YEAR, 7, 1, "s");
        calendar.seasons[2].name = calendar.seasons[other].name;
        assert_int_equal(fault_of(&calendar), CALENDAR_SEASONS_OVERLAP);
    }
}

/* Names differ in any letter, and in their length. */
static void names_differ_in_any_letter(void **state)
{
    (void)state;
    static const char *const names[] = {"aaaaaaaa", "baaaaaaa", "aaaabaaa", "aaaaaaab", "aaaaaaa"};
    for (size_t a = 0; a < sizeof names / sizeof names[0]; a++) {
        for (size_t b = 0; b < sizeof names / sizeof names[0]; b++) {
            struct calendar calendar = two_seasons();
            calendar.weeks[0].name = calendar.seasons[0].week = name_of(names[a]);
            calendar.weeks[1].name = calendar.seasons[1].week = name_of(names[b]);
            assert_int_equal(fault_of(&calendar), a == b ? CALENDAR_WEEK_TWICE : CALENDAR_GOOD);
        }
    }
}

/* Wherever a week or a day is named that there is not. */
static void every_reference_is_looked_at(void **state)
{
    (void)state;
    for (uint8_t which = 0; which < 2; which++) {
        struct calendar calendar = two_seasons();
        calendar.seasons[which].week = name_of("x");
        assert_int_equal(fault_of(&calendar), CALENDAR_UNKNOWN_WEEK);
        for (uint8_t weekday = 0; weekday < 7; weekday++) {
            calendar = two_seasons();
            calendar.weeks[which].day[weekday] = 7;
            assert_int_equal(fault_of(&calendar), CALENDAR_UNKNOWN_DAY);
        }
    }
}

static void more_than_there_is_room_for(void **state)
{
    (void)state;
    struct calendar calendar = two_seasons();
    calendar.season_count = 4;
    assert_int_equal(fault_of(&calendar), CALENDAR_TOO_MANY_SEASONS);
    calendar = two_seasons();
    calendar.week_count = 4;
    assert_int_equal(fault_of(&calendar), CALENDAR_TOO_MANY_WEEKS);
    calendar = two_seasons();
    calendar.day_count = 5;
    assert_int_equal(fault_of(&calendar), CALENDAR_TOO_MANY_DAYS);
    calendar = two_seasons();
    calendar.days[1].count = 4;
    assert_int_equal(fault_of(&calendar), CALENDAR_TOO_MANY_SWITCHES);
    struct calendar_specials specials = {.count = 4};
    for (uint8_t i = 0; i < 4; i++) {
        specials.entries[i] =
            (struct calendar_special){i, {CALENDAR_ANY_YEAR, 12, 25, CALENDAR_ANY}, 1};
    }
    assert_int_equal(calendar_check_specials(&specials, &limits), CALENDAR_TOO_MANY_SPECIALS);
    specials.count = 3;
    assert_int_equal(calendar_check_specials(&specials, &limits), CALENDAR_GOOD);
}

static void every_fault_has_words(void **state)
{
    (void)state;
    for (int a = 0; a < CALENDAR_FAULTS; a++) {
        assert_true(strlen(calendar_fault_text((enum calendar_fault)a)) > 10);
        for (int b = 0; b < a; b++) {
            assert_string_not_equal(calendar_fault_text((enum calendar_fault)a),
                                    calendar_fault_text((enum calendar_fault)b));
        }
    }
}

/* ---- what is kept ---- */

static void kept_and_read_again(void **state)
{
    (void)state;
    static uint8_t octets[4096];
    struct tariff tariff;
    struct tariff other;
    struct calendar_switch switches[2 * SWITCHES];
    struct calendar_switch others[2 * SWITCHES];
    struct calendar calendar = two_seasons();
    tariff_init(&tariff, &limits, switches, 2 * SWITCHES);
    calendar_copy(&tariff.active, &calendar);
    calendar_copy(&tariff.passive, &calendar);
    tariff.passive.name = name_of("next");
    tariff.specials =
        (struct calendar_specials){.count = 1, .entries = {{7, {2027, 5, 17, CALENDAR_ANY}, 2}}};
    tariff.activation_ms = 1234567890123;
    struct writer w = writer_over(octets, sizeof octets);
    tariff_write(&tariff, &w);
    size_t size = writer_kept(&w);
    tariff_init(&other, &limits, others, 2 * SWITCHES);
    struct reader r = reader_over(octets, size);
    assert_int_equal(tariff_read(&other, &r), 0);
    uint8_t again[sizeof octets];
    w = writer_over(again, sizeof again);
    tariff_write(&other, &w);
    assert_int_equal(writer_kept(&w), size);
    assert_memory_equal(again, octets, size);
    assert_int_equal(calendar_switch_rate(&other.passive.switches[4]), 5);
    assert_true(calendar_date_matches(&other.specials.entries[0].date,
                                      &(struct civil){.year = 2027, .month = 5, .day = 17}));
    struct tariff fresh;
    tariff_init(&fresh, &limits, others, 2 * SWITCHES);
    for (size_t cut = 0; cut < size; cut++) {
        r = reader_over(octets, cut);
        assert_int_equal(tariff_read(&other, &r), -1);
        assert_memory_equal(&other, &fresh, sizeof fresh);
    }
    static const struct calendar_limits smaller = {1, 3, 4, 3, 3, 8, 0};
    tariff_init(&other, &smaller, others, 2 * SWITCHES);
    r = reader_over(octets, size);
    assert_int_equal(tariff_read(&other, &r), -1);
}

static void commands_kept_and_read_again(void **state)
{
    (void)state;
    uint8_t octets[TARIFF_COMMANDS_SIZE];
    struct tariff tariff;
    tariff_init(&tariff, &limits, NULL, 0);
    tariff_select(&tariff, TARIFF_ENERGY, 3, 1000);
    tariff_select(&tariff, TARIFF_DEMAND, 8, 2000);
    struct writer w = writer_over(octets, sizeof octets);
    tariff_write_commands(&tariff, &w);
    struct tariff other;
    tariff_init(&other, &limits, NULL, 0);
    struct reader r = reader_over(octets, sizeof octets);
    assert_int_equal(tariff_read_commands(&other, &r), 0);
    assert_memory_equal(other.commands, tariff.commands, sizeof tariff.commands);
    octets[8] = 9;
    r = reader_over(octets, sizeof octets);
    assert_int_equal(tariff_read_commands(&other, &r), -1);
    r = reader_over(octets, sizeof octets - 1);
    assert_int_equal(tariff_read_commands(&other, &r), -1);
    assert_memory_equal(other.commands, tariff.commands, sizeof tariff.commands);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seasons_begin_and_wrap_over_the_year),
        cmocka_unit_test(switches_are_exact_and_hold_over_midnight),
        cmocka_unit_test(special_days_with_wildcards),
        cmocka_unit_test(leap_days_and_years),
        cmocka_unit_test(days_without_switches_hold_what_was),
        cmocka_unit_test(what_is_wrong_with_a_calendar),
        cmocka_unit_test(a_switch_is_every_second_of_the_day),
        cmocka_unit_test(times_and_rates_that_there_are_not),
        cmocka_unit_test(dates_by_weekday),
        cmocka_unit_test(each_weekday_has_its_day),
        cmocka_unit_test(what_is_beyond_the_counts_is_not_there),
        cmocka_unit_test(a_season_begins_on_a_date),
        cmocka_unit_test(seasons_that_meet_in_some_year),
        cmocka_unit_test(names_differ_in_any_letter),
        cmocka_unit_test(every_reference_is_looked_at),
        cmocka_unit_test(more_than_there_is_room_for),
        cmocka_unit_test(every_fault_has_words),
        cmocka_unit_test(kept_and_read_again),
        cmocka_unit_test(commands_kept_and_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
