#include "world/random.h"

#include "world/phasor.h"

#include <math.h>

/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
}

uint64_t random_hash(uint64_t seed, uint64_t stream, uint64_t index)
{
    const uint64_t golden = 0x9E3779B97F4A7C15U;
    return mix(mix(mix(seed + golden) + stream * golden) + index * golden);
}

double random_unit(uint64_t hash)
{
    return (double)(hash >> 11) * 0x1p-53;
}

struct random_pair random_normal(uint64_t hash)
{
    double radius = sqrt(-2.0 * log(1.0 - random_unit(hash)));
    double angle = TWO_PI * random_unit(mix(hash));
    return (struct random_pair){.a = radius * cos(angle), .b = radius * sin(angle)};
}
