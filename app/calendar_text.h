/* A calendar as people write it, a line for each thing:
 *
 *     # two seasons
 *     name 2027-A
 *     season winter from 11-01 week w
 *     season summer from 03-last week s        (YYYY-03-29: of that year only)
 *     week w days 1 1 1 1 1 2 2                (Monday first)
 *     day 1 at 00:00 2 06:00 1 22:30:15 2      (from then on that rate)
 *     special 1 on 12-25 day 2                 (*-*-01/fri: Fridays that are first of a month)
 *     activate 2027-01-01T00:00:00             (or: now; local time of the meter)
 */
#ifndef WATTHOUR_APP_CALENDAR_TEXT_H
#define WATTHOUR_APP_CALENDAR_TEXT_H

#include "function/calendar.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum calendar_activation { CALENDAR_STAYS_PASSIVE, CALENDAR_AT_ONCE, CALENDAR_AT_A_TIME };

struct calendar_text {
    struct calendar calendar; /* in the memory below */
    struct calendar_switch switches[CALENDAR_SWITCHES];
    struct calendar_specials specials;
    enum calendar_activation activation;
    struct civil activation_time; /* local */
};

enum { CALENDAR_TEXT_ERROR = 160 };

/* What any meter may hold: a meter of its own has less. */
extern const struct calendar_limits calendar_text_limits;

/* Nothing yet. It stays where it is. */
void calendar_text_begin(struct calendar_text *calendar);

/* 0; -1: one line in `error` says what is wrong, and in which line of the text. All of it is
 * checked: whatever a meter would say of it but its capacity. */
int calendar_text_read(struct calendar_text *calendar, const char *text,
                       char error[CALENDAR_TEXT_ERROR]);

/* The text of it, which reads back as the same. */
void calendar_text_write(const struct calendar_text *text, FILE *out);

#endif
