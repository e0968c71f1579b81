#include "function/outage.h"

#include "base/reader.h"
#include "base/writer.h"

/* As a value: docs/FLASH.md. */
enum { VERSION = 2, SIZE_1 = 4 + 3 * 4 * OUTAGE_SCOPES, SIZE = SIZE_1 + 4 };

enum { LOOK_BACK = 64 /* entries of the standard log */ };

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

/* A start that was interrupted may have made the entry, and not have counted yet. */
static bool has_entry(const struct event_book *events, uint32_t number)
{
    struct event event;
    uint32_t newest = event_log_count(events, EVENT_LOG_INTERRUPTION);
    return number > 0 && newest > 0 &&
           event_log_read(events, EVENT_LOG_INTERRUPTION, newest, &event) == STORAGE_DONE &&
           event.detail.count == number;
}

/* `number` is that of the event it began with; 0: a phase has none. */
static void end(struct outage *outage, enum outage_of of, int64_t from_ms, uint32_t number)
{
    const struct clock *clock = outage->events->clock;
    uint32_t lasted_s = duration_s(from_ms, clock->utc_ms);
    count(outage, of, lasted_s);
    count(outage, OUTAGE_ANY, lasted_s);
    if (lasted_s >= outage->long_s && !has_entry(outage->events, number)) {
        const struct event event = {.code = EVENT_NONE,
                                    .stamp = event_stamp_at(clock, clock->utc_ms),
                                    .detail = {.duration_s = lasted_s, .count = number}};
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
    writer_u32(&w, outage->counted);
    return journal_put(&outage->storage->values, outage->value, VERSION, octets, SIZE);
}

static int64_t ms_of(const struct event *event)
{
    return event->stamp.utc_s * INT64_C(1000);
}

/* There was no time to record it: the later of the times that are known, but none that is yet to
 * come, for the clock may have been set back. */
static int64_t make_up(const struct outage *outage, const struct event *newest, int64_t known_ms)
{
    const struct clock *clock = outage->events->clock;
    int64_t from_ms = ms_of(newest) > known_ms ? ms_of(newest) : known_ms;
    from_ms = from_ms < clock->utc_ms ? from_ms : clock->utc_ms;
    const struct event event = {.code = EVENT_POWER_DOWN, .stamp = event_stamp_at(clock, from_ms)};
    event_enter(outage->events, &event);
    return from_ms;
}

/* Those that ended with a start which was itself cut before it had counted: what was told of them
 * is in the logs. */
static void count_missed(struct outage *outage, uint32_t newest)
{
    struct event event;
    uint32_t failed = 0; /* number of an event 1 whose end is looked for */
    int64_t from_ms = 0;
    uint32_t n = newest - outage->counted > LOOK_BACK ? newest - LOOK_BACK : outage->counted + 1;
    for (; n <= newest; n++) {
        if (event_log_read(outage->events, EVENT_LOG_STANDARD, n, &event) != STORAGE_DONE) {
            continue;
        }
        if (event.code == EVENT_POWER_DOWN) {
            failed = n;
            from_ms = ms_of(&event);
        } else if (event.code == EVENT_POWER_UP && failed > 0) {
            count(outage, OUTAGE_ALL, duration_s(from_ms, ms_of(&event)));
            count(outage, OUTAGE_ANY, duration_s(from_ms, ms_of(&event)));
            outage->counted = failed;
            failed = 0;
        }
    }
}

/* Behind the failure there may be what was recorded on the battery: the entry of the failure, or
 * when there is none since the last start, the newest entry. Its number. */
static uint32_t skip_dark(const struct event_book *events, uint32_t newest, struct event *found)
{
    struct event event = {.code = EVENT_NONE};
    uint32_t least = newest > LOOK_BACK ? newest - LOOK_BACK : 0;
    (void)event_log_read(events, EVENT_LOG_STANDARD, newest, found);
    for (uint32_t n = newest; n > least && event.code != EVENT_POWER_UP; n--) {
        if (event_log_read(events, EVENT_LOG_STANDARD, n, &event) == STORAGE_DONE &&
            event.code == EVENT_POWER_DOWN) {
            *found = event;
            return n;
        }
    }
    return newest;
}

static void end_of_all(struct outage *outage, int64_t known_ms)
{
    struct event_book *events = outage->events;
    uint32_t number = event_log_count(events, EVENT_LOG_STANDARD);
    struct event newest = {.code = EVENT_NONE};
    if (number == 0) {
        return;
    }
    count_missed(outage, number);
    number = skip_dark(events, number, &newest);
    int64_t from_ms = ms_of(&newest);
    if (newest.code != EVENT_POWER_DOWN) {
        if (known_ms < 0) {
            return;
        }
        from_ms = make_up(outage, &newest, known_ms);
        number++;
    }
    if (number != outage->counted) {
        outage->counted = number;
        end(outage, OUTAGE_ALL, from_ms, number);
    }
}

/* Whether something waits to be stored. The log comes first: an entry tells what it is of, a count
 * does not. */
static bool keep(struct outage *outage)
{
    bool waits = outage->storage != NULL && outage->changed;
    if (waits && outage->events->waiting == 0 && store(outage) == STORAGE_DONE) {
        outage->changed = false;
        waits = false;
    }
    return waits;
}

/* Version 1 did not tell what it had counted: all but what ends now. */
static uint32_t before_newest(const struct event_book *events)
{
    uint32_t newest = event_log_count(events, EVENT_LOG_STANDARD);
    return newest > 0 ? newest - 1 : 0;
}

void outage_look(struct outage *outage, struct storage *storage, uint16_t value)
{
    uint8_t octets[SIZE];
    uint8_t version;
    outage->storage = storage;
    outage->value = value;
    int size = journal_get(&storage->values, value, &version, octets, sizeof octets);
    if ((size == SIZE && version == VERSION) || (size == SIZE_1 && version == 1)) {
        struct reader r = reader_over(octets, (size_t)size);
        take(outage, &r);
        outage->counted = size == SIZE ? reader_u32(&r) : before_newest(outage->events);
    }
}

void outage_recover(struct outage *outage, struct storage *storage, uint16_t value,
                    int64_t known_ms)
{
    outage_look(outage, storage, value);
    end_of_all(outage, known_ms);
    (void)keep(outage);
}

int outage_step(struct outage *outage, uint8_t missing)
{
    for (uint8_t phase = 0; phase < outage->phases && outage->phases > 1; phase++) {
        bool away = (missing >> phase & 1) != 0;
        int64_t *since_ms = &outage->since_ms[phase];
        if (away && *since_ms == 0) {
            *since_ms = outage->events->clock->utc_ms;
        } else if (!away && *since_ms != 0) {
            end(outage, (enum outage_of)(OUTAGE_L1 + phase), *since_ms, 0);
            *since_ms = 0;
        }
    }
    return keep(outage);
}

void outage_set_long(struct outage *outage, uint32_t long_s)
{
    outage->long_s = long_s;
    outage->changed = true;
}
