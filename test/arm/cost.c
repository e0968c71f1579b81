#include "test/arm/cost.h"

#include "port/cortex_m/board.h"

#include <stdio.h>

void cost_add(struct cost *cost, uint32_t ticks)
{
    cost->runs++;
    cost->ticks += ticks;
    cost->most_ticks = ticks > cost->most_ticks ? ticks : cost->most_ticks;
}

/* Ticks of a loop of 2 * `turns` + 1 instructions, and of what is around every measurement. */
static uint32_t loop_ticks(uint32_t turns)
{
    uint32_t begin = board_ticks();
    __asm__ volatile("1: subs %0, #1\n bne 1b" : "+r"(turns)::"cc");
    return board_ticks_between(begin, board_ticks());
}

static uint32_t empty_ticks(void)
{
    uint32_t begin = board_ticks();
    return board_ticks_between(begin, board_ticks());
}

void cost_print(const char *name, const struct cost *cost)
{
    enum { SHORT_TURNS = 1000, LONG_TURNS = 101000 };
    uint32_t short_ticks = loop_ticks(SHORT_TURNS);
    uint32_t long_ticks = loop_ticks(LONG_TURNS);
    double ticks_per_instruction =
        (double)(long_ticks - short_ticks) / (2.0 * (LONG_TURNS - SHORT_TURNS));
    double around = empty_ticks() / ticks_per_instruction;
    double mean = (double)cost->ticks / cost->runs / ticks_per_instruction - around;
    double most = cost->most_ticks / ticks_per_instruction - around;
    printf("loop %d %.1f\n", 2 * SHORT_TURNS, short_ticks / ticks_per_instruction - around);
    printf("%s %lu %.1f %.1f\n", name, (unsigned long)cost->runs, mean, most);
}
