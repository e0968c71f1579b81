/* A journal of small values, each under a number: the newest valid one wins.
 *
 * A put appends the value and, behind it, its descriptor, which makes it valid; when
 * journal_put() returns, the value is on the chip and read back. Whatever happens before, the value
 * put last stands. Sectors are freed by carrying what is still in force from the oldest to the
 * head. A journal can be marked, once and for good, at which sectors without the mark are freed.
 *
 * The application has one journal, its secrets another, the legally relevant part a third with a
 * partition and a copy of this code of its own: it needs nothing but flash, belt, item and base/.
 */
#ifndef WATTHOUR_STORAGE_JOURNAL_H
#define WATTHOUR_STORAGE_JOURNAL_H

#include "storage/belt.h"
#include "storage/item.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    JOURNAL_SECTORS_MIN = 7, /* of its partition */
    JOURNAL_SECTORS_MAX = 255,
    JOURNAL_READY = 4, /* ready sectors that it keeps */
};

/* How a journal is used; const. */
struct journal_use {
    uint16_t values; /* numbers 0..values - 1 */
    uint16_t urgent; /* octets that the head keeps free for journal_put_urgent(); 0: none */
    bool secret;     /* what is replaced is overwritten with zeros */
};

struct journal {
    struct belt belt;
    const struct journal_use *use;
    uint16_t *places; /* one for each value: where its newest lies */
    uint32_t live;    /* octets in force, descriptors included */
    uint16_t fill;    /* octets of the head from its beginning to the next value */
    uint16_t slots;   /* descriptors in the head */
    uint16_t cursor;  /* of the recovery: sectors; of the carrying: descriptors */
    uint16_t
        damaged; /* values and descriptors whose check failed; one torn by a power cut counts */
    uint16_t marked_from; /* low half of the sequence of the oldest that is marked */
    bool marked;          /* there is one */
    uint8_t phase;
};

/* All are kept and must outlive the journal; `places` has room for use->values. */
void journal_init(struct journal *journal, const struct flash *flash,
                  const struct partition *partition, const struct journal_use *use,
                  uint16_t *places);

/* One step of reading the partition: 1 while there is more to do, 0 when done. Only then may the
 * functions below be called. */
int journal_recover(struct journal *journal);

/* One step of preparing sectors; never waits for an erase. 1: more to do; 0: nothing; or
 * STORAGE_FAILED. */
int journal_step(struct journal *journal);

/* It has a sector, or one is prepared to be its first: without, every put is late. */
bool journal_ready(const struct journal *journal);

/* Makes `size` octets the value of `number`; `version` tells later firmware their form. `size` 0
 * is a value too. STORAGE_DONE, STORAGE_LATER, STORAGE_FULL, STORAGE_FAILED. */
int journal_put(struct journal *journal, uint16_t number, uint8_t version, const void *octets,
                uint16_t size);

/* The same for what a caller would not have in memory as a whole: it is rendered once for its size,
 * then for each page. */
int journal_put_rendered(struct journal *journal, uint16_t number, uint8_t version,
                         item_render *render, const void *owner);

/* The same at the power-fail warning: may use what is kept for it, so that it succeeds without an
 * erase. Programs at most size / page + 3 pages. */
int journal_put_urgent(struct journal *journal, uint16_t number, uint8_t version,
                       const void *octets, uint16_t size);

/* Marks the journal: a sector is opened that bears the mark, as every later one does, and
 * journal_step() carries what is in force out of those without, and gives them up. From then on no
 * state of the chip looks as it did before: where a marked sector cannot be read there is none that
 * could take its place. Again: nothing. STORAGE_DONE, STORAGE_LATER, STORAGE_FAILED: it is not
 * marked. */
int journal_mark(struct journal *journal);

/* Copies at most `room` octets of a value; `version` may be NULL. Returns the size of the whole
 * value; STORAGE_ABSENT, STORAGE_DAMAGED: since the recovery, STORAGE_FAILED. */
int journal_get(const struct journal *journal, uint16_t number, uint8_t *version, void *octets,
                uint16_t room);

/* Octets of a value from one on, which it has; whether it is intact, journal_get() tells.
 * STORAGE_DONE, STORAGE_ABSENT: it has no so many; STORAGE_DAMAGED, STORAGE_FAILED. */
int journal_read(const struct journal *journal, uint16_t number, uint16_t from, void *octets,
                 uint16_t size);

/* Octets of one value at most; all values together at most, each with 16 more. */
uint16_t journal_value_max(const struct journal *journal);
uint32_t journal_capacity(const struct journal *journal);

#endif
