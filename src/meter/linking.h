/* How the meter's links are set up: what it starts with, and what of it flash remembers. Private to
 * this room. */
#ifndef WATTHOUR_METER_LINKING_H
#define WATTHOUR_METER_LINKING_H

#include "meter/meter.h"

void linking_init(struct meter *meter, const struct meter_setup *setup);

/* Once storage has been recovered. */
void linking_recover(struct meter *meter);

/* Stores what clients have changed; what cannot be stored now is tried again. */
void linking_step(struct meter *meter);

#endif
