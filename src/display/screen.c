#include "display/screen.h"

#include "display/browse.h"
#include "display/install.h"
#include "display/item.h"
#include "display/logs.h"
#include "display/menu.h"

#include <string.h>

enum { MS_PER_S = 1000, DOTS_ROOM = 11, SEGMENTS_ROOM = 9 };

static void put(char *at, const char *text, size_t room)
{
    size_t size = strlen(text);
    size = size < room ? size : room;
    memcpy(at, text, size);
    at[size] = '\0';
}

static void show_menu(const struct display *display, struct screen *screen)
{
    const struct menu_row *row = &menu_rows[display->position];
    const char *name = display->config->glass == DISPLAY_DOTS ? row->dots : row->segments;
    screen->id[0] = '-';
    screen->id[1] = (char)('1' + display->position);
    screen->id[2] = '-';
    screen->id[3] = '\0';
    put(screen->data, name, SCREEN_TEXT);
}

/* Energies as fine as the digits of the glass allow, so that a few pulses are a difference. */
static void show_test(const struct display *display, struct screen *screen)
{
    static const struct display_form fine = {3, 5};
    const struct quantity *quantity = &menu_test_items[display->position];
    struct display_item item = {.class_id = 3, .attribute = 2};
    if (quantity_obis(*quantity, item.name.obis) == 0) {
        item_show(&display->source, &item, fine, screen);
    }
}

static void show_message(const struct display *display, char *text, struct screen *screen)
{
    static const char id[] = "C.13.0";
    memcpy(screen->id, id, sizeof id);
    const struct message *message = display->source.message;
    if (message && message_read(message, 0, text, message->text_size) == 0) {
        screen->text = text;
        screen->text_size = message->text_size;
    }
}

static void show_list(const struct display *display, const struct display_list *list,
                      struct screen *screen)
{
    struct display_form form = display->config->forms[display->settings[DISPLAY_ENERGY_FORM]];
    if (display->position < list->count) {
        struct display_item item = display_item_at(display, list, display->position);
        item_show(&display->source, &item, form, screen);
    }
}

/* Modes without a list; the self-test has nothing to say. */
static void show_mode(const struct display *display, struct screen *screen)
{
    static void (*const shows[])(const struct display *, struct screen *) = {
        [DISPLAY_MODE_MENU] = show_menu,
        [DISPLAY_MODE_LOGS] = logs_show_choice,
        [DISPLAY_MODE_EVENTS] = logs_show_entry,
        [DISPLAY_MODE_TEST] = show_test,
        [DISPLAY_MODE_PROFILES] = browse_show_choice,
        [DISPLAY_MODE_BARS] = browse_show_bars,
        [DISPLAY_MODE_ROWS] = browse_show_row,
        [DISPLAY_MODE_INSTALLATION] = install_show,
    };
    if (shows[display->mode]) {
        shows[display->mode](display, screen);
    }
}

void screen_compose(const struct display *display, char *text, struct screen *screen)
{
    *screen = (struct screen){
        .room = display->config->glass == DISPLAY_DOTS ? DOTS_ROOM : SEGMENTS_ROOM,
        .unit = QUANTITY_UNIT_COUNT,
        .all = display->mode == DISPLAY_MODE_SELF_TEST,
        .age_s = (display->now_ms - display->shown_ms) / MS_PER_S,
    };
    const struct display_list *list = menu_list(display);
    if (menu_shows_message(display)) {
        show_message(display, text, screen);
    } else if (list) {
        show_list(display, list, screen);
    } else {
        show_mode(display, screen);
    }
}
