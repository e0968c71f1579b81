/* What the meter keeps for its customer port: enabling, the counter of encrypted
 * telegrams. Private to this room. */
#ifndef WATTHOUR_METER_CONSUMING_H
#define WATTHOUR_METER_CONSUMING_H

#include "meter/meter.h"

void consuming_init(struct meter *meter, const struct meter_setup *setup);

/* Once storage has been recovered. */
void consuming_restore(struct meter *meter);

/* Keeps what clients have changed; what cannot be kept now is tried again. */
void consuming_step(struct meter *meter);

/* A number for the next encrypted telegram. 0, or -1: there is none, now or ever. */
int consuming_next_counter(struct meter *meter, uint32_t *counter);

/* The meter's system title. */
void consuming_title(const struct meter *meter, uint8_t title[P1_TITLE]);

#endif
