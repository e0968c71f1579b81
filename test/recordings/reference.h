/* What a meter should see of a recording, by another way than world/ and src/ take: the loop's
 * Fourier series, limited to the front end's band, and integrals over exactly the meter's spans.
 *
 * Its own reader of the file, its own arithmetic. What it takes from the world is how many samples
 * the loop has; what it takes from the documentation is the band (world/resample.h). */
#ifndef WATTHOUR_TEST_RECORDINGS_REFERENCE_H
#define WATTHOUR_TEST_RECORDINGS_REFERENCE_H

#include <stddef.h>

enum { REFERENCE_PHASES = 3, REFERENCE_POINTS = 1 << 18 };

struct reference {
    double rate_hz;
    double nominal_hz;
    unsigned phases;
    size_t samples;                         /* in the file */
    size_t loop;                            /* samples of a turn */
    double *recorded[2 * REFERENCE_PHASES]; /* u1, i1, u2 ..: the file */
    double *limited[2 * REFERENCE_PHASES];  /* REFERENCE_POINTS of one turn, in the band */
};

/* Quantities of one phase over a span; DC removed. */
struct reference_values {
    double u_v;
    double i_a;
    double p_w;
    double q1_var;
    double s_va;
};

/* Reads a recording; 0, or -1 when there is none. */
int reference_read(struct reference *reference, const char *path);

/* Limits the first `loop` samples to the band. */
void reference_limit(struct reference *reference, size_t loop);

void reference_free(struct reference *reference);

/* Over `periods` periods of the fundamental between two instants (s) of the endless loop. */
struct reference_values reference_over(const struct reference *reference, unsigned phase,
                                       double from_s, double to_s, double periods);

/* Total harmonic distortion of U and I, orders 2 to 40 against the first, each with the lines
 * beside it (THDS of IEC 61000-4-7), over a span of so many periods. */
struct reference_distortion {
    double u;
    double i;
};
struct reference_distortion reference_distortion_over(const struct reference *reference,
                                                      unsigned phase, double from_s, double to_s,
                                                      unsigned periods);

/* The same over a whole turn of the loop, of the harmonics' lines alone (THD): what comes and goes
 * within it is in other lines. */
struct reference_distortion reference_distortion_of_loop(const struct reference *reference,
                                                         unsigned phase, unsigned periods);

/* Rms of the voltage, with its DC. */
double reference_rms(const struct reference *reference, unsigned phase, double from_s, double to_s);

/* The angle (turns of a cosine) that the fundamental of a voltage has at the end of a span that is
 * taken for its period. */
double reference_angle_turns(const struct reference *reference, unsigned phase, double from_s,
                             double to_s);

/* The same quantities of the file between two places of it, as recorded, without limit. A span of
 * exactly the loop's length goes round. */
struct reference_values reference_unlimited(const struct reference *reference, unsigned phase,
                                            double from, double to, double periods);

#endif
