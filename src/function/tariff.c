#include "function/tariff.h"

#include "base/need.h"

#include <string.h>

enum { FIRST_RATE = 1, MS = 1000 };

void tariff_init(struct tariff *tariff, const struct calendar_limits *limits,
                 struct calendar_switch *switches, size_t count)
{
    size_t room = count / 2;
    uint16_t most = (uint16_t)(limits->days * limits->switches);
    need(limits->seasons <= CALENDAR_SEASONS && limits->weeks <= CALENDAR_WEEKS &&
         limits->days <= CALENDAR_DAYS && limits->switches <= CALENDAR_DAY_SWITCHES &&
         limits->rates <= CALENDAR_RATES && limits->specials <= CALENDAR_SPECIALS &&
         (count == 0 || room >= most));
    most = count == 0 ? 0 : most;
    *tariff = (struct tariff){
        .limits = limits,
        .active = calendar_in(switches, most),
        .passive = calendar_in(switches ? switches + most : NULL, most),
        .activation_ms = TARIFF_NEVER,
        .rates = {FIRST_RATE, FIRST_RATE},
    };
}

/* ---- the rule ---- */

static void apply_again(struct tariff *tariff)
{
    tariff->due_ms = INT64_MIN;
}

/* The instant of a local time that has passed: of two in autumn the later, unless it is to come. */
static int64_t passed_ms(const struct clock *clock, const struct civil *local)
{
    int64_t standard_ms = clock_utc_s(clock, local, false) * MS;
    return standard_ms <= clock->utc_ms ? standard_ms : clock_utc_s(clock, local, true) * MS;
}

static bool counts(const struct tariff_command *command, int64_t now_ms)
{
    return command->rate != 0 && command->utc_ms <= now_ms;
}

static uint8_t rate_of_inputs(const struct tariff *tariff)
{
    unsigned number = tariff->levels & ((1U << tariff->inputs) - 1);
    return (uint8_t)(number < tariff->limits->rates ? FIRST_RATE + number : tariff->limits->rates);
}

static void apply(struct tariff *tariff, const struct clock *clock, const struct civil *local)
{
    struct civil since;
    unsigned rate = calendar_rate(&tariff->active, &tariff->specials, local, &since);
    int64_t since_ms = rate != 0 ? passed_ms(clock, &since) : INT64_MIN;
    for (unsigned mask = 0; mask < TARIFF_MASKS; mask++) {
        const struct tariff_command *command = &tariff->commands[mask];
        if (counts(command, clock->utc_ms) && command->utc_ms >= since_ms) {
            tariff->rates[mask] = command->rate;
        } else if (rate != 0) {
            tariff->rates[mask] = (uint8_t)rate;
        }
        tariff->rates[mask] = tariff->inputs != 0 ? rate_of_inputs(tariff) : tariff->rates[mask];
    }
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Local time runs evenly to the end of the clock's stretch. */
static int64_t next_due(const struct tariff *tariff, const struct clock *clock,
                        const struct civil *local)
{
    int32_t stays_s = calendar_stays_s(&tariff->active, &tariff->specials, local);
    int64_t second_ms = clock->utc_ms - (clock->utc_ms % MS + MS) % MS;
    int64_t due_ms = earlier(second_ms + (int64_t)stays_s * MS, tariff->activation_ms);
    bool changes = clock->stretch.until_s < due_ms / MS;
    return changes ? clock->stretch.until_s * MS : due_ms;
}

static void activate_when_due(struct tariff *tariff, int64_t now_ms)
{
    if (tariff->activation_ms <= now_ms) {
        tariff->activation_ms = TARIFF_NEVER;
        tariff->settings_changes++;
        (void)tariff_activate(tariff);
    }
}

int64_t tariff_step(struct tariff *tariff, const struct clock *clock)
{
    if (clock->changed != tariff->clock_changed) {
        tariff->clock_changed = clock->changed;
        apply_again(tariff);
    }
    if (clock->utc_ms >= tariff->due_ms) {
        struct civil local = clock_read(clock).local;
        activate_when_due(tariff, clock->utc_ms);
        apply(tariff, clock, &local);
        tariff->due_ms = next_due(tariff, clock, &local);
    }
    return tariff->due_ms - clock->utc_ms;
}

void tariff_select(struct tariff *tariff, enum tariff_mask mask, uint8_t rate, int64_t utc_ms)
{
    need(mask < TARIFF_MASKS && rate >= FIRST_RATE && rate <= tariff->limits->rates);
    tariff->commands[mask] = (struct tariff_command){.utc_ms = utc_ms, .rate = rate};
    tariff->command_changes++;
    apply_again(tariff);
}

int tariff_use_inputs(struct tariff *tariff, uint8_t count)
{
    if (count > tariff->limits->inputs) {
        return -1;
    }
    tariff->inputs = count;
    tariff->command_changes++;
    apply_again(tariff);
    return 0;
}

void tariff_set_levels(struct tariff *tariff, uint8_t levels)
{
    if (levels != tariff->levels) {
        tariff->levels = levels;
        apply_again(tariff);
    }
}

/* ---- calendars ---- */

enum calendar_fault tariff_activate(struct tariff *tariff)
{
    tariff->refused = calendar_check(&tariff->passive, tariff->limits);
    if (tariff->refused == CALENDAR_GOOD) {
        calendar_copy(&tariff->active, &tariff->passive);
        tariff->activations++;
        tariff->settings_changes++;
        apply_again(tariff);
    }
    return tariff->refused;
}

void tariff_activate_at(struct tariff *tariff, int64_t utc_ms)
{
    tariff->activation_ms = utc_ms;
    tariff->settings_changes++;
    apply_again(tariff);
}

static void programmed(struct tariff *tariff)
{
    tariff->programmings++;
    tariff->settings_changes++;
}

void tariff_set_name(struct tariff *tariff, const struct calendar_name *name)
{
    tariff->passive.name = *name;
    programmed(tariff);
}

enum calendar_fault tariff_set_seasons(struct tariff *tariff, const struct calendar *from)
{
    enum calendar_fault fault = calendar_check_seasons(from, tariff->limits);
    if (fault == CALENDAR_GOOD) {
        tariff->passive.season_count = from->season_count;
        memcpy(tariff->passive.seasons, from->seasons, sizeof from->seasons);
        programmed(tariff);
    }
    return fault;
}

enum calendar_fault tariff_set_weeks(struct tariff *tariff, const struct calendar *from)
{
    enum calendar_fault fault = calendar_check_weeks(from, tariff->limits);
    if (fault == CALENDAR_GOOD) {
        tariff->passive.week_count = from->week_count;
        memcpy(tariff->passive.weeks, from->weeks, sizeof from->weeks);
        programmed(tariff);
    }
    return fault;
}

struct calendar *tariff_begin_days(struct tariff *tariff)
{
    tariff->passive.day_count = 0;
    tariff->passive.switch_count = 0;
    programmed(tariff);
    return &tariff->passive;
}

enum calendar_fault tariff_set_days(struct tariff *tariff, const struct calendar *from)
{
    enum calendar_fault fault = calendar_check_days(from, tariff->limits);
    if (fault == CALENDAR_GOOD && from->switch_count > tariff->passive.switch_room) {
        fault = CALENDAR_TOO_MANY_SWITCHES;
    }
    if (fault == CALENDAR_GOOD) {
        struct calendar *passive = tariff_begin_days(tariff);
        passive->day_count = from->day_count;
        passive->switch_count = from->switch_count;
        memcpy(passive->days, from->days, sizeof from->days);
        memcpy(passive->switches, from->switches, from->switch_count * sizeof from->switches[0]);
    }
    return fault;
}

/* ---- special days ---- */

enum calendar_fault tariff_set_specials(struct tariff *tariff,
                                        const struct calendar_specials *specials)
{
    enum calendar_fault fault = calendar_check_specials(specials, tariff->limits);
    for (uint8_t i = 0; i < specials->count && fault == CALENDAR_GOOD; i++) {
        uint8_t day = specials->entries[i].day;
        bool known =
            calendar_has_day(&tariff->active, day) || calendar_has_day(&tariff->passive, day);
        fault = known ? CALENDAR_GOOD : CALENDAR_UNKNOWN_DAY;
    }
    if (fault == CALENDAR_GOOD) {
        tariff->specials = *specials;
        tariff->settings_changes++;
        apply_again(tariff);
    }
    return fault;
}

static bool same_date(const struct calendar_date *a, const struct calendar_date *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day &&
           a->weekday == b->weekday;
}

enum calendar_fault tariff_insert_special(struct tariff *tariff,
                                          const struct calendar_special *special)
{
    struct calendar_specials specials = {0};
    bool inserted = false;
    for (uint8_t i = 0; i < tariff->specials.count; i++) {
        const struct calendar_special *old = &tariff->specials.entries[i];
        if (!inserted && old->index > special->index) {
            specials.entries[specials.count++] = *special;
            inserted = true;
        }
        if (old->index == special->index || same_date(&old->date, &special->date)) {
            continue;
        }
        if (specials.count == CALENDAR_SPECIALS) {
            return CALENDAR_TOO_MANY_SPECIALS;
        }
        specials.entries[specials.count++] = *old;
    }
    if (!inserted && specials.count == CALENDAR_SPECIALS) {
        return CALENDAR_TOO_MANY_SPECIALS;
    }
    if (!inserted) {
        specials.entries[specials.count++] = *special;
    }
    return tariff_set_specials(tariff, &specials);
}

int tariff_delete_special(struct tariff *tariff, uint16_t index)
{
    struct calendar_specials *specials = &tariff->specials;
    uint8_t kept = 0;
    for (uint8_t i = 0; i < specials->count; i++) {
        if (specials->entries[i].index != index) {
            specials->entries[kept++] = specials->entries[i];
        }
    }
    if (kept == specials->count) {
        return -1;
    }
    specials->count = kept;
    tariff->settings_changes++;
    apply_again(tariff);
    return 0;
}
