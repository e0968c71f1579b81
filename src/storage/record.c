#include "storage/record.h"

#include "base/need.h"
#include "storage/shelf.h"

#include <stddef.h>

enum { WRITE_TRIES = 8 }; /* a chip on which so many records in a row do not read back is broken */

enum phase { PHASE_BELT, PHASE_HEAD, PHASE_DONE };

void record_init(struct record_ring *ring, const struct flash *flash,
                 const struct partition *partition)
{
    need(partition->sectors >= RECORD_SECTORS_MIN && partition->record > 0);
    *ring = (struct record_ring){.next = 1, .floor = 1, .run = 1};
    belt_init(&ring->belt, flash, partition);
    ring->slot = partition->record + RECORD_FRAME;
    need(partition->record <= record_size_max(ring));
}

uint16_t record_size_max(const struct record_ring *ring)
{
    uint32_t third = (ring->belt.flash->sector - BELT_DATA) / 3u - RECORD_FRAME;
    return (uint16_t)(third < RECORD_SIZE_MAX ? third : RECORD_SIZE_MAX);
}

uint16_t record_size(const struct record_ring *ring)
{
    return ring->slot - RECORD_FRAME;
}

uint8_t record_version(const struct record_ring *ring)
{
    return ring->version;
}

uint32_t record_next(const struct record_ring *ring)
{
    return ring->next;
}

/* One sector is the head, one is ready or being erased. */
uint32_t record_capacity(const struct record_ring *ring)
{
    return (ring->belt.partition->sectors - 2u) * shelf_room(ring, ring->slot);
}

uint32_t record_first(const struct record_ring *ring)
{
    struct shelf shelf;
    for (uint32_t i = 0; i < ring->belt.span; i++) {
        if (shelf_read(ring, belt_oldest(&ring->belt) + i, &shelf)) {
            return shelf.note.first > ring->floor ? shelf.note.first : ring->floor;
        }
    }
    return ring->next;
}

int record_read(const struct record_ring *ring, uint32_t number, struct record *record,
                void *octets)
{
    struct shelf shelf;
    need(ring->phase == PHASE_DONE);
    if (number >= ring->next || number < record_first(ring)) {
        return STORAGE_ABSENT;
    }
    if (!shelf_of_number(ring, number, &shelf) || shelf.note.slot != ring->slot) {
        return STORAGE_DAMAGED;
    }
    return shelf_find(ring, &shelf, number, record, octets);
}

/* ---- Appending ---- */

static int open_shelf(struct record_ring *ring, const struct belt_note *note)
{
    int result = belt_open(&ring->belt, note);
    if (result == STORAGE_DONE) {
        ring->used = 0;
    }
    return result;
}

static struct belt_note note_of(const struct record_ring *ring)
{
    return (struct belt_note){
        .version = ring->version,
        .slot = ring->slot,
        .first = ring->next,
        .floor = ring->floor,
        .run = ring->run,
        .time_s = ring->time_s,
        .newest_s = ring->newest_s,
    };
}

static void take_note(struct record_ring *ring, const struct belt_note *note)
{
    ring->version = note->version;
    ring->slot = note->slot;
    ring->next = note->first;
    ring->floor = note->floor;
    ring->run = note->run;
    ring->time_s = note->time_s;
    ring->newest_s = note->newest_s;
}

/* Finds the next slot that nothing has been written to; what lies in between is zeroed, lest it
 * should ever pass for a record. */
static int find_slot(struct record_ring *ring, uint32_t *at)
{
    int result = belt_settle(&ring->belt) == STORAGE_DONE ? STORAGE_DAMAGED : STORAGE_FAILED;
    while (result == STORAGE_DAMAGED) {
        if (ring->belt.span == 0 || ring->used >= shelf_room(ring, ring->slot)) {
            const struct belt_note note = note_of(ring);
            result = open_shelf(ring, &note);
            if (result != STORAGE_DONE) {
                return result;
            }
        }
        *at = belt_address(&ring->belt, ring->belt.head) + BELT_DATA +
              (uint32_t)ring->used * ring->slot;
        result = flash_blank(ring->belt.flash, *at, ring->slot);
        if (result == STORAGE_DAMAGED && flash_zero(ring->belt.flash, *at, ring->slot) != 0) {
            return STORAGE_FAILED;
        }
        if (result == STORAGE_DAMAGED) {
            ring->used++;
        }
    }
    return result;
}

static void take_entry(struct record_ring *ring, const struct shelf_entry *entry)
{
    if (entry->mark) {
        ring->run = entry->record.number;
    }
    ring->time_s = entry->record.time_s;
    ring->newest_s = ring->time_s > ring->newest_s ? ring->time_s : ring->newest_s;
    ring->next = entry->record.number + 1;
}

int record_append(struct record_ring *ring, uint32_t time_s, const void *octets)
{
    need(ring->phase == PHASE_DONE);
    const struct shelf_entry entry = {
        .record = {.number = ring->next, .time_s = time_s},
        .mark = time_s < ring->time_s,
    };
    if (ring->next >= SHELF_NUMBER_MAX) {
        return STORAGE_FULL;
    }
    for (unsigned tries = 0; tries < WRITE_TRIES; tries++) {
        uint32_t at;
        int result = find_slot(ring, &at);
        if (result == STORAGE_DONE) {
            result = shelf_write_slot(ring, at, &entry, octets);
        }
        if (result == STORAGE_DONE) {
            take_entry(ring, &entry);
            ring->used++;
        }
        if (result != STORAGE_DAMAGED) {
            return result;
        }
    }
    return STORAGE_FAILED;
}

int record_format(struct record_ring *ring, uint16_t size, uint8_t version)
{
    need(ring->phase == PHASE_DONE && size > 0 && size <= record_size_max(ring));
    const struct belt_note note = {
        .version = version,
        .slot = size + RECORD_FRAME,
        .first = ring->next,
        .floor = ring->next,
        .run = ring->next,
    };
    int result = open_shelf(ring, &note);
    if (result == STORAGE_DONE) {
        take_note(ring, &note);
    }
    return result;
}

int record_clear(struct record_ring *ring)
{
    if (ring->floor == ring->next) {
        return STORAGE_DONE;
    }
    return record_format(ring, record_size(ring), ring->version);
}

int record_step(struct record_ring *ring)
{
    struct belt *belt = &ring->belt;
    if (belt->ready > 0 && !belt_erasing(belt)) {
        return 0;
    }
    if (belt_crowded(belt) && !belt_erasing(belt) && belt->span > 1) {
        int result = belt_drop(belt);
        return result == STORAGE_DONE ? 1 : result;
    }
    return belt_prepare(belt);
}

/* ---- Recovery ---- */

/* Follows the slots of the newest readable sector. */
static void read_newest(struct record_ring *ring, const struct shelf *shelf)
{
    struct shelf_entry entry;
    take_note(ring, &shelf->note);
    for (uint16_t i = 0; i < shelf_room(ring, ring->slot); i++) {
        uint32_t at = shelf_address(ring, shelf, i);
        if (flash_blank(ring->belt.flash, at, ring->slot) == STORAGE_DONE) {
            continue;
        }
        if (shelf_read_slot(ring, at, ring->slot, &entry, NULL) == STORAGE_DONE &&
            entry.record.number >= ring->next && entry.record.number <= shelf->note.first + i) {
            take_entry(ring, &entry);
            ring->used = i + 1;
        } else {
            ring->damaged++;
        }
    }
}

static void read_head(struct record_ring *ring)
{
    struct shelf shelf;
    for (uint32_t i = 0; i < ring->belt.span; i++) {
        if (shelf_read(ring, ring->belt.head - i, &shelf)) {
            read_newest(ring, &shelf);
            if (i > 0) {
                ring->used = (uint16_t)shelf_room(ring, ring->slot);
            }
            return;
        }
    }
}

int record_recover(struct record_ring *ring)
{
    if (ring->phase == PHASE_BELT) {
        if (belt_recover(&ring->belt) == 0) {
            ring->phase = PHASE_HEAD;
        }
        return 1;
    }
    if (ring->phase == PHASE_HEAD) {
        read_head(ring);
        ring->phase = PHASE_DONE;
    }
    return 0;
}
