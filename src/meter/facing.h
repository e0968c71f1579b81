/* The meter's face: its display with what it looks at, and what of it outlives the supply. Private
 * to this room. */
#ifndef WATTHOUR_METER_FACING_H
#define WATTHOUR_METER_FACING_H

#include "meter/meter.h"

/* Before the server begins: the context names the display and the message. */
void facing_init(struct meter *meter, const struct meter_setup *setup);

/* What the chip holds of settings, lists and message. */
void facing_restore(struct meter *meter);

/* Follows the time; keeps what clients have changed. */
void facing_step(struct meter *meter);

#endif
