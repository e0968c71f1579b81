#include "function/clock.h"

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, QUARTER_MS = 15 * MINUTE_MS };

void clock_init(struct clock *clock, const struct civil_zone *zone)
{
    *clock =
        (struct clock){.zone = *zone, .dst_min = zone->dst_min, .dst_enabled = zone->dst_min != 0};
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

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* A client may set the clock to the year 1970 and shift it back. */
struct clock_reading clock_read(const struct clock *clock)
{
    int64_t utc_s = floor_div(clock->utc_ms, SECOND_MS);
    int offset_min = civil_offset_min(&clock->zone, utc_s);
    return (struct clock_reading){
        .local = civil_from_seconds(utc_s + offset_min * 60L),
        .hundredths = (uint8_t)((clock->utc_ms - utc_s * SECOND_MS) / 10),
        .offset_min = (int16_t)offset_min,
        .dst_active = civil_dst_active(&clock->zone, utc_s),
        .valid = clock->valid,
    };
}

int64_t clock_utc_s(const struct clock *clock, const struct civil *local, bool dst)
{
    const struct civil_zone *zone = &clock->zone;
    int64_t standard_s = civil_to_seconds(local) - zone->offset_min * 60L;
    int64_t saving_s = standard_s - zone->dst_min * 60L;
    bool as_standard = !civil_dst_active(zone, standard_s);
    bool as_saving = civil_dst_active(zone, saving_s);
    bool choose_saving = as_saving && (dst || !as_standard);
    return choose_saving ? saving_s : standard_s;
}

static void adjust_to(struct clock *clock, int64_t grid_ms)
{
    int64_t utc_s = floor_div(clock->utc_ms, SECOND_MS);
    int64_t offset_ms = civil_offset_min(&clock->zone, utc_s) * (int64_t)MINUTE_MS;
    int64_t local_ms = clock->utc_ms + offset_ms;
    clock->utc_ms = floor_div(local_ms + grid_ms / 2, grid_ms) * grid_ms - offset_ms;
}

void clock_adjust_to_quarter(struct clock *clock)
{
    adjust_to(clock, QUARTER_MS);
}

void clock_adjust_to_minute(struct clock *clock)
{
    adjust_to(clock, MINUTE_MS);
}

void clock_shift(struct clock *clock, int32_t seconds)
{
    clock->utc_ms += seconds * (int64_t)SECOND_MS;
}

void clock_announce(struct clock *clock, int64_t utc_ms, int64_t valid_from_ms,
                    int64_t valid_until_ms)
{
    clock->preset = (struct clock_preset){utc_ms, valid_from_ms, valid_until_ms, true};
}

int clock_adjust_to_preset(struct clock *clock)
{
    const struct clock_preset *preset = &clock->preset;
    bool now = preset->announced && clock->utc_ms >= preset->valid_from_ms &&
               clock->utc_ms <= preset->valid_until_ms;
    if (!now) {
        return -1;
    }
    clock_set(clock, preset->utc_ms);
    clock->preset.announced = false;
    return 0;
}

void clock_set_offset(struct clock *clock, int16_t offset_min)
{
    clock->zone.offset_min = offset_min;
    clock->settings_changes++;
}

void clock_set_dst(struct clock *clock, bool enabled, int16_t dst_min)
{
    clock->dst_enabled = enabled;
    clock->dst_min = dst_min;
    clock->zone.dst_min = enabled ? dst_min : 0;
    clock->settings_changes++;
}

void clock_set_dst_begin(struct clock *clock, const struct civil_change *change)
{
    clock->zone.dst_begin = *change;
    clock->settings_changes++;
}

void clock_set_dst_end(struct clock *clock, const struct civil_change *change)
{
    clock->zone.dst_end = *change;
    clock->settings_changes++;
}
