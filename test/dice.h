/* Chance that falls alike in every run: a linear congruential generator of 64 bits, of which the
 * upper ones are used. The caller's dice is its seed at first. */
#ifndef WATTHOUR_TEST_DICE_H
#define WATTHOUR_TEST_DICE_H

#include <stdint.h>

/* 31 bits. */
static inline uint64_t dice_throw(uint64_t *dice)
{
    *dice = *dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *dice >> 33;
}

/* 0 .. sides - 1 */
static inline uint32_t dice_roll(uint64_t *dice, uint32_t sides)
{
    return (uint32_t)dice_throw(dice) % sides;
}

/* 0 .. most, of more than 31 bits those. */
static inline uint64_t dice_up_to(uint64_t *dice, uint64_t most)
{
    return dice_throw(dice) % (most + 1);
}

#endif
