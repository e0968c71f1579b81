/* A real-time clock chip, as a port: it goes on by its backup (a battery, or a capacitor) while the
 * meter has no supply. The functions wait for the chip's bus only; they are called at most once in
 * a step of the meter. */
#ifndef WATTHOUR_FUNCTION_RTC_H
#define WATTHOUR_FUNCTION_RTC_H

#include <stdbool.h>
#include <stdint.h>

struct rtc_reading {
    int64_t utc_ms;         /* what it says, cut off */
    bool kept;              /* it has not stopped since it was set */
    int16_t temperature_cc; /* of its crystal, 0.01 degree Celsius */
    uint16_t backup_mv;     /* voltage of battery or capacitor */
};

struct rtc {
    int (*read)(void *context, struct rtc_reading *reading);
    int (*set)(void *context, int64_t utc_ms);

    /* Lets it run faster by `ppb` (slower: negative) than its crystal, in steps of its own. */
    int (*trim)(void *context, int32_t ppb);

    void *context;
};

/* All of them: 0, or -1: it does not answer. */

#endif
