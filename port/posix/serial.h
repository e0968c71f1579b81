/* A serial line of a virtual meter, as a pseudo-terminal that a client opens in place of its
 * device. HDLC, 8N1; the speed is whatever the client says. */
#ifndef WATTHOUR_PORT_POSIX_SERIAL_H
#define WATTHOUR_PORT_POSIX_SERIAL_H

#include "port/posix/end.h"
#include "port/posix/loop.h"
#include "port/posix/tty.h"

#include <stddef.h>

struct serial_line {
    struct loop_source source;
    struct loop *loop;
    struct tty terminal;
    struct end end;
};

/* What suits the HDLC line of a terminal, for the meter's setup: its writer may be held up between
 * two octets. */
struct hdlc_settings serial_settings(void);

/* Opens a terminal and links it at `link` (NULL: nowhere), in place of a link that stands there.
 * Returns 0, or -1 with one line in `error`. The line must stay where it is until serial_close().
 */
int serial_open(struct serial_line *line, struct loop *loop, struct meter *meter, const char *link,
                char *error, size_t error_size);

/* Sends what is due; to be called every few milliseconds. */
void serial_step(struct serial_line *line);

void serial_close(struct serial_line *line);

#endif
