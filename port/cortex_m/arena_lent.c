#include "port/arena.h"

/* There is one meter, and one loop. */
struct arena_lent *arena_lent(void)
{
    static struct arena_lent lent;
    return &lent;
}
