#include "function/billing.h"

#include "base/need.h"

#include <string.h>

enum { MS = 1000, DAY_S = 86400, HOUR_S = 3600, RETRY_MS = 100 };

static const int64_t end_uwh = LEGAL_ENERGY_END_UWS / HOUR_S;

static int64_t energy_of(const struct billing *billing, unsigned energy)
{
    struct quantity quantity = {.kind = (uint8_t)(BILLING_FIRST + energy)};
    struct quantity_value value;
    need(quantity_read(billing->parts.quantities, quantity, &value) == 0);
    return value.value;
}

static void begin_increments(struct billing *billing, enum billing_since since)
{
    for (unsigned energy = 0; energy < BILLING_ENERGIES; energy++) {
        billing->base_uwh[since][energy] = energy_of(billing, energy);
    }
    billing->changes++;
}

static int64_t next_midnight_s(const struct billing *billing)
{
    int64_t now_s = billing->parts.clock->utc_ms / MS;
    return profile_period_end(&billing->parts.clock->zone, now_s, DAY_S);
}

void billing_init(struct billing *billing, const struct billing_parts *parts,
                  const struct single_action_plan *plan)
{
    *billing = (struct billing){.parts = *parts, .own = plan->script};
    single_action_init(&billing->schedule, plan, parts->clock);
    billing->midnight_s = next_midnight_s(billing);
}

void billing_begin(struct billing *billing)
{
    begin_increments(billing, BILLING_SINCE_PERIOD);
    begin_increments(billing, BILLING_SINCE_MIDNIGHT);
    billing->midnight_s = next_midnight_s(billing);
}

/* ---- the end of a period ---- */

/* The supply may have failed between the capture and the rest: then the row is there already. */
static bool captured_since(const struct billing *billing, int64_t due_s)
{
    const struct profile *profile = billing->parts.profile;
    struct profile_row row;
    uint32_t next = profile_next(profile);
    return next > profile_first(profile) && profile_read(profile, next - 1, &row) == STORAGE_DONE &&
           row.stamp.utc_s >= due_s;
}

static void close_period(struct billing *billing)
{
    billing->periods++;
    billing->ended = event_stamp_at(billing->parts.clock, billing->parts.clock->utc_ms);
    begin_increments(billing, BILLING_SINCE_PERIOD);
}

/* A meter that keeps nothing has no rows. */
static int capture(struct billing *billing)
{
    struct profile *profile = billing->parts.profile;
    return profile->storage != NULL ? profile_capture(profile) : 0;
}

int billing_end(struct billing *billing, enum billing_cause cause)
{
    if (cause != BILLING_PERIOD && demand_locked(billing->parts.demand)) {
        return -1;
    }
    if (capture(billing) != 0) {
        return -1;
    }
    (void)demand_reset(billing->parts.demand, true);
    close_period(billing);
    if (cause != BILLING_PERIOD) {
        event_record(billing->parts.events, EVENT_BILLING_ENDED);
    }
    return 0;
}

static bool is_own(const struct billing *billing)
{
    const struct script *script = &billing->schedule.plan.script;
    return script->selector == billing->own.selector &&
           memcmp(script->table, billing->own.table, sizeof script->table) == 0;
}

/* false: the chip is not ready, to be tried again. */
static bool execute(struct billing *billing, int64_t due_s)
{
    if (!is_own(billing)) {
        (void)script_execute(billing->parts.scripts, &billing->schedule.plan.script);
    } else if (captured_since(billing, due_s)) {
        (void)demand_reset(billing->parts.demand, true);
        close_period(billing);
    } else if (billing_end(billing, BILLING_PERIOD) != 0) {
        return false;
    }
    return true;
}

/* ---- time ---- */

/* A clock that was set back has its midnight again. */
static void begin_day(struct billing *billing)
{
    int64_t now_s = billing->parts.clock->utc_ms / MS;
    if (now_s >= billing->midnight_s || billing->midnight_s - now_s > DAY_S + HOUR_S) {
        begin_increments(billing, BILLING_SINCE_MIDNIGHT);
        billing->midnight_s = next_midnight_s(billing);
    }
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t billing_step(struct billing *billing)
{
    const struct clock *clock = billing->parts.clock;
    int64_t due_s = single_action_due(&billing->schedule, clock);
    bool waits = billing->fraud_due;
    if (due_s != INT64_MIN && execute(billing, due_s)) {
        single_action_done(&billing->schedule, due_s);
        billing->changes++;
    } else {
        waits = waits || due_s != INT64_MIN;
    }
    begin_day(billing);
    if (billing->fraud_due) {
        billing_fraud(billing);
    }
    int64_t wait_ms = least(single_action_wait_ms(&billing->schedule, clock),
                            billing->midnight_s * MS - clock->utc_ms);
    return waits || wait_ms < RETRY_MS ? RETRY_MS : wait_ms;
}

void billing_fraud(struct billing *billing)
{
    struct profile *fraud = billing->parts.fraud;
    billing->fraud_due = fraud != NULL && profile_capture(fraud) != 0;
}

int billing_increment(const struct billing *billing, enum billing_since since,
                      enum quantity_kind kind, int64_t *uwh)
{
    unsigned energy = (unsigned)kind - BILLING_FIRST;
    if (kind < BILLING_FIRST || energy >= BILLING_ENERGIES) {
        return -1;
    }
    *uwh = energy_of(billing, energy) - billing->base_uwh[since][energy];
    *uwh += *uwh < 0 && kind != QUANTITY_A_NET ? end_uwh : 0;
    return 0;
}

/* ---- what is kept ---- */

void billing_write(const struct billing *billing, struct writer *w)
{
    writer_u32(w, billing->periods);
    writer_u32(w, billing->ended.utc_s);
    writer_u16(w, (uint16_t)billing->ended.offset_min);
    writer_u8(w, billing->ended.clock_status);
    writer_u64(w, (uint64_t)billing->midnight_s);
    for (unsigned since = 0; since < BILLING_SINCES; since++) {
        for (unsigned energy = 0; energy < BILLING_ENERGIES; energy++) {
            writer_u64(w, (uint64_t)billing->base_uwh[since][energy]);
        }
    }
    single_action_write(&billing->schedule, w);
}

/* A+ - A- may be below zero; sums of registers may be beyond their end. */
static bool is_energy(int64_t uwh)
{
    return uwh > -end_uwh && uwh < 4 * end_uwh;
}

int billing_read(struct billing *billing, struct reader *r)
{
    struct billing taken = *billing;
    taken.periods = reader_u32(r);
    taken.ended.utc_s = reader_u32(r);
    taken.ended.offset_min = (int16_t)reader_u16(r);
    taken.ended.clock_status = reader_u8(r);
    taken.midnight_s = (int64_t)reader_u64(r);
    for (unsigned since = 0; since < BILLING_SINCES; since++) {
        for (unsigned energy = 0; energy < BILLING_ENERGIES; energy++) {
            taken.base_uwh[since][energy] = (int64_t)reader_u64(r);
        }
    }
    bool sound = taken.midnight_s >= 0 && taken.midnight_s <= UINT32_MAX;
    for (unsigned energy = 0; energy < BILLING_ENERGIES; energy++) {
        sound = sound && is_energy(taken.base_uwh[BILLING_SINCE_PERIOD][energy]) &&
                is_energy(taken.base_uwh[BILLING_SINCE_MIDNIGHT][energy]);
    }
    if (single_action_read(&taken.schedule, r) != 0 || !sound) {
        return -1;
    }
    *billing = taken;
    return 0;
}
