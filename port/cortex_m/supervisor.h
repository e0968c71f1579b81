/* Calls of the unprivileged main loop for what only privileged code can do: SVC with one of these
 * numbers. Their arguments are in r0 to r3, their result in r0, or r0 and r1. */
#ifndef WATTHOUR_PORT_CORTEX_M_SUPERVISOR_H
#define WATTHOUR_PORT_CORTEX_M_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>

enum supervisor_call {
    SUPERVISOR_SEMIHOST, /* operation, arguments */
    SUPERVISOR_LOCK,
    SUPERVISOR_UNLOCK,
    SUPERVISOR_RESTART,
    SUPERVISOR_RUN, /* number of a service, its arguments */
};

/* What an image has run with privilege for its main loop: at the main loop's own level and on its
 * stack, so that every interrupt comes as it always does. Three arguments. */
struct supervisor_service {
    uint64_t (*run)(const uintptr_t *argument);
    uint32_t room; /* octets of the stack that it must find free (tools/stack.py) */
};

struct supervisor_table {
    uint32_t count;
    const struct supervisor_service *services;
};

/* The image's, where it has one. */
extern const struct supervisor_table supervisor_table;

/* Runs a service by its number. One that the table does not have, or a stack without the room for
 * it, is a fault. */
uint64_t supervisor_run(uint32_t service, uintptr_t first, uintptr_t second, uintptr_t third);

/* Whether the caller is the main loop without privilege. */
static inline bool supervisor_needed(void)
{
    uint32_t control;
    uint32_t exception;
    __asm__ volatile("mrs %0, control\nmrs %1, ipsr" : "=r"(control), "=r"(exception));
    return exception == 0 && (control & 1) != 0;
}

/* `number` must be a constant: it is part of the instruction. */
#define SUPERVISOR_CALL(number, first, second)                                                     \
    __extension__({                                                                                \
        register uintptr_t r0 __asm__("r0") = (uintptr_t)(first);                                  \
        register uintptr_t r1 __asm__("r1") = (uintptr_t)(second);                                 \
        __asm__ volatile("svc %1" : "+r"(r0) : "i"(number), "r"(r1) : "memory");                   \
        r0;                                                                                        \
    })

#endif
