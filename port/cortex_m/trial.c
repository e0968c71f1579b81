/* The end of an image that is run for a test: what it printed is out, a fault is told. */
#include "port/cortex_m/board.h"
#include "port/cortex_m/semihost.h"

#include <stdio.h>

noreturn void board_on_end(int code)
{
    fflush(stdout);
    semihost_exit(code);
}

noreturn void board_on_fault(const struct fault_story *fault)
{
    if (fault->cause == FAULT_NEED) {
        printf("%s:%lu: a condition of ours does not hold\n", fault->file,
               (unsigned long)fault->line);
    } else {
        printf("fault: exception %lu, status %08lx, address %08lx, pc %08lx, lr %08lx\n",
               (unsigned long)fault->exception, (unsigned long)fault->status,
               (unsigned long)fault->address, (unsigned long)fault->pc, (unsigned long)fault->lr);
    }
    board_on_end(1);
}
