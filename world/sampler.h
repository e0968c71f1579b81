/* What the converters see: a house's signals, second by second, as values for the front end. */
#ifndef WATTHOUR_WORLD_SAMPLER_H
#define WATTHOUR_WORLD_SAMPLER_H

#include "world/frontend.h"
#include "world/house.h"

/* Values are made in blocks of SYNTH_RUN frames at fixed places, so that they do not depend on how
 * they are read; a second is a whole number of blocks. */
struct sampler {
    struct frontend frontend;
    struct synth_signal before[FRONTEND_CHANNELS]; /* in the state before, and in the state now */
    struct synth_signal now[FRONTEND_CHANNELS];    /* as disturbed as `residual` says */
    double residual[WORLD_PHASES];
    double values[FRONTEND_CHANNELS][SYNTH_RUN]; /* of the present block, volts and amperes */
    uint64_t block;                              /* its first frame; UINT64_MAX: none yet */
};

void sampler_begin(struct sampler *sampler, const struct world_frontend *frontend, unsigned phases,
                   uint64_t seed);

/* The house is in its first second; it is about to leave a second; it has entered the next one. */
void sampler_first_second(struct sampler *sampler, const struct house *house);
void sampler_leave_second(struct sampler *sampler, const struct house *house);
void sampler_enter_second(struct sampler *sampler, const struct house *house);

/* Fills `values` with the block that holds a frame of the house's present second. */
void sampler_block(struct sampler *sampler, const struct house *house, uint64_t frame);

#endif
