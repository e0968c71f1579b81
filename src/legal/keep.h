/* Keeps the totals of the legally relevant part on flash, in a partition and a journal of its own:
 * a checkpoint every so often while something changes, and one when the supply fails. What is
 * behind the seal (legal/calibration.h) is kept there as well, as soon as it changes.
 *
 * After any loss of the supply every register is at least what its last checkpoint says and never
 * above the truth; after a warning nothing is missing. The target links a copy of the journal's
 * code into the legally relevant part. */
#ifndef WATTHOUR_LEGAL_KEEP_H
#define WATTHOUR_LEGAL_KEEP_H

#include "legal/legal.h"
#include "storage/journal.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    LEGAL_KEEP_VALUES = 2, /* that the journal keeps: totals, parameters */
    LEGAL_KEEP_PERIOD_MS = 60000,
    LEGAL_KEEP_PERIOD_MAX_MS = 3600000, /* the data sheet's hour */
};

struct legal_keep {
    struct journal journal;
    uint16_t places[LEGAL_KEEP_VALUES];
    int64_t period_ms;
    int64_t due_ms;    /* of the next checkpoint */
    uint32_t kept_sum; /* check sum of what was kept last: nothing new, nothing to write */
    bool ever_kept;
    uint32_t changes; /* of the parameters, that are kept */
    bool failed;      /* the chip did not take the last checkpoint */
    bool foreign;     /* the chip is another meter's: nothing is kept */
};

/* What a restart found. */
enum legal_keep_found {
    LEGAL_KEEP_NEW,     /* a chip that never held totals */
    LEGAL_KEEP_WHOLE,   /* the last checkpoint */
    LEGAL_KEEP_DAMAGED, /* something of the partition could not be read: the totals are the newest
                           that could, or zero */
    LEGAL_KEEP_FOREIGN, /* the registers of another type of meter: the chip stays as it is, and
                           the meter is sealed */
};

/* All are kept and must outlive it. Recovery comes next. */
void legal_keep_init(struct legal_keep *keep, const struct flash *flash,
                     const struct partition *partition, int64_t period_ms);

/* One step of reading the partition: 1 while there is more to do, 0 when done. */
int legal_keep_recover(struct legal_keep *keep);

/* Gives the totals and the parameters found to `legal`, before its first frame. */
enum legal_keep_found legal_keep_restore(struct legal_keep *keep, struct legal *legal);

/* Writes a checkpoint when one is due at `now_ms` of the meter's time and something has changed,
 * and prepares the partition; never waits for an erase. Returns when it wants to be called next. A
 * time that fell puts nothing off. */
int64_t legal_keep_step(struct legal_keep *keep, const struct legal *legal, int64_t now_ms);

/* The supply is failing, and the last frame has been taken: closes the window under way and writes
 * the last checkpoint. 0, or a negative storage_result. */
int legal_keep_power_fail(struct legal_keep *keep, struct legal *legal);

#endif
