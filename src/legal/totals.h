/* What of the legally relevant part must outlive the supply: the energies with their fractions, and
 * how much of the total's each rate but the first has; that one has the rest. The
 * pulse outputs go on from there, so that a pulse still comes where the register passes it; those
 * that were owed when the supply failed (what fell into the last half second) do not come. */
#ifndef WATTHOUR_LEGAL_TOTALS_H
#define WATTHOUR_LEGAL_TOTALS_H

#include "legal/legal.h"

#include <stddef.h>
#include <stdint.h>

enum {
    LEGAL_TOTALS_VERSION = 2,
    LEGAL_TOTALS_WITHOUT_RATES = 1, /* a version before: all was counted for the first rate */
    LEGAL_TOTALS_SIZE =
        1 + (1 + LEGAL_PHASES) * LEGAL_ENERGIES * 10 + (LEGAL_RATES - 1) * LEGAL_ENERGIES * 8,
};

/* Writes the totals as octets (docs/FLASH.md) and returns how many. To be called where legal_read()
 * may be. */
size_t legal_totals_write(const struct legal *legal, uint8_t octets[LEGAL_TOTALS_SIZE]);

/* Makes octets that were written so, or by an earlier version, the totals, before the first frame.
 * 0; -1: they are no totals of a meter with as many phases, and nothing has changed. */
int legal_totals_read(struct legal *legal, uint8_t version, const uint8_t *octets, size_t size);

#endif
