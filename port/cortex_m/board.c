#include "port/cortex_m/board.h"

/* Armv7-M system registers and the CMSDK timer 0 of the board, by their address. */
#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

#define SYSTICK_CONTROL   REGISTER(0xe000e010)
#define SYSTICK_RELOAD    REGISTER(0xe000e014)
#define SYSTICK_VALUE     REGISTER(0xe000e018)
#define NVIC_ENABLE       REGISTER(0xe000e100)
#define INTERRUPT_CONTROL REGISTER(0xe000ed04)
#define PRIORITY_3        REGISTER(0xe000ed20)
#define TIMER_CONTROL     REGISTER(0x40000000)
#define TIMER_VALUE       REGISTER(0x40000004)
#define TIMER_RELOAD      REGISTER(0x40000008)
#define TIMER_CLEAR       REGISTER(0x4000000c)

enum {
    TIMER_INTERRUPT = 8,
    TIMER_ENABLE = 1 << 0,
    TIMER_INTERRUPT_ENABLE = 1 << 3,
    PENDSV_SET = 1 << 28,
    PENDSV_LOWEST = 0xff << 16,
    SYSTICK_ENABLE = 1 << 0,
    SYSTICK_PROCESSOR_CLOCK = 1 << 2,
    TICKS_MASK = 0xffffff,
};

void board_timer_interrupt(void);

void board_timer_interrupt(void)
{
    TIMER_CLEAR = 1;
    board_on_sample();
}

void board_start_samples(uint32_t rate_hz)
{
    uint32_t period = BOARD_CLOCK_HZ / rate_hz;
    PRIORITY_3 |= PENDSV_LOWEST;
    TIMER_RELOAD = period - 1;
    TIMER_VALUE = period - 1;
    NVIC_ENABLE = 1U << TIMER_INTERRUPT;
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
