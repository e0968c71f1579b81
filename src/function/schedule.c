#include "function/schedule.h"

#include <string.h>

enum { MS = 1000, DAY_S = 86400, LOOK_BACK_DAYS = 366 };

static int64_t now_s(const struct clock *clock)
{
    return clock->utc_ms / MS - (clock->utc_ms % MS < 0);
}

static int64_t midnight_s(const struct clock *clock)
{
    struct civil today = clock_read(clock).local;
    return civil_days_from_date(today.year, today.month, today.day) * DAY_S;
}

void schedule_init(struct schedule *schedule, const struct calendar_specials *specials,
                   const struct clock *clock)
{
    *schedule = (struct schedule){
        .specials = specials,
        .done_s = now_s(clock),
        .executing_s = INT64_MIN,
        .clock_changed = clock->changed,
    };
}

/* ---- when ---- */

/* Of two that match the lower index counts; NULL: it is an ordinary day. */
static const struct calendar_special *special_at(const struct schedule *schedule,
                                                 const struct civil *date)
{
    for (uint8_t i = 0; i < schedule->specials->count; i++) {
        const struct calendar_special *special = &schedule->specials->entries[i];
        if (calendar_date_matches(&special->date, date)) {
            return special;
        }
    }
    return NULL;
}

/* Fields that are open do not bound; the others are compared from the year on. */
static int compare(const struct calendar_date *bound, const struct civil *date)
{
    if (bound->year != CALENDAR_ANY_YEAR && bound->year != date->year) {
        return date->year < bound->year ? -1 : 1;
    }
    if (bound->month != CALENDAR_ANY && bound->month != date->month) {
        return date->month < bound->month ? -1 : 1;
    }
    if (bound->day != CALENDAR_ANY && bound->day != date->day) {
        return date->day < bound->day ? -1 : 1;
    }
    return 0;
}

static bool is_on(const struct schedule *schedule, const struct schedule_entry *entry,
                  const struct civil *date)
{
    const struct calendar_special *special = special_at(schedule, date);
    bool day = special != NULL ? special->day < SCHEDULE_SPECIAL_DAYS &&
                                     (entry->special_days >> special->day & 1) != 0
                               : (entry->weekdays >> (date->weekday - 1) & 1) != 0;
    return day && entry->enabled && compare(&entry->from, date) >= 0 &&
           compare(&entry->to, date) <= 0;
}

/* ---- the times of an entry on a date: an open hour or minute is every one ---- */

static uint8_t first_of(uint8_t field)
{
    return field == CALENDAR_ANY ? 0 : field;
}

static uint8_t last_of(uint8_t field, uint8_t most)
{
    return field == CALENDAR_ANY ? most : field;
}

/* In the hour that autumn repeats the first pass counts; of every hour both. */
static bool has_pass(const struct schedule_entry *entry, int pass)
{
    return pass == 0 || entry->hour == CALENDAR_ANY;
}

static int64_t instant_at(const struct schedule_entry *entry, const struct civil *date,
                          const struct clock *clock, int hour_and_pass, int minute)
{
    struct civil local = *date;
    local.hour = (uint8_t)(hour_and_pass / 2);
    local.minute = (uint8_t)minute;
    local.second = entry->second;
    return clock_utc_s(clock, &local, hour_and_pass % 2 == 0);
}

/* The last time on the date up to now; INT64_MIN: it is still to come. */
static int64_t last_on(const struct schedule_entry *entry, const struct civil *date,
                       const struct clock *clock)
{
    int from = first_of(entry->minute);
    for (int at = 2 * last_of(entry->hour, 23) + 1; at >= 2 * first_of(entry->hour); at--) {
        bool possible =
            has_pass(entry, at % 2) && instant_at(entry, date, clock, at, from) <= now_s(clock);
        for (int minute = last_of(entry->minute, 59); possible && minute >= from; minute--) {
            int64_t at_s = instant_at(entry, date, clock, at, minute);
            if (at_s <= now_s(clock)) {
                return at_s;
            }
        }
    }
    return INT64_MIN;
}

/* The first time on the date behind now; INT64_MAX: there is none any more. */
static int64_t first_on(const struct schedule_entry *entry, const struct civil *date,
                        const struct clock *clock)
{
    int to = last_of(entry->minute, 59);
    for (int at = 2 * first_of(entry->hour); at <= 2 * last_of(entry->hour, 23) + 1; at++) {
        bool possible =
            has_pass(entry, at % 2) && instant_at(entry, date, clock, at, to) > now_s(clock);
        for (int minute = first_of(entry->minute); possible && minute <= to; minute++) {
            int64_t at_s = instant_at(entry, date, clock, at, minute);
            if (at_s > now_s(clock)) {
                return at_s;
            }
        }
    }
    return INT64_MAX;
}

/* The last time up to now at which the entry was due, behind `after_s`; INT64_MIN: there is none.
 */
static int64_t last_due(const struct schedule *schedule, const struct schedule_entry *entry,
                        const struct clock *clock, int64_t after_s)
{
    int64_t today_s = midnight_s(clock);
    for (int back = 0; back <= LOOK_BACK_DAYS; back++) {
        struct civil date = civil_from_seconds(today_s - (int64_t)back * DAY_S);
        int64_t at_s = last_on(entry, &date, clock);
        if (at_s != INT64_MIN && at_s <= after_s) {
            break;
        }
        if (at_s != INT64_MIN && is_on(schedule, entry, &date)) {
            return at_s;
        }
    }
    return INT64_MIN;
}

/* The first time behind now of any entry, today or tomorrow; else the end of tomorrow. */
static int64_t next_due(const struct schedule *schedule, const struct clock *clock)
{
    int64_t today_s = midnight_s(clock);
    int64_t first_s = now_s(clock) + DAY_S;
    for (int ahead = 0; ahead <= 1; ahead++) {
        struct civil date = civil_from_seconds(today_s + (int64_t)ahead * DAY_S);
        for (uint8_t i = 0; i < schedule->count; i++) {
            int64_t at_s = first_on(&schedule->entries[i], &date, clock);
            bool due = at_s < first_s && is_on(schedule, &schedule->entries[i], &date);
            first_s = due ? at_s : first_s;
        }
    }
    return first_s;
}

static bool is_valid(const struct schedule_entry *entry, int64_t late_s)
{
    return entry->window_min == SCHEDULE_ANY_WINDOW || late_s <= (int64_t)entry->window_min * 60;
}

/* ---- executing ---- */

/* The entry whose last time is the earliest of those not dealt with; -1. `due` has those times. */
static int earliest(const struct schedule *schedule, const int64_t due[SCHEDULE_ENTRIES])
{
    int found = -1;
    for (int i = 0; i < schedule->count; i++) {
        if (due[i] != INT64_MIN && (found < 0 || due[i] < due[found])) {
            found = i;
        }
    }
    return found;
}

static void execute(struct schedule *schedule, const struct clock *clock,
                    const struct script_book *scripts)
{
    int64_t due[SCHEDULE_ENTRIES];
    for (int i = 0; i < schedule->count; i++) {
        due[i] = last_due(schedule, &schedule->entries[i], clock, schedule->done_s);
    }
    for (int next = earliest(schedule, due); next >= 0; next = earliest(schedule, due)) {
        const struct schedule_entry *entry = &schedule->entries[next];
        if (is_valid(entry, now_s(clock) - due[next])) {
            schedule->executing_s = due[next];
            (void)script_execute(scripts, &entry->script);
            schedule->executing_s = INT64_MIN;
        }
        schedule->changes++;
        due[next] = INT64_MIN;
    }
    schedule->done_s = now_s(clock) > schedule->done_s ? now_s(clock) : schedule->done_s;
}

int64_t schedule_step(struct schedule *schedule, const struct clock *clock,
                      const struct script_book *scripts)
{
    bool changed = clock->changed != schedule->clock_changed;
    if (schedule->done_s > now_s(clock) + DAY_S) {
        schedule->done_s = now_s(clock);
        schedule->changes++;
    }
    if (changed || now_s(clock) >= schedule->due_s) {
        schedule->clock_changed = clock->changed;
        execute(schedule, clock, scripts);
        schedule->due_s = next_due(schedule, clock);
    }
    return schedule->due_s * MS - clock->utc_ms;
}

/* ---- entries ---- */

bool schedule_entry_possible(const struct schedule_entry *entry)
{
    return last_of(entry->hour, 23) <= 23 && last_of(entry->minute, 59) <= 59 &&
           entry->second <= 59 && entry->weekdays < 1 << 7 &&
           calendar_date_possible(&entry->from) && calendar_date_possible(&entry->to) &&
           entry->from.weekday == CALENDAR_ANY && entry->to.weekday == CALENDAR_ANY;
}

/* What was due before the last step is not made up for. */
static void changed(struct schedule *schedule)
{
    schedule->changes++;
    schedule->due_s = INT64_MIN;
}

int schedule_insert(struct schedule *schedule, const struct schedule_entry *entry)
{
    uint8_t at = 0;
    while (at < schedule->count && schedule->entries[at].index < entry->index) {
        at++;
    }
    bool replaces = at < schedule->count && schedule->entries[at].index == entry->index;
    if (!schedule_entry_possible(entry) || (!replaces && schedule->count == SCHEDULE_ENTRIES)) {
        return -1;
    }
    if (!replaces) {
        size_t behind = (size_t)(schedule->count - at);
        memmove(&schedule->entries[at + 1], &schedule->entries[at],
                behind * sizeof schedule->entries[0]);
        schedule->count++;
    }
    schedule->entries[at] = *entry;
    changed(schedule);
    return 0;
}

int schedule_set(struct schedule *schedule, const struct schedule_entry *entries, uint8_t count)
{
    struct schedule taken = *schedule;
    taken.count = 0;
    for (uint8_t i = 0; i < count; i++) {
        if (schedule_insert(&taken, &entries[i]) != 0 || taken.count != i + 1) {
            return -1;
        }
    }
    changed(&taken);
    *schedule = taken;
    return 0;
}

int schedule_delete(struct schedule *schedule, uint16_t first, uint16_t last)
{
    uint8_t kept = 0;
    for (uint8_t i = 0; i < schedule->count; i++) {
        uint16_t index = schedule->entries[i].index;
        if (index < first || index > last) {
            schedule->entries[kept++] = schedule->entries[i];
        }
    }
    if (kept == schedule->count) {
        return -1;
    }
    schedule->count = kept;
    changed(schedule);
    return 0;
}

void schedule_enable(struct schedule *schedule, uint16_t first, uint16_t last, bool enabled)
{
    for (uint8_t i = 0; i < schedule->count; i++) {
        struct schedule_entry *entry = &schedule->entries[i];
        if (entry->index >= first && entry->index <= last && entry->enabled != enabled) {
            entry->enabled = enabled;
            changed(schedule);
        }
    }
}

/* ---- what is kept ---- */

static void write_date(struct writer *w, const struct calendar_date *date)
{
    writer_u16(w, date->year);
    writer_u8(w, date->month);
    writer_u8(w, date->day);
    writer_u8(w, date->weekday);
}

static struct calendar_date take_date(struct reader *r)
{
    struct calendar_date date = {.year = reader_u16(r)};
    date.month = reader_u8(r);
    date.day = reader_u8(r);
    date.weekday = reader_u8(r);
    return date;
}

void schedule_write(const struct schedule *schedule, struct writer *w)
{
    writer_u64(w, (uint64_t)schedule->done_s);
    writer_u8(w, schedule->count);
    for (uint8_t i = 0; i < schedule->count; i++) {
        const struct schedule_entry *entry = &schedule->entries[i];
        writer_u16(w, entry->index);
        writer_u8(w, entry->enabled);
        writer_octets(w, entry->script.table, sizeof entry->script.table);
        writer_u16(w, entry->script.selector);
        writer_u8(w, entry->hour);
        writer_u8(w, entry->minute);
        writer_u8(w, entry->second);
        writer_u16(w, entry->window_min);
        writer_u8(w, entry->weekdays);
        writer_u32(w, entry->special_days);
        write_date(w, &entry->from);
        write_date(w, &entry->to);
    }
}

static struct schedule_entry take_entry(struct reader *r)
{
    struct schedule_entry entry = {.index = reader_u16(r)};
    entry.enabled = reader_u8(r) != 0;
    const uint8_t *table = reader_octets(r, sizeof entry.script.table);
    if (table != NULL) {
        memcpy(entry.script.table, table, sizeof entry.script.table);
    }
    entry.script.selector = reader_u16(r);
    entry.hour = reader_u8(r);
    entry.minute = reader_u8(r);
    entry.second = reader_u8(r);
    entry.window_min = reader_u16(r);
    entry.weekdays = reader_u8(r);
    entry.special_days = reader_u32(r);
    entry.from = take_date(r);
    entry.to = take_date(r);
    return entry;
}

int schedule_read(struct schedule *schedule, struct reader *r)
{
    struct schedule_entry entries[SCHEDULE_ENTRIES];
    int64_t done_s = (int64_t)reader_u64(r);
    uint8_t count = reader_u8(r);
    if (count > SCHEDULE_ENTRIES) {
        return -1;
    }
    for (uint8_t i = 0; i < count; i++) {
        entries[i] = take_entry(r);
    }
    if (!reader_done(r) || done_s < 0 || done_s > UINT32_MAX ||
        schedule_set(schedule, entries, count) != 0) {
        return -1;
    }
    schedule->done_s = done_s;
    return 0;
}
