/* Schedules of a meter: what they execute, and what the supply must not take with it. Private to
 * this room. */
#ifndef WATTHOUR_METER_SCHEDULING_H
#define WATTHOUR_METER_SCHEDULING_H

#include "meter/meter.h"

void scheduling_init(struct meter *meter);

/* Takes up again what is kept; time is known. */
void scheduling_recover(struct meter *meter);

/* Executes what is due, before the calendar has its turn; returns the milliseconds until something
 * may be. */
int64_t scheduling_step(struct meter *meter);

/* When what is executed now was due, in milliseconds of UTC: before a switch of the calendar at
 * that second (Blue Book class 10). A script that nobody scheduled: now. */
int64_t scheduling_due_ms(const struct meter *meter);

/* Keeps what has changed. Whether there was anything. */
bool scheduling_keep(struct meter *meter);

#endif
