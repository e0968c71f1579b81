#define _POSIX_C_SOURCE 200809L /* open_memstream */

/* Calendars as people write them: there and back, and every way to be wrong, with its line. */
#include "app/calendar_text.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char sample[] = "name 2027-A\n"
                             "season winter from 11-01 week w\n"
                             "season summer from 2027-03-last week s\n"
                             "week w days 1 1 1 1 1 2 2\n"
                             "week s days 2 2 2 2 2 2 255\n"
                             "day 1 at 00:00 2 06:00 1 22:30:15 8\n"
                             "day 2 at 00:00 3\n"
                             "day 255\n"
                             "special 1 on 12-25 day 2\n"
                             "special 2 on *-01/fri day 1\n"
                             "special 300 on 2028-02-29 day 255\n"
                             "special 301 on 2028-*-second-last day 255\n"
                             "activate 2027-01-01T00:00:00\n";

static struct calendar_text calendar;

static void assert_writes(const char *expected)
{
    char *written = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&written, &size);
    calendar_text_write(&calendar, out);
    fclose(out);
    assert_string_equal(written, expected);
    free(written);
}

static void there_and_back(void **state)
{
    (void)state;
    char error[CALENDAR_TEXT_ERROR];
    assert_int_equal(calendar_text_read(&calendar, sample, error), 0);
    assert_writes(sample);
    assert_int_equal(calendar_switch_time(&calendar.calendar.switches[2]).second, 15);
    assert_int_equal(calendar.calendar.seasons[1].start.year, 2027);
    assert_int_equal(calendar.calendar.seasons[1].start.day, CALENDAR_LAST_DAY);
    assert_int_equal(calendar.specials.entries[1].date.month, CALENDAR_ANY);
    assert_int_equal(calendar.specials.entries[1].date.weekday, 5);
    assert_int_equal(calendar.specials.entries[3].date.day, CALENDAR_SECOND_LAST_DAY);
    assert_int_equal(calendar.activation, CALENDAR_AT_A_TIME);
    assert_int_equal(calendar.activation_time.year, 2027);
}

static void blanks_comments_and_order_do_not_matter(void **state)
{
    (void)state;
    char error[CALENDAR_TEXT_ERROR];
    static const char text[] = "# a comment\r\n\n"
                               "  day 1\tat 0:00 1 # midnight\n"
                               "special 9 on 1-1 day 1\nspecial 3 on 5-1 day 1\n"
                               "week w days 1 1 1 1 1 1 1\nseason s from 1-1 week w\nactivate now";
    assert_int_equal(calendar_text_read(&calendar, text, error), 0);
    assert_writes("season s from 01-01 week w\nweek w days 1 1 1 1 1 1 1\nday 1 at 00:00 1\n"
                  "special 3 on 05-01 day 1\nspecial 9 on 01-01 day 1\nactivate now\n");
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *error;
    } rows[] = {
        {"seasons w\n", "line 1: a line begins with"},
        {"\n\nname\n", "line 3: name NAME"},
        {"name 123456789\n", "line 1: name NAME"},
        {"season w from 02-30 week w\n", "line 1: season NAME"},
        {"season w from 2027-02-29 week w\n", "line 1: season NAME"},
        {"season w from 0-1 week w\n", "line 1: season NAME"},
        {"season w from 11 week w\n", "line 1: season NAME"},
        {"season w to 11-01 week w\n", "line 1: season NAME"},
        {"season w from 11-01 week w extra\n", "line 1: season NAME"},
        {"week w days 1 1 1 1 1 1\n", "line 1: week NAME"},
        {"week w days 1 1 1 1 1 1 256\n", "line 1: week NAME"},
        {"week w days 1 1 1 1 1 1 -1\n", "line 1: week NAME"},
        {"day 1 at\n", "line 1: day NUMBER"},
        {"day x at 00:00 1\n", "line 1: day NUMBER"},
        {"day 1 at 00:00\n", "line 1: day NUMBER"},
        {"day 1 at 24:00 1\n", "line 1: HH:MM"},
        {"day 1 at 00:60 1\n", "line 1: HH:MM"},
        {"day 1 at 0000 1\n", "line 1: HH:MM"},
        {"day 1 at 00:00 x\n", "line 1: HH:MM"},
        {"special 1 on 12-25/xyz day 1\n", "line 1: special NUMBER"},
        {"special 1 on 12-32 day 1\n", "line 1: special NUMBER"},
        {"special 65536 on 12-25 day 1\n", "line 1: special NUMBER"},
        {"activate tomorrow\n", "line 1: activate now"},
        {"activate 12-25T00:00\n", "line 1: activate now"},
        {"activate 2027-12-25T25:00\n", "line 1: activate now"},
        {"day 1 at 06:00 1 05:00 2\n", "the times of a day are not in order"},
        {"day 1 at 06:00 9\n", "a switch names a rate that there is not"},
        {"", "there is no season"},
        {"season w from 11-01 week w\n", "a season names a week"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char error[CALENDAR_TEXT_ERROR] = "";
        assert_int_equal(calendar_text_read(&calendar, rows[i].text, error), -1);
        if (strncmp(error, rows[i].error, strlen(rows[i].error)) != 0) {
            fail_msg("%s: %s", rows[i].text, error);
        }
    }
}

/* One line more than there is room for. */
static void too_many_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int room;
        const char *error;
    } rows[] = {
        {"season %d from 1-1 week w\n", CALENDAR_SEASONS, "more seasons"},
        {"week %d days 1 1 1 1 1 1 1\n", CALENDAR_WEEKS, "more weeks"},
        {"day %d\n", CALENDAR_DAYS, "more days"},
        {"special %d on 1-1 day 1\n", CALENDAR_SPECIALS, "more special days"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[8192] = "";
        char error[CALENDAR_TEXT_ERROR] = "";
        for (int n = 0; n <= rows[i].room; n++) {
            size_t size = strlen(text);
            snprintf(text + size, sizeof text - size, rows[i].line, n);
        }
        assert_int_equal(calendar_text_read(&calendar, text, error), -1);
        assert_non_null(strstr(error, rows[i].error));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(blanks_comments_and_order_do_not_matter),
        cmocka_unit_test(what_is_wrong_is_said_with_its_line),
        cmocka_unit_test(too_many_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
