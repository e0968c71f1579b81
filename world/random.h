/* Random numbers by place, not by turn: each depends on a seed, a stream and an index only, so that
 * a world can be entered at any time and is the same whichever way it is read. */
#ifndef WATTHOUR_WORLD_RANDOM_H
#define WATTHOUR_WORLD_RANDOM_H

#include <stdint.h>

uint64_t random_hash(uint64_t seed, uint64_t stream, uint64_t index);

/* Uniform in [0, 1), with 53 bits. */
double random_unit(uint64_t hash);

/* Two independent standard normal numbers (Box and Muller). */
struct random_pair {
    double a;
    double b;
};

struct random_pair random_normal(uint64_t hash);

#endif
