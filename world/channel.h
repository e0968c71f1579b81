/* How the channels of a front end err: the sensor before the converter, the converter, and what
 * temperature does to both. All zero is a channel without error.
 *
 * What happens to a value, in this order: the sensor (its core or integrator, its warming), the
 * gain, what creeps in from other channels, the offset, noise, the converter's steps and limits. */
#ifndef WATTHOUR_WORLD_CHANNEL_H
#define WATTHOUR_WORLD_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

/* Where drifts are zero: the reference temperature of EN 50470-3. */
#define WORLD_REFERENCE_C 23.0

/* A change with temperature, of what is meant by 1: ppm and parts in 10^9. */
struct world_drift {
    double ppm_per_k;
    double ppb_per_k2;
};

/* What turns volts or amperes into a small voltage. */
struct world_sensor {
    const char *name;
    const char *title;
    double lowest_hz;    /* -3 dB: what magnetises a core, or the drift stop of an integrator, takes
                            all that is slower; 0: shows direct current */
    double core_a;       /* magnetising current at which the core saturates; 0: it does not */
    double inductive_us; /* L / R of a shunt: shows 1 + j omega L / R */
    double heating_ppm;  /* change of the gain when warmed by a full-scale sinus */
    double noise_db;     /* that it adds to the converter's own: the SNR is so much less */
    struct world_drift gain;
    double corner_percent_per_k; /* of lowest_hz: the copper of a winding */
};

/* The sensors that are known, as their data sheets have them: "divider" (voltage), "shunt", "ct"
 * (tolerant to direct current), "ct-plain" (not), "rogowski"; NULL behind the last one. */
const struct world_sensor *world_sensor(size_t index);

/* NULL: there is none of that name. */
const struct world_sensor *world_sensor_find(const char *name);

struct world_channel {
    double gain_error; /* 1e-4: shows 0.01 % too much */
    double lag_us;     /* the channel is late by so much (20 us = 0.36 degrees at 50 Hz) */
    double snr_db;     /* gaussian noise against a sinus of full scale, in the band to 4096 Hz;
                          0: noiseless */
    double offset;     /* direct: V or A that it shows too much */
    const struct world_sensor *sensor; /* must outlive the world; NULL: an ideal one */
    struct world_drift gain_drift;
    double lag_ns_per_k;
    double offset_per_k; /* V or A */
    /* Of what the neighbours show, each in parts of full scale (1e-6: -120 dB). A current channel's
     * neighbour is the voltage of its phase, directly and by capacitance (leading by a quarter of a
     * period, as strong as told at 50 Hz), and the current of the phase before. */
    double from_voltage;
    double from_voltage_capacitive;
    double from_current;
};

enum world_sampling {
    WORLD_SAMPLING_IDEAL, /* orders to WORLD_ORDERS_TRUE exactly, nothing beyond */
    WORLD_SAMPLING_SINC3, /* a modulator at 2.097152 MHz decimated by sinc3 to 8192 Hz, its delay of
                             1.5 frames taken out: droops as the decimator does, and what lies
                             above 4096 Hz folds down as it lets it through */
};

/* Of what a frame holds; phases as in world.h. */
struct world_frontend {
    enum world_sampling sampling;
    uint32_t u_full_scale_mv; /* peak at code 2^23, as in struct legal_config */
    uint32_t i_full_scale_ma;
    double temperature_k; /* against WORLD_REFERENCE_C */
    struct world_channel u[3];
    struct world_channel i[3];
};

#endif
