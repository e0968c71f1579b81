/* Compact data of a meter: what the supply must not take with it. Private to this room. */
#ifndef WATTHOUR_METER_COMPACTING_H
#define WATTHOUR_METER_COMPACTING_H

#include "meter/meter.h"

void compacting_init(struct meter *meter);
void compacting_recover(struct meter *meter);

/* Keeps what has changed. Whether there was anything. */
bool compacting_keep(struct meter *meter);

#endif
