#include "function/clock.h"

#include <stddef.h>

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, QUARTER_MS = 15 * MINUTE_MS };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static bool is_within(const struct civil_stretch *stretch, int64_t utc_s)
{
    return utc_s >= stretch->since_s && utc_s < stretch->until_s;
}

/* The clock jumped, or its zone changed. */
static void find_stretch(struct clock *clock)
{
    clock->stretch = civil_stretch_at(&clock->zone, floor_div(clock->utc_ms, SECOND_MS));
}

void clock_init(struct clock *clock, const struct civil_zone *zone)
{
    *clock = (struct clock){
        .zone = *zone,
        .dst_min = zone->dst_min,
        .dst_enabled = zone->dst_min != 0,
        .period_s = CLOCK_PERIOD_S,
        .limit_s = CLOCK_LIMIT_S,
        .slew_ppm = CLOCK_SLEW_PPM,
    };
    find_stretch(clock);
}

/* ---- what it says ---- */

struct clock_mark clock_mark_at(const struct clock *clock, int64_t utc_ms)
{
    const struct civil_zone *zone = &clock->zone;
    int64_t utc_s = floor_div(utc_ms, SECOND_MS);
    bool dst = is_within(&clock->stretch, utc_s) ? clock->stretch.dst_active
                                                 : civil_dst_active(zone, utc_s);
    return (struct clock_mark){
        .utc_ms = utc_ms,
        .offset_min = (int16_t)(zone->offset_min + (dst ? zone->dst_min : 0)),
        .dst_active = dst,
        .valid = clock->valid,
    };
}

struct clock_mark clock_mark(const struct clock *clock)
{
    return clock_mark_at(clock, clock->utc_ms);
}

/* A client may set the clock to the year 1970 and shift it back. */
struct clock_reading clock_mark_read(const struct clock_mark *mark)
{
    int64_t utc_s = floor_div(mark->utc_ms, SECOND_MS);
    return (struct clock_reading){
        .local = civil_from_seconds(utc_s + mark->offset_min * 60L),
        .hundredths = (uint8_t)((mark->utc_ms - utc_s * SECOND_MS) / 10),
        .offset_min = mark->offset_min,
        .dst_active = mark->dst_active,
        .valid = mark->valid,
    };
}

struct clock_reading clock_read(const struct clock *clock)
{
    struct clock_mark now = clock_mark(clock);
    struct clock_reading reading = clock_mark_read(&now);
    reading.doubtful = clock->doubtful;
    reading.other_base = clock->other_base;
    return reading;
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

/* ---- changes ---- */

/* A client that sets the clock again and again between two steps changed it once. */
static void note(struct clock *clock, enum clock_cause cause, const struct clock_mark *from,
                 const struct clock_mark *to)
{
    if (clock->fresh >= CLOCK_CHANGES_OF_CLIENTS) {
        struct clock_change *last = &clock->changes[(clock->changed - 1) % CLOCK_CHANGES];
        last->cause = cause == last->cause ? cause : CLOCK_SET;
        last->to = *to;
        return;
    }
    clock->changes[clock->changed % CLOCK_CHANGES] = (struct clock_change){cause, *from, *to};
    clock->changed++;
    clock->fresh++;
}

const struct clock_change *clock_change_next(const struct clock *clock, uint32_t *seen)
{
    uint32_t unseen = clock->changed - *seen;
    if (unseen == 0) {
        return NULL;
    }
    if (unseen > CLOCK_CHANGES) {
        *seen = clock->changed - CLOCK_CHANGES;
    }
    return &clock->changes[(*seen)++ % CLOCK_CHANGES];
}

bool clock_change_jumps(const struct clock_change *change)
{
    return change->cause == CLOCK_SET || change->cause == CLOCK_SHIFTED;
}

/* ---- time passes ---- */

/* Daylight saving begins or ends now. */
static void pass_saving(struct clock *clock)
{
    clock->utc_ms = clock->stretch.until_s * SECOND_MS;
    struct clock_mark to = clock_mark(clock);
    struct clock_mark from = to;
    from.dst_active = clock->stretch.dst_active;
    from.offset_min =
        (int16_t)(clock->zone.offset_min + (from.dst_active ? clock->zone.dst_min : 0));
    find_stretch(clock);
    note(clock, CLOCK_SAVING, &from, &to);
}

static int64_t clamp(int64_t value, int64_t most)
{
    return value > most ? most : value < -most ? -most : value;
}

/* Whole milliseconds to add while so many pass. */
static int64_t slew(struct clock *clock, int64_t elapsed_ms)
{
    int64_t part_us = clamp(clock->slew_us, elapsed_ms * clock->slew_ppm / 1000);
    clock->slew_us -= part_us;
    clock->part_us += part_us;
    int64_t whole_ms = clock->part_us / 1000;
    clock->part_us -= whole_ms * 1000;
    return whole_ms;
}

void clock_advance(struct clock *clock, int64_t elapsed_ms)
{
    int64_t to_ms = clock->utc_ms + elapsed_ms + slew(clock, elapsed_ms);
    clock->fresh = 0;
    while (floor_div(to_ms, SECOND_MS) >= clock->stretch.until_s) {
        pass_saving(clock);
    }
    clock->utc_ms = to_ms;
}

int64_t clock_slewing_ms(const struct clock *clock)
{
    return (clock->slew_us + clock->part_us) / 1000;
}

/* ---- corrections ---- */

static void jump(struct clock *clock, enum clock_cause cause, int64_t utc_ms)
{
    struct clock_mark from = clock_mark(clock);
    clock->utc_ms = utc_ms;
    clock->slew_us = 0;
    clock->part_us = 0;
    clock->valid = cause != CLOCK_LOST;
    clock->doubtful = false;
    find_stretch(clock);
    struct clock_mark to = clock_mark(clock);
    note(clock, cause, &from, &to);
}

void clock_start(struct clock *clock, int64_t utc_ms)
{
    clock->utc_ms = utc_ms;
    clock->valid = true;
    find_stretch(clock);
}

void clock_start_lost(struct clock *clock, int64_t utc_ms)
{
    jump(clock, CLOCK_LOST, utc_ms);
}

void clock_set(struct clock *clock, int64_t utc_ms)
{
    jump(clock, CLOCK_SET, utc_ms);
}

static void correct(struct clock *clock, enum clock_cause cause, int64_t utc_ms)
{
    int64_t limit_ms = clock->limit_s * (int64_t)SECOND_MS;
    int64_t by_ms = utc_ms - clock->utc_ms;
    bool small = by_ms <= limit_ms && by_ms >= -limit_ms;
    if (!clock->valid || clock->doubtful || !small || limit_ms == 0) {
        jump(clock, cause, utc_ms);
        return;
    }
    clock->slew_us = by_ms * 1000 - clock->part_us;
    struct clock_mark from = clock_mark(clock);
    struct clock_mark to = clock_mark_at(clock, utc_ms);
    if (by_ms != 0) {
        note(clock, CLOCK_SLEWED, &from, &to);
    }
}

void clock_correct(struct clock *clock, int64_t utc_ms)
{
    correct(clock, CLOCK_SET, utc_ms);
}

void clock_shift(struct clock *clock, int32_t seconds)
{
    int64_t target_ms = clock->utc_ms + clock_slewing_ms(clock);
    correct(clock, CLOCK_SHIFTED, target_ms + seconds * (int64_t)SECOND_MS);
}

static void adjust_to(struct clock *clock, int64_t grid_ms)
{
    int64_t offset_ms = clock_mark(clock).offset_min * (int64_t)MINUTE_MS;
    int64_t local_ms = clock->utc_ms + offset_ms;
    correct(clock, CLOCK_SET, floor_div(local_ms + grid_ms / 2, grid_ms) * grid_ms - offset_ms);
}

void clock_adjust_to_quarter(struct clock *clock)
{
    adjust_to(clock, QUARTER_MS);
}

void clock_adjust_to_period(struct clock *clock)
{
    adjust_to(clock, clock->period_s * (int64_t)SECOND_MS);
}

void clock_adjust_to_minute(struct clock *clock)
{
    adjust_to(clock, MINUTE_MS);
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
    clock->preset.announced = false;
    clock_correct(clock, preset->utc_ms);
    return 0;
}

/* ---- settings ---- */

void clock_set_period(struct clock *clock, uint32_t period_s)
{
    clock->period_s = period_s;
}

void clock_set_limit(struct clock *clock, uint16_t limit_s)
{
    clock->limit_s = limit_s;
    clock->settings_changes++;
}

/* The zone is another one from now on; `from` is what local time was. */
static void follow_zone(struct clock *clock, const struct clock_mark *from)
{
    find_stretch(clock);
    struct clock_mark to = clock_mark(clock);
    clock->settings_changes++;
    if (to.offset_min != from->offset_min) {
        note(clock, CLOCK_ZONE, from, &to);
    }
}

void clock_set_offset(struct clock *clock, int16_t offset_min)
{
    struct clock_mark from = clock_mark(clock);
    clock->zone.offset_min = offset_min;
    follow_zone(clock, &from);
}

void clock_set_dst(struct clock *clock, bool enabled, int16_t dst_min)
{
    struct clock_mark from = clock_mark(clock);
    clock->dst_enabled = enabled;
    clock->dst_min = dst_min;
    clock->zone.dst_min = enabled ? dst_min : 0;
    follow_zone(clock, &from);
}

void clock_set_dst_begin(struct clock *clock, const struct civil_change *change)
{
    struct clock_mark from = clock_mark(clock);
    clock->zone.dst_begin = *change;
    follow_zone(clock, &from);
}

void clock_set_dst_end(struct clock *clock, const struct civil_change *change)
{
    struct clock_mark from = clock_mark(clock);
    clock->zone.dst_end = *change;
    follow_zone(clock, &from);
}

struct clock_settings clock_settings(const struct clock *clock)
{
    return (struct clock_settings){
        .offset_min = clock->zone.offset_min,
        .dst_min = clock->dst_min,
        .dst_enabled = clock->dst_enabled,
        .dst_begin = clock->zone.dst_begin,
        .dst_end = clock->zone.dst_end,
        .limit_s = clock->limit_s,
    };
}

void clock_restore(struct clock *clock, const struct clock_settings *settings)
{
    clock->zone = (struct civil_zone){
        .offset_min = settings->offset_min,
        .dst_min = settings->dst_enabled ? settings->dst_min : 0,
        .dst_begin = settings->dst_begin,
        .dst_end = settings->dst_end,
    };
    clock->dst_min = settings->dst_min;
    clock->dst_enabled = settings->dst_enabled;
    clock->limit_s = settings->limit_s;
    find_stretch(clock);
}
