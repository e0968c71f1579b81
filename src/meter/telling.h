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

/* How messages are protected by the display's keys: general-glo-ciphering, suite 0. */
struct dlms_protection telling_protection(const struct meter *meter);

/* Opens the tape of one of `size` octets, with the next counter. 0; -1: there is none. */
int telling_seal(struct meter *meter, struct dlms_protection *by, struct dlms_envelope_tape *tape,
                 size_t size, struct dlms_source source);

#endif
