/* A real-time clock chip, as a port: it goes on by its backup (a battery, or a capacitor) while the
 * meter has no supply. The functions wait for the chip's bus only; they are called at most once in
 * a step of the meter.
 *
 * Its inputs feel what the meter must notice without supply, too: switches under the covers, a
 * sensor of magnetic fields. The chip remembers when something began and ended. */
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

enum rtc_input {
    RTC_TERMINAL_COVER, /* there: it is open */
    RTC_METER_COVER,
    RTC_STRONG_FIELD, /* magnetic, DC */
    RTC_STRONG_EMF,
    RTC_INPUTS
};

/* What an input saw since it was told to forget; times as the chip had them, UTC. */
struct rtc_input_reading {
    bool there;       /* now */
    uint32_t count;   /* how often it began */
    int64_t begun_ms; /* the first of these, when there was one */
    int64_t ended_ms; /* the last end; 0: it did not end */
};

struct rtc {
    int (*read)(void *context, struct rtc_reading *reading);
    int (*set)(void *context, int64_t utc_ms);

    /* Lets it run faster by `ppb` (slower: negative) than its crystal, in steps of its own. */
    int (*trim)(void *context, int32_t ppb);

    /* NULL: it has no inputs. */
    int (*inputs)(void *context, struct rtc_input_reading inputs[RTC_INPUTS]);

    /* What was read last is taken: the inputs forget. 1: something has happened since, they do not.
     */
    int (*forget)(void *context);

    void *context;
};

/* All of them: 0, or -1: it does not answer. */

#endif
