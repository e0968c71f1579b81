#include "port/arena.h"

/* Each thread's own, so that threads can have meters each. */
struct arena_lent *arena_lent(void)
{
    static _Thread_local struct arena_lent lent;
    return &lent;
}
