/* The APDUs of a push message: one, or general blocks that nobody acknowledges. What fits into one
 * stands in memory and, until it has arrived or is given up, on flash, and goes out as it was made,
 * protected anew; what does not is made, protected and sent block by block, anew for each attempt,
 * of the occasion that it was triggered by. Private to this room.
 * Source: Green Book 9.4.6.13 (general block transfer, unconfirmed services). */
#ifndef WATTHOUR_METER_PUSHING_MESSAGE_H
#define WATTHOUR_METER_PUSHING_MESSAGE_H

#include "meter/meter.h"

/* How APDUs are carried to where the message goes. */
struct pushing_carrier {
    uint16_t most; /* octets of one, METER_PUSH at most */
    bool several;  /* else values that do not fit are null-data */
};

/* The first APDU of the set-up's message: its octets in `*apdu`, how many; 0: it cannot be made or
 * protected now. */
size_t pushing_message_begin(struct meter *meter, enum push_setup setup,
                             struct pushing_carrier carrier, const uint8_t **apdu);

/* The next one, while meter->pushing.message.sending; 0: what was measured has changed. */
size_t pushing_message_next(struct meter *meter, const uint8_t **apdu);

/* Whatever has become of the attempt. */
void pushing_message_end(struct meter *meter);

/* It has arrived or was given up. */
void pushing_message_forget(struct meter *meter, enum push_setup setup);

/* Whether one waits on flash, and for what. */
bool pushing_message_kept(struct meter *meter, enum push_setup setup, struct push_kept *kept);

#endif
