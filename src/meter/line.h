/* An HDLC line of the meter: HDLC over TCP, the optical port, RS-485. Octets go in and out through
 * `station` (link/hdlc.h). */
#ifndef WATTHOUR_METER_LINE_H
#define WATTHOUR_METER_LINE_H

#include "link/hdlc.h"
#include "meter/meter.h"

#include <stdint.h>

enum {
    METER_LINE_CLIENTS = 2,       /* connected at once, at most */
    METER_LINE_UNCONFIRMED = 512, /* octets of an APDU in a UI frame, either way */
};

/* Memory of a UI frame, and of its answer. */
enum {
    METER_LINE_UI_REQUEST = METER_LINE_UNCONFIRMED + HDLC_LLC,
    METER_LINE_UI_ANSWER = DLMS_ANSWER_ROOM(METER_LINE_UNCONFIRMED),
    METER_LINE_BUFFER = METER_LINE_UI_REQUEST + METER_LINE_UI_ANSWER,
};

/* Memory of one client: its association, what it asks in segments, and the answer until it has all
 * of it. What is idle of it takes UI frames, whosever they are: METER_LINE_BUFFER is larger than
 * METER_PDU needs. */
struct meter_line_place {
    struct dlms_association association;
    uint8_t request[METER_LINE_BUFFER];
    uint8_t answer[METER_LINE_BUFFER];
};

/* In the caller's memory. */
struct meter_line {
    struct hdlc_station station;
    struct hdlc_connection connections[METER_LINE_CLIENTS];
    struct dlms_session session;
    struct meter *meter;
    struct meter_line *next; /* of the meter's open lines */
    enum link_line number;   /* LINK_LINES: none of the meter's own, as over TCP */
    bool local;
    bool programmed; /* by the connection that stands */
};

/* What a line starts with: fields of 512 octets, windows of one; a meter alone on it. The response
 * time and the inter-octet time are those of a serial line; over TCP `response_time_ms` may be 0.
 */
struct hdlc_settings meter_line_settings(void);

/* Opens a line at line time `line_ms`, for as many clients at once as there are places, which are
 * the caller's: 1..METER_LINE_CLIENTS. The settings, valid ones, outlive the line and may change
 * meanwhile: those of meter->links are what class 23 shows. It must stay where it is until
 * meter_line_close(), and so must the places. */
void meter_line_open(struct meter *meter, struct meter_line *line, struct meter_line_place *places,
                     uint8_t count, const struct hdlc_settings *settings, int64_t line_ms);
/* It is that port on the meter itself: its statistics are shown; that a client changes something
 * through it is an event, once for each connection. */
void meter_line_is(struct meter_line *line, enum link_line number);

/* To be called every few milliseconds: hdlc_step(), and what is shown of the line. */
void meter_line_step(struct meter_line *line, int64_t line_ms);

void meter_line_close(struct meter_line *line);

#endif
