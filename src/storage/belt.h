/* A belt: the sectors of one partition, used round and round in the order of an ever-growing
 * sequence number, so that all wear alike. The newest sector is the head, to which its owner (a
 * journal, a ring of records, the staging area) appends; behind it a few sectors stand erased and
 * marked as ready; before those lies the oldest sector that still holds data.
 *
 *     oldest ... head | ready ready | (being erased) | oldest ...
 *
 * The sector of sequence s is the (s modulo sectors)-th of the partition, so nothing has to be
 * looked up and s / sectors tells how often the sector was erased. Every stored octet is described
 * in docs/FLASH.md. */
#ifndef WATTHOUR_STORAGE_BELT_H
#define WATTHOUR_STORAGE_BELT_H

#include "storage/flash.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    BELT_SCHEMA = 1,  /* of the octets on flash; a sector of another schema counts as foreign */
    BELT_DATA = 116,  /* the owner's octets of a sector begin here */
    BELT_SLICE = 64,  /* sectors that a step of recovery looks at */
    BELT_AHEAD = 254, /* sectors that can stand prepared */
};

enum belt_kind {
    BELT_JOURNAL = 'J',
    BELT_RECORDS = 'R',
    BELT_STAGE = 'S',
};

/* A part of the chip; const, on the product's page. */
struct partition {
    const char *name;  /* for people */
    uint16_t identity; /* product in the high octet, number in the low one; unique on a chip */
    uint8_t kind;      /* enum belt_kind */
    uint16_t first;    /* sector of the chip */
    uint16_t sectors;
    uint16_t record; /* of a ring: octets of a record until told otherwise; else 0 */
};

/* What the owner notes in a sector when it opens it; a journal has nothing but its mark. */
struct belt_note {
    uint8_t version;   /* of the records' form; of a journal 1: marked */
    uint16_t slot;     /* octets from record to record */
    uint32_t first;    /* number of the sector's first record */
    uint32_t floor;    /* records below are cleared */
    uint32_t run;      /* first record of the monotone run that the one before `first` belongs to */
    uint32_t time_s;   /* of the record before `first` */
    uint32_t newest_s; /* the latest time of all records before `first` since they were cleared */
};

struct belt {
    const struct flash *flash;
    const struct partition *partition;
    uint32_t head;   /* sequence of the newest sector */
    uint16_t span;   /* sequences from the oldest sector to the head; 0: no sector holds data */
    uint16_t cursor; /* of the recovery */
    uint16_t lost;   /* sectors whose content could not be read, where some was expected */
    uint8_t ahead;   /* sectors behind the head that were prepared, the bad ones included */
    uint8_t ready;   /* the good ones of them */
    uint8_t phase;
    uint8_t tries;
    bool doubtful; /* the chip failed while a sector was opened */
};

/* Both are kept and must outlive the belt. Recovery comes next. */
void belt_init(struct belt *belt, const struct flash *flash, const struct partition *partition);

/* One step of finding head, oldest and ready sectors: 1 while there is more to do, 0 when done. */
int belt_recover(struct belt *belt);

/* One step towards one more ready sector: the sector behind is erased, checked, marked. Returns 1
 * while it is at it or waits for the chip; 0 when no sector is free: the oldest one has to be
 * dropped first; STORAGE_FAILED. */
int belt_prepare(struct belt *belt);

/* An erase of this belt is under way. */
bool belt_erasing(const struct belt *belt);

/* No sector lies between the prepared ones and the oldest. */
bool belt_crowded(const struct belt *belt);

/* Gives up the oldest sector, for good: it is marked as retired. STORAGE_DONE, STORAGE_FAILED. */
int belt_drop(struct belt *belt);

/* Gives up the head in the same way; the sector before it becomes the head again. */
int belt_drop_head(struct belt *belt);

/* Makes the next ready sector the head: STORAGE_DONE, STORAGE_LATER, STORAGE_FAILED. */
int belt_open(struct belt *belt, const struct belt_note *note);

/* Before anything is written to the head: gives up a sector whose opening failed but may be found
 * by the next start. STORAGE_DONE, STORAGE_FAILED. */
int belt_settle(struct belt *belt);

/* Sequence of the oldest sector; head + 1 when none holds data. */
uint32_t belt_oldest(const struct belt *belt);

/* Where the sector of a sequence lies on the chip. */
uint32_t belt_address(const struct belt *belt, uint32_t sequence);

/* Reads the note of the sector of a sequence: STORAGE_DONE, STORAGE_ABSENT: it is not readable,
 * STORAGE_FAILED. */
int belt_read_note(const struct belt *belt, uint32_t sequence, struct belt_note *note);

/* Looking at a chip sector by sector, whatever partition it belongs to. */
enum belt_sector {
    BELT_SECTOR_BLANK,   /* never used */
    BELT_SECTOR_READY,   /* erased and marked */
    BELT_SECTOR_DATA,    /* holds data */
    BELT_SECTOR_RETIRED, /* given up, not yet erased */
    BELT_SECTOR_UNREADABLE,
    BELT_SECTOR_FAILED, /* the chip does not give it */
};

struct belt_header {
    uint8_t kind;
    uint16_t identity;
    uint32_t sequence;
    struct belt_note note;
};

/* What a sector is; the header is filled in for BELT_SECTOR_DATA. */
enum belt_sector belt_inspect(const struct flash *flash, uint32_t address,
                              struct belt_header *header);

#endif
