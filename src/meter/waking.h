/* No-power reading and parameterization: a meter without mains, woken by its button or by light on
 * its optical port, shows and tells on its battery what it kept, and is set up by who may.
 *
 * It measures nothing, captures nothing, pushes nothing and closes no billing period, and does not
 * take the outage for over; what clients change is kept, with its events. Whoever wakes it lets it
 * sleep again. Source: data sheet of the Sx402 (no-power reading and parameterization, integrated
 * battery supply). */
#ifndef WATTHOUR_METER_WAKING_H
#define WATTHOUR_METER_WAKING_H

#include "meter/meter.h"

enum { METER_AWAKE_MS = 30000 /* so long after the last press it sleeps again */ };

/* Another meter than the one that failed begins, at time 0 of its own, with the clock of its chip
 * or without one at `setup->utc_ms`. What meter_init() says. */
int meter_wake(struct meter *meter, const struct meter_setup *setup);

/* One step of reading the chip: 1 while there is more to do, 0 when done. */
int meter_wake_recover(struct meter *meter);

/* Follows the time. False: nobody touches its buttons, it wants to sleep (but for a client at its
 * optical port: see meter_optical_awake()). */
bool meter_wake_step(struct meter *meter, int64_t now_ms);

#endif
