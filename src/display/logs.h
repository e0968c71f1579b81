/* Browsing logs of events: which of them, entry by entry. Private to this room. */
#ifndef WATTHOUR_DISPLAY_LOGS_H
#define WATTHOUR_DISPLAY_LOGS_H

#include "display/screen.h"

/* The first log of the product that has entries, from `from` on and round; -1: none has. */
int logs_find(const struct display *display, unsigned from);

/* Begins with its newest entry. False: it has none (any more). */
bool logs_open(struct display *display, unsigned log);

/* Back by an entry. False: there is none, or it has been cleared meanwhile. */
bool logs_entry_before(struct display *display);

/* The screens of the two modes. */
void logs_show_choice(const struct display *display, struct screen *screen);
void logs_show_entry(const struct display *display, struct screen *screen);

#endif
