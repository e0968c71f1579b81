/* A meter in front of known waves. The truth comes from the waves' own analytic integrals and
 * shares nothing with src/. Times are seconds; frame k is the instant k / 8192 s. */
#ifndef WATTHOUR_TEST_LEGAL_RIG_H
#define WATTHOUR_TEST_LEGAL_RIG_H

#include "legal/legal.h"

enum { WAVE_TERMS = 6, RIG_BLOCK = 64 };

/* peak * cos(2 pi (hz * t + turns)) */
struct term {
    double peak;
    double hz;
    double turns;
};

struct wave {
    double dc;
    unsigned terms;
    struct term term[WAVE_TERMS];
};

struct wave wave_sine(double rms, double hz, double turns);
double wave_at(const struct wave *wave, double t);

/* The integral of a * b over from..to, without their direct parts. */
double wave_product(const struct wave *a, const struct wave *b, double from, double to);

struct rig {
    struct legal legal;
    struct legal_config config;
    struct legal_calibration calibration;
    struct wave u[LEGAL_PHASES];
    struct wave i[LEGAL_PHASES];
    int64_t frame;
    int64_t fired[LEGAL_PULSES]; /* pulses returned by legal_samples() */
};

/* 5(100) A, 230 V: 1 or 3 phases, 50 or 60 Hz; no waves yet. */
struct rig rig_of(uint8_t phases, uint8_t nominal_hz);

/* After any change of configuration or calibration: the meter begins anew at frame 0. */
void rig_begin(struct rig *rig);

/* Sets all phases: U at -120 degrees each, I lagging by `lag_deg`. */
void rig_mains(struct rig *rig, double hz, double u_v, double i_a, double lag_deg);

/* Feeds frames from the waves, as integers of 24 bit rounded to nearest. */
void rig_frames(struct rig *rig, int64_t frames);
void rig_seconds(struct rig *rig, double seconds);

/* Feeds frames until the next window has been computed; returns its snapshot. */
struct legal_snapshot rig_window(struct rig *rig);

double seconds_of(struct legal_position place);

/* Energy of a register in joule (Ws). */
double rig_energy_ws(const struct rig *rig, unsigned phase, enum legal_energy energy);

#endif
