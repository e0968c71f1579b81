/* The source of a test bench: steady voltages and currents, exactly as told. */
#ifndef WATTHOUR_WORLD_POINT_H
#define WATTHOUR_WORLD_POINT_H

#include "world/frontend.h"

/* Orders are multiples of a quarter of the frequency, so that bursts have them too. What a phase
 * fired current has of high ones is counted up to where it folds onto its own fundamental. */
enum { POINT_BANKS = 17, POINT_BASE = 4 };

struct point_signal {
    double direct;
    unsigned banks;
    double step; /* of the base frequency against the fundamental: 1, or 1/4 for a burst */
    struct synth_signal bank[POINT_BANKS];
};

struct point {
    struct world_point config;
    unsigned phases;
    struct point_signal signal[FRONTEND_CHANNELS];
    struct world_quantities truth;
};

/* The signals are as the front end lets them through; NULL: only the truth is asked for. */
void point_begin(struct point *point, const struct world_point *config, unsigned phases,
                 const struct frontend *frontend);

/* values[channel][] of the SYNTH_RUN frames from `first` on. */
void point_values(const struct point *point, uint64_t first, double values[][SYNTH_RUN]);

#endif
