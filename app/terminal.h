/* The meter's display in the terminal of `watthour display`, its buttons on the keyboard. */
#ifndef WATTHOUR_APP_TERMINAL_H
#define WATTHOUR_APP_TERMINAL_H

#include "app/simulation.h"
#include "port/posix/loop.h"

#include <stdbool.h>
#include <stdint.h>
#include <termios.h>

struct terminal {
    struct loop_source keys;
    struct loop *loop;
    struct simulation *simulation;
    struct termios before; /* how the terminal was found */
    bool listens;          /* standard input is a terminal, and is being read */
    bool overwrites;       /* standard output is one: the glass stays where it is */
    int button;            /* that is held; -1: none */
    uint64_t until_frame;  /* so long */
};

/* Both must outlive the terminal, which must stay where it is. */
void terminal_open(struct terminal *terminal, struct loop *loop, struct simulation *simulation);

/* The terminal is again as it was found. */
void terminal_close(struct terminal *terminal);

/* Lets go of the button in time. */
void terminal_step(struct terminal *terminal);

void terminal_draw(struct terminal *terminal);

#endif
