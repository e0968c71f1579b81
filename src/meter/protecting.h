/* Data protection (class 30): what clients have set of it outlives the supply. Private to this
 * room. */
#ifndef WATTHOUR_METER_PROTECTING_H
#define WATTHOUR_METER_PROTECTING_H

#include "meter/meter.h"

void protecting_init(struct meter *meter);
void protecting_recover(struct meter *meter);

/* Keeps what a client has changed. True: there was something to keep. */
bool protecting_keep(struct meter *meter);

#endif
