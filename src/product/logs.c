/* What the products remember: which logs there are, and in which rings of the flash chip. */
#include "product/groups.h"

#include "storage/layout.h"

const struct event_plan product_events_xs211 = {
    .ring =
        {
            [EVENT_LOG_STANDARD] = XS211_LOG_STANDARD,
            [EVENT_LOG_FRAUD] = XS211_LOG_FRAUD,
            [EVENT_LOG_DISCONNECT] = XS211_LOG_DISCONNECT,
            [EVENT_LOG_QUALITY] = XS211_LOG_QUALITY,
            [EVENT_LOG_COMMUNICATION] = XS211_LOG_COMMUNICATION,
            [EVENT_LOG_COVER] = XS211_LOG_COVER,
            [EVENT_LOG_PROGRAMMING] = XS211_LOG_PROGRAMMING,
            [EVENT_LOG_INTERRUPTION] = XS211_LOG_INTERRUPTION,
        },
};

const struct event_plan product_events_sx402 = {
    .ring =
        {
            [EVENT_LOG_STANDARD] = SX402_LOG_STANDARD,
            [EVENT_LOG_FRAUD] = SX402_LOG_FRAUD,
            [EVENT_LOG_DISCONNECT] = SX402_LOG_DISCONNECT,
            [EVENT_LOG_QUALITY] = SX402_LOG_QUALITY,
            [EVENT_LOG_COMMUNICATION] = SX402_LOG_COMMUNICATION,
            [EVENT_LOG_COVER] = EVENT_NO_LOG,
            [EVENT_LOG_PROGRAMMING] = EVENT_NO_LOG,
            [EVENT_LOG_INTERRUPTION] = SX402_LOG_INTERRUPTION,
        },
};
