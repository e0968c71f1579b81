/* The meter's self-test: which parts there are, how each is tested, and which event tells of it.
 * Private to this room. */
#ifndef WATTHOUR_METER_CHECKING_H
#define WATTHOUR_METER_CHECKING_H

#include "meter/meter.h"

void checking_init(struct meter *meter, const struct meter_setup *setup);

/* Events can be recorded: how the last run ended. */
void checking_recover(struct meter *meter);

void checking_step(struct meter *meter);

#endif
