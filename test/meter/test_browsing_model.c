/* The scroll button in a meter that lives, against a plain model of menu, logs and profiles: what
 * is there to choose is counted by the records themselves, and changes while somebody browses. */
#include "display/menu.h"
#include "storage/record.h"
#include "test/display/drawing.h"
#include "test/meter/life.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { SHORT_MS = 100, LONG_MS = 2500, VERY_LONG_MS = 5100, PRESSES = 4000 };

static struct life *life;

static struct model {
    enum display_mode mode;
    unsigned position; /* in a list, the menu, or among logs or profiles */
    unsigned log;
    uint32_t number;
} model;

static struct display *display(void)
{
    return &life->meter.display;
}

static const struct display_config *config(void)
{
    return display()->config;
}

static void go(enum display_mode mode, unsigned position)
{
    model.mode = mode;
    model.position = position;
}

/* ---- what there is ---- */

static const struct record_ring *ring_of(unsigned log)
{
    return event_log_ring(&life->meter.events, (enum event_log)config()->logs[log].log);
}

static uint32_t entries_of(unsigned log)
{
    const struct record_ring *ring = ring_of(log);
    return ring ? record_next(ring) - record_first(ring) : 0;
}

static uint32_t rows_of(unsigned profile)
{
    const struct profile *p = &life->meter.profiles[config()->profiles[profile].place];
    return profile_next(p) - profile_first(p);
}

/* The first that has something, counted from `from` and round; -1. */
static int first_from(unsigned from, unsigned count, uint32_t (*size_of)(unsigned))
{
    for (unsigned i = 0; i < count; i++) {
        if (size_of((from + i) % count) > 0) {
            return (int)((from + i) % count);
        }
    }
    return -1;
}

static int log_from(unsigned from)
{
    return first_from(from, config()->log_count, entries_of);
}

static int profile_from(unsigned from)
{
    return first_from(from, config()->profile_count, rows_of);
}

/* ---- what a press does ---- */

static unsigned next_of_menu(unsigned entry)
{
    const bool there[MENU_ENTRIES] = {
        [MENU_READINGS] = true,
        [MENU_MESSAGE] = life->meter.message.text_size > 0,
        [MENU_PROFILES] = profile_from(0) >= 0,
        [MENU_EVENTS] = log_from(0) >= 0,
        [MENU_SELF_TEST] = true,
        [MENU_TEST_MODE] = true,
    };
    do {
        entry = (entry + 1) % MENU_ENTRIES;
    } while (!there[entry]);
    return entry;
}

static void choose_next(int found)
{
    if (found >= 0) {
        go(model.mode, (unsigned)found);
    } else {
        go(DISPLAY_MODE_AUTOMATIC, 0);
    }
}

static void entry_before(void)
{
    const struct record_ring *ring = ring_of(model.log);
    model.number--;
    if (model.number < record_first(ring) || model.number >= record_next(ring)) {
        go(DISPLAY_MODE_AUTOMATIC, 0);
    }
}

static void press_short(void)
{
    switch (model.mode) {
    case DISPLAY_MODE_AUTOMATIC:
        go(DISPLAY_MODE_SELF_TEST, 0);
        break;
    case DISPLAY_MODE_SELF_TEST:
        go(DISPLAY_MODE_MANUAL, 0);
        break;
    case DISPLAY_MODE_MANUAL:
        go(DISPLAY_MODE_MANUAL, model.position + 1);
        if (model.position == display()->lists[DISPLAY_LIST_MANUAL].count) {
            go(DISPLAY_MODE_AUTOMATIC, 0);
        }
        break;
    case DISPLAY_MODE_MENU:
        go(DISPLAY_MODE_MENU, next_of_menu(model.position));
        break;
    case DISPLAY_MODE_LOGS:
        choose_next(log_from(model.position + 1));
        break;
    case DISPLAY_MODE_PROFILES:
        choose_next(profile_from(model.position + 1));
        break;
    case DISPLAY_MODE_EVENTS:
        entry_before();
        break;
    case DISPLAY_MODE_TEST:
        go(DISPLAY_MODE_TEST, (model.position + 1) % MENU_TEST_ITEMS);
        break;
    default:
        go(DISPLAY_MODE_AUTOMATIC, 0);
    }
}

static void enter_menu(void)
{
    static const enum display_mode behind[MENU_ENTRIES] = {
        [MENU_READINGS] = DISPLAY_MODE_MANUAL,     [MENU_MESSAGE] = DISPLAY_MODE_MESSAGE,
        [MENU_PROFILES] = DISPLAY_MODE_PROFILES,   [MENU_EVENTS] = DISPLAY_MODE_LOGS,
        [MENU_SELF_TEST] = DISPLAY_MODE_SELF_TEST, [MENU_TEST_MODE] = DISPLAY_MODE_TEST,
    };
    int first = model.position == MENU_PROFILES ? profile_from(0)
                : model.position == MENU_EVENTS ? log_from(0)
                                                : 0;
    go(behind[model.position], first > 0 ? (unsigned)first : 0);
}

static void press_long(void)
{
    if (model.mode == DISPLAY_MODE_MENU) {
        enter_menu();
    } else if (model.mode == DISPLAY_MODE_LOGS && entries_of(model.position) > 0) {
        model.log = model.position;
        model.number = record_next(ring_of(model.log)) - 1;
        go(DISPLAY_MODE_EVENTS, 0);
    } else if (model.mode == DISPLAY_MODE_PROFILES && rows_of(model.position) > 0) {
        go(DISPLAY_MODE_BARS, 0);
    } else if (model.mode == DISPLAY_MODE_LOGS || model.mode == DISPLAY_MODE_PROFILES) {
        go(DISPLAY_MODE_AUTOMATIC, 0);
    } else {
        go(DISPLAY_MODE_MENU, MENU_READINGS);
    }
}

/* ---- both ---- */

static void hold(int64_t ms)
{
    int64_t now_ms = display()->now_ms;
    display_button(display(), DISPLAY_BUTTON_SCROLL, true, now_ms);
    display_step(display(), now_ms + ms);
    display_button(display(), DISPLAY_BUTTON_SCROLL, false, now_ms + ms);
}

static void press(void)
{
    /* Bars and rows are another test's (test_browsing.c): out of them at once. */
    bool leaves = model.mode == DISPLAY_MODE_BARS || rand() % 60 == 0;
    if (leaves) {
        hold(VERY_LONG_MS);
        go(DISPLAY_MODE_AUTOMATIC, 0);
    } else if (rand() % 4 == 0) {
        hold(LONG_MS);
        press_long();
    } else {
        hold(SHORT_MS);
        press_short();
    }
}

static void assert_same(int at)
{
    bool same = display()->mode == model.mode && display()->position == model.position;
    if (model.mode == DISPLAY_MODE_EVENTS) {
        same = same && display()->entry.log == model.log && display()->entry.number == model.number;
    }
    if (!same) {
        fail_msg("press %d: mode %d at %u, entry %u of %u; should be %d at %u, entry %u of %u", at,
                 display()->mode, display()->position, display()->entry.number,
                 display()->entry.log, model.mode, model.position, model.number, model.log);
    }
}

/* What happens in a life: events of all kinds, rows, logs and profiles that are cleared. */
static void let_something_happen(void)
{
    static const uint8_t codes[] = {EVENT_ERROR_CLEARED,   EVENT_METER_COVER_OPEN,
                                    EVENT_UNDERVOLTAGE_L1, EVENT_LOCAL_PROGRAMMING,
                                    EVENT_MODEM_SILENT,    EVENT_REMOTE_CONNECTION};
    struct profile *profiles = life->meter.profiles;
    unsigned profile = (unsigned)rand() % config()->profile_count;
    unsigned log = (unsigned)rand() % config()->log_count;
    switch (rand() % 12) {
    case 0:
        event_record(&life->meter.events, codes[(unsigned)rand() % sizeof codes]);
        life_run(life, 1);
        break;
    case 1:
        (void)profile_capture(&profiles[config()->profiles[profile].place]);
        break;
    case 2:
        if (rand() % 20 == 0) {
            (void)event_log_clear(&life->meter.events, (enum event_log)config()->logs[log].log);
            (void)profile_clear(&profiles[config()->profiles[profile].place]);
        }
        break;
    default:
        break;
    }
}

static void browse(const char *product)
{
    unsigned seen[DISPLAY_MODE_INSTALLATION + 1] = {0};
    life = life_begin(product, life_utc_ms(2026, 11, 21, 11, 0, 0));
    life_run(life, 5);
    menu_restart(display());
    go(DISPLAY_MODE_AUTOMATIC, 0);
    for (int at = 0; at < PRESSES; at++) {
        let_something_happen();
        if (display()->mode == DISPLAY_MODE_AUTOMATIC) {
            menu_restart(display()); /* time has passed: it is at some item of its list */
            go(DISPLAY_MODE_AUTOMATIC, 0);
        } else if (model.mode == DISPLAY_MODE_SELF_TEST && display()->mode == DISPLAY_MODE_MANUAL) {
            go(DISPLAY_MODE_MANUAL, 0); /* likewise */
        }
        press();
        assert_same(at);
        (void)drawing_look(display());
        seen[model.mode]++;
    }
    assert_true(seen[DISPLAY_MODE_LOGS] > 50 && seen[DISPLAY_MODE_EVENTS] > 50);
    assert_true(seen[DISPLAY_MODE_PROFILES] > 20 && seen[DISPLAY_MODE_BARS] > 5);
    assert_true(seen[DISPLAY_MODE_MENU] > 200 && seen[DISPLAY_MODE_TEST] > 5);
    life_end(life);
}

static void any_presses_lead_where_they_should(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        srand(7U + (unsigned)i);
        browse(product_all[i]->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_presses_lead_where_they_should)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
