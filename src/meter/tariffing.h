/* The tariff at work: its rate selected in the ledger, its scripts, its events, and what of it
 * outlives the supply. Private to this room. */
#ifndef WATTHOUR_METER_TARIFFING_H
#define WATTHOUR_METER_TARIFFING_H

#include "meter/meter.h"

void tariffing_init(struct meter *meter, const struct meter_setup *setup);

/* Storage and clock are there: the right rate is in force before the first frame. */
void tariffing_recover(struct meter *meter);

/* Behind clock_advance(). Returns in how many milliseconds it wants to be called next. */
int64_t tariffing_step(struct meter *meter);

/* Whether something waits to be kept: after some milliseconds again. */
bool tariffing_keep(struct meter *meter);

#endif
