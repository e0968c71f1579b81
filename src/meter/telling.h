/* The in-home display on the meter's second RS-485 port: told unasked, every some seconds, what
 * push set-up 6 lists, as client 103, with keys of its own. Private to this room.
 *
 * Source: IDIS package 3 (client 103, consumer information); data sheet of the Sx402 (second RS-485
 * port towards an in-home display). */
#ifndef WATTHOUR_METER_TELLING_H
#define WATTHOUR_METER_TELLING_H

#include "meter/meter.h"

#include <stddef.h>
#include <stdint.h>

/* Triggers what is due while a display's port is open. Returns for how many milliseconds it need
 * not be called. */
int64_t telling_step(struct meter *meter);

/* Seals a message with the display's keys; where it begins is `*apdu`. Its size, or 0: it is too
 * long, or there is no counter for it. */
size_t telling_seal(struct meter *meter, const uint8_t *plain, size_t size, const uint8_t **apdu);

#endif
