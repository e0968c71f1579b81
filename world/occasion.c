#include "world/occasion.h"

#include "world/random.h"

#include <math.h>

enum { DAY_S = 86400 };

/* What is drawn for each time. */
enum draw { DRAW_WHETHER, DRAW_WHEN, DRAW_HOW_LONG };

static double draw(uint64_t own_seed, enum draw what)
{
    return random_unit(random_hash(own_seed, what, 0));
}

static struct occasion_span span_at(const struct occasion *occasion, uint64_t own_seed,
                                    double begin_s)
{
    double spread_s = occasion->max_s - occasion->min_s;
    double length_s = occasion->min_s + spread_s * draw(own_seed, DRAW_HOW_LONG);
    return (struct occasion_span){.begin_s = begin_s, .end_s = begin_s + length_s};
}

static unsigned keep_touching(struct occasion_span *spans, unsigned count,
                              struct occasion_span span)
{
    if (span.begin_s < 1 && span.end_s > 0) {
        spans[count++] = span;
    }
    return count;
}

static unsigned listed(const struct occasion *occasion, uint64_t stream,
                       const struct occasion_second *second, struct occasion_span *spans)
{
    unsigned count = 0;
    for (unsigned n = 0; n < occasion->times; n++) {
        double begin_s = occasion->at_s[n] - (double)second->elapsed_s;
        uint64_t own_seed = random_hash(second->seed, stream, n);
        count = keep_touching(spans, count, span_at(occasion, own_seed, begin_s));
    }
    return count;
}

double occasion_part_s(double per_day)
{
    return DAY_S / ceil(per_day);
}

/* As none is longer than a part, one of the part before may still last, and a second may reach into
 * the part after. */
static unsigned drawn(const struct occasion *occasion, uint64_t stream,
                      const struct occasion_second *second, struct occasion_span *spans)
{
    double part_s = occasion_part_s(occasion->per_day);
    double chance = occasion->per_day / ceil(occasion->per_day);
    int64_t part = (int64_t)floor((double)second->local_s / part_s);
    unsigned count = 0;
    for (int64_t n = part - 1; n <= part + 1; n++) {
        uint64_t own_seed = random_hash(second->seed, stream, (uint64_t)n);
        if (draw(own_seed, DRAW_WHETHER) >= chance) {
            continue;
        }
        double begin_s = ((double)n + draw(own_seed, DRAW_WHEN)) * part_s - (double)second->local_s;
        count = keep_touching(spans, count, span_at(occasion, own_seed, begin_s));
    }
    return count;
}

unsigned occasion_spans(const struct occasion *occasion, uint64_t stream,
                        const struct occasion_second *second,
                        struct occasion_span spans[OCCASION_TIMES])
{
    return occasion->times > 0 ? listed(occasion, stream, second, spans)
                               : drawn(occasion, stream, second, spans);
}
