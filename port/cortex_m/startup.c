/* From reset to main(): the vector table, memory, the floating-point unit, and what is said of a
 * fault. */
#include "base/need.h"
#include "port/cortex_m/board.h"
#include "port/cortex_m/semihost.h"

#include <stdint.h>
#include <stdio.h>

int main(void);
void board_reset(void);
void board_fault(void);
void board_timer_interrupt(void);

/* From the linker script. */
extern uint32_t board_data_begin[], board_data_end[], board_bss_begin[], board_bss_end[];
extern uint32_t board_stack_top[];
extern const uint32_t board_data_load[];

enum { BOARD_INTERRUPTS = 32, TIMER_INTERRUPT = 8 };

typedef void handler(void);

/* As the Armv7-M processor reads it from address 0. */
struct vectors {
    uint32_t *stack;
    handler *reset;
    handler *nmi;
    handler *hard_fault;
    handler *memory_fault;
    handler *bus_fault;
    handler *usage_fault;
    handler *reserved_7_to_10[4];
    handler *svcall;
    handler *debug;
    handler *reserved_13;
    handler *pendsv;
    handler *systick;
    handler *board[BOARD_INTERRUPTS];
};

extern const struct vectors board_vectors;

__attribute__((section(".vectors"), used)) const struct vectors board_vectors = {
    .stack = board_stack_top,
    .reset = board_reset,
    .nmi = board_fault,
    .hard_fault = board_fault,
    .memory_fault = board_fault,
    .bus_fault = board_fault,
    .usage_fault = board_fault,
    .svcall = board_fault,
    .debug = board_fault,
    .pendsv = board_on_window,
    .systick = board_fault,
    .board[TIMER_INTERRUPT] = board_timer_interrupt,
};

/* Before anything that the compiler may do in the unit's registers. */
static void enable_floating_point(void)
{
    volatile uint32_t *access_control = (volatile uint32_t *)(uintptr_t)0xe000ed88;
    *access_control |= 0xfU << 20;
    __asm__ volatile("dsb\nisb" ::: "memory");
}

void board_reset(void)
{
    enable_floating_point();
    const uint32_t *from = board_data_load;
    for (uint32_t *to = board_data_begin; to < board_data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = board_bss_begin; to < board_bss_end; to++) {
        *to = 0;
    }
    int code = main();
    fflush(stdout);
    semihost_exit(code);
}

/* Which exception, and why (ICSR, CFSR). */
void board_fault(void)
{
    uint32_t active = *(volatile uint32_t *)(uintptr_t)0xe000ed04 & 0x1ff;
    uint32_t cause = *(volatile uint32_t *)(uintptr_t)0xe000ed28;
    printf("fault: exception %lu, cause %08lx\n", (unsigned long)active, (unsigned long)cause);
    fflush(stdout);
    semihost_exit(1);
}

noreturn void need_failed(const char *file, int line)
{
    printf("%s:%d: a condition of ours does not hold\n", file, line);
    fflush(stdout);
    semihost_exit(1);
}
