/* DataNotification: what a server sends without being asked, for both sides.
 * Source: Green Book 9.3.10, 9.5. */
#ifndef WATTHOUR_DLMS_NOTIFICATION_H
#define WATTHOUR_DLMS_NOTIFICATION_H

#include "base/reader.h"
#include "base/writer.h"

#include <stdint.h>

enum { DLMS_NOTIFICATION_TIME_SIZE = 12 };

struct dlms_notification {
    uint32_t invoke;       /* long-invoke-id-and-priority; the lower 24 bits count */
    const uint8_t *time;   /* DLMS_NOTIFICATION_TIME_SIZE octets, a date-time; NULL: none */
    struct reader content; /* of one taken: one complete Data */
};

/* The head; one complete Data is to follow. */
void dlms_notification_put_head(struct writer *w, uint32_t invoke, const uint8_t *time);

/* A whole APDU, tag included; faults the reader when it is none. */
struct dlms_notification dlms_notification_take(struct reader *r);

#endif
