#include "display/menu.h"

#include "display/browse.h"
#include "display/install.h"
#include "display/logs.h"

#include <stddef.h>

enum { MS_PER_S = 1000 };

const struct menu_row menu_rows[MENU_ENTRIES] = {
    [MENU_READINGS] = {"Readings", "rEAdInGS", DISPLAY_MODE_MANUAL},
    [MENU_MESSAGE] = {"Message", "InFO", DISPLAY_MODE_MESSAGE},
    [MENU_PROFILES] = {"Profiles", "ProFILES", DISPLAY_MODE_PROFILES},
    [MENU_EVENTS] = {"Events", "EvEntS", DISPLAY_MODE_LOGS},
    [MENU_SELF_TEST] = {"Display test", "dISP tSt", DISPLAY_MODE_SELF_TEST},
    [MENU_TEST_MODE] = {"Fine energies", "FInE", DISPLAY_MODE_TEST},
};

const struct quantity menu_test_items[MENU_TEST_ITEMS] = {
    {.kind = QUANTITY_A_IMPORT},
    {.kind = QUANTITY_A_EXPORT},
    {.kind = QUANTITY_R_IMPORT},
    {.kind = QUANTITY_R_EXPORT},
};

const struct display_list *menu_list(const struct display *display)
{
    switch (display->mode) {
    case DISPLAY_MODE_AUTOMATIC:
        return &display->lists[DISPLAY_LIST_AUTOMATIC];
    case DISPLAY_MODE_MANUAL:
        return &display->lists[DISPLAY_LIST_MANUAL];
    case DISPLAY_MODE_SERVICE:
        return &display->lists[DISPLAY_LIST_SERVICE];
    default:
        return NULL;
    }
}

static bool has_message(const struct display *display)
{
    return display->source.message && display->source.message->text_size > 0;
}

bool menu_shows_message(const struct display *display)
{
    const struct display_list *list = menu_list(display);
    return display->mode == DISPLAY_MODE_MESSAGE ||
           (display->mode == DISPLAY_MODE_AUTOMATIC && has_message(display) &&
            display->position == list->count);
}

static void go(struct display *display, enum display_mode mode, unsigned position)
{
    display->mode = mode;
    display->position = (uint16_t)position;
    display->shown_ms = display->now_ms;
    display->screen++;
}

void menu_restart(struct display *display)
{
    go(display, DISPLAY_MODE_AUTOMATIC, 0);
}

static int64_t setting_ms(const struct display *display, enum display_setting setting)
{
    return (int64_t)display->settings[setting] * MS_PER_S;
}

/* A message stays until it has run through, two characters a second, whatever the list's time. */
static int64_t automatic_ms(const struct display *display)
{
    enum { MS_PER_CHARACTER = 500 };
    int64_t ms = setting_ms(display, DISPLAY_SCROLL_S);
    if (menu_shows_message(display)) {
        int64_t run_ms = display->source.message->text_size * (int64_t)MS_PER_CHARACTER;
        return run_ms > ms ? run_ms : ms;
    }
    return ms;
}

/* On by as many positions as time has passed: a step may come late. */
static void scroll(struct display *display)
{
    unsigned positions = display->lists[DISPLAY_LIST_AUTOMATIC].count + (has_message(display) != 0);
    while (positions > 0 && display->now_ms - display->shown_ms >= automatic_ms(display)) {
        int64_t shown_ms = display->shown_ms + automatic_ms(display);
        go(display, DISPLAY_MODE_AUTOMATIC, (display->position + 1U) % positions);
        display->shown_ms = shown_ms;
        int64_t round_ms = positions * automatic_ms(display);
        if (display->now_ms - shown_ms > round_ms) {
            display->shown_ms = display->now_ms;
        }
    }
}

static int64_t return_ms(const struct display *display)
{
    return setting_ms(display,
                      display->mode == DISPLAY_MODE_TEST ? DISPLAY_TEST_MODE_S : DISPLAY_RETURN_S);
}

static void follow_time(struct display *display)
{
    if (display->mode == DISPLAY_MODE_AUTOMATIC) {
        scroll(display);
    } else if (display->mode == DISPLAY_MODE_SELF_TEST &&
               display->now_ms - display->shown_ms >= setting_ms(display, DISPLAY_SELF_TEST_S)) {
        go(display, DISPLAY_MODE_MANUAL, 0);
    } else if (display->now_ms - display->touched_ms >= return_ms(display)) {
        menu_restart(display);
    }
}

/* ---- presses ---- */

/* The next of `count`; behind the last one the automatic list. */
static void next(struct display *display, unsigned count)
{
    if (display->position + 1U < count) {
        go(display, display->mode, display->position + 1U);
    } else {
        menu_restart(display);
    }
}

/* The next entry with something behind it; there is always one. */
static unsigned next_entry(const struct display *display, unsigned entry)
{
    bool empty;
    do {
        entry = (entry + 1) % MENU_ENTRIES;
        empty = (entry == MENU_MESSAGE && !has_message(display)) ||
                (entry == MENU_PROFILES && browse_find(display, 0) < 0) ||
                (entry == MENU_EVENTS && logs_find(display, 0) < 0);
    } while (empty);
    return entry;
}

/* The next profile or log that has something in it. */
static bool next_choice(struct display *display)
{
    unsigned from = display->position + 1U;
    int found =
        display->mode == DISPLAY_MODE_LOGS ? logs_find(display, from) : browse_find(display, from);
    if (found >= 0) {
        go(display, display->mode, (unsigned)found);
    }
    return found >= 0;
}

/* The span, row or entry before. */
static bool go_back(struct display *display)
{
    bool found = display->mode == DISPLAY_MODE_BARS   ? browse_span_before(display)
                 : display->mode == DISPLAY_MODE_ROWS ? browse_row_before(display)
                                                      : logs_entry_before(display);
    if (found) {
        go(display, display->mode, 0);
    }
    return found;
}

/* Where there is no next one, the automatic list. */
static void next_browsed(struct display *display)
{
    bool choosing = display->mode == DISPLAY_MODE_PROFILES || display->mode == DISPLAY_MODE_LOGS;
    if (!(choosing ? next_choice(display) : go_back(display))) {
        menu_restart(display);
    }
}

static void next_installation(struct display *display)
{
    go(display, DISPLAY_MODE_INSTALLATION, install_next(display, display->position));
}

static void press_short(struct display *display)
{
    switch (display->mode) {
    case DISPLAY_MODE_AUTOMATIC:
        go(display, DISPLAY_MODE_SELF_TEST, 0);
        break;
    case DISPLAY_MODE_SELF_TEST:
        go(display, DISPLAY_MODE_MANUAL, 0);
        break;
    case DISPLAY_MODE_MENU:
        go(display, DISPLAY_MODE_MENU, next_entry(display, display->position));
        break;
    case DISPLAY_MODE_TEST:
        go(display, DISPLAY_MODE_TEST, (display->position + 1U) % MENU_TEST_ITEMS);
        break;
    case DISPLAY_MODE_MESSAGE:
        menu_restart(display);
        break;
    case DISPLAY_MODE_LOGS:
    case DISPLAY_MODE_EVENTS:
    case DISPLAY_MODE_PROFILES:
    case DISPLAY_MODE_BARS:
    case DISPLAY_MODE_ROWS:
        next_browsed(display);
        break;
    case DISPLAY_MODE_INSTALLATION:
        next_installation(display);
        break;
    default:
        next(display, menu_list(display)->count);
    }
}

/* Of what can be chosen behind an entry the first that has something in it. */
static void enter_menu(struct display *display)
{
    enum display_mode mode = menu_rows[display->position].mode;
    int first = mode == DISPLAY_MODE_PROFILES ? browse_find(display, 0)
                : mode == DISPLAY_MODE_LOGS   ? logs_find(display, 0)
                                              : 0;
    go(display, mode, first > 0 ? (unsigned)first : 0);
}

/* Into what was chosen; it may have been cleared meanwhile. */
static void open_choice(struct display *display)
{
    bool log = display->mode == DISPLAY_MODE_LOGS;
    bool open =
        log ? logs_open(display, display->position) : browse_open(display, display->position);
    if (open) {
        go(display, log ? DISPLAY_MODE_EVENTS : DISPLAY_MODE_BARS, 0);
    } else {
        menu_restart(display);
    }
}

/* Deeper into what is browsed; from elsewhere to the menu. */
static void press_long(struct display *display)
{
    switch (display->mode) {
    case DISPLAY_MODE_MENU:
        enter_menu(display);
        break;
    case DISPLAY_MODE_PROFILES:
    case DISPLAY_MODE_LOGS:
        open_choice(display);
        break;
    case DISPLAY_MODE_BARS:
        browse_enter(display);
        go(display, DISPLAY_MODE_ROWS, 0);
        break;
    case DISPLAY_MODE_ROWS:
        browse_next_column(display);
        go(display, DISPLAY_MODE_ROWS, 0);
        break;
    default:
        go(display, DISPLAY_MODE_MENU, 0);
    }
}

/* The service list, and behind a long press what an installer does. */
static void press_service(struct display *display, bool held)
{
    bool installing = display->mode == DISPLAY_MODE_INSTALLATION;
    if (installing && held) {
        bool identify = display->position == INSTALL_IDENTIFICATION;
        install_do(display, (enum install_entry)display->position);
        go(display, identify ? DISPLAY_MODE_SERVICE : DISPLAY_MODE_INSTALLATION,
           identify ? 0 : display->position);
    } else if (installing) {
        next_installation(display);
    } else if (held && install_possible(display)) {
        go(display, DISPLAY_MODE_INSTALLATION, INSTALL_IDENTIFICATION);
    } else if (display->mode == DISPLAY_MODE_SERVICE) {
        next(display, display->lists[DISPLAY_LIST_SERVICE].count);
    } else {
        go(display, DISPLAY_MODE_SERVICE, 0);
    }
}

static void let_go(struct display *display, enum display_button button, int64_t held_ms)
{
    bool held = held_ms >= display->settings[DISPLAY_LONG_MS];
    if (button == DISPLAY_BUTTON_SERVICE) {
        press_service(display, held);
    } else if (held) {
        press_long(display);
    } else {
        press_short(display);
    }
}

/* A very long press takes effect while the button is still held: back to the automatic list. */
static void follow_press(struct display *display, struct display_press *press)
{
    if (press->down) {
        display->touched_ms = display->now_ms;
    }
    if (press->down && !press->spent &&
        display->now_ms - press->since_ms >= display->settings[DISPLAY_VERY_LONG_MS]) {
        press->spent = true;
        menu_restart(display);
    }
}

void menu_step(struct display *display)
{
    for (int i = 0; i < DISPLAY_BUTTONS; i++) {
        follow_press(display, &display->press[i]);
    }
    follow_time(display);
}

void menu_button(struct display *display, enum display_button button, bool down)
{
    struct display_press *press = &display->press[button];
    if (press->down == down) {
        return;
    }
    bool meant = !down && !press->spent;
    int64_t held_ms = display->now_ms - press->since_ms;
    *press = (struct display_press){.down = down, .since_ms = display->now_ms};
    display->touched_ms = display->now_ms;
    if (meant) {
        let_go(display, button, held_ms);
    }
}
