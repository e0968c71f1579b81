/* The set-up of the local ports, kept on flash. Private to this room. */
#ifndef WATTHOUR_METER_PORTING_H
#define WATTHOUR_METER_PORTING_H

#include "meter/meter.h"

/* Before the server begins. */
void porting_init(struct meter *meter, const struct meter_setup *setup);

/* Once storage has been recovered. */
void porting_restore(struct meter *meter);

/* Keeps what clients have changed; what cannot be kept now is tried again. */
void porting_step(struct meter *meter);

#endif
