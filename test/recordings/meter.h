/* A recording through the world's front end into the metrology core, window by window. */
#ifndef WATTHOUR_TEST_RECORDINGS_METER_H
#define WATTHOUR_TEST_RECORDINGS_METER_H

#include "harmonics/harmonics.h"
#include "world/world.h"

struct meter_run {
    struct world *world;
    struct world_loop loop;
    struct legal_config config;
    struct legal legal;
    struct harmonics harmonics;
    struct legal_snapshot snapshot;
};

/* Opens `path` on a meter of 230 V and 5(100) A; the front end multiplies voltages by
 * 1 + `gain_error`. Fails the test when that is refused. */
struct meter_run *meter_open(const char *path, unsigned phases, unsigned nominal_hz,
                             double gain_error);
void meter_close(struct meter_run *run);

/* Runs until the next window has been measured; run->snapshot is it. */
void meter_window(struct meter_run *run);

/* Runs until the harmonics of the next window of one phase have been found: that phase; where its
 * periods were, on the recording's time, in seconds. */
unsigned meter_harmonics(struct meter_run *run, double *from_s, double *to_s);

/* The instant of a place on the recording's time, in seconds. */
double meter_seconds(struct legal_position place);

#endif
