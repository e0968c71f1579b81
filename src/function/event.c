#include "function/event.h"

#include "base/need.h"
#include "base/reader.h"
#include "base/writer.h"

#include <string.h>

/* An entry as a ring's record: docs/FLASH.md. */
enum { ENTRY_SIZE = 16, CAUSES_VERSION = 1 };

enum {
    STATUS_INVALID = 0x01,
    STATUS_DOUBTFUL = 0x02,
    STATUS_OTHER_BASE = 0x04,
    STATUS_DST = 0x80,
};

void event_init(struct event_book *book, const struct event_plan *plan, const struct clock *clock)
{
    *book = (struct event_book){.plan = plan, .clock = clock};
}

/* ---- Entries ---- */

struct record_ring *event_log_ring(const struct event_book *book, enum event_log log)
{
    uint8_t ring = book->plan->ring[log];
    return book->ready && ring != EVENT_NO_LOG ? &book->storage->rings[ring] : NULL;
}

static void render_entry(const struct event *event, uint8_t octets[ENTRY_SIZE])
{
    struct writer w = writer_over(octets, ENTRY_SIZE);
    writer_u8(&w, event->code);
    writer_u8(&w, event->stamp.clock_status);
    writer_u16(&w, (uint16_t)event->stamp.offset_min);
    writer_u32(&w, event->detail.duration_s);
    writer_u32(&w, (uint32_t)event->detail.magnitude);
    writer_u32(&w, event->detail.count);
}

int event_log_read(const struct event_book *book, enum event_log log, uint32_t number,
                   struct event *event)
{
    const struct record_ring *ring = event_log_ring(book, log);
    if (ring == NULL || record_size(ring) != ENTRY_SIZE) {
        return STORAGE_ABSENT;
    }
    uint8_t octets[ENTRY_SIZE];
    struct record record;
    int result = record_read(ring, number, &record, octets);
    if (result != STORAGE_DONE) {
        return result;
    }
    struct reader r = reader_over(octets, sizeof octets);
    event->stamp.utc_s = record.time_s;
    event->code = reader_u8(&r);
    event->stamp.clock_status = reader_u8(&r);
    event->stamp.offset_min = (int16_t)reader_u16(&r);
    event->detail.duration_s = reader_u32(&r);
    event->detail.magnitude = (int32_t)reader_u32(&r);
    event->detail.count = reader_u32(&r);
    return STORAGE_DONE;
}

uint32_t event_log_count(const struct event_book *book, enum event_log log)
{
    const struct record_ring *ring = event_log_ring(book, log);
    return ring != NULL ? record_next(ring) - 1 : 0;
}

/* Whether the log is done with the event: it has it, or will never take it. */
static bool write_entry(struct event_book *book, enum event_log log, const struct event *event)
{
    struct record_ring *ring = event_log_ring(book, log);
    if (ring == NULL) {
        return true;
    }
    uint8_t octets[ENTRY_SIZE];
    need(record_size(ring) == ENTRY_SIZE);
    render_entry(event, octets);
    int result = record_append(ring, event->stamp.utc_s, octets);
    if (result == STORAGE_LATER) {
        return false;
    }
    if (result == STORAGE_DONE) {
        book->last[log] = event->code;
    } else {
        book->lost++;
    }
    return true;
}

/* ---- The queue ---- */

static void write_first(struct event_book *book)
{
    for (int log = 0; log < EVENT_LOGS; log++) {
        uint16_t bit = (uint16_t)(1u << log);
        if ((book->queue[0].logs & bit) != 0 &&
            write_entry(book, (enum event_log)log, &book->queue[0].event)) {
            book->queue[0].logs &= (uint16_t)~bit;
        }
    }
}

static void write_waiting(struct event_book *book)
{
    while (book->ready && book->waiting > 0) {
        write_first(book);
        if (book->queue[0].logs != 0) {
            return;
        }
        book->waiting--;
        memmove(&book->queue[0], &book->queue[1], book->waiting * sizeof book->queue[0]);
    }
}

static void tell(struct event_book *book, const struct event *event)
{
    for (uint8_t i = 0; i < book->listener_count; i++) {
        book->listeners[i].told(book->listeners[i].owner, event);
    }
}

static void enter(struct event_book *book, const struct event *event, uint16_t logs)
{
    if (book->waiting < EVENT_QUEUE) {
        book->queue[book->waiting].event = *event;
        book->queue[book->waiting].logs = logs;
        book->waiting++;
        write_waiting(book);
    } else {
        book->lost++;
    }
    tell(book, event);
}

void event_enter(struct event_book *book, const struct event *event)
{
    enter(book, event, event_row(event->code)->logs);
}

void event_enter_log(struct event_book *book, enum event_log log, const struct event *event)
{
    enter(book, event, (uint16_t)(1u << log));
}

void event_listen(struct event_book *book, event_told *told, void *owner)
{
    need(book->listener_count < EVENT_LISTENERS);
    book->listeners[book->listener_count].told = told;
    book->listeners[book->listener_count].owner = owner;
    book->listener_count++;
}

/* ---- Time ---- */

static struct event_stamp stamp(int64_t utc_ms, const struct clock_reading *reading)
{
    int64_t utc_s = utc_ms < 0 ? 0 : utc_ms / 1000;
    return (struct event_stamp){
        .utc_s = utc_s < UINT32_MAX ? (uint32_t)utc_s : UINT32_MAX,
        .offset_min = reading->offset_min,
        .clock_status = (uint8_t)((reading->valid ? 0 : STATUS_INVALID) |
                                  (reading->doubtful ? STATUS_DOUBTFUL : 0) |
                                  (reading->other_base ? STATUS_OTHER_BASE : 0) |
                                  (reading->dst_active ? STATUS_DST : 0)),
    };
}

struct event_stamp event_stamp_of(const struct clock_mark *mark)
{
    const struct clock_reading reading = clock_mark_read(mark);
    return stamp(mark->utc_ms, &reading);
}

struct event_stamp event_stamp_at(const struct clock *clock, int64_t utc_ms)
{
    const struct clock_mark mark = clock_mark_at(clock, utc_ms);
    struct clock_reading reading = clock_mark_read(&mark);
    reading.doubtful = clock->doubtful;
    reading.other_base = clock->other_base;
    return stamp(utc_ms, &reading);
}

static struct event_stamp stamp_now(const struct event_book *book)
{
    return event_stamp_at(book->clock, book->clock->utc_ms);
}

/* ---- Causes ---- */

void event_record(struct event_book *book, enum event_code code)
{
    const struct event event = {.code = (uint8_t)code, .stamp = stamp_now(book)};
    event_enter(book, &event);
}

bool event_is_raised(const struct event_book *book, enum event_code code)
{
    return (book->causes[code / 8] >> code % 8 & 1) != 0;
}

static void change_cause(struct event_book *book, enum event_code code)
{
    book->causes[code / 8] ^= (uint8_t)(1u << code % 8);
    book->causes_changed = true;
}

void event_raise(struct event_book *book, enum event_code code)
{
    if (!event_is_raised(book, code)) {
        change_cause(book, code);
        event_record(book, code);
    }
}

void event_clear(struct event_book *book, enum event_code code)
{
    uint8_t gone = event_row((uint8_t)code)->gone;
    if (!event_is_raised(book, code)) {
        return;
    }
    change_cause(book, code);
    if (gone != EVENT_NONE) {
        event_record(book, (enum event_code)gone);
    }
}

void event_follow(struct event_book *book, enum event_code code, bool there)
{
    if (there) {
        event_raise(book, code);
    } else {
        event_clear(book, code);
    }
}

void event_correct(struct event_book *book, enum event_code code, bool there)
{
    if (event_is_raised(book, code) != there) {
        change_cause(book, code);
    }
}

/* ---- What outlives the supply ---- */

static void restore_last(struct event_book *book, enum event_log log)
{
    struct event event;
    uint32_t count = event_log_count(book, log);
    if (count > 0 && event_log_read(book, log, count, &event) == STORAGE_DONE) {
        book->last[log] = event.code;
    }
}

/* A cause that was raised before the storage was there keeps its place in the queue. */
void event_recover(struct event_book *book, struct storage *storage, uint16_t value)
{
    uint8_t kept[EVENT_CAUSES];
    uint8_t version;
    book->storage = storage;
    book->value = value;
    book->ready = true;
    int size = journal_get(&storage->values, value, &version, kept, sizeof kept);
    for (int i = 0; size == EVENT_CAUSES && version == CAUSES_VERSION && i < EVENT_CAUSES; i++) {
        book->causes[i] |= kept[i];
    }
    for (int log = 0; log < EVENT_LOGS; log++) {
        restore_last(book, (enum event_log)log);
    }
    write_waiting(book);
}

int event_step(struct event_book *book)
{
    if (!book->ready) {
        return 0;
    }
    write_waiting(book);
    if (book->causes_changed && journal_put(&book->storage->values, book->value, CAUSES_VERSION,
                                            book->causes, EVENT_CAUSES) == STORAGE_DONE) {
        book->causes_changed = false;
    }
    return book->waiting > 0 || book->causes_changed;
}

int event_log_clear(struct event_book *book, enum event_log log)
{
    struct record_ring *ring = event_log_ring(book, log);
    if (ring == NULL || book->waiting > 0 || record_clear(ring) != STORAGE_DONE) {
        return -1;
    }
    const struct event event = {.code = EVENT_LOG_CLEARED, .stamp = stamp_now(book)};
    event_enter_log(book, log, &event);
    return 0;
}
