/* One line of a telegram as data: an OBIS code, and how its value is found and written. The
 * customer port and the readout of IEC 62056-21 mode C write the same lines.
 *
 * Source: DSMR 5.0.2 P1 6.4 (formats), 6.12 (lines); IEC 62056-21 6.6 (data sets). */
#ifndef WATTHOUR_P1_LINE_H
#define WATTHOUR_P1_LINE_H

#include "base/writer.h"
#include "function/clock.h"
#include "function/demand.h"
#include "function/event.h"
#include "function/identity.h"
#include "function/message.h"
#include "function/outage.h"
#include "function/profile.h"
#include "function/voltage_count.h"
#include "quantity/quantity.h"

#include <stdbool.h>
#include <stdint.h>

/* What lines show. All of it outlives the view. */
struct p1_view {
    const struct quantity_source *quantities;
    const struct clock *clock;
    const struct identity *identity;
    const struct message *message;
    const struct outage *outage;          /* NULL: nothing counts interruptions */
    const struct voltage_count *voltages; /* NULL: nothing counts sags and swells */
    const struct event_book *events;      /* NULL: there are no logs */
    const struct demand *demand;          /* NULL: no maxima; channel 0 is import */
    const struct profile *billing;        /* of the months that have ended; NULL: none */
    const char *model;                    /* of the identification line: "XS211" */
    const char *version;                  /* of the profile; p1_telegram() fills it in, and .. */
    bool always_standard;                 /* times are never daylight saving time (Sweden) */
};

/* How a quantity is written: `digits` of them in all, `decimals` behind the point, in units of
 * 10^exponent ("kWh": 3). */
struct p1_form {
    uint8_t digits;
    uint8_t decimals;
    int8_t exponent;
    const char *unit;
};

struct p1_line {
    uint8_t code[5]; /* A-B:C.D.E; a telegram does not print F */
    /* Writes what stands behind the code, brackets included. False: this meter has no such value,
     * or not yet, and there is no line. */
    bool (*value)(const struct p1_view *view, const struct p1_line *line, struct writer *w);
    struct quantity quantity; /* of p1_value_quantity(), p1_value_sags(), p1_value_swells() .. */
    struct p1_form form;
};

/* Energies roll over, everything else stops at all nines; less than nothing is written with a
 * minus sign, which is one of the digits. */
bool p1_value_quantity(const struct p1_view *view, const struct p1_line *line, struct writer *w);

/* Of the profile. */
bool p1_value_version(const struct p1_view *view, const struct p1_line *line, struct writer *w);

/* Interruptions of any phase, counted: the short ones, the long ones. Five digits, which roll over.
 */
bool p1_value_short_failures(const struct p1_view *view, const struct p1_line *line,
                             struct writer *w);
bool p1_value_long_failures(const struct p1_view *view, const struct p1_line *line,
                            struct writer *w);

/* Sags and swells of the phase of the line's quantity, counted: five digits. */
bool p1_value_sags(const struct p1_view *view, const struct p1_line *line, struct writer *w);
bool p1_value_swells(const struct p1_view *view, const struct p1_line *line, struct writer *w);

/* The log of long failures: how many, at most ten, and each with its end and duration, newest
 * first. Source: DSMR 5.0.2 P1 6.11. */
bool p1_value_failure_log(const struct p1_view *view, const struct p1_line *line, struct writer *w);

/* Of imported power: the average of the demand period under way; the maximum of this month, with
 * its time, no line as long as there is none; those of the last thirteen months, each with the end
 * of its month and its time, newest first. Source: e-MUCS, Belgian telegrams. */
bool p1_value_demand(const struct p1_view *view, const struct p1_line *line, struct writer *w);
bool p1_value_maximum(const struct p1_view *view, const struct p1_line *line, struct writer *w);
bool p1_value_maxima(const struct p1_view *view, const struct p1_line *line, struct writer *w);

/* The rate in force, as four digits. */
bool p1_value_rate(const struct p1_view *view, const struct p1_line *line, struct writer *w);

/* TST: YYMMDDhhmmss and S (daylight saving) or W. */
bool p1_value_time(const struct p1_view *view, const struct p1_line *line, struct writer *w);

/* Octet-strings, as hexadecimal digits of their ASCII. */
bool p1_value_serial(const struct p1_view *view, const struct p1_line *line, struct writer *w);
bool p1_value_device_name(const struct p1_view *view, const struct p1_line *line, struct writer *w);
bool p1_value_message(const struct p1_view *view, const struct p1_line *line, struct writer *w);

/* A TST of an instant, without brackets. */
void p1_put_time(const struct p1_view *view, int64_t utc_s, struct writer *w);

/* `digits` digits of a number, the last `decimals` of them behind a point. */
void p1_put_number(struct writer *w, uint64_t number, unsigned digits, unsigned decimals);

/* Writes the code as A-B:C.D.E. */
void p1_put_code(const uint8_t code[5], struct writer *w);

#endif
