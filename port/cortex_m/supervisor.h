/* Calls of the unprivileged main loop for what only privileged code can do: SVC with one of these
 * numbers. Their arguments are in r0 and r1, their result in r0. */
#ifndef WATTHOUR_PORT_CORTEX_M_SUPERVISOR_H
#define WATTHOUR_PORT_CORTEX_M_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>

enum supervisor_call {
    SUPERVISOR_SEMIHOST, /* operation, arguments */
    SUPERVISOR_LOCK,
    SUPERVISOR_UNLOCK,
    SUPERVISOR_RESTART,
};

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
