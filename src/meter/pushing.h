/* The meter's push: what triggers it, its messages made and ciphered, its sender, and what of it
 * outlives the supply. Private to this room. */
#ifndef WATTHOUR_METER_PUSHING_H
#define WATTHOUR_METER_PUSHING_H

#include "meter/meter.h"

void pushing_init(struct meter *meter, const struct meter_setup *setup);

/* The storage is recovered, and the clock has its time: what waited goes on waiting. */
void pushing_recover(struct meter *meter);

/* The supply is failing: the last message, if it can go without waiting. */
void pushing_power_fail(struct meter *meter);

/* Makes the message that waits for curves: outside of steps, which may go on meanwhile. */
void pushing_compute(struct meter *meter);

/* When to be called again, in the meter's time. */
int64_t pushing_step(struct meter *meter);

#endif
