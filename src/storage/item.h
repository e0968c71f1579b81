/* The items of a journal's sector: values from the sector's beginning on, their descriptors at
 * fixed places from its end on, so that no damaged length ever hides what comes behind it, and no
 * value can pass for a descriptor. Private to the journal. */
#ifndef WATTHOUR_STORAGE_ITEM_H
#define WATTHOUR_STORAGE_ITEM_H

#include "base/writer.h"
#include "storage/flash.h"

enum { ITEM_DESCRIPTOR = 16 };

struct item {
    uint16_t number;
    uint8_t version;
    uint16_t at; /* octets from the sector's beginning */
    uint16_t size;
    uint32_t crc; /* of number, version and size as stored, then of the value */
};

/* Writes a value, the same one each time, to whatever window on it is asked for. */
typedef void item_render(const void *owner, struct writer *w);

/* Where a value comes from: memory; or, when `octets` is NULL, what is rendered page by page; or,
 * when `render` is, too, the chip itself: then the item's check goes with it. */
struct item_source {
    const uint8_t *octets;
    item_render *render;
    const void *owner;
    uint32_t address;
};

enum item_state {
    ITEM_BLANK,   /* no descriptor was written here */
    ITEM_WIPED,   /* there was one */
    ITEM_REVOKED, /* replaced, wiping it has begun */
    ITEM_DAMAGED,
    ITEM_FAILED,  /* the chip does not give it */
    ITEM_WRITTEN, /* to be followed; whether its value is intact, item_check() tells */
};

/* Offset in the sector of a descriptor. */
uint32_t item_offset(const struct flash *flash, uint16_t slot);

/* Reads the descriptor of a slot; fills in `item` when it is written or revoked. */
enum item_state item_read(const struct flash *flash, uint32_t sector, uint16_t slot,
                          struct item *item);

/* Whether the value is intact; copies as much of it as there is room for. STORAGE_DONE,
 * STORAGE_DAMAGED, STORAGE_FAILED. */
int item_check(const struct flash *flash, uint32_t sector, const struct item *item, uint8_t *copy,
               uint32_t room);

/* Writes the value, then its descriptor, and reads both back. `item->crc` is filled in for a value
 * that does not come from the chip. STORAGE_DONE, STORAGE_DAMAGED: it does not read back, or did
 * not come over as it was, STORAGE_FAILED. */
int item_write(const struct flash *flash, uint32_t sector, uint16_t slot, struct item *item,
               const struct item_source *source);

/* Zeroes a descriptor that is given up, so that it never reads as blank: those behind it count. */
int item_void(const struct flash *flash, uint32_t sector, uint16_t slot);

/* Overwrites an item with zeros; can be interrupted and done again. */
int item_wipe(const struct flash *flash, uint32_t sector, uint16_t slot, const struct item *item);

#endif
