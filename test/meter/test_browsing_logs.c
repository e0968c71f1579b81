/* Logs of events on the glass: every entry of every log, against what was told to happen. */
#include "base/civil.h"
#include "display/menu.h"
#include "test/display/drawing.h"
#include "test/meter/life.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { SHORT_MS = 100, LONG_MS = 2500, MINUTE_S = 60 };

static struct life *life;

static int end(void **state)
{
    (void)state;
    life_end(life);
    return 0;
}

static void begin(const char *product)
{
    life = life_begin(product, life_utc_ms(2026, 11, 20, 21, 0, 0));
    life_run(life, 5);
}

static struct display *display(void)
{
    return &life->meter.display;
}

static void hold(int64_t ms)
{
    int64_t now_ms = display()->now_ms;
    display_button(display(), DISPLAY_BUTTON_SCROLL, true, now_ms);
    display_button(display(), DISPLAY_BUTTON_SCROLL, false, now_ms + ms);
}

static void press(void)
{
    hold(SHORT_MS);
}

/* True: there is an entry for logs in the menu, and the first log is on the screen. */
static bool choose_logs(void)
{
    menu_restart(display());
    hold(LONG_MS);
    for (int i = 0; i < MENU_ENTRIES; i++) {
        if (display()->position == MENU_EVENTS) {
            hold(LONG_MS);
            assert_int_equal(display()->mode, DISPLAY_MODE_LOGS);
            return true;
        }
        press();
    }
    return false;
}

static bool choose_log(uint8_t log)
{
    assert_true(choose_logs());
    for (unsigned i = 0; i < EVENT_LOGS; i++) {
        if (display()->config->logs[display()->position].log == log) {
            return true;
        }
        press();
    }
    return false;
}

struct shown {
    char top[DISPLAY_COLUMNS + 1];
    char data[DISPLAY_COLUMNS + 1];
};

static struct shown look(void)
{
    struct shown shown = {0};
    drawing_read_line(drawing_look(display()), 0, shown.top);
    drawing_read_line(drawing_look(display()), 1, shown.data);
    return shown;
}

static void assert_top(const char *id, unsigned place)
{
    char expected[DISPLAY_COLUMNS + 1];
    snprintf(expected, sizeof expected, "%s %03u", id, place);
    assert_memory_equal(look().top, expected, strlen(expected));
}

static void assert_data(const char *text)
{
    char expected[DISPLAY_COLUMNS + 1];
    snprintf(expected, sizeof expected, "%16.16s", text);
    assert_string_equal(look().data, expected);
}

/* ---- what happened ---- */

enum { TOLD_MOST = 400 };

static struct told {
    uint8_t code;
    struct civil local;
} told[TOLD_MOST];

static unsigned told_count;

static void hear(void *owner, const struct event *event)
{
    (void)owner;
    int64_t local_s = (int64_t)event->stamp.utc_s + MINUTE_S * (int64_t)event->stamp.offset_min;
    assert_true(told_count < TOLD_MOST);
    told[told_count++] = (struct told){event->code, civil_from_seconds(local_s)};
}

static bool belongs(const struct told *what, enum event_log log)
{
    return (event_row(what->code)->logs >> log & 1) != 0;
}

static void let_things_happen(int count)
{
    static const uint8_t codes[] = {
        EVENT_ERROR_CLEARED, EVENT_TERMINAL_COVER_OPEN, EVENT_METER_COVER_OPEN,
        EVENT_STRONG_FIELD,  EVENT_UNDERVOLTAGE_L1,     EVENT_LOCAL_PROGRAMMING,
        EVENT_MODEM_SILENT,  EVENT_REMOTE_CONNECTION,   EVENT_AUTHENTICATION_FAILED,
    };
    for (int i = 0; i < count; i++) {
        event_record(&life->meter.events, codes[(unsigned)rand() % sizeof codes]);
        life_run(life, 1 + rand() % 400);
    }
}

/* Entries of a log that were told before this test listened stay at its end. */
static unsigned walk(const struct display_log *row, const char *id)
{
    unsigned seen = 0;
    hold(LONG_MS);
    for (unsigned i = told_count; i > 0; i--) {
        const struct told *what = &told[i - 1];
        if (!belongs(what, (enum event_log)row->log)) {
            continue;
        }
        char text[32];
        snprintf(text, sizeof text, "%02d-%02d %02d:%02d E%d", what->local.month, what->local.day,
                 what->local.hour, what->local.minute, what->code);
        assert_int_equal(display()->mode, DISPLAY_MODE_EVENTS);
        assert_top(id, ++seen);
        assert_data(text);
        press();
    }
    return seen;
}

static void every_entry_of_every_log_is_shown(void **state)
{
    (void)state;
    static const char *const ids[] = {"P.98.0", "P.98.1",   "P.98.2",   "P.98.4",  "P.98.5",
                                      "P.97.0", "P.98.128", "P.98.129", "P.98.130"};
    begin("xs211");
    event_listen(&life->meter.events, hear, NULL);
    told_count = 0;
    srand(98);
    let_things_happen(120);
    unsigned walked = 0;
    for (unsigned i = 0; i < display()->config->log_count; i++) {
        const struct display_log *row = &display()->config->logs[i];
        if (!choose_log(row->log)) {
            assert_int_equal(event_log_count(&life->meter.events, (enum event_log)row->log), 0);
            continue;
        }
        assert_memory_equal(look().top, ids[i], strlen(ids[i]));
        walked += walk(row, ids[i]) > 5;
    }
    assert_true(walked >= 5);
}

/* ---- choice ---- */

/* Only those that have entries, each with their number. */
static void logs_are_offered_with_their_number_of_entries(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        begin(product_all[i]->name);
        event_record(&life->meter.events, EVENT_STRONG_FIELD);
        event_record(&life->meter.events, EVENT_UNDERVOLTAGE_L1);
        event_record(&life->meter.events, EVENT_UNDERVOLTAGE_L1);
        life_run(life, 2);
        assert_true(choose_logs());
        unsigned first = display()->position;
        unsigned offered = 0;
        do {
            const struct display_log *row = &display()->config->logs[display()->position];
            uint32_t count = event_log_count(&life->meter.events, (enum event_log)row->log);
            char text[12];
            snprintf(text, sizeof text, "%u", count);
            assert_true(count > 0);
            if (display()->config->glass == DISPLAY_DOTS) {
                assert_data(text);
            }
            offered |= 1U << row->log;
            press();
        } while (display()->position != first);
        assert_int_equal(offered, 1U << EVENT_LOG_STANDARD | 1U << EVENT_LOG_FRAUD |
                                      1U << EVENT_LOG_QUALITY);
        life_end(life);
    }
}

static void without_entries_there_is_no_way_in(void **state)
{
    (void)state;
    begin("st402d");
    struct event_book none = life->meter.events;
    none.ready = false;
    display()->source.events = &none;
    assert_false(choose_logs());
    display()->source.events = NULL;
    assert_false(choose_logs());
}

/* ---- entries ---- */

/* What happens meanwhile counts the place, and does not push another entry on the screen. */
static void an_entry_stays_while_others_come(void **state)
{
    (void)state;
    begin("xs211");
    event_record(&life->meter.events, EVENT_STRONG_FIELD);
    life_run(life, 2);
    assert_true(choose_log(EVENT_LOG_FRAUD));
    hold(LONG_MS);
    struct shown before = look();
    assert_top("P.98.1", 1);
    event_record(&life->meter.events, EVENT_METER_COVER_OPEN);
    life_run(life, 2);
    assert_string_equal(look().data, before.data);
    assert_top("P.98.1", 2);
}

static void a_log_that_is_cleared_meanwhile_ends(void **state)
{
    (void)state;
    begin("xs211");
    for (int i = 0; i < 5; i++) {
        event_record(&life->meter.events, EVENT_STRONG_FIELD);
    }
    life_run(life, 2);
    assert_true(choose_log(EVENT_LOG_FRAUD));
    hold(LONG_MS);
    press();
    for (int tries = 0; event_log_clear(&life->meter.events, EVENT_LOG_FRAUD) != 0; tries++) {
        assert_true(tries < 100);
        life_run(life, 1);
    }
    life_run(life, 2);
    assert_data(""); /* it is gone, and its identifier stays */
    press();
    assert_int_equal(display()->mode, DISPLAY_MODE_AUTOMATIC);
    assert_true(choose_log(EVENT_LOG_FRAUD));
    assert_data("1"); /* that it was cleared is its only entry now */
    hold(LONG_MS);
    assert_top("P.98.1", 1);
    assert_data("11-20 22:00 E255");
    press();
    assert_int_equal(display()->mode, DISPLAY_MODE_AUTOMATIC);
}

/* The log of long interruptions tells how long each was. */
static void an_interruption_has_its_duration(void **state)
{
    (void)state;
    begin("xs211");
    life_cut(life, 3723 - 3);
    life_run(life, 5);
    assert_true(choose_log(EVENT_LOG_INTERRUPTION));
    hold(LONG_MS);
    struct event event;
    assert_int_equal(event_log_read(&life->meter.events, EVENT_LOG_INTERRUPTION, 1, &event), 0);
    uint32_t s = event.detail.duration_s;
    assert_in_range(s, 3720, 3724);
    char expected[32];
    snprintf(expected, sizeof expected, "11-20 23:02 1:%02u:%02u", s / 60 % 60, s % 60);
    assert_top("P.97.0", 1);
    assert_data(expected); /* its beginning: the rest runs through */
    display_step(display(), display()->now_ms + 3000);
    assert_memory_equal(look().data, &expected[6], strlen(expected) - 6);
}

static void another_year_is_told(void **state)
{
    (void)state;
    begin("xs211");
    event_record(&life->meter.events, EVENT_STRONG_FIELD);
    life_run(life, 2);
    clock_set(&life->meter.clock, life_utc_ms(2027, 1, 2, 0, 0, 0));
    life_run(life, 2);
    assert_true(choose_log(EVENT_LOG_FRAUD));
    hold(LONG_MS);
    assert_data("2026-11-20 22:00 E42");
}

/* On the battery the same entries, with one more: that the supply has failed. */
static void on_the_battery_as_with_supply(void **state)
{
    (void)state;
    begin("st402d");
    let_things_happen(20);
    assert_true(choose_log(EVENT_LOG_QUALITY));
    hold(LONG_MS);
    struct event_book *book = &life->meter.events;
    uint32_t newest = display()->entry.number;
    assert_int_equal(newest, event_log_count(book, EVENT_LOG_QUALITY));
    struct display_frame lit = *drawing_look(display());
    life_darken(life, 100);
    assert_true(choose_log(EVENT_LOG_QUALITY));
    hold(LONG_MS);
    assert_int_equal(display()->entry.number, newest);
    assert_memory_equal(drawing_look(display())->octets, lit.octets, 14); /* its digits */
    life_dawn(life, 10);
}

#define TEST(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_entry_of_every_log_is_shown),
        cmocka_unit_test(logs_are_offered_with_their_number_of_entries),
        TEST(without_entries_there_is_no_way_in),
        TEST(an_entry_stays_while_others_come),
        TEST(a_log_that_is_cleared_meanwhile_ends),
        TEST(an_interruption_has_its_duration),
        TEST(another_year_is_told),
        TEST(on_the_battery_as_with_supply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
