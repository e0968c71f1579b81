/* Profiles: where their columns come from. Private to this room. */
#ifndef WATTHOUR_METER_CAPTURING_H
#define WATTHOUR_METER_CAPTURING_H

#include "meter/meter.h"

/* Once the object model has its context. */
void capturing_init(struct meter *meter);

/* The storage is recovered. */
void capturing_recover(struct meter *meter);

/* Behind clock_advance(). Gives when to come back, in milliseconds from now; whether something
 * waits for the chip goes to `waits`. */
int64_t capturing_step(struct meter *meter, bool *waits);

#endif
