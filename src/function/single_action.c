#include "function/single_action.h"

#include <string.h>

enum { DAY_S = 86400, LOOK_DAYS = 366, LOOK_AGAIN_DAYS = 40, MS = 1000 };

static int64_t now_s(const struct clock *clock)
{
    return clock->utc_ms / MS - (clock->utc_ms % MS < 0);
}

/* The instant of a time on a local date, when that is one of its dates; INT64_MIN. */
static int64_t instant_on(const struct single_action_time *time, const struct civil *date,
                          const struct clock *clock)
{
    if (!calendar_date_matches(&time->date, date)) {
        return INT64_MIN;
    }
    struct civil local = *date;
    local.hour = time->hour;
    local.minute = time->minute;
    local.second = time->second;
    return clock_utc_s(clock, &local, true);
}

static int64_t local_midnight_s(const struct clock *clock)
{
    struct civil today = clock_read(clock).local;
    return civil_days_from_date(today.year, today.month, today.day) * DAY_S;
}

/* The last instant up to now, of one day or one before it. */
static int64_t last_due(const struct single_action *action, const struct clock *clock)
{
    int64_t midnight_s = local_midnight_s(clock);
    for (int back = 0; back <= LOOK_DAYS && action->plan.count > 0; back++) {
        struct civil date = civil_from_seconds(midnight_s - (int64_t)back * DAY_S);
        int64_t latest_s = INT64_MIN;
        for (uint8_t i = 0; i < action->plan.count; i++) {
            int64_t at_s = instant_on(&action->plan.times[i], &date, clock);
            latest_s = at_s <= now_s(clock) && at_s > latest_s ? at_s : latest_s;
        }
        if (latest_s != INT64_MIN) {
            return latest_s;
        }
    }
    return INT64_MIN;
}

/* The first instant behind now; some weeks ahead when there is none before. */
static int64_t next_due(const struct single_action *action, const struct clock *clock)
{
    int64_t midnight_s = local_midnight_s(clock);
    for (int ahead = 0; ahead <= LOOK_AGAIN_DAYS && action->plan.count > 0; ahead++) {
        struct civil date = civil_from_seconds(midnight_s + (int64_t)ahead * DAY_S);
        int64_t first_s = INT64_MAX;
        for (uint8_t i = 0; i < action->plan.count; i++) {
            int64_t at_s = instant_on(&action->plan.times[i], &date, clock);
            first_s = at_s > now_s(clock) && at_s < first_s ? at_s : first_s;
        }
        if (first_s != INT64_MAX) {
            return first_s;
        }
    }
    return now_s(clock) + (int64_t)LOOK_AGAIN_DAYS * DAY_S;
}

void single_action_init(struct single_action *action, const struct single_action_plan *plan,
                        const struct clock *clock)
{
    *action = (struct single_action){
        .plan = *plan, .executed_s = now_s(clock), .clock_changed = clock->changed};
    action->due_s = next_due(action, clock);
}

int64_t single_action_due(struct single_action *action, const struct clock *clock)
{
    bool changed = clock->changed != action->clock_changed;
    if (!changed && now_s(clock) < action->due_s) {
        return INT64_MIN;
    }
    action->clock_changed = clock->changed;
    action->due_s = next_due(action, clock);
    int64_t due_s = last_due(action, clock);
    if (due_s <= action->executed_s) {
        return INT64_MIN;
    }
    action->due_s = due_s; /* until it has been executed */
    return due_s;
}

void single_action_done(struct single_action *action, int64_t due_s)
{
    action->executed_s = due_s;
    action->changes++;
}

int64_t single_action_wait_ms(const struct single_action *action, const struct clock *clock)
{
    int64_t wait_ms = action->due_s * MS - clock->utc_ms;
    return wait_ms > 0 ? wait_ms : 0;
}

static bool wild(const struct calendar_date *date)
{
    return date->year == CALENDAR_ANY_YEAR || date->month == CALENDAR_ANY || date->day > 31 ||
           date->weekday != CALENDAR_ANY;
}

static bool same_time(const struct single_action_time *a, const struct single_action_time *b)
{
    return a->hour == b->hour && a->minute == b->minute && a->second == b->second;
}

/* What the type says of wildcards, and of times that are one. */
static bool of_type(const struct single_action_plan *plan, const struct single_action_time *time)
{
    switch (plan->type) {
    case SINGLE_ACTION_EQUAL_TIMES:
        return !wild(&time->date) && same_time(time, &plan->times[0]);
    case SINGLE_ACTION_EQUAL_TIMES_WILD:
        return same_time(time, &plan->times[0]);
    case SINGLE_ACTION_ANY_TIMES:
        return !wild(&time->date);
    default:
        return true;
    }
}

static bool time_possible(const struct single_action_time *time)
{
    return calendar_date_possible(&time->date) && time->hour <= 23 && time->minute <= 59 &&
           time->second <= 59;
}

bool single_action_possible(const struct single_action_plan *plan)
{
    unsigned most = plan->type == SINGLE_ACTION_ONE ? 1 : SINGLE_ACTION_TIMES;
    bool good = plan->type >= SINGLE_ACTION_ONE && plan->type <= SINGLE_ACTION_ANY_TIMES_WILD &&
                plan->count <= most;
    for (uint8_t i = 0; good && i < plan->count; i++) {
        good = time_possible(&plan->times[i]) && of_type(plan, &plan->times[i]);
    }
    return good;
}

void single_action_set(struct single_action *action, const struct single_action_plan *plan,
                       const struct clock *clock)
{
    uint32_t changes = action->changes + 1;
    single_action_init(action, plan, clock);
    action->changes = changes;
}

/* ---- what is kept ---- */

void single_action_write(const struct single_action *action, struct writer *w)
{
    const struct single_action_plan *plan = &action->plan;
    writer_u64(w, (uint64_t)action->executed_s);
    writer_octets(w, plan->script.table, sizeof plan->script.table);
    writer_u16(w, plan->script.selector);
    writer_u8(w, plan->type);
    writer_u8(w, plan->count);
    for (uint8_t i = 0; i < plan->count; i++) {
        const struct single_action_time *time = &plan->times[i];
        writer_u16(w, time->date.year);
        writer_u8(w, time->date.month);
        writer_u8(w, time->date.day);
        writer_u8(w, time->date.weekday);
        writer_u8(w, time->hour);
        writer_u8(w, time->minute);
        writer_u8(w, time->second);
    }
}

static struct single_action_time take_time(struct reader *r)
{
    struct single_action_time time = {.date.year = reader_u16(r)};
    time.date.month = reader_u8(r);
    time.date.day = reader_u8(r);
    time.date.weekday = reader_u8(r);
    time.hour = reader_u8(r);
    time.minute = reader_u8(r);
    time.second = reader_u8(r);
    return time;
}

int single_action_read(struct single_action *action, struct reader *r)
{
    struct single_action_plan plan = {0};
    int64_t executed_s = (int64_t)reader_u64(r);
    const uint8_t *table = reader_octets(r, sizeof plan.script.table);
    if (table) {
        memcpy(plan.script.table, table, sizeof plan.script.table);
    }
    plan.script.selector = reader_u16(r);
    plan.type = reader_u8(r);
    plan.count = reader_u8(r);
    for (uint8_t i = 0; i < plan.count && i < SINGLE_ACTION_TIMES; i++) {
        plan.times[i] = take_time(r);
    }
    if (!reader_done(r) || !single_action_possible(&plan)) {
        return -1;
    }
    action->plan = plan;
    action->executed_s = executed_s;
    action->due_s = 0; /* looked at at once */
    return 0;
}
