/* Band-limited interpolation of a uniformly sampled signal at any place: a sinc windowed after
 * Kaiser, as a table of phases between which the coefficients are interpolated (cubic).
 *
 * Passed without loss (ripple below 1e-7): to 3.6 kHz, or to 0.475 of a rate below 7.6 kHz.
 * Stopped (below 1e-7): from 4096 Hz, where frames would fold, or from 0.525 of a lower rate, where
 * the images of the samples begin. */
#ifndef WATTHOUR_WORLD_RESAMPLE_H
#define WATTHOUR_WORLD_RESAMPLE_H

#include <stdbool.h>
#include <stddef.h>

struct resample {
    size_t half;   /* taps on each side */
    double *table; /* rows of 2 * half coefficients */
    double *row;   /* the coefficients of one place */
};

/* The design for a rate: what stands in the head of this file. */
struct resample_design {
    double pass_hz;
    double stop_hz;
    double cutoff_hz;  /* of the sinc: half way */
    double beta;       /* of the Kaiser window */
    double half_width; /* of the window, in samples */
};

struct resample_design resample_design(double rate_hz);

/* With `sinc3` the converter's decimation filter is part of the kernel. Returns 0, or -1 when out
 * of memory. */
int resample_open(struct resample *resample, double rate_hz, bool sinc3);
void resample_close(struct resample *resample);

/* Makes resample->row the coefficients for a place `fraction` (0 <= fraction < 1) behind a sample;
 * row[k] belongs to the sample k - (half - 1) places after it. */
void resample_row(struct resample *resample, double fraction);

/* The value at that place; samples[0] is the first that a coefficient belongs to. */
double resample_value(const struct resample *resample, const double *samples);

#endif
