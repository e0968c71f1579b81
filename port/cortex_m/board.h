/* QEMU's mps2-an386: a Cortex-M4F with a sample timer, as far as an image needs it.
 *
 * Levels, highest first: the sample interrupt, the window task (PendSV), the main loop. */
#ifndef WATTHOUR_PORT_CORTEX_M_BOARD_H
#define WATTHOUR_PORT_CORTEX_M_BOARD_H

#include <stdint.h>

enum { BOARD_CLOCK_HZ = 25000000 };

/* ---- Given by the image ---- */

/* The sample interrupt: one frame of the converters is there. */
void board_on_sample(void);

/* The window task: runs once after board_request_window(), below the sample interrupt. */
void board_on_window(void);

/* ---- Given by the board ---- */

/* Starts the sample interrupts, `rate_hz` a second. */
void board_start_samples(uint32_t rate_hz);
void board_stop_samples(void);

/* From the sample interrupt: run the window task when it is over. */
void board_request_window(void);

/* Sleeps until an interrupt has run. */
void board_wait(void);

/* Counts board_ticks() from now on. */
void board_start_ticks(void);

/* Cycles of BOARD_CLOCK_HZ, counting up, 24 bit. Where the emulator lets each instruction take the
 * same time (-icount), a measure of instructions. */
uint32_t board_ticks(void);

/* Ticks from `begin` to `end`, less than 2^24. */
uint32_t board_ticks_between(uint32_t begin, uint32_t end);

#endif
