/* The spectrum of one turn of a periodic sequence, and the signal between its samples. Written for
 * the reference alone: nothing here is shared with world/ or src/. */
#ifndef WATTHOUR_TEST_RECORDINGS_SPECTRUM_H
#define WATTHOUR_TEST_RECORDINGS_SPECTRUM_H

#include <complex.h>
#include <stddef.h>

/* In place; `count` is a power of two; `sign` is -1 forward, +1 backward; unscaled. */
void spectrum_fft(double complex *x, size_t count, int sign);

/* Lines 0 .. lines - 1 of the discrete Fourier transform of `count` samples, any count (Bluestein),
 * divided by count. */
void spectrum_lines(const double *samples, size_t count, double complex *line, size_t lines);

/* The turn at `points` (a power of two) equal steps from its lines. */
void spectrum_signal(const double complex *line, size_t lines, double *signal, size_t points);

#endif
