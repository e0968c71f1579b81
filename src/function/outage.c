#include "function/outage.h"

#include "base/reader.h"
#include "base/writer.h"

/* As a value: docs/FLASH.md. */
enum { VERSION = 1, SIZE = 4 + 3 * 4 * OUTAGE_SCOPES };

void outage_init(struct outage *outage, struct event_book *events, uint8_t phases)
{
    *outage = (struct outage){.events = events, .phases = phases, .long_s = OUTAGE_LONG_S};
}

static void count(struct outage *outage, enum outage_of of, uint32_t duration_s)
{
    if (duration_s < outage->long_s) {
        outage->shorts[of]++;
    } else {
        outage->longs[of]++;
        outage->last_s[of] = duration_s;
    }
    outage->changed = true;
}

static uint32_t duration_s(int64_t from_ms, int64_t to_ms)
{
    int64_t seconds = (to_ms - from_ms) / 1000;
    return seconds < 0 ? 0 : seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

static void end(struct outage *outage, enum outage_of of, int64_t from_ms)
{
    const struct clock *clock = outage->events->clock;
    uint32_t lasted_s = duration_s(from_ms, clock->utc_ms);
    count(outage, of, lasted_s);
    count(outage, OUTAGE_ANY, lasted_s);
    if (lasted_s >= outage->long_s) {
        const struct event event = {.code = EVENT_NONE,
                                    .stamp = event_stamp_at(clock, clock->utc_ms),
                                    .detail = {.duration_s = lasted_s}};
        event_enter_log(outage->events, EVENT_LOG_INTERRUPTION, &event);
    }
}

/* ---- What outlives the supply ---- */

static void take(struct outage *outage, struct reader *r)
{
    outage->long_s = reader_u32(r);
    for (int of = 0; of < OUTAGE_SCOPES; of++) {
        outage->shorts[of] = reader_u32(r);
        outage->longs[of] = reader_u32(r);
        outage->last_s[of] = reader_u32(r);
    }
}

static int store(struct outage *outage)
{
    uint8_t octets[SIZE];
    struct writer w = writer_over(octets, sizeof octets);
    writer_u32(&w, outage->long_s);
    for (int of = 0; of < OUTAGE_SCOPES; of++) {
        writer_u32(&w, outage->shorts[of]);
        writer_u32(&w, outage->longs[of]);
        writer_u32(&w, outage->last_s[of]);
    }
    return journal_put(&outage->storage->values, outage->value, VERSION, octets, SIZE);
}

/* When the supply failed, if the log ends with that; -1. */
static int64_t failed_ms(const struct event_book *events)
{
    struct event event;
    uint32_t newest = event_log_count(events, EVENT_LOG_STANDARD);
    bool failed = newest > 0 &&
                  event_log_read(events, EVENT_LOG_STANDARD, newest, &event) == STORAGE_DONE &&
                  event.code == EVENT_POWER_DOWN;
    return failed ? event.stamp.utc_s * INT64_C(1000) : -1;
}

void outage_recover(struct outage *outage, struct storage *storage, uint16_t value)
{
    uint8_t octets[SIZE];
    uint8_t version;
    outage->storage = storage;
    outage->value = value;
    int size = journal_get(&storage->values, value, &version, octets, sizeof octets);
    if (size == SIZE && version == VERSION) {
        struct reader r = reader_over(octets, sizeof octets);
        take(outage, &r);
    }
    int64_t from_ms = failed_ms(outage->events);
    if (from_ms >= 0) {
        end(outage, OUTAGE_ALL, from_ms);
    }
}

int outage_step(struct outage *outage, uint8_t missing)
{
    for (uint8_t phase = 0; phase < outage->phases && outage->phases > 1; phase++) {
        bool away = (missing >> phase & 1) != 0;
        int64_t *since_ms = &outage->since_ms[phase];
        if (away && *since_ms == 0) {
            *since_ms = outage->events->clock->utc_ms;
        } else if (!away && *since_ms != 0) {
            end(outage, (enum outage_of)(OUTAGE_L1 + phase), *since_ms);
            *since_ms = 0;
        }
    }
    bool waits = outage->storage != NULL && outage->changed;
    if (waits && store(outage) == STORAGE_DONE) {
        outage->changed = false;
        waits = false;
    }
    return waits;
}

void outage_set_long(struct outage *outage, uint32_t long_s)
{
    outage->long_s = long_s;
    outage->changed = true;
}
