/* Schedules against a plain model that looks at every minute, with outages and a clock that is set;
 * and what becomes of entries. */
#include "function/schedule.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { MINUTE_S = 60, DAY_S = 86400, RUNS_MOST = 200000, DAYS = 12 };

static const struct civil_zone zone = {.offset_min = 60,
                                       .dst_min = 60,
                                       .dst_begin = {3, 5, 7, 120, 0, 0},
                                       .dst_end = {10, 5, 7, 180, 0, 0}};
static const uint8_t table[6] = {0, 0, 10, 0, 100, 255};

static struct schedule schedule;
static struct calendar_specials specials;
static struct script_book scripts;
static struct clock clock_now;

/* What was executed, and what should have been: selectors are the entries' indices + 1. */
struct runs {
    unsigned count;
    uint16_t selectors[RUNS_MOST];
};
static struct runs found;
static struct runs wanted;

static int run(void *owner, uint16_t selector)
{
    struct runs *runs = owner;
    assert_true(runs->count < RUNS_MOST);
    runs->selectors[runs->count++] = selector;
    return 0;
}

static int64_t utc_s(int year, unsigned month, unsigned day, int hour)
{
    return civil_days_from_date(year, month, day) * DAY_S + hour * 3600;
}

static void begin_at(int64_t begin_s)
{
    found.count = wanted.count = 0;
    scripts.count = 0;
    script_add(&scripts, table, UINT16_MAX, run, &found);
    clock_init(&clock_now, &zone);
    clock_start(&clock_now, begin_s * 1000);
    specials.count = 0;
    schedule_init(&schedule, &specials, &clock_now);
    (void)schedule_step(&schedule, &clock_now, &scripts);
}

static int set_up(void **state)
{
    (void)state;
    begin_at(utc_s(2026, 11, 21, 11)); /* a Saturday, noon */
    return 0;
}

static struct schedule_entry daily(uint16_t index, uint8_t hour, uint8_t minute)
{
    return (struct schedule_entry){
        .index = index,
        .enabled = true,
        .script = {{0, 0, 10, 0, 100, 255}, (uint16_t)(index + 1)},
        .hour = hour,
        .minute = minute,
        .window_min = SCHEDULE_ANY_WINDOW,
        .weekdays = 0x7F,
        .from = {CALENDAR_ANY_YEAR, CALENDAR_ANY, CALENDAR_ANY, CALENDAR_ANY},
        .to = {CALENDAR_ANY_YEAR, CALENDAR_ANY, CALENDAR_ANY, CALENDAR_ANY},
    };
}

static void pass(int64_t seconds)
{
    clock_advance(&clock_now, seconds * 1000);
    (void)schedule_step(&schedule, &clock_now, &scripts);
}

/* ---- the model: every minute of local time, one entry after the other ---- */

static bool model_is_on(const struct schedule_entry *entry, const struct civil *date)
{
    int number = date->year * 10000 + date->month * 100 + date->day;
    int from = entry->from.year * 10000 + entry->from.month * 100 + entry->from.day;
    int to = entry->to.year * 10000 + entry->to.month * 100 + entry->to.day;
    bool bounded = entry->from.year != CALENDAR_ANY_YEAR;
    if (!entry->enabled || (bounded && (number < from || number > to))) {
        return false;
    }
    for (unsigned i = 0; i < specials.count; i++) {
        if (specials.entries[i].date.month == date->month &&
            specials.entries[i].date.day == date->day) {
            return (entry->special_days & UINT32_C(1) << specials.entries[i].day) != 0;
        }
    }
    return (entry->weekdays & 1 << (date->weekday - 1)) != 0;
}

/* What came due behind `from_s` and up to `to_s`: each entry at most once, by its last time. */
static void model_step(int64_t from_s, int64_t to_s)
{
    int64_t last[SCHEDULE_ENTRIES];
    memset(last, 0, sizeof last);
    for (int64_t at = from_s + 1; at <= to_s; at++) {
        if (at % MINUTE_S != 0) {
            continue;
        }
        struct civil local = civil_from_seconds(at + civil_offset_min(&zone, at) * MINUTE_S);
        for (unsigned i = 0; i < schedule.count; i++) {
            const struct schedule_entry *entry = &schedule.entries[i];
            if ((entry->hour == CALENDAR_ANY || local.hour == entry->hour) &&
                (entry->minute == CALENDAR_ANY || local.minute == entry->minute) &&
                model_is_on(entry, &local)) {
                last[i] = at;
            }
        }
    }
    for (int64_t at = from_s + 1; at <= to_s; at++) {
        for (unsigned i = 0; at % MINUTE_S == 0 && i < schedule.count; i++) {
            uint16_t window_min = schedule.entries[i].window_min;
            if (last[i] == at &&
                (window_min == SCHEDULE_ANY_WINDOW || to_s - at <= window_min * MINUTE_S)) {
                (void)run(&wanted, schedule.entries[i].script.selector);
            }
        }
    }
}

static struct schedule_entry random_entry(uint16_t index)
{
    struct schedule_entry entry = daily(index, (uint8_t)(rand() % 24), (uint8_t)(rand() % 60));
    entry.enabled = rand() % 8 != 0;
    entry.weekdays = (uint8_t)(rand() % 128);
    entry.special_days = (uint32_t)rand();
    entry.hour = rand() % 6 == 0 ? CALENDAR_ANY : entry.hour;
    entry.minute = rand() % 20 == 0 ? CALENDAR_ANY : entry.minute;
    if (rand() % 3 != 0) {
        entry.window_min = (uint16_t)(rand() % 600);
    }
    if (rand() % 3 == 0) {
        uint8_t day = (uint8_t)(1 + rand() % 28);
        entry.from = (struct calendar_date){2027, 6, day, CALENDAR_ANY};
        entry.to = (struct calendar_date){2027, 6, (uint8_t)(day + rand() % 3), CALENDAR_ANY};
    }
    return entry;
}

/* The night in which local time jumps is left out: what is due in the hour that there is twice, or
 * not at all, has rules of its own. */
static void random_schedules_agree_with_the_model(void **state)
{
    (void)state;
    srand(10);
    unsigned executed = 0;
    for (int round = 0; round < 60; round++) {
        begin_at(utc_s(2027, 6, 1 + (unsigned)rand() % 18, rand() % 24) + rand() % 3600);
        specials.count = (uint8_t)(rand() % 5);
        for (uint8_t i = 0; i < specials.count; i++) {
            specials.entries[i] = (struct calendar_special){
                i,
                {CALENDAR_ANY_YEAR, 6, (uint8_t)(1 + rand() % 30), CALENDAR_ANY},
                (uint8_t)(rand() % SCHEDULE_SPECIAL_DAYS)};
        }
        unsigned count = 1 + (unsigned)rand() % SCHEDULE_ENTRIES;
        for (unsigned i = 0; i < count; i++) {
            struct schedule_entry entry = random_entry((uint16_t)(i * 3));
            assert_int_equal(schedule_insert(&schedule, &entry), 0);
        }
        (void)schedule_step(&schedule, &clock_now, &scripts);
        int64_t end_ms = clock_now.utc_ms + (int64_t)DAYS * DAY_S * 1000;
        while (clock_now.utc_ms < end_ms) {
            int64_t before_s = clock_now.utc_ms / 1000;
            int64_t due_ms = schedule.due_s * 1000 - clock_now.utc_ms;
            bool outage = rand() % 10 == 0;
            pass(outage ? rand() % (2 * DAY_S) : due_ms / 1000);
            model_step(before_s, clock_now.utc_ms / 1000);
            assert_int_equal(found.count, wanted.count);
        }
        assert_memory_equal(found.selectors, wanted.selectors, found.count * sizeof(uint16_t));
        executed += found.count;
    }
    assert_true(executed > 1000);
}

static void a_window_bounds_what_is_made_up_for(void **state)
{
    (void)state;
    struct schedule_entry hour = daily(1, 13, 0);
    struct schedule_entry always = daily(2, 13, 0);
    hour.window_min = 60;
    assert_int_equal(schedule_insert(&schedule, &hour), 0);
    assert_int_equal(schedule_insert(&schedule, &always), 0);
    pass(2 * 3600); /* an hour late: just in time */
    assert_int_equal(found.count, 2);
    pass(DAY_S + 1); /* and a second more */
    assert_int_equal(found.count, 3);
    assert_int_equal(found.selectors[2], 3);
    pass(400 * (int64_t)DAY_S); /* once, not four hundred times */
    assert_int_equal(found.count, 4);
}

static void a_clock_set_back_repeats_nothing(void **state)
{
    (void)state;
    struct schedule_entry entry = daily(1, 13, 0);
    assert_int_equal(schedule_insert(&schedule, &entry), 0);
    pass(3605);
    assert_int_equal(found.count, 1);
    clock_set(&clock_now, clock_now.utc_ms - 7200000);
    pass(1);
    pass(7200);
    assert_int_equal(found.count, 1);
    clock_set(&clock_now,
              clock_now.utc_ms - INT64_C(400) * DAY_S * 1000); /* a year is no mistake */
    pass(1);
    assert_int_equal(found.count, 1);
    pass(DAY_S);
    assert_int_equal(found.count, 2);
    clock_set(&clock_now, utc_s(2099, 1, 1, 0) * 1000);
    pass(1);
    assert_int_equal(found.count, 3);
}

/* Of the hour that autumn repeats the first; what spring leaves out at its end. */
static void local_time_jumps(void **state)
{
    (void)state;
    struct schedule_entry entry = daily(1, 2, 30);
    begin_at(utc_s(2026, 10, 24, 20));
    assert_int_equal(schedule_insert(&schedule, &entry), 0);
    for (int minute = 0; minute < 720; minute++) {
        pass(60);
    }
    assert_int_equal(found.count, 1);
    begin_at(utc_s(2027, 3, 27, 20));
    assert_int_equal(schedule_insert(&schedule, &entry), 0);
    for (int minute = 0; minute < 720; minute++) {
        pass(60);
    }
    assert_int_equal(found.count, 1);
}

/* Each of 25 hours, and of 23. */
static void every_hour_of_days_in_which_local_time_jumps(void **state)
{
    (void)state;
    struct schedule_entry entry = daily(1, CALENDAR_ANY, 30);
    begin_at(utc_s(2026, 10, 24, 22)); /* midnight of local time */
    assert_int_equal(schedule_insert(&schedule, &entry), 0);
    for (int hour = 1; hour <= 25; hour++) {
        pass(3600);
        assert_int_equal(found.count, hour);
    }
    assert_int_equal(clock_read(&clock_now).local.hour, 0);
    begin_at(utc_s(2027, 3, 27, 23));
    assert_int_equal(schedule_insert(&schedule, &entry), 0);
    for (int hour = 1; hour <= 23; hour++) {
        pass(3600);
        assert_int_equal(found.count, hour);
    }
    assert_int_equal(clock_read(&clock_now).local.hour, 0);
}

/* A minute of every hour, every minute of an hour, every minute; to the second. */
static void open_times(void **state)
{
    (void)state;
    static const struct {
        uint8_t hour, minute;
        unsigned in_a_day;
    } cases[] = {
        {CALENDAR_ANY, 15, 24}, {13, CALENDAR_ANY, 60}, {CALENDAR_ANY, CALENDAR_ANY, 1440}};
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct schedule_entry entry = daily(1, cases[i].hour, cases[i].minute);
        entry.second = 20;
        begin_at(utc_s(2026, 11, 21, 11));
        assert_int_equal(schedule_insert(&schedule, &entry), 0);
        (void)schedule_step(&schedule, &clock_now, &scripts);
        int64_t end_ms = clock_now.utc_ms + INT64_C(1000) * DAY_S;
        while (schedule.due_s * 1000 <= end_ms) {
            pass(schedule.due_s - clock_now.utc_ms / 1000);
            assert_true(schedule_step(&schedule, &clock_now, &scripts) > 0);
            assert_int_equal(clock_read(&clock_now).local.second, found.count > 0 ? 20 : 0);
        }
        assert_int_equal(found.count, cases[i].in_a_day);
    }
}

static void entries_are_put_and_taken(void **state)
{
    (void)state;
    struct schedule_entry entry;
    for (uint16_t i = 0; i < SCHEDULE_ENTRIES; i++) {
        entry = daily((uint16_t)(100 - i), 13, 0);
        assert_int_equal(schedule_insert(&schedule, &entry), 0);
    }
    entry = daily(7, 13, 0);
    assert_int_equal(schedule_insert(&schedule, &entry), -1); /* full */
    entry = daily(90, 14, 0);
    assert_int_equal(schedule_insert(&schedule, &entry), 0); /* in place of the one before */
    for (unsigned i = 0; i < SCHEDULE_ENTRIES; i++) {
        assert_int_equal(schedule.entries[i].index, 85 + i);
        assert_int_equal(schedule.entries[i].hour, 85 + i == 90 ? 14 : 13);
    }
    schedule_enable(&schedule, 86, 95, false);
    schedule_enable(&schedule, 95, 86, false); /* no range */
    pass(3600);
    assert_int_equal(found.count, SCHEDULE_ENTRIES - 10);
    assert_int_equal(schedule_delete(&schedule, 0, 84), -1);
    assert_int_equal(schedule_delete(&schedule, 96, 200), 0);
    assert_int_equal(schedule.count, 11);
    schedule_enable(&schedule, 0, UINT16_MAX, true);
    pass(DAY_S);
    assert_int_equal(found.count, SCHEDULE_ENTRIES - 10 + 11);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    struct schedule_entry good = daily(1, 13, 0);
    struct schedule_entry bad[6] = {good, good, good, good, good, good};
    bad[0].hour = 24;
    bad[1].minute = 60;
    bad[2].second = 60;
    bad[3].weekdays = 0x80;
    bad[4].from = (struct calendar_date){2027, 2, 30, CALENDAR_ANY};
    bad[5].to.weekday = 3;
    assert_int_equal(schedule_set(&schedule, &good, 1), 0);
    for (unsigned i = 0; i < 6; i++) {
        struct schedule_entry two[] = {daily(0, 1, 1), bad[i]};
        assert_int_equal(schedule_insert(&schedule, &bad[i]), -1);
        assert_int_equal(schedule_set(&schedule, two, 2), -1);
        assert_int_equal(schedule.count, 1);
        assert_int_equal(schedule.entries[0].hour, 13);
    }
    struct schedule_entry twice[] = {good, good};
    assert_int_equal(schedule_set(&schedule, twice, 2), -1);
    assert_int_equal(schedule_set(&schedule, NULL, 0), 0);
    assert_int_equal(schedule.count, 0);
}

static void what_is_kept_is_read_or_refused(void **state)
{
    (void)state;
    uint8_t octets[SCHEDULE_ROOM];
    srand(3);
    for (uint16_t i = 0; i < SCHEDULE_ENTRIES; i++) {
        struct schedule_entry entry = random_entry(i);
        assert_int_equal(schedule_insert(&schedule, &entry), 0);
    }
    pass(DAY_S);
    struct writer w = writer_over(octets, sizeof octets);
    schedule_write(&schedule, &w);
    assert_int_equal(writer_kept(&w), SCHEDULE_ROOM);
    struct schedule before = schedule;
    for (size_t cut = 0; cut < SCHEDULE_ROOM; cut++) {
        struct reader r = reader_over(octets, cut);
        assert_int_equal(schedule_read(&schedule, &r), -1);
    }
    octets[8] = SCHEDULE_ENTRIES + 1;
    struct reader r = reader_over(octets, sizeof octets);
    assert_int_equal(schedule_read(&schedule, &r), -1);
    assert_int_equal(schedule.count, SCHEDULE_ENTRIES);
    octets[8] = SCHEDULE_ENTRIES;
    schedule_init(&schedule, &specials, &clock_now);
    r = reader_over(octets, sizeof octets);
    assert_int_equal(schedule_read(&schedule, &r), 0);
    assert_true(schedule.done_s == before.done_s);
    assert_int_equal(schedule.count, before.count);
    for (unsigned i = 0; i < before.count; i++) {
        assert_int_equal(schedule.entries[i].special_days, before.entries[i].special_days);
        assert_int_equal(schedule.entries[i].window_min, before.entries[i].window_min);
        assert_int_equal(schedule.entries[i].from.day, before.entries[i].from.day);
        assert_int_equal(schedule.entries[i].to.year, before.entries[i].to.year);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(random_schedules_agree_with_the_model, set_up),
        cmocka_unit_test_setup(a_window_bounds_what_is_made_up_for, set_up),
        cmocka_unit_test_setup(a_clock_set_back_repeats_nothing, set_up),
        cmocka_unit_test_setup(local_time_jumps, set_up),
        cmocka_unit_test_setup(every_hour_of_days_in_which_local_time_jumps, set_up),
        cmocka_unit_test_setup(open_times, set_up),
        cmocka_unit_test_setup(entries_are_put_and_taken, set_up),
        cmocka_unit_test_setup(what_cannot_be_is_refused, set_up),
        cmocka_unit_test_setup(what_is_kept_is_read_or_refused, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
