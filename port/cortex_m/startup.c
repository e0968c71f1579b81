/* From reset to main(): the vector table, memory, stacks, levels, the floating-point unit. */
#include "port/cortex_m/board.h"
#include "port/cortex_m/registers.h"

void board_reset(void);
void board_begin(void);
void board_fault(void);
void board_timer_interrupt(void);
void supervisor_entry(void);

/* Handlers of the application; where an image has none, its interrupt is a fault. */
#define OPTIONAL __attribute__((weak, alias("board_fault")))
OPTIONAL void board_on_tick(void);
OPTIONAL void board_on_power_fail(void);
OPTIONAL void board_on_new_stack(void);
OPTIONAL void board_on_input(void);
OPTIONAL void uart_0_receive(void);
OPTIONAL void uart_0_send(void);
OPTIONAL void uart_1_receive(void);
OPTIONAL void uart_1_send(void);
OPTIONAL void uart_2_receive(void);
OPTIONAL void uart_2_send(void);
OPTIONAL void uart_3_receive(void);
OPTIONAL void uart_3_send(void);
OPTIONAL void uart_4_receive(void);
OPTIONAL void uart_4_send(void);

/* From the linker script. */
extern uint32_t board_data_begin[], board_data_end[], board_bss_begin[], board_bss_end[];
extern uint32_t board_guarded_begin[], board_guarded_end[];
extern uint32_t board_handler_stack[], board_handler_stack_top[];
extern uint32_t board_main_stack[], board_main_stack_top[];
extern const uint32_t board_data_load[];

enum { PAINT = 0x5ea1c0de, ABOVE = 64 /* octets that whoever paints a stack has in use there */ };

typedef void handler(void);

/* As the processor reads it. */
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
    .stack = board_handler_stack_top,
    .reset = board_reset,
    .nmi = board_fault,
    .hard_fault = board_fault,
    .memory_fault = board_fault,
    .bus_fault = board_fault,
    .usage_fault = board_fault,
    .svcall = supervisor_entry,
    .debug = board_fault,
    .pendsv = board_on_window,
    .systick = board_on_tick,
    .board =
        {
            [BOARD_UART_0] = uart_0_receive,
            [BOARD_UART_0 + 1] = uart_0_send,
            [BOARD_UART_1] = uart_1_receive,
            [BOARD_UART_1 + 1] = uart_1_send,
            [BOARD_UART_2] = uart_2_receive,
            [BOARD_UART_2 + 1] = uart_2_send,
            [BOARD_UART_3] = uart_3_receive,
            [BOARD_UART_3 + 1] = uart_3_send,
            [BOARD_UART_4] = uart_4_receive,
            [BOARD_UART_4 + 1] = uart_4_send,
            [BOARD_POWER_FAIL] = board_on_power_fail,
            [BOARD_INPUTS] = board_on_input,
            [BOARD_TIMER] = board_timer_interrupt,
        },
};

/* main() has a stack of its own; handlers go on with the one they begin with. */
__attribute__((naked)) void board_reset(void)
{
    __asm__("ldr r0, =board_main_stack_top\n"
            "msr psp, r0\n"
            "movs r0, #2\n"
            "msr control, r0\n"
            "isb\n"
            "b board_begin");
}

__attribute__((naked)) noreturn void board_begin_stack(void)
{
    __asm__("ldr r0, =board_main_stack_top\n"
            "mov sp, r0\n"
            "b board_on_new_stack");
}

/* Which stack has what the processor kept of the moment. */
__attribute__((naked)) void board_fault(void)
{
    __asm__("tst lr, #4\n"
            "ite eq\n"
            "mrseq r0, msp\n"
            "mrsne r0, psp\n"
            "mov r1, lr\n"
            "b fault_tell");
}

/* Before anything that the compiler may do in the unit's registers. */
static void enable_floating_point(void)
{
    COPROCESSOR_ACCESS |= 0xfU << 20;
    __asm__ volatile("dsb\nisb" ::: "memory");
}

static void set_levels(void)
{
    SYSTEM_HANDLERS |= SEPARATE_FAULTS;
    SYSTEM_PRIORITY(EXCEPTION_SVCALL) = BOARD_PRIORITY_SUPERVISOR;
    SYSTEM_PRIORITY(EXCEPTION_PENDSV) = BOARD_PRIORITY_WINDOW;
    SYSTEM_PRIORITY(EXCEPTION_SYSTICK) = BOARD_PRIORITY_APPLICATION;
}

/* ---- stacks ---- */

static void paint(uint32_t *from, const uint32_t *end)
{
    while (from < end) {
        *from++ = PAINT;
    }
}

static size_t used(const uint32_t *bottom, const uint32_t *top)
{
    const uint32_t *at = bottom;
    while (at < top && *at == PAINT) {
        at++;
    }
    return (size_t)(top - at) * sizeof *at;
}

size_t board_handler_stack_used(void)
{
    return used(board_handler_stack, board_handler_stack_top);
}

size_t board_main_stack_used(void)
{
    return used(board_main_stack, board_main_stack_top);
}

/* ---- main ---- */

static void clear_memory(void)
{
    const uint32_t *from = board_data_load;
    for (uint32_t *to = board_data_begin; to < board_data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = board_bss_begin; to < board_bss_end; to++) {
        *to = 0;
    }
    for (uint32_t *to = board_guarded_begin; to < board_guarded_end; to++) {
        *to = 0;
    }
}

void board_begin(void)
{
    enable_floating_point();
    clear_memory();
    paint(board_handler_stack, board_handler_stack_top);
    paint(board_main_stack, (uint32_t *)((uintptr_t)board_main_stack_top - ABOVE));
    set_levels();
    board_on_end(main());
}
