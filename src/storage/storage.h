/* All that the application keeps on the flash chip: values, secrets, staging area, counters, and
 * rings of records. The legally relevant part keeps its energies in a partition and a journal of
 * its own, which are not touched here.
 *
 * The owner calls storage_init() once, storage_recover() until it is done, then storage_step()
 * whenever there is time. Nothing waits for an erase; what writes waits for the chip's page
 * programs only (3 ms each at most). In between it uses the parts directly:
 *
 *     journal_put(&storage->values, ...)      record_append(&storage->rings[i], ...)
 *     journal_get(&storage->secrets, ...)     stage_begin(&storage->stage)
 *     storage_counter_next(storage, i, ...)
 */
#ifndef WATTHOUR_STORAGE_STORAGE_H
#define WATTHOUR_STORAGE_STORAGE_H

#include "storage/counter.h"
#include "storage/journal.h"
#include "storage/record.h"
#include "storage/stage.h"

enum {
    STORAGE_VALUES = 256,
    STORAGE_SECRETS = 32,
    STORAGE_RINGS = 21,
    STORAGE_COUNTERS = 21,
};

/* How a product divides its chip; const, on the product's page. */
struct storage_layout {
    const char *product;
    struct partition energy; /* the legally relevant part's own: named here, not touched */
    struct partition values;
    struct partition secrets;
    struct partition stage;
    struct journal_use values_use;  /* at most STORAGE_VALUES */
    struct journal_use secrets_use; /* at most STORAGE_SECRETS */
    uint16_t stage_value;           /* the value that commits the stage */
    uint8_t rings_count;            /* at most STORAGE_RINGS */
    uint8_t counters_count;         /* at most STORAGE_COUNTERS */
    const struct partition *rings;
    const struct counter_row *counters;
};

struct storage {
    const struct storage_layout *layout;
    struct journal values;
    struct journal secrets;
    struct stage stage;
    struct record_ring rings[STORAGE_RINGS];
    struct counter counters[STORAGE_COUNTERS];
    uint16_t value_places[STORAGE_VALUES];
    uint16_t secret_places[STORAGE_SECRETS];
    uint8_t part; /* the one that recovers or works */
    bool recovered;
    bool stage_damaged; /* what was committed in the stage could not be read */
};

/* Both are kept and must outlive the storage. */
void storage_init(struct storage *storage, const struct flash *flash,
                  const struct storage_layout *layout);

/* One step of reading the chip after a start: 1 while there is more to do, 0 when done. It writes
 * next to nothing: what a power cut left half wiped is wiped. */
int storage_recover(struct storage *storage);

/* One step of preparing what comes. 1: more to do, soon; 0: nothing; or STORAGE_FAILED. */
int storage_step(struct storage *storage);

/* counter.h, for a counter of the layout. */
int storage_counter_set(struct storage *storage, unsigned counter, uint32_t next);
int storage_counter_begin(struct storage *storage, unsigned counter, uint32_t generation,
                          uint32_t next);
int storage_counter_next(struct storage *storage, unsigned counter, uint32_t *number);

/* What recovery could not read. Items and slots that a power cut tore count as damaged. */
struct storage_losses {
    uint32_t sectors;
    uint32_t values; /* damaged items of both journals */
    uint32_t records;
    bool stage;
};

struct storage_losses storage_losses(const struct storage *storage);

#endif
