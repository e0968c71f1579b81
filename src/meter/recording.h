/* What the meter remembers of what happened: its events, and where they come from that no function
 * records itself. Private to this room. */
#ifndef WATTHOUR_METER_RECORDING_H
#define WATTHOUR_METER_RECORDING_H

#include "meter/meter.h"

/* Once the clock has its time. */
void recording_init(struct meter *meter, const struct meter_setup *setup);

/* The storage is recovered: the supply is back. */
void recording_recover(struct meter *meter);

/* The supply is failing. */
void recording_power_fail(struct meter *meter);

/* Behind clock_advance(). Whether something waits to be written. */
bool recording_step(struct meter *meter);

#endif
