/* Harmonics, where the product measures them: a window part by part, in the main loop. Private to
 * this room. */
#ifndef WATTHOUR_METER_ANALYSING_H
#define WATTHOUR_METER_ANALYSING_H

#include "meter/meter.h"

void analysing_init(struct meter *meter, const struct meter_setup *setup);

/* Returns in how many milliseconds there is more to do. */
int64_t analysing_step(struct meter *meter);

#endif
