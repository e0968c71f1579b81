/* The recording that the project brings along: an evening in the household, made by its own world.
 * Where the world changes so that it would be another one, the target make_example writes it anew.
 */
#ifndef WATTHOUR_WORLD_EXAMPLES_EXAMPLE_H
#define WATTHOUR_WORLD_EXAMPLES_EXAMPLE_H

#include <stdint.h>

enum {
    EXAMPLE_RATE_HZ = 8192,
    EXAMPLE_FRAMES = 2 * EXAMPLE_RATE_HZ,
    EXAMPLE_CHANNELS = 2, /* u1, i1 */
    EXAMPLE_U_FULL_SCALE_V = 400,
    EXAMPLE_I_FULL_SCALE_A = 25,
};

/* Kettle, dimmer, television and computers are on. 24-bit codes; returns 0, or -1. */
int example_make(int32_t frames[EXAMPLE_FRAMES * EXAMPLE_CHANNELS]);

#endif
