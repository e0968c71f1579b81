/* DataNotification: what a server sends without being asked, for both sides.
 * Source: Green Book 9.3.10, 9.5. */
#ifndef WATTHOUR_DLMS_NOTIFICATION_H
#define WATTHOUR_DLMS_NOTIFICATION_H

#include "base/reader.h"
#include "base/writer.h"

#include <stdint.h>

enum { DLMS_NOTIFICATION_TIME_SIZE = 12 };

/* long-invoke-id-and-priority. */
enum {
    DLMS_NOTIFICATION_NUMBER = 0xFFFFFF,
    DLMS_NOTIFICATION_CONFIRMED = 1 << 30, /* the service class: it wants an answer */
};

struct dlms_notification {
    uint32_t invoke;       /* long-invoke-id-and-priority */
    const uint8_t *time;   /* DLMS_NOTIFICATION_TIME_SIZE octets, a date-time; NULL: none */
    struct reader content; /* of one taken: one complete Data */
};

/* The head; one complete Data is to follow. */
void dlms_notification_put_head(struct writer *w, uint32_t invoke, const uint8_t *time);

/* A whole APDU, tag included; faults the reader when it is none. */
struct dlms_notification dlms_notification_take(struct reader *r);

#endif
