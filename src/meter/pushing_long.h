/* Push messages that do not fit into memory: made, ciphered and sent block by block, in general
 * blocks that nobody acknowledges. Such a message is made anew for each attempt; it is of the
 * occasion that it was triggered by. Private to this room.
 * Source: Green Book 9.4.6.13 (general block transfer, unconfirmed services). */
#ifndef WATTHOUR_METER_PUSHING_LONG_H
#define WATTHOUR_METER_PUSHING_LONG_H

#include "meter/meter.h"

/* Octets of the set-up's message as it would be made now. */
size_t pushing_long_measure(struct meter *meter, enum push_setup setup);

/* Begins one of so many octets, whose first are those of `head` (the notification's, without its
 * values), protected as `by` says; `context` NULL: not at all. 0; -1: it cannot be protected piece
 * by piece. */
int pushing_long_begin(struct meter *meter, enum push_setup setup, size_t size,
                       const struct writer *head, const struct dlms_security_context *context,
                       struct dlms_protection *by);

/* The next block: its octets in `*apdu` and how many; 0: there is none any more, or what was
 * measured has changed (`sending` tells). */
size_t pushing_long_next(struct meter *meter, const uint8_t **apdu);

/* Whatever has become of it. */
void pushing_long_end(struct meter *meter);

#endif
