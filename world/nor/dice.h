/* Random numbers for the chip: repeatable, one state each (xorshift64*). */
#ifndef WATTHOUR_WORLD_NOR_DICE_H
#define WATTHOUR_WORLD_NOR_DICE_H

#include <stdint.h>

static inline uint64_t dice_throw(uint64_t *state)
{
    uint64_t x = *state ? *state : 0x9e3779b97f4a7c15;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *state = x;
    return x * 0x2545f4914f6cdd1d;
}

/* Evenly in 0 .. bound - 1. */
static inline uint32_t dice_below(uint64_t *state, uint32_t bound)
{
    return (uint32_t)((dice_throw(state) >> 32) * bound >> 32);
}

#endif
