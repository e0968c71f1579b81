/* The ends of billing periods at work: by schedule, by script, on fraud; and what of them outlives
 * the supply. Private to this room. */
#ifndef WATTHOUR_METER_CLOSING_H
#define WATTHOUR_METER_CLOSING_H

#include "meter/meter.h"

/* Profiles, demand and scripts have begun. */
void closing_init(struct meter *meter);

/* Energies, clock and profiles are there. */
void closing_recover(struct meter *meter);

/* Behind the demand's step, before the tariff's. Returns in how many milliseconds it wants to be
 * called next. */
int64_t closing_step(struct meter *meter);

/* Whether something waits to be kept: after some milliseconds again. */
bool closing_keep(struct meter *meter);

#endif
