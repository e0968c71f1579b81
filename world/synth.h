/* Sums of sinusoids that are multiples of one frequency, by recursive oscillators. Each run starts
 * anew from the exact angle, so that nothing drifts. */
#ifndef WATTHOUR_WORLD_SYNTH_H
#define WATTHOUR_WORLD_SYNTH_H

#include "world/phasor.h"

#include <stddef.h>
#include <stdint.h>

/* The orders that are there, rising; their rms phasors. */
struct synth_signal {
    unsigned count;
    uint16_t order[PHASOR_ORDERS];
    struct phasor phasor[PHASOR_ORDERS];
};

enum { SYNTH_RUN = 256 }; /* samples that one call may add */

/* out[k] += the signal at `periods` + k * `step` periods of its fundamental, k < count <=
 * SYNTH_RUN. */
void synth_add(const struct synth_signal *signal, double periods, double step, size_t count,
               double *out);

#endif
