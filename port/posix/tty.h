/* A serial line of the host: a pseudo-terminal that others open under a name, or a real device. */
#ifndef WATTHOUR_PORT_POSIX_TTY_H
#define WATTHOUR_PORT_POSIX_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TTY_PATH = 64 };

struct tty {
    int fd;
    int kept;         /* the other side, held open; -1: it is not */
    bool device;      /* a real one */
    const char *link; /* name that the pseudo-terminal has as well; NULL: none */
    char path[TTY_PATH];
};

/* How characters are made. */
struct tty_form {
    uint32_t baud;
    bool seven_even; /* 7E1; else 8N1 */
};

/* Opens the serial device `name`, or when there is no such device, a pseudo-terminal that is linked
 * there (NULL: nowhere), in place of a link to a pseudo-terminal. `hold`: it outlives those who
 * open it, and tty_in_use() is always true. It never blocks. 0, or -1 with one line in
 * `error`. */
int tty_open(struct tty *terminal, const char *name, bool hold, char *error, size_t error_size);
void tty_close(struct tty *terminal);

/* Somebody has the pseudo-terminal open; a device is always in use. */
bool tty_in_use(const struct tty *terminal);

/* Sets a device; a pseudo-terminal has no characters of its own. 0, or -1: it does not take it. */
int tty_set_form(struct tty *terminal, struct tty_form form);

/* The system's code of a speed, for termios; -1: it has none. */
int tty_speed_code(uint32_t baud);

/* The speed that whoever opened the pseudo-terminal set it to; 0: unknown. */
uint32_t tty_peer_baud(const struct tty *terminal);

#endif
