/* How long a partition lasts: calculated, for the product's page and for whoever looks at a chip.
 */
#ifndef WATTHOUR_STORAGE_LIFE_H
#define WATTHOUR_STORAGE_LIFE_H

#include "storage/belt.h"

#include <stdint.h>

enum {
    LIFE_ERASES = 100000, /* that a sector endures */
    LIFE_YEAR_MIN = 525960,
};

/* What is written to a partition. Of a ring: records of the partition's size. Of a stage: each
 * write is a stage of its own, of one sector. */
struct life_use {
    uint32_t writes; /* in a period */
    uint32_t period_min;
    uint16_t octets;  /* of a journal's value */
    uint32_t carried; /* octets of a journal in force, which each round carries along */
};

/* Writes that fit between two erases of one and the same sector. */
uint64_t life_writes_in_round(const struct partition *partition, uint16_t sector,
                              const struct life_use *use);

/* Years until the sectors have been erased LIFE_ERASES times; UINT32_MAX when nothing is written.
 */
uint32_t life_years(const struct partition *partition, uint16_t sector, const struct life_use *use);

#endif
