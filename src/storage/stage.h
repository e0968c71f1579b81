/* The staging area: what arrives in blocks (a long SET, a packed ACTION, ACTIONs with list) is
 * gathered here and committed as a whole by one record in the journal. From the commit on it stays,
 * through any power cut, until it is done: whoever applies it may do so again.
 *
 *     stage_begin, stage_append ..., stage_commit | stage_read ... (apply) ..., stage_done
 *
 * Without a commit a restart forgets it. */
#ifndef WATTHOUR_STORAGE_STAGE_H
#define WATTHOUR_STORAGE_STAGE_H

#include "storage/belt.h"
#include "storage/journal.h"

#include <stdbool.h>
#include <stdint.h>

struct stage {
    struct belt belt;
    struct journal *journal;
    uint16_t number;   /* of the journal's value that commits */
    uint16_t fill;     /* octets of the head from its beginning to the next */
    uint32_t sequence; /* of its first sector */
    uint32_t size;     /* octets gathered */
    uint32_t crc;
    uint32_t tag;
    uint8_t phase;
};

/* `journal` holds the commit as its value `number`. All are kept. Recovery comes next, after the
 * journal's. */
void stage_init(struct stage *stage, const struct flash *flash, const struct partition *partition,
                struct journal *journal, uint16_t number);

/* One step of reading the partition: 1 while there is more to do, 0 when done. What was committed
 * is checked whole; when it cannot be read it is given up: STORAGE_DAMAGED, once. */
int stage_recover(struct stage *stage);

/* One step of preparing sectors; never waits for an erase. 1: more to do; 0: nothing; or
 * STORAGE_FAILED. */
int stage_step(struct stage *stage);

/* Octets that one stage holds at most. */
uint32_t stage_capacity(const struct stage *stage);

/* Forgets what was gathered and begins anew. STORAGE_DONE; STORAGE_LATER while what was committed
 * is not done; STORAGE_FAILED. */
int stage_begin(struct stage *stage);

/* Appends octets. STORAGE_DONE, or nothing was appended: STORAGE_LATER, STORAGE_FULL; or
 * STORAGE_FAILED: begin anew. */
int stage_append(struct stage *stage, const void *octets, uint32_t size);

/* Commits what was gathered; `tag` tells later what it is. STORAGE_DONE, STORAGE_LATER,
 * STORAGE_DAMAGED: it does not read back, STORAGE_FAILED. */
int stage_commit(struct stage *stage, uint32_t tag);

/* Whether something is committed and not yet done; what it is. */
bool stage_committed(const struct stage *stage, uint32_t *tag, uint32_t *size);

/* Reads from what was gathered or committed. STORAGE_DONE, STORAGE_ABSENT: beyond its end,
 * STORAGE_FAILED. */
int stage_read(const struct stage *stage, uint32_t at, void *octets, uint32_t size);

/* What was committed has been applied. STORAGE_DONE, STORAGE_LATER, STORAGE_FAILED. */
int stage_done(struct stage *stage);

#endif
