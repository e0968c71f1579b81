#include "function/demand.h"

#include <string.h>

/* What is kept of the demand, octet by octet: docs/FLASH.md. */

static void write_stamp(struct writer *w, const struct event_stamp *stamp)
{
    writer_u32(w, stamp->utc_s);
    writer_u16(w, (uint16_t)stamp->offset_min);
    writer_u8(w, stamp->clock_status);
}

static struct event_stamp take_stamp(struct reader *r)
{
    struct event_stamp stamp = {.utc_s = reader_u32(r)};
    stamp.offset_min = (int16_t)reader_u16(r);
    stamp.clock_status = reader_u8(r);
    return stamp;
}

static void write_max(struct writer *w, const struct demand_max *max)
{
    writer_u64(w, (uint64_t)max->uw);
    write_stamp(w, &max->stamp);
}

static struct demand_max take_max(struct reader *r)
{
    struct demand_max max = {.uw = (int64_t)reader_u64(r)};
    max.stamp = take_stamp(r);
    return max;
}

static void write_window(const struct demand_channel *c, struct writer *w)
{
    writer_u64(w, (uint64_t)c->end_s);
    writer_u8(w, c->whole);
    writer_u8(w, c->last_whole);
    write_stamp(w, &c->start);
    write_max(w, &c->last);
    writer_u8(w, c->begun);
    for (unsigned i = 0; i < c->begun; i++) {
        writer_u64(w, (uint64_t)c->start_uwh[i]);
    }
}

void demand_write(const struct demand *demand, struct writer *w)
{
    writer_u64(w, (uint64_t)demand->locked_until_ms);
    for (unsigned channel = 0; channel < DEMAND_CHANNELS; channel++) {
        const struct demand_channel *c = &demand->channels[channel];
        writer_u32(w, c->period_s);
        writer_u8(w, c->periods);
        for (unsigned rate = 0; rate <= DEMAND_RATES; rate++) {
            write_max(w, &c->max[rate]);
            writer_u64(w, (uint64_t)c->cumulative_uw[rate]);
        }
        write_window(c, w);
    }
}

/* Values that were kept whole, and can be counted on with. */
static bool is_instant(int64_t utc_s)
{
    return utc_s >= 0 && utc_s <= UINT32_MAX;
}

static bool is_power(int64_t uw)
{
    return uw >= 0 && uw <= INT64_MAX / 4;
}

static bool take_channel(struct reader *r, struct demand_channel *c)
{
    bool sound = true;
    c->period_s = reader_u32(r);
    c->periods = reader_u8(r);
    for (unsigned rate = 0; rate <= DEMAND_RATES; rate++) {
        c->max[rate] = take_max(r);
        c->cumulative_uw[rate] = (int64_t)reader_u64(r);
        sound = sound && is_power(c->max[rate].uw) && is_power(c->cumulative_uw[rate]);
    }
    return sound && demand_settings_possible(c->period_s, c->periods);
}

static bool take_window(struct reader *r, struct demand_channel *c)
{
    bool sound = true;
    c->end_s = (int64_t)reader_u64(r);
    c->whole = reader_u8(r) != 0;
    c->last_whole = reader_u8(r) != 0;
    c->start = take_stamp(r);
    c->last = take_max(r);
    c->begun = reader_u8(r);
    if (c->begun < 1 || c->begun > c->periods || !is_instant(c->end_s) || !is_power(c->last.uw)) {
        return false;
    }
    for (unsigned i = 0; i < c->begun; i++) {
        c->start_uwh[i] = (int64_t)reader_u64(r);
        sound = sound && c->start_uwh[i] >= 0 && c->start_uwh[i] < LEGAL_ENERGY_END_UWS / 3600;
    }
    return sound;
}

/* One channel after the other, so that only one stands beside those in force. */
static bool is_sound(const struct demand *demand, struct reader r)
{
    int64_t locked_until_ms = (int64_t)reader_u64(&r);
    bool sound = locked_until_ms == INT64_MIN || is_instant(locked_until_ms / 1000);
    for (unsigned channel = 0; channel < DEMAND_CHANNELS && sound; channel++) {
        struct demand_channel c = demand->channels[channel];
        sound = take_channel(&r, &c) && take_window(&r, &c);
    }
    return sound && reader_done(&r);
}

int demand_read(struct demand *demand, struct reader *r)
{
    if (!is_sound(demand, *r)) {
        return -1;
    }
    demand->locked_until_ms = (int64_t)reader_u64(r);
    for (unsigned channel = 0; channel < DEMAND_CHANNELS; channel++) {
        (void)take_channel(r, &demand->channels[channel]);
        (void)take_window(r, &demand->channels[channel]);
    }
    return 0;
}
