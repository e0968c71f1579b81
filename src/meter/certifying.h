/* The meter's certificates: in the storage's secret area, trusted from the factory on, watched over
 * their time. Private to this room. */
#ifndef WATTHOUR_METER_CERTIFYING_H
#define WATTHOUR_METER_CERTIFYING_H

#include "meter/meter.h"

void certifying_init(struct meter *meter, const struct meter_setup *setup);

/* Once storage has been recovered, and the keys with it. */
void certifying_restore(struct meter *meter);

/* By which time certificates are judged; and an event when one's time comes near its end, or is
 * over. */
void certifying_step(struct meter *meter);

#endif
