/* Counters whose numbers are never used twice, whatever happens to the power: invocation counters
 * sent and received. A block of numbers is reserved on flash before the first of them is used;
 * after a restart the counter goes on behind the block. Who counts himself
 * (dlms/security_counter.h) reserves by counter_begin().
 *
 * A counter that was never set, or whose value was lost, gives no numbers until counter_set(): the
 * installation of a key sets the counters that belong to it. */
#ifndef WATTHOUR_STORAGE_COUNTER_H
#define WATTHOUR_STORAGE_COUNTER_H

#include "storage/journal.h"

#include <stdint.h>

/* A counter of a product; const. */
struct counter_row {
    uint16_t value; /* number of the journal's value that keeps it */
    uint16_t block; /* numbers reserved at a time, 1 or more */
    uint16_t doubt; /* numbers skipped at a start that finds damage in the journal */
};

struct counter {
    uint32_t generation; /* of the key that it belongs to, as counter_begin() was told */
    uint32_t next;    /* number to be used next; above the ceiling while the counter is not set */
    uint32_t ceiling; /* numbers below are reserved on flash */
};

/* Reads a counter when its journal has been recovered. Where something in the journal was damaged
 * it skips two blocks more, as far as two reservations may be lost. */
void counter_recover(struct counter *counter, const struct counter_row *row,
                     const struct journal *journal);

/* Sets the number to be used next. STORAGE_DONE, STORAGE_LATER, STORAGE_FULL, STORAGE_FAILED. */
int counter_set(struct counter *counter, const struct counter_row *row, struct journal *journal,
                uint32_t next);

/* The same for a counter that begins anew: its generation is kept with it, so that after a restart
 * it is told from a counter of before. */
int counter_begin(struct counter *counter, const struct counter_row *row, struct journal *journal,
                  uint32_t generation, uint32_t next);

/* Takes a number to send. STORAGE_DONE, STORAGE_ABSENT: not set, STORAGE_FULL: used up,
 * STORAGE_LATER (not when counter_step() is called between), STORAGE_FAILED. */
int counter_next(struct counter *counter, const struct counter_row *row, struct journal *journal,
                 uint32_t *number);

/* Reserves ahead when less than half a block is left; nothing with blocks of 1, which are for what
 * is reserved by others. 1: did so; 0: nothing to do; or negative. */
int counter_step(struct counter *counter, const struct counter_row *row, struct journal *journal);

#endif
