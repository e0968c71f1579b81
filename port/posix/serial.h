/* A serial line of a virtual meter: a real device, or a pseudo-terminal that a client opens in its
 * place. Octets take the time that the speed of the line gives them. A client that has set the
 * terminal to another speed hears noise, and so does the meter; one that never set it (38 400 baud,
 * as the kernel leaves it) is taken as it is, and as fast as it goes. */
#ifndef WATTHOUR_PORT_POSIX_SERIAL_H
#define WATTHOUR_PORT_POSIX_SERIAL_H

#include "port/posix/end.h"
#include "port/posix/loop.h"
#include "port/posix/tty.h"

#include <stddef.h>

enum { SERIAL_FLIGHT = 64 };

struct serial_line {
    struct loop_source source;
    struct loop *loop;
    struct tty terminal;
    struct end end;
    struct iec21_form form; /* as the line is set */
    uint32_t peer_baud;     /* as the terminal was seen to be set last .. */
    uint32_t peer_baud_before;
    int64_t peer_changed_us; /* .. and since when */
    int64_t busy_until_us;
    enum end_protocol protocol;
    bool attached;    /* to a meter */
    bool lit;         /* something came while it was not */
    size_t in_flight; /* octets that are on their way out */
    uint8_t flight[SERIAL_FLIGHT];
};

/* The meter has gone: what comes is not answered, but noted as light. Another comes. */
void serial_detach(struct serial_line *line);
void serial_attach(struct serial_line *line, struct meter *meter);

/* Something came since it was asked last, and nobody was there. */
bool serial_was_lit(struct serial_line *line);

/* What suits the HDLC line of a terminal, for the meter's setup: its writer may be held up between
 * two octets. */
struct hdlc_settings serial_settings(void);

struct serial_config {
    struct loop *loop;
    struct meter *meter;        /* NULL: none yet */
    enum end_protocol protocol; /* END_OPTICAL, END_HDLC, END_DISPLAY */
    const char *name;           /* of the device, or of the link to a pseudo-terminal; NULL: none */
};

/* Returns 0, or -1 with one line in `error`. The line must stay where it is until serial_close().
 */
int serial_open(struct serial_line *line, const struct serial_config *config, char *error,
                size_t error_size);

/* Sends what is due; to be called every few milliseconds. */
void serial_step(struct serial_line *line);

void serial_close(struct serial_line *line);

#endif
