#include "port/cortex_m/supervisor.h"

#include "port/cortex_m/board.h"
#include "port/cortex_m/registers.h"

/* What the processor has put on the caller's stack. */
struct supervisor_frame {
    uint32_t r0;
    uint32_t r1;
    uint32_t r2;
    uint32_t r3;
    uint32_t r12;
    uint32_t lr;
    const uint8_t *pc;
    uint32_t xpsr;
};

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

void supervisor_answer(struct supervisor_frame *frame);

/* The number is the octet before the place of return. */
void supervisor_answer(struct supervisor_frame *frame)
{
    switch (frame->pc[-2]) {
    case SUPERVISOR_SEMIHOST:
        frame->r0 = semihost(frame->r0, frame->r1);
        break;
    case SUPERVISOR_LOCK:
        hold_back(BOARD_PRIORITY_APPLICATION);
        break;
    case SUPERVISOR_UNLOCK:
        hold_back(0);
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
    uint32_t control;
    __asm__ volatile("mrs %0, control\norr %0, #1\nmsr control, %0\nisb" : "=r"(control)::"memory");
}
