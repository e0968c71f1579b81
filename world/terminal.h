/* Voltage on the meter's terminals for switching tariffs, from a ripple control receiver or a time
 * switch. */
#ifndef WATTHOUR_WORLD_TERMINAL_H
#define WATTHOUR_WORLD_TERMINAL_H

#include "world/occasion.h"

#include <stdint.h>

enum { TERMINALS = 3, TERMINAL_ROWS = 8 };

/* One row of a scenario. */
struct terminal {
    uint8_t number; /* 1 to TERMINALS */
    struct occasion when;
};

/* Bit n: terminal n + 1 has voltage at some time of the second. */
unsigned terminal_levels(const struct terminal *rows, unsigned count,
                         const struct occasion_second *second);

#endif
