/* What of the legally relevant part must outlive the supply: the energies with their fractions. The
 * pulse outputs go on from there, so that a pulse still comes where the register passes it; those
 * that were owed when the supply failed (what fell into the last half second) do not come. */
#ifndef WATTHOUR_LEGAL_TOTALS_H
#define WATTHOUR_LEGAL_TOTALS_H

#include "legal/legal.h"

#include <stddef.h>
#include <stdint.h>

enum {
    LEGAL_TOTALS_VERSION = 1,
    LEGAL_TOTALS_SIZE = 1 + (1 + LEGAL_PHASES) * LEGAL_ENERGIES * 10,
};

/* Writes the totals as octets (docs/FLASH.md) and returns how many. To be called where legal_read()
 * may be. */
size_t legal_totals_write(const struct legal *legal, uint8_t octets[LEGAL_TOTALS_SIZE]);

/* Makes octets that were written so the totals, before the first frame. 0; -1: they are no totals
 * of a meter with as many phases, and nothing has changed. */
int legal_totals_read(struct legal *legal, const uint8_t *octets, size_t size);

#endif
