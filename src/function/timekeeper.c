#include "function/timekeeper.h"

#include <stddef.h>

enum {
    SECOND_MS = 1000,
    HOUR_S = 3600,
    TRIM_EVERY_MS = 60 * SECOND_MS,
    COMPARE_MS = 600 * SECOND_MS,
    PROBATION_MS = 60 * SECOND_MS, /* without fault before a chip is followed again */
    APART_MOST_MS = 100,           /* what chip and processor may differ by at once, */
    APART_PPM = 500,               /* and as they run side by side: two crystals, one of them hot */
    BEHIND_LAST_MS = 2000,         /* the chip, of the last time known, at a start */
    KELVIN_CC = 100,
};

void timekeeper_init(struct timekeeper *keeper, const struct rtc *rtc, struct clock *clock,
                     const struct timekeeper_config *config)
{
    *keeper = (struct timekeeper){.rtc = rtc, .clock = clock, .config = *config};
}

static bool read(struct timekeeper *keeper, struct rtc_reading *reading)
{
    const struct rtc *rtc = keeper->rtc;
    if (rtc->read(rtc->context, reading) != 0) {
        return false;
    }
    keeper->backup_mv = reading->backup_mv;
    keeper->temperature_cc = reading->temperature_cc;
    return true;
}

static void note_fault(struct timekeeper *keeper)
{
    keeper->penalty_ms = PROBATION_MS;
    keeper->clock->other_base = true;
}

/* The chip says what the clock says. */
static void set(struct timekeeper *keeper)
{
    const struct rtc *rtc = keeper->rtc;
    int64_t utc_ms = keeper->clock->utc_ms;
    keeper->slewed = false;
    if (rtc->set(rtc->context, utc_ms) != 0) {
        note_fault(keeper);
        return;
    }
    keeper->follows = true;
    keeper->rtc_ms = utc_ms;
    keeper->behind_ms = 0;
    keeper->compared_ms = 0;
}

/* ---- start ---- */

/* A chip that says what has been already was set back just before the supply was cut, or is broken:
 * who knows. */
static bool is_doubtful(const struct timekeeper *keeper, const struct rtc_reading *reading)
{
    return reading->backup_mv < keeper->config.backup->doubtful_mv ||
           reading->utc_ms < keeper->memory.utc_ms - BEHIND_LAST_MS;
}

static void go_on(struct timekeeper *keeper, const struct rtc_reading *reading)
{
    struct timekeeper_memory *memory = &keeper->memory;
    bool weak = is_doubtful(keeper, reading);
    clock_start(keeper->clock, reading->utc_ms);
    keeper->clock->doubtful = weak;
    keeper->start = weak ? TIMEKEEPER_DOUBTFUL : TIMEKEEPER_WENT_ON;
    keeper->follows = true;
    keeper->rtc_ms = reading->utc_ms;
    if (memory->utc_ms > 0 && reading->utc_ms > memory->utc_ms) {
        keeper->outage_ms = reading->utc_ms - memory->utc_ms;
        memory->used_s += (uint32_t)(keeper->outage_ms / SECOND_MS);
    }
}

void timekeeper_begin(struct timekeeper *keeper, const struct timekeeper_memory *memory,
                      int64_t utc_ms)
{
    struct rtc_reading reading;
    keeper->memory = *memory;
    if (keeper->rtc == NULL) {
        clock_start(keeper->clock, utc_ms);
        return;
    }
    bool answers = read(keeper, &reading);
    if (answers && reading.kept) {
        go_on(keeper, &reading);
    } else {
        clock_start_lost(keeper->clock, memory->utc_ms);
        keeper->start = TIMEKEEPER_LOST;
    }
    if (!answers) {
        note_fault(keeper);
    }
}

/* ---- time passes ---- */

/* The chip ran with the processor, in this step and in the last minutes. */
static bool runs_along(struct timekeeper *keeper, int64_t chip_ms, int64_t elapsed_ms)
{
    if (keeper->compared_ms >= COMPARE_MS) {
        keeper->compared_ms = 0;
        keeper->behind_ms = 0;
    }
    keeper->compared_ms += elapsed_ms;
    keeper->behind_ms += elapsed_ms - chip_ms;
    int64_t most_ms = APART_MOST_MS + keeper->compared_ms * APART_PPM / 1000000;
    return keeper->behind_ms <= most_ms && keeper->behind_ms >= -most_ms;
}

/* Whether the chip may be followed, in a step without fault. */
static bool serve_probation(struct timekeeper *keeper, int64_t elapsed_ms)
{
    if (keeper->penalty_ms == 0) {
        return true;
    }
    keeper->penalty_ms -= elapsed_ms < keeper->penalty_ms ? elapsed_ms : keeper->penalty_ms;
    if (keeper->penalty_ms == 0) {
        keeper->clock->other_base = false;
        keeper->slewed = true; /* it is set behind this step */
    }
    return false;
}

/* What has passed, by the chip or by the processor. While nobody knows what time it is the chip is
 * not set: it would keep that through the next outage, and call it time. */
static int64_t measure(struct timekeeper *keeper, int64_t elapsed_ms)
{
    struct rtc_reading reading;
    bool answers = read(keeper, &reading);
    if (!keeper->follows) {
        return elapsed_ms;
    }
    int64_t chip_ms = answers ? reading.utc_ms - keeper->rtc_ms : -1;
    if (chip_ms < 0 || !reading.kept || !runs_along(keeper, chip_ms, elapsed_ms)) {
        note_fault(keeper);
        set(keeper);
        return elapsed_ms;
    }
    keeper->rtc_ms = reading.utc_ms;
    return serve_probation(keeper, elapsed_ms) ? chip_ms : elapsed_ms;
}

/* By which the crystal is slow where it is. */
static int32_t slowness_ppb(const struct timekeeper *keeper)
{
    const struct timekeeper_crystal *crystal = keeper->config.crystal;
    int64_t away_cc = keeper->temperature_cc - crystal->turnover_cc;
    return (int32_t)(away_cc * away_cc * crystal->curve_ppb / (KELVIN_CC * KELVIN_CC));
}

static void trim(struct timekeeper *keeper)
{
    const struct rtc *rtc = keeper->rtc;
    int64_t since_ms = keeper->clock->utc_ms - keeper->trimmed_ms;
    if (keeper->trimmed && since_ms >= 0 && since_ms < TRIM_EVERY_MS) {
        return;
    }
    int32_t ppb = keeper->config.trim_ppb + slowness_ppb(keeper);
    keeper->trimmed_ms = keeper->clock->utc_ms;
    if (keeper->trimmed && ppb == keeper->ppb) {
        return;
    }
    keeper->trimmed = rtc->trim(rtc->context, ppb) == 0;
    keeper->ppb = ppb;
}

static bool was_set(struct timekeeper *keeper)
{
    bool jumped = false;
    const struct clock_change *change;
    while ((change = clock_change_next(keeper->clock, &keeper->seen)) != NULL) {
        jumped = jumped || clock_change_jumps(change);
        keeper->slewed = keeper->slewed || change->cause == CLOCK_SLEWED;
    }
    return jumped;
}

void timekeeper_step(struct timekeeper *keeper, int64_t elapsed_ms)
{
    struct clock *clock = keeper->clock;
    if (keeper->rtc == NULL) {
        clock_advance(clock, elapsed_ms);
        keeper->memory.utc_ms = clock->utc_ms;
        return;
    }
    clock_advance(clock, measure(keeper, elapsed_ms));
    if (was_set(keeper) || (keeper->slewed && clock_slewing_ms(clock) == 0)) {
        set(keeper);
    }
    trim(keeper);
    keeper->memory.utc_ms = clock->utc_ms;
}

void timekeeper_power_fail(struct timekeeper *keeper)
{
    if (keeper->rtc != NULL && keeper->slewed) {
        set(keeper);
    }
}

bool timekeeper_has_failed(const struct timekeeper *keeper)
{
    return keeper->penalty_ms > 0;
}

/* ---- backup ---- */

bool timekeeper_backup_low(const struct timekeeper *keeper)
{
    return keeper->rtc != NULL && keeper->backup_mv < keeper->config.backup->low_mv;
}

uint32_t timekeeper_backup_left_h(const struct timekeeper *keeper)
{
    const struct timekeeper_backup *backup = keeper->config.backup;
    uint32_t used_h = backup->rechargeable ? 0 : keeper->memory.used_s / HOUR_S;
    return used_h < backup->reserve_h ? backup->reserve_h - used_h : 0;
}

bool timekeeper_backup_replace(const struct timekeeper *keeper)
{
    const struct timekeeper_backup *backup = keeper->config.backup;
    const struct timekeeper_memory *memory = &keeper->memory;
    if (keeper->rtc == NULL || backup->rechargeable) {
        return false;
    }
    int64_t age_h = (keeper->clock->utc_ms / SECOND_MS - memory->installed_s) / HOUR_S;
    bool old = backup->life_h > 0 && memory->installed_s > 0 && age_h >= backup->life_h;
    return old || timekeeper_backup_left_h(keeper) == 0;
}

void timekeeper_backup_installed(struct timekeeper *keeper, int64_t utc_s)
{
    keeper->memory.installed_s = utc_s;
    keeper->memory.used_s = 0;
}
