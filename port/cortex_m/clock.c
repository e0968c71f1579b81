#include "port/cortex_m/board.h"
#include "port/cortex_m/registers.h"

enum { TICK_HZ = 1000 };

static volatile int64_t milliseconds;

void board_start_clock(void)
{
    SYSTICK_RELOAD = BOARD_CLOCK_HZ / TICK_HZ - 1;
    SYSTICK_VALUE = 0;
    SYSTICK_CONTROL = SYSTICK_ENABLE | SYSTICK_INTERRUPT | SYSTICK_PROCESSOR_CLOCK;
}

void board_count_ms(void)
{
    milliseconds++;
}

/* Two words, between which the tick may come. */
int64_t board_ms(void)
{
    int64_t now;
    do {
        now = milliseconds;
    } while (now != milliseconds);
    return now;
}
