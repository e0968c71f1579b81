#include "port/cortex_m/supervisor.h"

#include "base/need.h"
#include "port/cortex_m/board.h"
#include "port/cortex_m/registers.h"
#include "port/cortex_m/semihost.h"

/* What the processor has put on the caller's stack. */
struct supervisor_frame {
    uint32_t r0;
    uint32_t r1;
    uint32_t r2;
    uint32_t r3;
    uint32_t r12;
    uint32_t lr;
    uintptr_t pc;
    uint32_t xpsr;
};

enum {
    UNPRIVILEGED = 1 << 0,  /* of CONTROL */
    THUMB = 1 << 0,         /* of a function's address */
    CONDITIONS = 0x0600fc00 /* of xPSR: what the next instructions depend on */
};

/* From the linker script. */
extern uint32_t board_main_stack[], board_main_stack_top[];

static const struct supervisor_table none;
extern const struct supervisor_table supervisor_table __attribute__((weak, alias("none")));

static uint32_t semihost(uint32_t operation, uint32_t arguments)
{
    register uint32_t r0 __asm__("r0") = operation;
    register uint32_t r1 __asm__("r1") = arguments;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static void hold_back(uint32_t priority)
{
    __asm__ volatile("msr basepri, %0\nisb" ::"r"(priority) : "memory");
}

static noreturn void restart(void)
{
    RESET_CONTROL = (uint32_t)RESET_KEY | RESET_REQUEST;
    for (;;) {
        __asm__ volatile("dsb");
    }
}

static uint32_t control(void)
{
    uint32_t value;
    __asm__ volatile("mrs %0, control" : "=r"(value));
    return value;
}

static void set_control(uint32_t value)
{
    __asm__ volatile("msr control, %0\nisb" ::"r"(value) : "memory");
}

/* ---- services ---- */

uint64_t supervisor_dispatch(uint32_t service, uintptr_t first, uintptr_t second, uintptr_t third);
void supervisor_raised(void);

uint64_t supervisor_dispatch(uint32_t service, uintptr_t first, uintptr_t second, uintptr_t third)
{
    const uintptr_t argument[] = {first, second, third};
    need(service < supervisor_table.count);
    return supervisor_table.services[service].run(argument);
}

/* Where a call goes on with privilege; it gives that up again before it returns to its caller. */
__attribute__((naked)) void supervisor_raised(void)
{
    __asm__("push {r4, lr}\n"
            "bl supervisor_dispatch\n"
            "mrs r2, control\n"
            "orr r2, #1\n"
            "msr control, r2\n"
            "isb\n"
            "pop {r4, pc}");
}

/* A caller chooses its stack: what privileged code puts on it must not lie where the caller itself
 * could not write. */
static bool has_room(const struct supervisor_frame *frame, uint32_t room)
{
    uintptr_t at = (uintptr_t)frame;
    return at >= (uintptr_t)board_main_stack + room && at < (uintptr_t)board_main_stack_top;
}

static void raise(struct supervisor_frame *frame)
{
    need(frame->r0 < supervisor_table.count);
    need(has_room(frame, supervisor_table.services[frame->r0].room));
    frame->pc = (uintptr_t)supervisor_raised & ~(uintptr_t)THUMB;
    frame->xpsr &= ~(uint32_t)CONDITIONS;
    set_control(control() & ~(uint32_t)UNPRIVILEGED);
}

/* ---- all calls ---- */

void supervisor_answer(struct supervisor_frame *frame);

/* The number is the octet before the place of return. */
void supervisor_answer(struct supervisor_frame *frame)
{
    switch (((const uint8_t *)frame->pc)[-2]) {
    case SUPERVISOR_SEMIHOST:
        frame->r0 = semihost_may(frame->r0, (const uintptr_t *)frame->r1)
                        ? semihost(frame->r0, frame->r1)
                        : UINT32_MAX;
        break;
    case SUPERVISOR_LOCK:
        hold_back(BOARD_PRIORITY_APPLICATION);
        break;
    case SUPERVISOR_UNLOCK:
        hold_back(0);
        break;
    case SUPERVISOR_RUN:
        raise(frame);
        break;
    case SUPERVISOR_RESTART:
        restart();
    default:
        break;
    }
}

void supervisor_entry(void);

__attribute__((naked)) void supervisor_entry(void)
{
    __asm__("tst lr, #4\n"
            "ite eq\n"
            "mrseq r0, msp\n"
            "mrsne r0, psp\n"
            "b supervisor_answer");
}

/* ---- the main loop's side ---- */

static __attribute__((naked)) uint64_t call_run(uint32_t service, uintptr_t first, uintptr_t second,
                                                uintptr_t third)
{
    (void)service;
    (void)first;
    (void)second;
    (void)third;
    __asm__("svc %0\n"
            "bx lr" ::"i"(SUPERVISOR_RUN));
}

uint64_t supervisor_run(uint32_t service, uintptr_t first, uintptr_t second, uintptr_t third)
{
    return supervisor_needed() ? call_run(service, first, second, third)
                               : supervisor_dispatch(service, first, second, third);
}

void board_lock(void)
{
    (void)SUPERVISOR_CALL(SUPERVISOR_LOCK, 0, 0);
}

void board_unlock(void)
{
    (void)SUPERVISOR_CALL(SUPERVISOR_UNLOCK, 0, 0);
}

/* A handler cannot call the supervisor, and need not. */
noreturn void board_restart(void)
{
    if (supervisor_needed()) {
        (void)SUPERVISOR_CALL(SUPERVISOR_RESTART, 0, 0);
    }
    restart();
}

void board_drop_privilege(void)
{
    set_control(control() | UNPRIVILEGED);
}
