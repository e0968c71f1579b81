#include "function/profile.h"

#include "base/need.h"
#include "base/reader.h"
#include "function/profile_settings.h"

#include <string.h>

void profile_init(struct profile *profile, const struct profile_plan *plan,
                  const struct profile_common *common)
{
    need(plan->column_count <= PROFILE_COLUMNS);
    *profile = (struct profile){.plan = plan, .common = common};
    profile_settings_default(profile);
}

bool profile_is_clock(const struct profile_column *column)
{
    return column->class_id == PROFILE_CLOCK_CLASS &&
           column->attribute == PROFILE_CLOCK_ATTRIBUTE && column->data == 0;
}

bool profile_is_clock_at(const struct profile *profile, unsigned i)
{
    return (profile->settings.clocks >> i & 1) != 0;
}

/* ---- Rows ---- */

uint32_t profile_capacity(const struct profile *profile)
{
    return profile->ring != NULL ? record_capacity(profile->ring) : 0;
}

uint32_t profile_next(const struct profile *profile)
{
    return profile->ring != NULL ? record_next(profile->ring) : 1;
}

uint32_t profile_first(const struct profile *profile)
{
    uint32_t next = profile_next(profile);
    if (profile->ring == NULL || profile->format_due) {
        return next;
    }
    uint32_t most = profile->settings.entries;
    uint32_t first = record_first(profile->ring);
    return most != 0 && next - first > most ? next - most : first;
}

int profile_read(const struct profile *profile, uint32_t number, struct profile_row *row)
{
    struct record record;
    if (number < profile_first(profile) || number >= profile_next(profile) ||
        record_size(profile->ring) > sizeof row->octets) {
        return STORAGE_ABSENT;
    }
    int result = record_read(profile->ring, number, &record, row->octets);
    if (result != STORAGE_DONE) {
        return result;
    }
    struct reader r = reader_over(row->octets, PROFILE_ROW_HEAD);
    row->stamp =
        (struct event_stamp){.utc_s = record.time_s, .offset_min = (int16_t)reader_u16(&r)};
    row->stamp.clock_status = reader_u8(&r);
    row->size = (uint16_t)(record_size(profile->ring) - PROFILE_ROW_HEAD);
    memmove(row->octets, row->octets + PROFILE_ROW_HEAD, row->size);
    return STORAGE_DONE;
}

/* ---- Capturing ---- */

static bool has_critical_error(const struct profile *profile)
{
    static const enum event_code critical[] = {EVENT_PROGRAM_MEMORY_ERROR, EVENT_RAM_ERROR,
                                               EVENT_NV_MEMORY_ERROR, EVENT_MEASUREMENT_ERROR};
    for (unsigned i = 0; i < sizeof critical / sizeof critical[0]; i++) {
        if (event_is_raised(profile->common->events, critical[i])) {
            return true;
        }
    }
    return false;
}

static uint8_t status_of(const struct profile *profile, const struct event_stamp *stamp)
{
    enum {
        CLOCK_INVALID = 0x01,
        CLOCK_DST = 0x80,
        DOUBTFUL = PROFILE_ERR | PROFILE_CIV | PROFILE_CAD
    };
    uint8_t status = profile->flags;
    status |= has_critical_error(profile) ? PROFILE_ERR : 0;
    status |= (stamp->clock_status & CLOCK_INVALID) != 0 ? PROFILE_CIV : 0;
    status |= (stamp->clock_status & CLOCK_DST) != 0 ? PROFILE_DST : 0;
    return (status & DOUBTFUL) != 0 ? status | PROFILE_DNV : status;
}

/* `behind`: octets that the columns behind it need at least. */
static void render_column(const struct profile *profile, unsigned i, size_t behind,
                          struct writer *w)
{
    const struct writer before = *w;
    const struct profile_source *source = &profile->common->source;
    const struct profile_column column = profile_column_at(profile, i);
    int result = source->value(source->owner, &column, w);
    if (result != 0 || w->tape + behind > w->room) {
        *w = before;
        writer_u8(w, 0);
    }
}

static void render_row(const struct profile *profile, const struct event_stamp *stamp,
                       uint8_t *octets)
{
    const struct profile_settings *settings = &profile->settings;
    struct writer w = writer_over(octets, settings->size);
    writer_u16(&w, (uint16_t)stamp->offset_min);
    writer_u8(&w, stamp->clock_status);
    for (uint8_t i = 0; i < settings->column_count; i++) {
        if (!profile_is_clock_at(profile, i)) {
            render_column(profile, i, settings->column_count - 1U - i, &w);
        }
    }
    memset(octets + w.tape, 0, settings->size - w.tape);
}

/* The row of an instant. What the chip refuses for good is left out, and the next row tells. */
static int capture_at(struct profile *profile, int64_t utc_ms)
{
    uint8_t octets[PROFILE_ROW_HEAD + PROFILE_ROW];
    const struct event_stamp stamp = event_stamp_at(profile->common->clock, utc_ms);
    const struct profile_source *source = &profile->common->source;
    if (source->begin != NULL && source->begin(source->owner, profile) != 0) {
        return STORAGE_LATER;
    }
    profile->status = status_of(profile, &stamp);
    render_row(profile, &stamp, octets);
    int result = record_append(profile->ring, stamp.utc_s, octets);
    if (result == STORAGE_LATER) {
        return result;
    }
    uint8_t flags = result == STORAGE_DONE ? 0 : PROFILE_ERR;
    profile->state_due = profile->state_due || flags != profile->flags;
    profile->flags = flags;
    return result;
}

int profile_capture(struct profile *profile)
{
    bool possible = profile->ring != NULL && profile_settings_settle(profile);
    return possible && capture_at(profile, profile->common->clock->utc_ms) == STORAGE_DONE ? 0 : -1;
}

/* ---- Periods ---- */

static int64_t floor_s(int64_t utc_ms)
{
    return utc_ms / 1000 - (utc_ms % 1000 < 0);
}

/* A period that begins where the one before it ends is whole. */
bool profile_begin(struct profile *profile)
{
    uint32_t period_s = profile->settings.period_s;
    int64_t now_s = floor_s(profile->common->clock->utc_ms);
    profile->next_s = INT64_MAX;
    if (period_s == 0) {
        return true;
    }
    const struct civil_zone *zone = &profile->common->clock->zone;
    profile->next_s = profile_period_end(zone, now_s, period_s);
    return profile_period_end(zone, now_s - 1, period_s) == now_s;
}

void profile_flag(struct profile *profile, uint8_t flags)
{
    if ((profile->flags | flags) != profile->flags) {
        profile->flags |= flags;
        profile->state_due = true;
    }
}

/* Captures the rows of all periods that have ended by then: false when the chip is not ready. */
static bool capture_until(struct profile *profile, int64_t utc_s)
{
    while (utc_s >= profile->next_s) {
        if (capture_at(profile, profile->next_s * 1000) == STORAGE_LATER) {
            return false;
        }
        profile->next_s = profile_period_end(&profile->common->clock->zone, profile->next_s,
                                             profile->settings.period_s);
    }
    return true;
}

/* A period that had ended when the clock jumped has its row; the one under way ends where one of
 * the new time does. */
static bool follow_change(struct profile *profile, const struct clock_change *change)
{
    bool jumps = clock_change_jumps(change);
    if (!jumps && change->cause != CLOCK_ZONE) {
        return true;
    }
    if (!capture_until(profile, floor_s(change->from.utc_ms))) {
        return false;
    }
    int64_t before_s = profile->next_s;
    int64_t to_s = floor_s(jumps ? change->to.utc_ms : change->from.utc_ms);
    profile->next_s =
        profile_period_end(&profile->common->clock->zone, to_s, profile->settings.period_s);
    profile_flag(profile, jumps || profile->next_s != before_s ? PROFILE_CAD : 0);
    return true;
}

static bool follow_clock(struct profile *profile)
{
    const struct clock_change *change;
    uint32_t seen = profile->clock_seen;
    while ((change = clock_change_next(profile->common->clock, &seen)) != NULL) {
        if (profile->settings.period_s != 0 && !follow_change(profile, change)) {
            return false;
        }
        profile_flag(profile, clock_change_jumps(change) ? PROFILE_CAD : 0);
        profile->clock_seen = seen;
    }
    profile_flag(profile, profile->common->clock->valid ? 0 : PROFILE_CIV);
    return true;
}

int profile_step(struct profile *profile)
{
    if (profile->ring == NULL) {
        return 0;
    }
    bool done = profile_settings_settle(profile);
    done = done && follow_clock(profile) &&
           capture_until(profile, floor_s(profile->common->clock->utc_ms));
    done = profile_settings_keep(profile) && done;
    return done ? 0 : 1;
}

int64_t profile_due_ms(const struct profile *profile)
{
    bool due = profile->ring != NULL && profile->settings.period_s != 0;
    int64_t left_ms = due ? profile->next_s * 1000 - profile->common->clock->utc_ms : INT64_MAX;
    return left_ms > 0 ? left_ms : 0;
}
