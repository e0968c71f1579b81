/* Where QEMU's mps2-an505 has what a meter needs: a Cortex-M33 that stays secure, CMSDK's
 * peripherals at their secure addresses. Source: application note AN505. */
#ifndef WATTHOUR_PORT_CORTEX_M_MPS2_AN505_PLACE_H
#define WATTHOUR_PORT_CORTEX_M_MPS2_AN505_PLACE_H

enum { BOARD_CLOCK_HZ = 20000000 };

/* Interrupts by their number. What a UART receives; what it sends is the next. */
enum board_interrupt {
    BOARD_TIMER = 3,
    BOARD_UART_0 = 32,
    BOARD_UART_1 = 34,
    BOARD_UART_2 = 36,
    BOARD_UART_3 = 38,
    BOARD_UART_4 = 40,
    BOARD_POWER_FAIL = 68, /* GPIO 0 */
    BOARD_INPUTS = 69,     /* GPIO 1 */
    BOARD_INTERRUPTS = 96,
};

#define PLACE_TIMER    0x50000000 /* CMSDK timer 0: the sample interrupt */
#define PLACE_WATCHDOG 0x50081000
#define PLACE_COUNTER  0x50302018 /* counts up with the processor's clock, 32 bit */
#define PLACE_UARTS                                                                                \
    {                                                                                              \
        0x50200000, 0x50201000, 0x50202000, 0x50203000, 0x50204000                                 \
    }
#define PLACE_NOR       0x80000000 /* pseudo-static RAM, 8 MiB of it */
#define PLACE_RECORDING 0x80800000 /* and most of the other 8 */
#define PLACE_FACTORY   0x80FF0000 /* their last 64 kB */

#endif
