#include "storage/shelf.h"

#include "base/crc32.h"
#include "base/reader.h"
#include "base/writer.h"

#include <stddef.h>
#include <string.h>

/* A slot on flash: number with the run's mark in its top bit, time, the record's octets, check. */
enum { PREFIX = 8, CHECK = 4, PIECE = 64 };

static const uint32_t run_mark = 0x80000000;

bool shelf_read(const struct record_ring *ring, uint32_t sequence, struct shelf *shelf)
{
    struct belt_note *note = &shelf->note;
    shelf->sequence = sequence;
    return belt_read_note(&ring->belt, sequence, note) == STORAGE_DONE &&
           note->slot > RECORD_FRAME && note->slot - RECORD_FRAME <= record_size_max(ring) &&
           note->first >= 1 && note->first < SHELF_NUMBER_MAX && note->floor <= note->first &&
           note->run <= note->first;
}

uint32_t shelf_room(const struct record_ring *ring, uint16_t slot)
{
    return (ring->belt.flash->sector - BELT_DATA) / slot;
}

uint32_t shelf_address(const struct record_ring *ring, const struct shelf *shelf, uint32_t slot)
{
    return belt_address(&ring->belt, shelf->sequence) + BELT_DATA + slot * shelf->note.slot;
}

uint32_t shelf_slots(const struct record_ring *ring, const struct shelf *shelf)
{
    return shelf->sequence == ring->belt.head ? ring->used : shelf_room(ring, shelf->note.slot);
}

static bool begins_by_number(const struct belt_note *note, uint32_t number)
{
    return note->first <= number;
}

bool shelf_last(const struct record_ring *ring, uint32_t from, uint32_t to,
                bool (*holds)(const struct belt_note *note, uint32_t key), uint32_t key,
                struct shelf *last)
{
    bool found = false;
    while (from <= to) {
        uint32_t middle = from + (to - from) / 2;
        uint32_t at = middle;
        struct shelf shelf = {0};
        while (at >= from && !shelf_read(ring, at, &shelf)) {
            at--;
        }
        if (at < from) {
            from = middle + 1;
        } else if (holds(&shelf.note, key)) {
            *last = shelf;
            found = true;
            from = middle + 1;
        } else {
            to = at - 1;
        }
    }
    return found;
}

bool shelf_of_number(const struct record_ring *ring, uint32_t number, struct shelf *shelf)
{
    return ring->belt.span > 0 && shelf_last(ring, belt_oldest(&ring->belt), ring->belt.head,
                                             begins_by_number, number, shelf);
}

static struct shelf_entry parse_prefix(const uint8_t prefix[PREFIX])
{
    struct reader r = reader_over(prefix, PREFIX);
    uint32_t number = reader_u32(&r);
    return (struct shelf_entry){
        .record = {.number = number & SHELF_NUMBER_MAX, .time_s = reader_u32(&r)},
        .mark = (number & run_mark) != 0,
    };
}

int shelf_peek(const struct record_ring *ring, uint32_t at, struct shelf_entry *entry)
{
    uint8_t prefix[PREFIX];
    if (flash_read(ring->belt.flash, at, prefix, PREFIX) != STORAGE_DONE) {
        return STORAGE_FAILED;
    }
    *entry = parse_prefix(prefix);
    return STORAGE_DONE;
}

/* Continues a check over octets on flash, and copies them unless `copy` is NULL. */
static int read_checked(const struct flash *flash, uint32_t at, uint32_t size, uint8_t *copy,
                        uint32_t *crc)
{
    uint8_t piece[PIECE];
    for (uint32_t done = 0; done < size; done += PIECE) {
        uint32_t now = size - done < PIECE ? size - done : PIECE;
        if (flash_read(flash, at + done, piece, now) != STORAGE_DONE) {
            return STORAGE_FAILED;
        }
        *crc = crc32(*crc, piece, now);
        if (copy) {
            memcpy(copy + done, piece, now);
        }
    }
    return STORAGE_DONE;
}

static int read_once(const struct record_ring *ring, uint32_t at, uint16_t slot,
                     struct shelf_entry *entry, uint8_t *octets)
{
    const struct flash *flash = ring->belt.flash;
    uint8_t prefix[PREFIX];
    uint8_t check[CHECK];
    uint32_t crc = 0;
    if (read_checked(flash, at, PREFIX, prefix, &crc) != STORAGE_DONE ||
        read_checked(flash, at + PREFIX, slot - RECORD_FRAME, octets, &crc) != STORAGE_DONE ||
        flash_read(flash, at + slot - CHECK, check, CHECK) != STORAGE_DONE) {
        return STORAGE_FAILED;
    }
    *entry = parse_prefix(prefix);
    struct reader r = reader_over(check, CHECK);
    return reader_u32(&r) == crc ? STORAGE_DONE : STORAGE_DAMAGED;
}

/* Twice before it is called damaged: a bit may have flipped on its way. */
int shelf_read_slot(const struct record_ring *ring, uint32_t at, uint16_t slot,
                    struct shelf_entry *entry, uint8_t *octets)
{
    int result = read_once(ring, at, slot, entry, octets);
    return result == STORAGE_DAMAGED ? read_once(ring, at, slot, entry, octets) : result;
}

int shelf_find(const struct record_ring *ring, const struct shelf *shelf, uint32_t number,
               struct record *record, uint8_t *octets)
{
    struct shelf_entry entry;
    uint32_t slots = shelf_slots(ring, shelf);
    for (uint32_t i = number - shelf->note.first; i < slots; i++) {
        int result =
            shelf_read_slot(ring, shelf_address(ring, shelf, i), shelf->note.slot, &entry, octets);
        if (result == STORAGE_FAILED) {
            return result;
        }
        if (result == STORAGE_DONE && entry.record.number >= number) {
            *record = entry.record;
            return entry.record.number == number ? STORAGE_DONE : STORAGE_DAMAGED;
        }
    }
    return STORAGE_DAMAGED;
}

/* Renders a frame page by page, as the chip programs it. */
static int write_frame(const struct flash *flash, uint32_t at, const struct shelf_entry *entry,
                       const uint8_t *octets, uint16_t size)
{
    uint8_t page[FLASH_PAGE_MAX];
    uint8_t prefix[PREFIX];
    struct writer w = writer_over(prefix, PREFIX);
    writer_u32(&w, entry->record.number | (entry->mark ? run_mark : 0));
    writer_u32(&w, entry->record.time_s);
    uint32_t crc = crc32(crc32(0, prefix, PREFIX), octets, size);
    for (uint32_t done = 0; done < (uint32_t)size + RECORD_FRAME;) {
        w = writer_window(page, flash->page - (at + done) % flash->page, done);
        writer_octets(&w, prefix, PREFIX);
        writer_octets(&w, octets, size);
        writer_u32(&w, crc);
        uint32_t now = (uint32_t)writer_kept(&w);
        if (flash_write(flash, at + done, page, now) != STORAGE_DONE) {
            return STORAGE_FAILED;
        }
        done += now;
    }
    return STORAGE_DONE;
}

int shelf_write_slot(const struct record_ring *ring, uint32_t at, const struct shelf_entry *entry,
                     const uint8_t *octets)
{
    struct shelf_entry back;
    int result = write_frame(ring->belt.flash, at, entry, octets, record_size(ring));
    if (result == STORAGE_DONE) {
        result = shelf_read_slot(ring, at, ring->slot, &back, NULL);
    }
    if (result == STORAGE_DONE && back.record.number != entry->record.number) {
        result = STORAGE_DAMAGED;
    }
    return result;
}
