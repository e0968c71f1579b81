/* The board: a Cortex-M from reset to main(), and its levels. Which board it is, its place.h says.
 *
 * Levels, highest first: the sample interrupt; the window task (PendSV); the supervisor (SVC); the
 * application's interrupts; the main loop. main() begins privileged and may give that up with
 * board_drop_privilege(); what the board gives works at either level, where nothing else is said.
 */
#ifndef WATTHOUR_PORT_CORTEX_M_BOARD_H
#define WATTHOUR_PORT_CORTEX_M_BOARD_H

#include "port/cortex_m/fault.h"

#include <place.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

/* Priorities: the lower number interrupts the higher. */
enum board_priority {
    BOARD_PRIORITY_SAMPLE = 0x00,
    BOARD_PRIORITY_WINDOW = 0x40,
    BOARD_PRIORITY_SUPERVISOR = 0x60,
    BOARD_PRIORITY_APPLICATION = 0x80,
};

/* ---- Given by the image ---- */

/* The main loop, and what follows when it returns `code`. */
int main(void);
noreturn void board_on_end(int code);

/* The sample interrupt: one frame of the converters is there. */
void board_on_sample(void);

/* The window task: runs once after board_request_window(), below the sample interrupt. */
void board_on_window(void);

/* Something cannot go on; `fault` is kept over a restart. Called at any level, on any stack. */
noreturn void board_on_fault(const struct fault_story *fault);

/* ---- Given by the board ---- */

/* Lets an interrupt come, at the application's priority. Privileged only. */
void board_enable(enum board_interrupt interrupt);

/* Starts the sample interrupts, `rate_hz` a second. Privileged only. */
void board_start_samples(uint32_t rate_hz);
void board_stop_samples(void);

/* From the sample interrupt: run the window task when it is over. */
void board_request_window(void);

/* Sleeps until an interrupt has run. */
void board_wait(void);

/* From here on the main loop is unprivileged. */
void board_drop_privilege(void);

/* Holds the application's interrupts back, and no others; not to be nested. */
void board_lock(void);
void board_unlock(void);

/* Begins anew. What stands in .noinit stays. */
noreturn void board_restart(void);

/* Cycles of BOARD_CLOCK_HZ, counting up, modulo 2^32. */
uint32_t board_cycles(void);

/* Starts the tick, board_on_tick() a thousand times a second, which calls board_count_ms().
 * Privileged only. */
void board_start_clock(void);
void board_count_ms(void);

/* Milliseconds since then. */
int64_t board_ms(void);

/* Counts board_ticks() from now on, without the tick. Privileged only. */
void board_start_ticks(void);

/* Cycles of BOARD_CLOCK_HZ, counting up, 24 bit. Where the emulator lets each instruction take the
 * same time (-icount), a measure of instructions. Privileged only. */
uint32_t board_ticks(void);

/* Ticks from `begin` to `end`, less than 2^24. */
uint32_t board_ticks_between(uint32_t begin, uint32_t end);

/* Octets of the stacks that were ever in use: what still has its paint was not. */
size_t board_handler_stack_used(void);
size_t board_main_stack_used(void);

/* The main loop goes on with board_on_new_stack(), on its stack from the beginning: what was on it
 * is given up. For the main loop alone. */
noreturn void board_begin_stack(void);
noreturn void board_on_new_stack(void);

#endif
