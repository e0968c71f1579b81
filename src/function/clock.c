#include "function/clock.h"

void clock_init(struct clock *clock, const struct civil_zone *zone)
{
    *clock = (struct clock){.zone = *zone};
}

void clock_set(struct clock *clock, int64_t utc_ms)
{
    clock->utc_ms = utc_ms;
    clock->valid = true;
}

void clock_advance(struct clock *clock, int64_t elapsed_ms)
{
    clock->utc_ms += elapsed_ms;
}

struct clock_reading clock_read(const struct clock *clock)
{
    int64_t utc_s = clock->utc_ms / 1000;
    int offset_min = civil_offset_min(&clock->zone, utc_s);
    return (struct clock_reading){
        .local = civil_from_seconds(utc_s + offset_min * 60L),
        .hundredths = (uint8_t)(clock->utc_ms % 1000 / 10),
        .offset_min = (int16_t)offset_min,
        .dst_active = civil_dst_active(&clock->zone, utc_s),
        .valid = clock->valid,
    };
}
