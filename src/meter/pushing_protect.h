/* How push messages are protected: as the security policy protects responses, or more, as the
 * set-up's own parameters say. Private to this room. */
#ifndef WATTHOUR_METER_PUSHING_PROTECT_H
#define WATTHOUR_METER_PUSHING_PROTECT_H

#include "meter/meter.h"

/* Where a plain message of at most METER_PUSH octets is made, with room for its protection. */
uint8_t *pushing_plain(struct meter *meter);

/* What goes out of a plain message of `size` octets begins at `*apdu`; its size, 0: it cannot be
 * protected now. */
size_t pushing_protect(struct meter *meter, enum push_setup setup, size_t size,
                       const uint8_t **apdu);

/* Whether the set-up's message can be protected while it is made: signatures, and what is
 * authenticated but not encrypted, need the whole. */
bool pushing_protects_long(const struct meter *meter, enum push_setup setup);

/* Begins such a message (pushing_long.h). 0; -1: it cannot be protected now. */
int pushing_protect_long(struct meter *meter, enum push_setup setup, size_t size,
                         const struct writer *head);

#endif
