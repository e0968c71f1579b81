/* What a meter's flash chip holds, looked at without changing it. */
#ifndef WATTHOUR_APP_FLASH_VIEW_H
#define WATTHOUR_APP_FLASH_VIEW_H

#include "storage/layout.h"
#include "world/nor/nor.h"

#include <stddef.h>

enum { FLASH_PARTS = 4 + STORAGE_RINGS, FLASH_ENERGIES = 16 };

/* A partition: its sectors, and what is in them. */
struct flash_part {
    const struct partition *partition;
    uint32_t used;    /* sectors from the oldest to the newest */
    uint32_t ready;   /* sectors erased ahead */
    uint32_t lost;    /* sectors whose content cannot be read */
    uint32_t damaged; /* values or records of which the same is true */
    uint32_t erases_least;
    uint32_t erases_most;
    uint32_t life_years; /* at one write a minute of everything */
    uint32_t values; /* of a journal: in force, and their octets; of a stage: octets committed */
    uint32_t octets;
    uint32_t first; /* of a ring: its records are first .. next - 1 */
    uint32_t next;
    uint16_t size;   /* octets of a record */
    uint32_t from_s; /* times of the first and the last record */
    uint32_t to_s;
};

struct flash_view {
    struct nor nor;
    struct flash flash;
    const struct storage_layout *layout; /* NULL: nobody's; then there are no parts */
    uint32_t file_octets;                /* that the file has of the chip */
    unsigned count;
    struct flash_part parts[FLASH_PARTS];
    struct storage storage;
    struct journal energy;
    uint16_t energy_places[FLASH_ENERGIES];
};

/* Looks at the chip of a file. Returns 0, or -1 with one line in `error`. */
int flash_view_open(struct flash_view *view, const char *path, char *error, size_t error_size);
void flash_view_close(struct flash_view *view);

#endif
