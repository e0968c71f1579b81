/* Interruptions, dips and swells of the mains (IEC 61000-4-30): when, on which phases, how deep. */
#ifndef WATTHOUR_WORLD_DISTURBANCE_H
#define WATTHOUR_WORLD_DISTURBANCE_H

#include "world/occasion.h"

#include <stdint.h>

enum { DISTURBANCE_ROWS = 8 };

/* One row of a scenario. */
struct disturbance {
    uint8_t phases;  /* bit 0 = L1 */
    double residual; /* voltage by what it would be: 0 is an interruption, 0.4 a dip, 1.2 a swell */
    struct occasion when;
};

/* From `begin_s` until before `end_s` of the second that was asked about; may reach beyond it. */
struct disturbance_span {
    uint8_t phases;
    double residual;
    double begin_s;
    double end_s;
};

enum { DISTURBANCE_SPANS = DISTURBANCE_ROWS * OCCASION_TIMES };

/* The spans that touch this second; returns how many. */
unsigned disturbance_spans(const struct disturbance *rows, unsigned count,
                           const struct occasion_second *second,
                           struct disturbance_span spans[DISTURBANCE_SPANS]);

/* What they make of a phase's voltage at `t_s`: where several overlap, their product. */
double disturbance_residual(const struct disturbance_span *spans, unsigned count, unsigned phase,
                            double t_s);

#endif
