/* A ring of records on a chip of its own, for the tests of rings. */
#ifndef WATTHOUR_TEST_STORAGE_RING_RIG_H
#define WATTHOUR_TEST_STORAGE_RING_RIG_H

#include "storage/record.h"
#include "test/storage/kit.h"

enum {
    RING_SECTORS = 24,
    RING_SIZE = 28,
    RING_SLOT = RING_SIZE + RECORD_FRAME,
    RING_SLOTS = KIT_ROOM / RING_SLOT
};

struct ring_rig {
    struct kit kit;
    struct record_ring ring;
};

extern const struct partition ring_partition;

/* Power on and recover; what the chip still has to prepare is not waited for. */
void ring_start(struct ring_rig *rig);

/* A chip that is new, with its sectors prepared. */
void ring_open(struct ring_rig *rig);

/* Prepares sectors until nothing is left to do. */
void ring_settle(struct ring_rig *rig);

/* What a record holds follows from its number. */
int ring_append(struct ring_rig *rig, uint32_t time_s);
void ring_append_many(struct ring_rig *rig, uint32_t count, uint32_t from_s, uint32_t step_s);

/* Where a sector was passed over, the next one has to be prepared first. */
void ring_append_patiently(struct ring_rig *rig, uint32_t time_s);

void ring_assert(const struct ring_rig *rig, uint32_t number, uint32_t time_s);

/* Result of reading one without looking at its octets. */
int ring_read_only(const struct ring_rig *rig, uint32_t number);

#endif
