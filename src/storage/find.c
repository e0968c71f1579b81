#include "storage/shelf.h"

#include <stddef.h>

static bool begins_by_run(const struct belt_note *note, uint32_t number)
{
    return note->run <= number;
}

static bool begins_before_time(const struct belt_note *note, uint32_t time_s)
{
    return note->time_s < time_s;
}

static bool follows_older(const struct belt_note *note, uint32_t time_s)
{
    return note->newest_s < time_s;
}

/* Looks for a run's mark behind a number in a sector; the next run's first number, or 0. */
static uint32_t marked_behind(const struct record_ring *ring, const struct shelf *shelf,
                              uint32_t number)
{
    struct shelf_entry entry;
    uint32_t slots = shelf_slots(ring, shelf);
    uint32_t i = number > shelf->note.first ? number - shelf->note.first : 0;
    for (; i < slots; i++) {
        uint32_t at = shelf_address(ring, shelf, i);
        if (shelf_peek(ring, at, &entry) == STORAGE_DONE && entry.mark &&
            entry.record.number > number &&
            shelf_read_slot(ring, at, shelf->note.slot, &entry, NULL) == STORAGE_DONE) {
            return entry.record.number;
        }
    }
    return 0;
}

/* The number behind the last of the monotone run that `number` belongs to; greater than it. */
static uint32_t run_end(const struct record_ring *ring, const struct shelf *here, uint32_t number)
{
    struct shelf last = *here;
    uint32_t head = ring->belt.head;
    if (ring->run <= number) {
        return ring->next;
    }
    shelf_last(ring, here->sequence + 1, head, begins_by_run, number, &last);
    uint32_t end = marked_behind(ring, &last, number);
    for (uint32_t sequence = last.sequence + 1; end == 0 && sequence <= head; sequence++) {
        if (shelf_read(ring, sequence, &last) && last.note.run > number) {
            end = last.note.run;
        }
    }
    return end > 0 ? end : ring->run;
}

/* Numbers of one monotone run, and the time that one of them is to reach. */
struct wanted {
    uint32_t from;
    uint32_t to; /* exclusive */
    uint32_t time_s;
};

static bool lies_before(const struct record *record, const struct wanted *wanted)
{
    return record->number < wanted->from ||
           (record->number < wanted->to && record->time_s < wanted->time_s);
}

/* The first wanted record of a sector. Slots that cannot be read are passed over. */
static bool find_in_shelf(const struct record_ring *ring, const struct shelf *shelf,
                          const struct wanted *wanted, struct record *found)
{
    bool any = false;
    uint32_t from = 0;
    uint32_t to = shelf_slots(ring, shelf);
    while (from < to) {
        struct shelf_entry entry = {.mark = false};
        uint32_t middle = from + (to - from) / 2;
        uint32_t at = middle;
        while (at < to && shelf_read_slot(ring, shelf_address(ring, shelf, at), shelf->note.slot,
                                          &entry, NULL) != STORAGE_DONE) {
            at++;
        }
        if (at < to && lies_before(&entry.record, wanted)) {
            from = at + 1;
            continue;
        }
        if (at < to && entry.record.number < wanted->to) {
            *found = entry.record;
            any = true;
        }
        to = middle;
    }
    return any;
}

/* The first wanted record, from a sector on. */
static bool find_in_run(const struct record_ring *ring, struct shelf shelf,
                        const struct wanted *wanted, struct record *found)
{
    struct shelf end = shelf;
    shelf_of_number(ring, wanted->to - 1, &end);
    shelf_last(ring, shelf.sequence + 1, end.sequence, begins_before_time, wanted->time_s, &shelf);
    for (uint32_t sequence = shelf.sequence; sequence <= end.sequence; sequence++) {
        if (shelf_read(ring, sequence, &shelf) && find_in_shelf(ring, &shelf, wanted, found)) {
            return true;
        }
    }
    return false;
}

/* From a number on: behind all sectors in which, as in those before them, every time is older. */
static uint32_t skip_older(const struct record_ring *ring, uint32_t number, uint32_t time_s)
{
    struct shelf shelf;
    bool any = ring->belt.span > 0 && shelf_last(ring, belt_oldest(&ring->belt), ring->belt.head,
                                                 follows_older, time_s, &shelf);
    return any && shelf.note.first > number ? shelf.note.first : number;
}

int record_find(const struct record_ring *ring, uint32_t number, uint32_t from_s, uint32_t to_s,
                struct record *found)
{
    struct shelf shelf;
    struct record record;
    uint32_t first = record_first(ring);
    uint32_t at = skip_older(ring, number > first ? number : first, from_s);
    while (at < ring->next && shelf_of_number(ring, at, &shelf)) {
        const struct wanted wanted = {at, run_end(ring, &shelf, at), from_s};
        if (find_in_run(ring, shelf, &wanted, &record) && record.time_s <= to_s) {
            *found = record;
            return STORAGE_DONE;
        }
        at = wanted.to;
    }
    return STORAGE_ABSENT;
}

uint32_t record_run_end(const struct record_ring *ring, uint32_t number)
{
    struct shelf shelf;
    bool there = number < ring->next && shelf_of_number(ring, number, &shelf);
    return there ? run_end(ring, &shelf, number) : ring->next;
}
