/* Harmonics of U and I to the 40th, as IEC 61000-4-7 groups them: a rectangular window of exactly
 * 10 (12) periods, its spectrum in steps of 5 Hz, and of each order the harmonic subgroup: the line
 * and its two neighbours. One phase per window, all phases in turn.
 *
 * How it runs. The sample interrupt stores the frames of a window in one of two tracks; when the
 * window has ended, legal_harmonics_step() analyses it in the main loop, and meanwhile the other
 * track fills. Where the main loop is late for more than a window, windows are passed over; nothing
 * is ever half old and half new. Which phase a window is for is said by its number.
 *
 * None of this is legally relevant, and energies do not depend on it. Arithmetic is IEEE single
 * precision without contraction: host and target agree to the bit. */
#ifndef WATTHOUR_LEGAL_HARMONICS_H
#define WATTHOUR_LEGAL_HARMONICS_H

#include "legal/legal.h"

enum {
    LEGAL_ORDERS = 40,
    LEGAL_TRACK_FRAMES = 2048, /* 10 periods of 42.5 Hz, and what interpolation reaches beyond */
    LEGAL_POINTS = 2048,       /* of the transform */
    LEGAL_TAPS = 14,           /* of the interpolation */
    LEGAL_TAP_PHASES = 128,
};

/* A window's samples of one phase: codes, as integers, later as float in their place. */
struct legal_track {
    int32_t wave[LEGAL_TRACK_FRAMES][2];
    volatile uint32_t begin; /* first frame */
    volatile uint8_t phase;
    volatile uint8_t state;      /* private */
    struct legal_position start; /* of the window, on the axis of cells */
    double frames;               /* its length */
    uint32_t window;
};

/* What one window showed of a phase: squares of rms values, in codes, by order; [0] is unused. */
struct legal_spectrum {
    uint32_t window; /* 0: nothing measured yet */
    float uu[LEGAL_ORDERS + 1];
    float ii[LEGAL_ORDERS + 1];
};

/* A meter's: the caller's, which must stay where it is. */
struct legal_harmonics {
    struct legal_track track[2];
    uint32_t next_begin;   /* of the window after the one under way */
    uint32_t next_window;  /* its number */
    uint32_t armed_window; /* the last one that a track was made ready for */
    struct legal_spectrum spectrum[LEGAL_PHASES];
};

/* Room to work in, for all meters of a process; tables first. */
struct legal_scratch {
    float sine[LEGAL_POINTS + LEGAL_POINTS / 4];
    float tap[LEGAL_TAP_PHASES + 1][LEGAL_TAPS];
    float point[LEGAL_POINTS][2];
};

/* Fills the tables in. */
void legal_scratch_init(struct legal_scratch *scratch);

/* The meter's harmonics are measured from now on. Before the first frame. */
void legal_harmonics_attach(struct legal *legal, struct legal_harmonics *harmonics);

/* Analyses a window that has ended, if there is one; whether there was. */
bool legal_harmonics_step(struct legal *legal, struct legal_scratch *scratch);

/* Rms of an order (1..LEGAL_ORDERS) of U and I of a phase (1..phases): 0; -1: not measured, or this
 * meter measures none. */
int legal_harmonic(const struct legal *legal, unsigned phase, unsigned order, int64_t *u_uv,
                   int64_t *i_na);

/* Total harmonic distortion (THDS, orders 2..40 against the first), parts per million: 0; -1 as
 * above, or the fundamental is 0 (current: below half of the starting current). */
int legal_thd_u_ppm(const struct legal *legal, unsigned phase, int32_t *ppm);
int legal_thd_i_ppm(const struct legal *legal, unsigned phase, int32_t *ppm);

#endif
