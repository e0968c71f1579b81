/* What was counted in the recording interval of a load profile that is under way: the registers as
 * they are shown now, less as they were shown when the last row was captured. So the rows of a
 * profile with such columns add up to the change of the total, to the last digit, whatever happened
 * in between.
 *
 * Where an interval begins is kept before its row is: `row` tells which of the two values is in
 * force, so that a power cut between them counts nothing twice and loses nothing.
 * Source: IEC 62056-6-1, value group D: 29 (recording interval 1), 30 (recording interval 2). */
#ifndef WATTHOUR_FUNCTION_INCREMENT_H
#define WATTHOUR_FUNCTION_INCREMENT_H

#include "base/reader.h"
#include "base/writer.h"
#include "function/profile.h"
#include "quantity/quantity.h"

#include <stdint.h>

/* The energies that have increments: of the total, all rates together. */
enum { INCREMENT_ENERGIES = 13 };
#define INCREMENT_FIRST QUANTITY_A_IMPORT

struct increment {
    const struct profile *profile;
    const struct quantity_source *quantities;
    uint32_t row;                       /* once the profile has this one .. */
    int32_t before[INCREMENT_ENERGIES]; /* registers where the interval began, .. */
    int32_t after[INCREMENT_ENERGIES];  /* .. it began here instead */
};

/* The interval begins now. Both are kept and must outlive the increment. */
void increment_init(struct increment *increment, const struct profile *profile,
                    const struct quantity_source *quantities);

/* A row is about to be captured: what is to be kept before that. Again, if it was not. */
void increment_mark(struct increment *increment);

/* What the register shows beyond where the interval began; it rolls over as the register does. -1:
 * there is no such energy. */
int increment_value(const struct increment *increment, enum quantity_kind kind, int32_t *value);

/* What has to outlive the supply, in the form of docs/FLASH.md. Reading: 0; -1: malformed, and
 * nothing has changed. */
enum { INCREMENT_VERSION = 1, INCREMENT_SIZE = 4 + 2 * 4 * INCREMENT_ENERGIES };
void increment_write(const struct increment *increment, struct writer *w);
int increment_read(struct increment *increment, struct reader *r);

#endif
