/* How push messages are protected: as the security policy protects responses, or more, as the
 * set-up's own parameters say; those to the in-home display by its own keys. Private to this room.
 */
#ifndef WATTHOUR_METER_PUSHING_PROTECT_H
#define WATTHOUR_METER_PUSHING_PROTECT_H

#include "meter/meter.h"

struct pushing_protection {
    bool none;                 /* it goes out as it is */
    bool by_display;           /* by the keys of the in-home display */
    struct dlms_protection by; /* points into the meter */
};

struct pushing_protection pushing_protection_of(const struct meter *meter, enum push_setup setup);

/* Octets of the longest plain message that has at most `apdu` octets then; 0: not one. */
size_t pushing_protection_limit(const struct pushing_protection *protection, size_t apdu);

/* Opens the tape of a message (meter->pushing.message.tape) of exactly `size` octets, which is read
 * from `source`. 0; -1: it cannot be protected now. */
int pushing_protect(struct meter *meter, struct pushing_protection *protection, size_t size,
                    struct dlms_source source);

#endif
