/* The analogue front end and its converters: from volts and amperes to 24-bit codes. */
#ifndef WATTHOUR_WORLD_FRONTEND_H
#define WATTHOUR_WORLD_FRONTEND_H

#include "world/phasor.h"
#include "world/synth.h"
#include "world/world.h"

enum { FRONTEND_CHANNELS = 2 * WORLD_PHASES };

/* Channel 2p is the voltage of phase p, 2p + 1 its current, as they stand in a frame. */
struct frontend {
    struct world_frontend config;
    unsigned channels;
    double codes_per_unit[FRONTEND_CHANNELS]; /* per volt or ampere, with the gain error */
    double noise_codes[FRONTEND_CHANNELS];    /* rms */
    uint64_t seed;
    uint64_t clipped;
};

struct frontend frontend_begin(const struct world_frontend *config, unsigned phases, uint64_t seed);

const struct world_channel *frontend_channel(const struct frontend *frontend, unsigned channel);

/* sinc3 decimation to WORLD_FRAME_HZ at a frequency, its delay taken out: (sin x / x)^3. */
double frontend_sinc3(double frequency_hz);

/* What a channel makes of a spectrum at a fundamental frequency: the filter and the channel's lag;
 * orders that are zero or let nothing through are left out. */
void frontend_signal(const struct frontend *frontend, unsigned channel, double frequency_hz,
                     const struct phasor *spectrum, struct synth_signal *signal);

/* Gain, noise, clipping, rounding: values[channel][at .. at + count - 1], in volts and amperes,
 * into `count` frames, of which the first is number `first` since the world began. */
void frontend_codes(struct frontend *frontend, double values[][SYNTH_RUN], size_t at, size_t count,
                    uint64_t first, int32_t *frames);

#endif
