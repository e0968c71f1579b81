/* What somebody does to the meter: opens a cover, brings a magnet. Felt by the clock chip's inputs,
 * with supply and without. */
#ifndef WATTHOUR_WORLD_TAMPERING_H
#define WATTHOUR_WORLD_TAMPERING_H

#include "function/rtc.h"
#include "world/occasion.h"

enum { TAMPERING_ROWS = 8 };

/* One row of a scenario. */
struct tampering {
    enum rtc_input input;
    struct occasion when;
};

/* Bits of enum rtc_input: what is there at some time of the second. */
unsigned tampering_inputs(const struct tampering *rows, unsigned count,
                          const struct occasion_second *second);

#endif
