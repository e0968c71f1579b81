#include "port/cortex_m/board.h"

#include "port/cortex_m/registers.h"

enum { TICKS_MASK = 0xffffff };

void board_timer_interrupt(void);

void board_timer_interrupt(void)
{
    TIMER_CLEAR = 1;
    board_on_sample();
}

void board_enable(enum board_interrupt interrupt)
{
    NVIC_PRIORITY(interrupt) = BOARD_PRIORITY_APPLICATION;
    NVIC_ENABLE(interrupt) = NVIC_BIT(interrupt);
}

void board_start_samples(uint32_t rate_hz)
{
    uint32_t period = BOARD_CLOCK_HZ / rate_hz;
    TIMER_RELOAD = period - 1;
    TIMER_VALUE = period - 1;
    NVIC_PRIORITY(BOARD_TIMER) = BOARD_PRIORITY_SAMPLE;
    NVIC_ENABLE(BOARD_TIMER) = NVIC_BIT(BOARD_TIMER);
    TIMER_CONTROL = TIMER_ENABLE | TIMER_INTERRUPT_ENABLE;
}

void board_stop_samples(void)
{
    TIMER_CONTROL = 0;
}

void board_request_window(void)
{
    INTERRUPT_CONTROL = PENDSV_SET;
}

void board_wait(void)
{
    __asm__ volatile("wfi" ::: "memory");
}

uint32_t board_cycles(void)
{
    return BOARD_COUNTER;
}

void board_start_ticks(void)
{
    SYSTICK_RELOAD = TICKS_MASK;
    SYSTICK_VALUE = 0;
    SYSTICK_CONTROL = SYSTICK_ENABLE | SYSTICK_PROCESSOR_CLOCK;
}

/* The processor's counter counts down. */
uint32_t board_ticks(void)
{
    return TICKS_MASK - SYSTICK_VALUE;
}

uint32_t board_ticks_between(uint32_t begin, uint32_t end)
{
    return (end - begin) & TICKS_MASK;
}
