/* The maximum demand at work, and what of it outlives the supply. Private to this room. */
#ifndef WATTHOUR_METER_DEMANDING_H
#define WATTHOUR_METER_DEMANDING_H

#include "meter/meter.h"

/* Once the clock has its time. */
void demanding_init(struct meter *meter);

/* Energies and clock are there. */
void demanding_recover(struct meter *meter);

/* Before the tariff's step: a period belongs to the rate in force before its end. Returns in how
 * many milliseconds it wants to be called next. */
int64_t demanding_step(struct meter *meter);

/* Whether something waits to be kept: after some milliseconds again. */
bool demanding_keep(struct meter *meter);

#endif
