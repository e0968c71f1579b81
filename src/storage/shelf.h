/* A shelf: a sector of a ring of records, and the slots on it. Private to the records. */
#ifndef WATTHOUR_STORAGE_SHELF_H
#define WATTHOUR_STORAGE_SHELF_H

#include "storage/record.h"

struct shelf {
    uint32_t sequence;
    struct belt_note note;
};

/* What lies in a slot. */
struct shelf_entry {
    struct record record;
    bool mark; /* the clock was set back before it: a monotone run begins */
};

/* Numbers that the entries have room for. */
enum { SHELF_NUMBER_MAX = 0x7fffffff };

/* Reads the note of a sector; false when it is unreadable or makes no sense. */
bool shelf_read(const struct record_ring *ring, uint32_t sequence, struct shelf *shelf);

/* Slots on a sector; those that may hold records; where one lies. */
uint32_t shelf_room(const struct record_ring *ring, uint16_t slot);
uint32_t shelf_slots(const struct record_ring *ring, const struct shelf *shelf);
uint32_t shelf_address(const struct record_ring *ring, const struct shelf *shelf, uint32_t slot);

/* The last of the sectors from..to for which `holds`, which is true up to some sector and false
 * behind it. Unreadable sectors are passed over. */
bool shelf_last(const struct record_ring *ring, uint32_t from, uint32_t to,
                bool (*holds)(const struct belt_note *note, uint32_t key), uint32_t key,
                struct shelf *last);

/* The sector that a number lies in, if it is there. */
bool shelf_of_number(const struct record_ring *ring, uint32_t number, struct shelf *shelf);

/* Reads number and time of a slot, unchecked. STORAGE_DONE, STORAGE_FAILED. */
int shelf_peek(const struct record_ring *ring, uint32_t at, struct shelf_entry *entry);

/* Reads and checks a slot of `slot` octets; copies the record's octets unless `octets` is NULL.
 * STORAGE_DONE, STORAGE_DAMAGED, STORAGE_FAILED. */
int shelf_read_slot(const struct record_ring *ring, uint32_t at, uint16_t slot,
                    struct shelf_entry *entry, uint8_t *octets);

/* Writes a slot and reads it back; answers as above. */
int shelf_write_slot(const struct record_ring *ring, uint32_t at, const struct shelf_entry *entry,
                     const uint8_t *octets);

/* Finds a number in its sector: in its own slot, or behind it by as many slots as were passed over
 * when they were written. Answers as above. */
int shelf_find(const struct record_ring *ring, const struct shelf *shelf, uint32_t number,
               struct record *record, uint8_t *octets);

#endif
