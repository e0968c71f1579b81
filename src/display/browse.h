/* Browsing profiles: which of them, a span of its rows as bars, row by row. Private to this room.
 *
 * A span is what is looked at as one: a day of hours where periods are shorter than a day, a month
 * of days where they are a day, a year of months where rows have no period. A row tells of the time
 * that ends with it, so the one of midnight is the last of its day. */
#ifndef WATTHOUR_DISPLAY_BROWSE_H
#define WATTHOUR_DISPLAY_BROWSE_H

#include "display/screen.h"

/* Whether a profile of the product has rows. */
bool browse_has_rows(const struct display *display, unsigned profile);

/* The first that has, from `from` on and round; -1: none has. */
int browse_find(const struct display *display, unsigned from);

/* Begins with its newest span. False: it has no rows (any more). */
bool browse_open(struct display *display, unsigned profile);

/* Back to the span before. False: there is none, nothing has changed. */
bool browse_span_before(struct display *display);

/* The rows of the span, the newest first. */
void browse_enter(struct display *display);

/* Back by a row. False: as above. */
bool browse_row_before(struct display *display);

/* The next column's value of the same row. */
void browse_next_column(struct display *display);

/* The screens of the three modes. */
void browse_show_choice(const struct display *display, struct screen *screen);
void browse_show_bars(const struct display *display, struct screen *screen);
void browse_show_row(const struct display *display, struct screen *screen);

#endif
