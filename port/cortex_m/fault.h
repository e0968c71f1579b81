/* What a fault leaves behind: kept in RAM that a restart does not clear, told by the next run. */
#ifndef WATTHOUR_PORT_CORTEX_M_FAULT_H
#define WATTHOUR_PORT_CORTEX_M_FAULT_H

#include <stdbool.h>
#include <stdint.h>

enum fault_cause {
    FAULT_NONE,
    FAULT_NEED,      /* need() failed: `file` and `line` */
    FAULT_EXCEPTION, /* the processor refused: memory protection, bus, instruction */
    FAULT_WATCHDOG,  /* the main loop stood */
};

enum { FAULT_FILE = 40 };

struct fault_story {
    uint32_t cause; /* enum fault_cause */
    uint32_t line;
    char file[FAULT_FILE];
    uint32_t exception;  /* number of it */
    uint32_t status;     /* CFSR: why */
    uint32_t address;    /* that was to be reached; 0: not known */
    uint32_t pc;         /* the instruction, */
    uint32_t lr;         /* who called there */
    uint32_t stack;      /* and the stack pointer */
    uint32_t exc_return; /* bit 3: in the main loop or a handler; bit 2: on which stack */
};

/* What the run before left, once: then it is gone. False: nothing. */
bool fault_take(struct fault_story *story);

#endif
