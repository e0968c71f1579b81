/* Which screen it is: lists, menu, time-outs, buttons. Private to this room. */
#ifndef WATTHOUR_DISPLAY_MENU_H
#define WATTHOUR_DISPLAY_MENU_H

#include "display/display.h"

enum menu_entry {
    MENU_READINGS,
    MENU_MESSAGE,
    MENU_PROFILES,
    MENU_EVENTS,
    MENU_SELF_TEST,
    MENU_TEST_MODE,
    MENU_ENTRIES
};

/* What an entry is called on each kind of glass. */
struct menu_row {
    const char *dots;
    const char *segments; /* letters that seven segments can show */
    enum display_mode mode;
};

extern const struct menu_row menu_rows[MENU_ENTRIES];

/* Energies in high resolution. */
enum { MENU_TEST_ITEMS = 4 };
extern const struct quantity menu_test_items[MENU_TEST_ITEMS];

/* The list whose item is on the screen, or NULL. */
const struct display_list *menu_list(const struct display *display);

/* The automatic list shows the consumer message behind its last item. */
bool menu_shows_message(const struct display *display);

void menu_restart(struct display *display);
void menu_step(struct display *display);
void menu_button(struct display *display, enum display_button button, bool down);

#endif
