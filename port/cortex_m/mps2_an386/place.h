/* Where QEMU's mps2-an386 has what a meter needs: a Cortex-M4F with CMSDK's peripherals.
 * Source: application note AN386. */
#ifndef WATTHOUR_PORT_CORTEX_M_MPS2_AN386_PLACE_H
#define WATTHOUR_PORT_CORTEX_M_MPS2_AN386_PLACE_H

enum { BOARD_CLOCK_HZ = 25000000 };

/* Interrupts by their number. What a UART receives; what it sends is the next. */
enum board_interrupt {
    BOARD_UART_0 = 0,
    BOARD_UART_1 = 2,
    BOARD_UART_2 = 4,
    BOARD_POWER_FAIL = 6, /* GPIO 0 */
    BOARD_INPUTS = 7,     /* GPIO 1 */
    BOARD_TIMER = 8,
    BOARD_UART_3 = 18,
    BOARD_UART_4 = 20,
    BOARD_INTERRUPTS = 32,
};

#define PLACE_TIMER    0x40000000 /* CMSDK timer 0: the sample interrupt */
#define PLACE_WATCHDOG 0x40008000
#define PLACE_COUNTER  0x40028018 /* counts up with the processor's clock, 32 bit */
#define PLACE_UARTS                                                                                \
    {                                                                                              \
        0x40004000, 0x40005000, 0x40006000, 0x40007000, 0x40009000                                 \
    }
#define PLACE_NOR       0x21000000 /* pseudo-static RAM, 8 MiB of it */
#define PLACE_RECORDING 0x21800000 /* and most of the other 8 */
#define PLACE_FACTORY   0x21FF0000 /* their last 64 kB */

#endif
