/* The meter's end of a transport: the wrapper, an HDLC line or the optical port behind one face,
 * for those who move octets. */
#ifndef WATTHOUR_PORT_POSIX_END_H
#define WATTHOUR_PORT_POSIX_END_H

#include "meter/line.h"
#include "meter/meter.h"
#include "meter/optical.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum end_protocol {
    END_WRAPPER,  /* TCP wrapper */
    END_HDLC_TCP, /* HDLC over TCP: no turn-around, gaps do not matter */
    END_HDLC,     /* HDLC over a serial line, with the settings of the optical port */
    END_RS485,    /* HDLC on a line of several meters */
    END_DISPLAY,  /* the line to an in-home display */
    END_OPTICAL,  /* the optical port: IEC 62056-21, HDLC behind it */
};

struct end {
    enum end_protocol protocol;
    struct hdlc_settings settings; /* of HDLC over TCP */
    union {
        struct meter_connection wrapped;
        struct {
            struct meter_line line;
            struct meter_line_place places[METER_LINE_CLIENTS];
        };
        struct meter_optical optical;
    };
};

/* It must stay where it is until it is closed. Times are the line's. */
void end_open(struct end *end, enum end_protocol protocol, struct meter *meter, int64_t line_ms);
void end_close(struct end *end);

/* Octets that it takes now. */
size_t end_room(const struct end *end);
void end_receive(struct end *end, const void *octets, size_t size, int64_t line_ms);

/* What it has to say now, and that so much of it went. */
size_t end_output(struct end *end, const uint8_t **octets, int64_t line_ms);
void end_sent(struct end *end, size_t size, int64_t line_ms);

/* How a serial line is to be set now. */
struct iec21_form end_form(const struct end *end);

/* Lets it notice the time. True: the transport is to be closed. */
bool end_step(struct end *end, int64_t line_ms);

#endif
