/* Helps tests to open worlds. Everything that is refused fails the test. */
#ifndef WATTHOUR_TEST_WORLD_SURROUNDINGS_H
#define WATTHOUR_TEST_WORLD_SURROUNDINGS_H

#include "test/unit.h"
#include "world/world.h"

#define PI 3.14159265358979323846

enum { DAY_S = 86400, MONDAY_S = 1763337600 /* 2025-11-17T00:00:00Z */ };

/* A scenario from its text. */
struct world_scenario *scenario_of(const char *text);
struct world_scenario *scenario_named(const char *name);

/* 500 V and 170 A full scale. */
struct world_frontend frontend_of(enum world_sampling sampling);

/* A world on a Monday at midnight, with seed 1; NULL: without front end. */
struct world *world_of(const struct world_scenario *scenario, unsigned phases,
                       const struct world_frontend *frontend);

/* A point of a test bench, with seed 1. */
struct world *world_at(const struct world_point *point, unsigned phases,
                       const struct world_frontend *frontend);

/* Opens a recording; fails the test unless it is accepted. */
struct world *world_playing(const struct world_recording *recording, unsigned phases,
                            const struct world_frontend *frontend);

/* Writes a file in the working directory. */
void file_write(const char *name, const void *octets, size_t size);

/* The rms phasor of the codes of one channel at `turns` periods a frame, relative to a sinus that
 * crosses zero at time 0. `frames` must hold whole periods of everything in it. */
struct part {
    double in_phase;
    double ahead;
};

struct part part_of(const int32_t *frames, size_t count, unsigned channels, unsigned channel,
                    double turns);

/* |x| of the phasor. */
double part_rms(struct part part);

#endif
