/* Where YOUR BOARD has what a meter needs. Source: its reference manual, chapter and page.
 *
 * Copy this folder to port/cortex_m/YOUR_BOARD and fill in; docs/PORTING.md goes through it. */
#ifndef WATTHOUR_PORT_TEMPLATE_PLACE_H
#define WATTHOUR_PORT_TEMPLATE_PLACE_H

/* Cycles of board_cycles() in a second: the processor's clock. */
enum { BOARD_CLOCK_HZ = 1 };

/* Interrupts by their number in the vector table, the first of the board being 0. */
enum board_interrupt {
    BOARD_UART_0, /* receives; what sends is the next */
    BOARD_UART_1 = 2,
    BOARD_UART_2 = 4,
    BOARD_UART_3 = 6,
    BOARD_UART_4 = 8,
    BOARD_TIMER = 10,      /* the front end has a frame */
    BOARD_POWER_FAIL = 11, /* the supply is failing */
    BOARD_INPUTS = 12,     /* a button, a cover */
    BOARD_INTERRUPTS = 13, /* so many there are */
};

/* CMSDK's peripherals, where a board has those; else drivers.c has your own. */
#define PLACE_TIMER    0
#define PLACE_WATCHDOG 0
#define PLACE_COUNTER  0
#define PLACE_UARTS                                                                                \
    {                                                                                              \
        0, 0, 0, 0, 0                                                                              \
    }
#define PLACE_NOR       0
#define PLACE_RECORDING 0
#define PLACE_ARGUMENTS 0

#endif
