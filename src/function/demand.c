#include "function/demand.h"

#include "base/need.h"
#include "function/profile.h"

#include <string.h>

enum { DAY_S = 86400, HOUR_S = 3600, MS = 1000 };

/* Where energy registers roll over, uWh. */
static const int64_t end_uwh = LEGAL_ENERGY_END_UWS / HOUR_S;

static int64_t energy_of(const struct demand *demand, unsigned channel)
{
    struct quantity_value value;
    need(quantity_read(demand->quantities, demand->plan->energy[channel], &value) == 0);
    return value.value;
}

static int64_t now_s(const struct demand *demand)
{
    int64_t ms = demand->clock->utc_ms;
    return ms / MS - (ms % MS < 0);
}

static struct event_stamp stamp_at(const struct demand *demand, int64_t utc_s)
{
    struct clock_mark mark = clock_mark_at(demand->clock, utc_s * MS);
    return event_stamp_of(&mark);
}

/* ---- periods ---- */

/* Begins a window with nothing in it. */
static void begin_window(struct demand *demand, unsigned channel, bool whole)
{
    struct demand_channel *c = &demand->channels[channel];
    c->end_s = profile_period_end(&demand->clock->zone, now_s(demand), c->period_s);
    c->start_uwh[0] = energy_of(demand, channel);
    c->begun = 1;
    c->whole = whole;
    c->start = stamp_at(demand, now_s(demand));
    demand->changes++;
}

static int64_t average_uw(const struct demand_channel *c, int64_t energy_uwh, int64_t window_s)
{
    int64_t counted_uwh = energy_uwh - c->start_uwh[c->begun - 1];
    counted_uwh += counted_uwh < 0 ? end_uwh : 0;
    return counted_uwh * HOUR_S / window_s;
}

static int64_t window_s(const struct demand_channel *c)
{
    return (int64_t)c->period_s * c->periods;
}

static void compare(struct demand *demand, struct demand_max *max, const struct demand_max *average)
{
    if (average->uw > max->uw) {
        *max = *average;
        demand->changes++;
    }
}

/* An average is made of the window that ends at `end_s`. */
static void take_average(struct demand *demand, unsigned channel, int64_t end_s, int64_t uw,
                         uint8_t rate)
{
    struct demand_channel *c = &demand->channels[channel];
    c->last = (struct demand_max){.uw = uw, .stamp = stamp_at(demand, end_s)};
    c->last_whole = c->whole && c->begun == c->periods;
    compare(demand, &c->max[0], &c->last);
    if (rate >= 1 && rate <= DEMAND_RATES) {
        compare(demand, &c->max[rate], &c->last);
    }
}

/* The next period begins where this one ends, with the energy that this one ends with. */
static void end_period(struct demand *demand, unsigned channel, uint8_t rate)
{
    struct demand_channel *c = &demand->channels[channel];
    int64_t energy_uwh = energy_of(demand, channel);
    take_average(demand, channel, c->end_s, average_uw(c, energy_uwh, window_s(c)), rate);
    c->begun = c->begun < c->periods ? (uint8_t)(c->begun + 1) : c->periods;
    for (unsigned i = c->begun - 1u; i > 0; i--) {
        c->start_uwh[i] = c->start_uwh[i - 1];
    }
    c->start_uwh[0] = energy_uwh;
    c->whole = true;
    c->start = stamp_at(demand, c->end_s);
    c->end_s = profile_period_end(&demand->clock->zone, c->end_s, c->period_s);
    demand->changes++;
}

static bool over(const struct demand *demand, const struct demand_channel *c)
{
    return now_s(demand) >= c->end_s;
}

/* After a long time without supply all periods but those of one window have had nothing. */
static void end_periods(struct demand *demand, unsigned channel, uint8_t rate)
{
    struct demand_channel *c = &demand->channels[channel];
    for (unsigned i = 0; i <= c->periods && over(demand, c); i++) {
        end_period(demand, channel, rate);
    }
    if (over(demand, c)) {
        begin_window(demand, channel, false);
    }
}

/* Where the clock jumped, windows begin anew. */
static bool jumped(struct demand *demand)
{
    const struct clock_change *change;
    bool found = false;
    while ((change = clock_change_next(demand->clock, &demand->clock_seen)) != NULL) {
        found = found || clock_change_jumps(change) || change->cause == CLOCK_ZONE;
    }
    return found;
}

void demand_init(struct demand *demand, const struct demand_plan *plan,
                 const struct quantity_source *quantities, const struct clock *clock)
{
    need(demand_settings_possible(plan->period_s, plan->periods));
    *demand = (struct demand){.plan = plan,
                              .quantities = quantities,
                              .clock = clock,
                              .locked_until_ms = INT64_MIN,
                              .clock_seen = clock->changed};
    for (unsigned channel = 0; channel < DEMAND_CHANNELS; channel++) {
        demand->channels[channel].period_s = plan->period_s;
        demand->channels[channel].periods = plan->periods;
        begin_window(demand, channel, false);
    }
}

/* A window that was kept goes on; the clock may have been set back meanwhile. */
void demand_recover(struct demand *demand)
{
    demand->clock_seen = demand->clock->changed;
    for (unsigned channel = 0; channel < DEMAND_CHANNELS; channel++) {
        const struct demand_channel *c = &demand->channels[channel];
        if (c->end_s - now_s(demand) > c->period_s) {
            begin_window(demand, channel, false);
        }
    }
}

int64_t demand_step(struct demand *demand, uint8_t rate)
{
    bool anew = jumped(demand);
    int64_t due_s = INT64_MAX;
    for (unsigned channel = 0; channel < DEMAND_CHANNELS; channel++) {
        if (anew) {
            begin_window(demand, channel, false);
        }
        end_periods(demand, channel, rate);
        int64_t end_s = demand->channels[channel].end_s;
        due_s = end_s < due_s ? end_s : due_s;
    }
    return due_s * MS - demand->clock->utc_ms;
}

int64_t demand_current_uw(const struct demand *demand, unsigned channel)
{
    const struct demand_channel *c = &demand->channels[channel];
    return average_uw(c, energy_of(demand, channel), window_s(c));
}

/* ---- resets ---- */

static void add_up(struct demand_channel *c)
{
    for (unsigned rate = 0; rate <= DEMAND_RATES; rate++) {
        c->cumulative_uw[rate] += c->max[rate].uw;
        c->max[rate] = (struct demand_max){0};
    }
}

static int64_t lock_ms(const struct demand *demand)
{
    return (int64_t)demand->plan->lock_s * MS;
}

/* A clock that was set back to before the reset does not lock for longer than that. */
bool demand_locked(const struct demand *demand)
{
    if (demand->locked_until_ms == INT64_MIN) {
        return false;
    }
    int64_t left_ms = demand->locked_until_ms - demand->clock->utc_ms;
    return left_ms > 0 && left_ms <= lock_ms(demand);
}

int demand_reset(struct demand *demand, bool forced)
{
    if (!forced && demand_locked(demand)) {
        return -1;
    }
    demand->locked_until_ms = demand->clock->utc_ms + lock_ms(demand);
    for (unsigned channel = 0; channel < DEMAND_CHANNELS; channel++) {
        add_up(&demand->channels[channel]);
    }
    demand->changes++;
    return 0;
}

void demand_reset_max(struct demand *demand, unsigned channel, unsigned rate)
{
    demand->channels[channel].max[rate] = (struct demand_max){0};
    demand->changes++;
}

void demand_reset_channel(struct demand *demand, unsigned channel)
{
    struct demand_channel *c = &demand->channels[channel];
    c->last = (struct demand_max){0};
    c->last_whole = false;
    begin_window(demand, channel, false);
}

/* Its average is that of the time that it had. */
void demand_next_period(struct demand *demand, unsigned channel, uint8_t rate)
{
    struct demand_channel *c = &demand->channels[channel];
    int64_t left_s = c->end_s - now_s(demand);
    int64_t had_s = (int64_t)c->begun * c->period_s - left_s;
    if (had_s > 0) {
        int64_t uw = average_uw(c, energy_of(demand, channel), had_s);
        take_average(demand, channel, now_s(demand), uw, rate);
    }
    begin_window(demand, channel, false);
}

bool demand_settings_possible(uint32_t period_s, uint32_t periods)
{
    return period_s >= DEMAND_PERIOD_LEAST_S && period_s <= DAY_S && DAY_S % period_s == 0 &&
           periods >= 1 && periods <= DEMAND_PERIODS_MOST;
}

void demand_set(struct demand *demand, unsigned channel, uint32_t period_s, uint8_t periods)
{
    need(demand_settings_possible(period_s, periods));
    demand->channels[channel].period_s = period_s;
    demand->channels[channel].periods = periods;
    demand->changes++;
    demand_reset_channel(demand, channel);
}
