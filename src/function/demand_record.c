#include "function/demand.h"

#include <string.h>

/* What is kept of the demand, octet by octet: docs/FLASH.md. The longest windows of all channels
 * have to fit into one value of the journal, hence differences, and octets that are not whole
 * words. */

enum { WIDE = 8 /* octets of a power and of an energy in the version before */ };

static const int64_t power_most_uw = (INT64_C(1) << 8 * DEMAND_POWER) - 1;
static const int64_t growth_most_uwh = (INT64_C(1) << 8 * DEMAND_GROWTH) - 1;
static const int64_t end_uwh = LEGAL_ENERGY_END_UWS / 3600;

static int64_t take_number(struct reader *r, unsigned size)
{
    uint64_t number = 0;
    for (unsigned i = 0; i < size; i++) {
        number = number << 8 | reader_u8(r);
    }
    return (int64_t)number;
}

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

/* No meter has so much power: only one whose energies are not what they were. */
static void write_max(struct writer *w, const struct demand_max *max)
{
    int64_t uw = max->uw < power_most_uw ? max->uw : power_most_uw;
    writer_big_endian(w, (uint64_t)uw, DEMAND_POWER);
    write_stamp(w, &max->stamp);
}

static struct demand_max take_max(struct reader *r, unsigned power_size)
{
    struct demand_max max = {.uw = take_number(r, power_size)};
    max.stamp = take_stamp(r);
    return max;
}

/* Energy counted in the i-th period before the one under way. */
static int64_t growth_uwh(const struct demand_channel *c, unsigned i)
{
    int64_t uwh = c->start_uwh[i - 1] - c->start_uwh[i];
    return uwh < 0 ? uwh + end_uwh : uwh;
}

/* All that have begun, unless energies jumped in the window: what was before that says nothing. */
static uint8_t starts_to_keep(const struct demand_channel *c)
{
    uint8_t count = 1;
    while (count < c->begun && growth_uwh(c, count) <= growth_most_uwh) {
        count++;
    }
    return count;
}

static void write_starts(const struct demand_channel *c, struct writer *w)
{
    uint8_t count = starts_to_keep(c);
    writer_u8(w, count);
    writer_u64(w, (uint64_t)c->start_uwh[0]);
    for (unsigned i = 1; i < count; i++) {
        writer_big_endian(w, (uint64_t)growth_uwh(c, i), DEMAND_GROWTH);
    }
}

static void write_window(const struct demand_channel *c, struct writer *w)
{
    writer_u32(w, (uint32_t)c->end_s);
    writer_u8(w, c->whole);
    writer_u8(w, c->last_whole);
    write_stamp(w, &c->start);
    write_max(w, &c->last);
    write_starts(c, w);
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

static bool take_maxima(struct reader *r, unsigned power_size, struct demand_channel *c)
{
    bool sound = true;
    c->period_s = reader_u32(r);
    c->periods = reader_u8(r);
    for (unsigned rate = 0; rate <= DEMAND_RATES; rate++) {
        c->max[rate] = take_max(r, power_size);
        c->cumulative_uw[rate] = (int64_t)reader_u64(r);
        sound = sound && is_power(c->max[rate].uw) && is_power(c->cumulative_uw[rate]);
    }
    return sound && demand_settings_possible(c->period_s, c->periods);
}

static int64_t take_start(struct reader *r, int64_t newer_uwh)
{
    int64_t uwh = newer_uwh - take_number(r, DEMAND_GROWTH);
    return uwh < 0 ? uwh + end_uwh : uwh;
}

static bool take_starts(struct reader *r, bool wide, struct demand_channel *c)
{
    bool sound = true;
    for (unsigned i = 0; i < c->begun; i++) {
        bool whole = wide || i == 0;
        c->start_uwh[i] = whole ? take_number(r, WIDE) : take_start(r, c->start_uwh[i - 1]);
        sound = sound && c->start_uwh[i] >= 0 && c->start_uwh[i] < end_uwh;
    }
    return sound;
}

static bool take_window(struct reader *r, bool wide, struct demand_channel *c)
{
    c->end_s = wide ? take_number(r, WIDE) : reader_u32(r);
    c->whole = reader_u8(r) != 0;
    c->last_whole = reader_u8(r) != 0;
    c->start = take_stamp(r);
    c->last = take_max(r, wide ? WIDE : DEMAND_POWER);
    c->begun = reader_u8(r);
    return c->begun >= 1 && c->begun <= c->periods && is_instant(c->end_s) &&
           is_power(c->last.uw) && take_starts(r, wide, c);
}

static bool take_channel(struct reader *r, bool wide, struct demand_channel *c)
{
    return take_maxima(r, wide ? WIDE : DEMAND_POWER, c) && take_window(r, wide, c);
}

/* One channel after the other, so that only one stands beside those in force. */
static bool is_sound(const struct demand *demand, bool wide, struct reader r)
{
    int64_t locked_until_ms = (int64_t)reader_u64(&r);
    bool sound = locked_until_ms == INT64_MIN || is_instant(locked_until_ms / 1000);
    for (unsigned channel = 0; channel < DEMAND_CHANNELS && sound; channel++) {
        struct demand_channel c = demand->channels[channel];
        sound = take_channel(&r, wide, &c);
    }
    return sound && reader_done(&r);
}

int demand_read(struct demand *demand, uint8_t version, struct reader *r)
{
    bool wide = version == DEMAND_VERSION_WIDE;
    if ((!wide && version != DEMAND_VERSION) || !is_sound(demand, wide, *r)) {
        return -1;
    }
    demand->locked_until_ms = (int64_t)reader_u64(r);
    for (unsigned channel = 0; channel < DEMAND_CHANNELS; channel++) {
        (void)take_channel(r, wide, &demand->channels[channel]);
    }
    return 0;
}
