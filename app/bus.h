/* The RS-485 line of a virtual meter, on a terminal: the meter itself, and as many neighbours as
 * are wanted, each a whole meter with a household of its own (as phasors, once a second). The line
 * between them is world/rs485; who opens the terminal is one more on it. */
#ifndef WATTHOUR_APP_BUS_H
#define WATTHOUR_APP_BUS_H

#include "app/run_options.h"
#include "meter/meter.h"
#include "port/posix/loop.h"

#include <stddef.h>
#include <stdint.h>

struct bus;

/* As the options ask for. 0, or -1 with one line in `error`. `*bus` is NULL when there is to be no
 * line; every other call takes that as well. */
int bus_open(struct bus **bus, const struct run_options *options, struct loop *loop, char *error,
             size_t error_size);
void bus_close(struct bus *bus);

/* The meter has its supply, and has lost it. */
void bus_attach(struct bus *bus, struct meter *meter);
void bus_detach(struct bus *bus);

/* Lets pass what is due on the line, and the neighbours' time up to so many frames of the world;
 * to be called every few milliseconds. */
void bus_step(struct bus *bus, uint64_t frames);

/* Where the line is and who is on it. */
void bus_print(const struct bus *bus);

#endif
