/* A virtual meter and the world around it, moved on together: no ports, no real time. */
#ifndef WATTHOUR_APP_SIMULATION_H
#define WATTHOUR_APP_SIMULATION_H

#include "app/data.h"
#include "app/run_options.h"
#include "meter/meter.h"
#include "world/world.h"

#include <stddef.h>
#include <stdint.h>

struct simulation {
    struct meter meter;
    struct world *world;
    struct world_scenario *scenario; /* NULL: a recording */
    struct data data;
    bool stored; /* `data` is open */
    enum run_source source;
    uint64_t frames; /* since the start */
};

/* 0, or -1 with one line in `error`. Remarks that stop nothing go to stderr. */
int simulation_open(struct simulation *simulation, const struct run_options *options, char *error,
                    size_t error_size);
void simulation_close(struct simulation *simulation);

/* The supply fails, with warning: the meter keeps what must not be lost. It does not go on. 0, or
 * -1: its flash chip did not take it. */
int simulation_power_fail(struct simulation *simulation);

/* Moves on by at most `frames` (1 or more) of 1/8192 s, and tells by how many: with phasors it is
 * whole seconds, and none when a second does not fit. */
uint64_t simulation_advance(struct simulation *simulation, uint64_t frames);

#endif
