/* When something happens in a world, and how long it lasts: at listed times, or at random. It
 * follows from the seed and the time, so that any second can be asked about in any order. */
#ifndef WATTHOUR_WORLD_OCCASION_H
#define WATTHOUR_WORLD_OCCASION_H

#include <stdint.h>

enum { OCCASION_TIMES = 16 };

/* At listed times after the world's beginning, or at most once in each of equal parts of the day.
 */
struct occasion {
    double min_s; /* how long */
    double max_s;
    unsigned times; /* listed; 0: at random */
    double at_s[OCCASION_TIMES];
    double per_day; /* at random; max_s is at most the part of the day */
};

/* A second of a world. */
struct occasion_second {
    uint64_t seed;
    int64_t local_s;
    int64_t elapsed_s; /* since the world began */
};

/* From `begin_s` until before `end_s` of the second that was asked about; may reach beyond it. */
struct occasion_span {
    double begin_s;
    double end_s;
};

/* Those that touch this second; returns how many. `stream`: of random numbers, its own. */
unsigned occasion_spans(const struct occasion *occasion, uint64_t stream,
                        const struct occasion_second *second,
                        struct occasion_span spans[OCCASION_TIMES]);

/* The parts of a day in each of which something strikes at most once. */
double occasion_part_s(double per_day);

#endif
