/* The meter's clock: UTC inside, local time with daylight saving for those who look at it.
 *
 * Sources: Blue Book class 8 (Clock); IEC 62054-21. */
#ifndef WATTHOUR_FUNCTION_CLOCK_H
#define WATTHOUR_FUNCTION_CLOCK_H

#include "base/civil.h"

#include <stdbool.h>
#include <stdint.h>

struct clock {
    struct civil_zone zone;
    int64_t utc_ms; /* milliseconds since 1970-01-01T00:00:00Z; 0 until first set */
    bool valid;     /* false until set: COSEM status bit 0 (invalid value) */
};

/* What a reader of the clock sees. */
struct clock_reading {
    struct civil local;
    uint8_t hundredths; /* 0..99 */
    int16_t offset_min; /* local time minus UTC, daylight saving included */
    bool dst_active;
    bool valid;
};

void clock_init(struct clock *clock, const struct civil_zone *zone);
void clock_set(struct clock *clock, int64_t utc_ms);

/* Moves the clock on by what has passed. */
void clock_advance(struct clock *clock, int64_t elapsed_ms);

struct clock_reading clock_read(const struct clock *clock);

#endif
