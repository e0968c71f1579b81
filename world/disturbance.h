/* Interruptions, dips and swells of the mains (IEC 61000-4-30): when, on which phases, how deep.
 * They follow from the seed and the time, so that any second can be asked about in any order. */
#ifndef WATTHOUR_WORLD_DISTURBANCE_H
#define WATTHOUR_WORLD_DISTURBANCE_H

#include <stdint.h>

enum { DISTURBANCE_ROWS = 8, DISTURBANCE_TIMES = 16 };

/* One row of a scenario: at listed times after the world's beginning, or at random, at most once in
 * each of equal parts of the day. */
struct disturbance {
    uint8_t phases;  /* bit 0 = L1 */
    double residual; /* voltage by what it would be: 0 is an interruption, 0.4 a dip, 1.2 a swell */
    double min_s;    /* how long */
    double max_s;
    unsigned times; /* listed */
    double at_s[DISTURBANCE_TIMES];
    double per_day; /* at random; max_s is at most the part of the day */
};

/* From `begin_s` until before `end_s` of the second that was asked about; may reach beyond it. */
struct disturbance_span {
    uint8_t phases;
    double residual;
    double begin_s;
    double end_s;
};

enum { DISTURBANCE_SPANS = DISTURBANCE_ROWS * DISTURBANCE_TIMES };

/* A second of a world. */
struct disturbance_second {
    uint64_t seed;
    int64_t local_s;
    int64_t elapsed_s; /* since the world began */
};

/* The spans that touch this second; returns how many. */
unsigned disturbance_spans(const struct disturbance *rows, unsigned count,
                           const struct disturbance_second *second,
                           struct disturbance_span spans[DISTURBANCE_SPANS]);

/* What they make of a phase's voltage at `t_s`: where several overlap, their product. */
double disturbance_residual(const struct disturbance_span *spans, unsigned count, unsigned phase,
                            double t_s);

/* The parts of a day in each of which a row strikes at most once. */
double disturbance_part_s(double per_day);

#endif
