/* Harmonics, where the product measures them: a window at a time, in the main loop. Private to this
 * room. */
#ifndef WATTHOUR_METER_ANALYSING_H
#define WATTHOUR_METER_ANALYSING_H

#include "meter/meter.h"

/* The legally relevant part captures from its own beginning (legal/part.h); here is the room to
 * analyse in. */
void analysing_init(struct meter *meter, const struct meter_setup *setup);

void analysing_step(struct meter *meter);

#endif
