/* Harmonics, where the product measures them: a window at a time, in the main loop. Private to this
 * room. */
#ifndef WATTHOUR_METER_ANALYSING_H
#define WATTHOUR_METER_ANALYSING_H

#include "meter/meter.h"

/* Behind legal_init(). */
void analysing_init(struct meter *meter, const struct meter_setup *setup);

void analysing_step(struct meter *meter);

#endif
