/* The analogue front end and its converters: from volts and amperes to 24-bit codes. */
#ifndef WATTHOUR_WORLD_FRONTEND_H
#define WATTHOUR_WORLD_FRONTEND_H

#include "world/phasor.h"
#include "world/synth.h"
#include "world/world.h"

enum { FRONTEND_CHANNELS = 2 * WORLD_PHASES };

/* A channel at work. */
struct frontend_channel {
    struct world_channel config;
    double full_scale;     /* peak, V or A */
    double codes_per_unit; /* per volt or ampere, with its errors */
    double offset_codes;
    double noise_codes; /* rms */
    double lag_s;
    double inductive_s; /* L / R */
    double core_step;   /* how fast the core is magnetised, per half frame */
    double core_a;      /* magnetising current now */
    double before;      /* the last value before the core */
    double heat;        /* mean square by that of a full-scale sinus */
    double codes_before;
};

/* Channel 2p is the voltage of phase p, 2p + 1 its current, as they stand in a frame. */
struct frontend {
    enum world_sampling sampling;
    unsigned channels;
    struct frontend_channel channel[FRONTEND_CHANNELS];
    uint64_t seed;
    uint64_t clipped;
};

/* By how much a channel is late at a temperature, or early by its inductance at low frequencies. */
double frontend_lag_s(const struct world_channel *channel, double warm_k);

struct frontend frontend_begin(const struct world_frontend *config, unsigned phases, uint64_t seed);

/* Decimation by sinc3 from 2.097152 MHz to WORLD_FRAME_HZ at a frequency, its delay taken out. */
double frontend_sinc3(double frequency_hz);

/* What a channel makes of a frequency before the converter: its lag, and the filter. */
struct phasor frontend_response(const struct frontend *frontend, unsigned channel,
                                double frequency_hz);

/* What a channel makes of a spectrum at a fundamental frequency; orders that are zero or let
 * nothing through are left out. */
void frontend_signal(const struct frontend *frontend, unsigned channel, double frequency_hz,
                     const struct phasor *spectrum, struct synth_signal *signal);

/* Everything else: values[channel][at .. at + count - 1], in volts and amperes, into `count`
 * frames, of which the first is number `first` since the world began. */
void frontend_codes(struct frontend *frontend, double values[][SYNTH_RUN], size_t at, size_t count,
                    uint64_t first, int32_t *frames);

#endif
