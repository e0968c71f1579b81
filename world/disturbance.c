#include "world/disturbance.h"

#include "world/random.h"

#include <math.h>

enum { DAY_S = 86400 };

/* Streams of random numbers, apart from those of the house; one for each row. */
enum { STREAM_DISTURBANCE = 200 };

/* What is drawn for each disturbance. */
enum draw { DRAW_WHETHER, DRAW_WHEN, DRAW_HOW_LONG };

static double draw(uint64_t own_seed, enum draw what)
{
    return random_unit(random_hash(own_seed, what, 0));
}

static struct disturbance_span span_at(const struct disturbance *row, uint64_t own_seed,
                                       double begin_s)
{
    double length_s = row->min_s + (row->max_s - row->min_s) * draw(own_seed, DRAW_HOW_LONG);
    return (struct disturbance_span){
        .phases = row->phases,
        .residual = row->residual,
        .begin_s = begin_s,
        .end_s = begin_s + length_s,
    };
}

static unsigned keep_touching(struct disturbance_span *spans, unsigned count,
                              struct disturbance_span span)
{
    if (span.begin_s < 1 && span.end_s > 0) {
        spans[count++] = span;
    }
    return count;
}

static unsigned listed(const struct disturbance *row, uint64_t stream,
                       const struct disturbance_second *second, struct disturbance_span *spans)
{
    unsigned count = 0;
    for (unsigned n = 0; n < row->times; n++) {
        double begin_s = row->at_s[n] - (double)second->elapsed_s;
        uint64_t own_seed = random_hash(second->seed, stream, n);
        count = keep_touching(spans, count, span_at(row, own_seed, begin_s));
    }
    return count;
}

double disturbance_part_s(double per_day)
{
    return DAY_S / ceil(per_day);
}

/* As none is longer than a part, one of the part before may still last, and a second may reach into
 * the part after. */
static unsigned drawn(const struct disturbance *row, uint64_t stream,
                      const struct disturbance_second *second, struct disturbance_span *spans)
{
    double part_s = disturbance_part_s(row->per_day);
    double chance = row->per_day / ceil(row->per_day);
    int64_t part = (int64_t)floor((double)second->local_s / part_s);
    unsigned count = 0;
    for (int64_t n = part - 1; n <= part + 1; n++) {
        uint64_t own_seed = random_hash(second->seed, stream, (uint64_t)n);
        if (draw(own_seed, DRAW_WHETHER) >= chance) {
            continue;
        }
        double begin_s = ((double)n + draw(own_seed, DRAW_WHEN)) * part_s - (double)second->local_s;
        count = keep_touching(spans, count, span_at(row, own_seed, begin_s));
    }
    return count;
}

unsigned disturbance_spans(const struct disturbance *rows, unsigned count,
                           const struct disturbance_second *second,
                           struct disturbance_span spans[DISTURBANCE_SPANS])
{
    unsigned found = 0;
    for (unsigned n = 0; n < count; n++) {
        uint64_t stream = STREAM_DISTURBANCE + n;
        found += rows[n].times > 0 ? listed(&rows[n], stream, second, &spans[found])
                                   : drawn(&rows[n], stream, second, &spans[found]);
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
