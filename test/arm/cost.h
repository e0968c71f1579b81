/* What a piece of code costs on the target, in instructions: its ticks against those of a loop of
 * known length. Exact under the emulator's -icount, where every instruction takes the same time. */
#ifndef WATTHOUR_TEST_ARM_COST_H
#define WATTHOUR_TEST_ARM_COST_H

#include <stdint.h>

struct cost {
    uint32_t runs;
    uint32_t most_ticks;
    uint64_t ticks;
};

/* One run, with the ticks between two calls of board_ticks() around it. */
void cost_add(struct cost *cost, uint32_t ticks);

/* Prints "NAME RUNS MEAN MOST": mean and most in instructions, without the call of board_ticks().
 * Before it "loop INSTRUCTIONS FOUND", by which the measure can be checked. */
void cost_print(const char *name, const struct cost *cost);

#endif
