/* No-power reading: a meter without mains, woken by its button, shows on its battery what it kept.
 *
 * It measures nothing, records no event, keeps nothing and answers nobody: only the display follows
 * its buttons. Registers, display and message are those of the flash chip. Whoever wakes it lets it
 * sleep again. Source: data sheet of the Sx402 (no-power reading, integrated battery supply). */
#ifndef WATTHOUR_METER_WAKING_H
#define WATTHOUR_METER_WAKING_H

#include "meter/meter.h"

enum { METER_AWAKE_MS = 30000 /* so long after the last press it sleeps again */ };

/* Another meter than the one that failed begins, at time 0 of its own, with the clock at
 * `setup->utc_ms`. What meter_init() says. */
int meter_wake(struct meter *meter, const struct meter_setup *setup);

/* One step of reading the chip: 1 while there is more to do, 0 when done. */
int meter_wake_recover(struct meter *meter);

/* Follows the time. False: it wants to sleep. */
bool meter_wake_step(struct meter *meter, int64_t now_ms);

#endif
