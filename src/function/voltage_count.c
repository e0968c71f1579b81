#include "function/voltage_count.h"

#include "base/reader.h"
#include "base/writer.h"

/* As a value: docs/FLASH.md. */
enum { VERSION = 1, SIZE = 4 + VOLTAGE_PHASES * (1 + 2 + 2) };

void voltage_count_init(struct voltage_count *count, const struct event_book *events,
                        uint8_t phases)
{
    *count = (struct voltage_count){.events = events, .phases = phases};
}

/* An entry that a start repeated tells of no other sag. */
static void enter(struct voltage_count *count, uint8_t phase, enum voltage_state state)
{
    if (count->phase[phase].logged == state) {
        return;
    }
    count->phase[phase].logged = (uint8_t)state;
    if (state == VOLTAGE_UNDER) {
        count->phase[phase].sags++;
    } else if (state == VOLTAGE_OVER) {
        count->phase[phase].swells++;
    }
}

static void look_at(struct voltage_count *count, uint8_t code)
{
    for (uint8_t phase = 0; phase < count->phases; phase++) {
        for (uint8_t state = VOLTAGE_NORMAL; state <= VOLTAGE_MISSING; state++) {
            if (voltage_event((enum voltage_state)state, phase) == code) {
                enter(count, phase, (enum voltage_state)state);
            }
        }
    }
}

/* Of an older meter, which did not count, what is still in the log. */
static void catch_up(struct voltage_count *count)
{
    struct event event;
    const struct record_ring *ring = event_log_ring(count->events, EVENT_LOG_QUALITY);
    uint32_t newest = event_log_count(count->events, EVENT_LOG_QUALITY);
    if (ring == NULL || newest == count->counted) {
        return;
    }
    uint32_t first = record_first(ring);
    uint32_t n = count->counted >= first ? count->counted + 1 : first;
    for (; n <= newest; n++) {
        if (event_log_read(count->events, EVENT_LOG_QUALITY, n, &event) == STORAGE_DONE) {
            look_at(count, event.code);
        }
    }
    count->counted = newest;
    count->changed = true;
}

/* ---- What outlives the supply ---- */

static void take(struct voltage_count *count, struct reader *r)
{
    count->counted = reader_u32(r);
    for (int phase = 0; phase < VOLTAGE_PHASES; phase++) {
        uint8_t logged = reader_u8(r);
        count->phase[phase].logged = logged <= VOLTAGE_MISSING ? logged : VOLTAGE_NORMAL;
        count->phase[phase].sags = reader_u16(r);
        count->phase[phase].swells = reader_u16(r);
    }
}

static int store(struct voltage_count *count)
{
    uint8_t octets[SIZE];
    struct writer w = writer_over(octets, sizeof octets);
    writer_u32(&w, count->counted);
    for (int phase = 0; phase < VOLTAGE_PHASES; phase++) {
        writer_u8(&w, count->phase[phase].logged);
        writer_u16(&w, count->phase[phase].sags);
        writer_u16(&w, count->phase[phase].swells);
    }
    return journal_put(&count->storage->values, count->value, VERSION, octets, SIZE);
}

void voltage_count_recover(struct voltage_count *count, struct storage *storage, uint16_t value)
{
    uint8_t octets[SIZE];
    uint8_t version;
    count->storage = storage;
    count->value = value;
    int size = journal_get(&storage->values, value, &version, octets, sizeof octets);
    if (size == SIZE && version == VERSION) {
        struct reader r = reader_over(octets, sizeof octets);
        take(count, &r);
    }
    catch_up(count);
}

int voltage_count_step(struct voltage_count *count)
{
    catch_up(count);
    if (count->storage != NULL && count->changed && store(count) == STORAGE_DONE) {
        count->changed = false;
    }
    return count->storage != NULL && count->changed;
}
