/* Chips for the bench of storage: what a meter's chip looks like after years. */
#ifndef WATTHOUR_BENCH_STORAGE_CHIP_H
#define WATTHOUR_BENCH_STORAGE_CHIP_H

#include "storage/layout.h"
#include "world/nor/nor.h"

/* What the legally relevant part writes: registers of the total and of three phases, 12 octets
 * each. */
enum { CHIP_ENERGY = 384 };

/* A chip and the two that use it. */
struct chip {
    struct nor nor;
    struct flash flash;
    const struct storage_layout *layout;
    struct storage storage;
    struct journal energy;
    uint16_t energy_place;
};

extern const struct journal_use chip_energy_use;

/* A blank chip of 8 MiB in memory, whose operations take no time; -1: there is no memory. */
int chip_open(struct chip *chip, const struct storage_layout *layout);
void chip_close(struct chip *chip);

/* A new meter on the chip, recovered. Returns how many steps that took. */
unsigned chip_start(struct chip *chip);

/* Steps until nothing is left to do. */
void chip_settle(struct chip *chip);

/* One write of everything: each ring, the energies, `values` of the values. */
void chip_write_everything(struct chip *chip, uint32_t minute, uint16_t values);

/* Every ring full and gone round, all values and secrets in force, a long SET committed. */
void chip_fill(struct chip *chip);

#endif
