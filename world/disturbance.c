#include "world/disturbance.h"

/* Streams of random numbers, apart from those of the house; one for each row. */
enum { STREAM_DISTURBANCE = 200 };

unsigned disturbance_spans(const struct disturbance *rows, unsigned count,
                           const struct occasion_second *second,
                           struct disturbance_span spans[DISTURBANCE_SPANS])
{
    unsigned found = 0;
    for (unsigned n = 0; n < count; n++) {
        struct occasion_span when[OCCASION_TIMES];
        unsigned times = occasion_spans(&rows[n].when, STREAM_DISTURBANCE + n, second, when);
        for (unsigned i = 0; i < times; i++) {
            spans[found++] = (struct disturbance_span){rows[n].phases, rows[n].residual,
                                                       when[i].begin_s, when[i].end_s};
        }
    }
    return found;
}

double disturbance_residual(const struct disturbance_span *spans, unsigned count, unsigned phase,
                            double t_s)
{
    double residual = 1;
    for (unsigned n = 0; n < count; n++) {
        if ((spans[n].phases >> phase & 1) && spans[n].begin_s <= t_s && t_s < spans[n].end_s) {
            residual *= spans[n].residual;
        }
    }
    return residual;
}
