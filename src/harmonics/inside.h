/* From a track to a spectrum. Private to this room. */
#ifndef WATTHOUR_HARMONICS_INSIDE_H
#define WATTHOUR_HARMONICS_INSIDE_H

#include "harmonics/harmonics.h"

/* States of the track. */
enum { HARMONICS_IDLE, HARMONICS_RECORDING, HARMONICS_ANALYSING };

enum {
    HARMONICS_TAPS = 14,           /* of the interpolation */
    HARMONICS_TAP_PHASES = 128,    /* between two samples, of which the table has the first half */
    HARMONICS_TRANSFORM_PARTS = 6, /* of the transform */
};

/* tables.c: a quarter of a sine; rows of taps, each of which adds up to 1. */
extern const float harmonics_sine[HARMONICS_POINTS / 4 + 1];
extern const float harmonics_tap[HARMONICS_TAP_PHASES / 2 + 1][HARMONICS_TAPS];

/* interpolate.c: the track's codes become values, moved by `up` to its end; points from `from` to
 * before `to` take their places at its beginning. */
void harmonics_move(struct harmonics *harmonics, unsigned up);
void harmonics_interpolate(struct harmonics *harmonics, unsigned from, unsigned to);

/* transform.c: part by part, from 0 on, the points become their discrete Fourier transform, in an
 * order of its own: line k (0..HARMONICS_POINTS - 1) then stands at harmonics_transform_place(k).
 */
void harmonics_transform(union harmonics_cell (*point)[2], unsigned part);
unsigned harmonics_transform_place(unsigned k);

/* spectrum.c: a part of the analysis of a track that has been moved; true: that was the last. */
bool harmonics_analyse(struct harmonics *harmonics);

#endif
