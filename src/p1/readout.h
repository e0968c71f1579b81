/* The lists of the optical port: what a readout of IEC 62056-21 shows, and what the programming
 * mode reads one by one. They are lists of the same lines as telegrams, with shorter codes.
 *
 * Source: IEC 62056-21 6.6 (data sets), IEC 62056-61 (reduced identification codes). */
#ifndef WATTHOUR_P1_READOUT_H
#define WATTHOUR_P1_READOUT_H

#include "p1/line.h"

#include <stddef.h>

struct p1_list {
    const struct p1_line *lines;
    uint8_t count;
};

extern const struct p1_list p1_list_general;
extern const struct p1_list p1_list_maker;

/* Writes the first line from `*row` on that has a value, as C.D.E(...), and moves `*row` behind it.
 * False: there is none. */
bool p1_list_next(const struct p1_list *list, const struct p1_view *view, unsigned *row,
                  struct writer *w);

/* Writes the line that an address means: C.D.E, or A-B:C.D.E, with *F or without. False: neither
 * list has it, or it has no value now. */
bool p1_list_find(const struct p1_view *view, const char *address, size_t size, struct writer *w);

/* Local time hhmmss and date YYMMDD, the texts of the identity, for lines. */
bool p1_value_clock_time(const struct p1_view *view, const struct p1_line *line, struct writer *w);
bool p1_value_clock_date(const struct p1_view *view, const struct p1_line *line, struct writer *w);
bool p1_value_serial_text(const struct p1_view *view, const struct p1_line *line, struct writer *w);
bool p1_value_firmware(const struct p1_view *view, const struct p1_line *line, struct writer *w);

#endif
