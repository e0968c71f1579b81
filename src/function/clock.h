/* The meter's clock: UTC inside, local time with daylight saving for those who look at it.
 *
 * Sources: Blue Book class 8 (Clock); IEC 62054-21. */
#ifndef WATTHOUR_FUNCTION_CLOCK_H
#define WATTHOUR_FUNCTION_CLOCK_H

#include "base/civil.h"

#include <stdbool.h>
#include <stdint.h>

/* An adjustment announced before it is made: on demand, within its validity. */
struct clock_preset {
    int64_t utc_ms;
    int64_t valid_from_ms;
    int64_t valid_until_ms;
    bool announced;
};

struct clock {
    struct civil_zone zone; /* in force: dst_min is 0 while daylight saving is disabled */
    int16_t dst_min;        /* what daylight saving adds when it is enabled */
    bool dst_enabled;
    int64_t utc_ms; /* milliseconds since 1970-01-01T00:00:00Z; 0 until first set */
    bool valid;     /* false until set: COSEM status bit 0 (invalid value) */
    struct clock_preset preset;
    uint32_t settings_changes; /* zone or daylight saving changed by a client: to be stored */
};

/* What a reader of the clock sees. */
struct clock_reading {
    struct civil local;
    uint8_t hundredths; /* 0..99 */
    int16_t offset_min; /* local time minus UTC, daylight saving included */
    bool dst_active;
    bool valid;
};

/* Daylight saving is enabled where the zone has it. */
void clock_init(struct clock *clock, const struct civil_zone *zone);
void clock_set(struct clock *clock, int64_t utc_ms);

/* Moves the clock on by what has passed. */
void clock_advance(struct clock *clock, int64_t elapsed_ms);

struct clock_reading clock_read(const struct clock *clock);

/* The instant, in seconds of UTC, of a local time. In the hour that autumn repeats `dst` chooses:
 * daylight saving time, or standard time. A local time that spring leaves out is taken as standard
 * time. */
int64_t clock_utc_s(const struct clock *clock, const struct civil *local, bool dst);

/* To the nearest full quarter of an hour, or minute, of local time; the half goes up. */
void clock_adjust_to_quarter(struct clock *clock);
void clock_adjust_to_minute(struct clock *clock);

void clock_shift(struct clock *clock, int32_t seconds);

/* Announces an adjustment; a later one replaces it. */
void clock_announce(struct clock *clock, int64_t utc_ms, int64_t valid_from_ms,
                    int64_t valid_until_ms);

/* Makes the adjustment announced: 0, or -1: there is none, or this is not its time. */
int clock_adjust_to_preset(struct clock *clock);

/* Local time changes, UTC does not. Minutes; what civil.h says of each. */
void clock_set_offset(struct clock *clock, int16_t offset_min);
void clock_set_dst(struct clock *clock, bool enabled, int16_t dst_min);
void clock_set_dst_begin(struct clock *clock, const struct civil_change *change);
void clock_set_dst_end(struct clock *clock, const struct civil_change *change);

#endif
