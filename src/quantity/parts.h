/* Parts of quantity_read() in files of their own. Private to this room. What every reading asks is
 * written here, so that it can be put in line. */
#ifndef WATTHOUR_QUANTITY_PARTS_H
#define WATTHOUR_QUANTITY_PARTS_H

#include "quantity/quantity.h"

/* Whether a meter of so many phases has such a quantity, harmonics and ratios not considered. */
bool quantity_is_there(struct quantity quantity, unsigned phases);

/* What the meter measures, or would. */
const struct legal_config *quantity_configuration(const struct quantity_source *source);

/* constant.c: pulses and ratios, the same for the whole meter. */
inline bool quantity_is_constant(enum quantity_kind kind)
{
    return kind >= QUANTITY_PULSES_ACTIVE && kind <= QUANTITY_VT_SECONDARY;
}
int64_t quantity_constant(const struct legal *legal, enum quantity_kind kind);
uint8_t quantity_constant_e(enum quantity_kind kind); /* OBIS value group E */

/* harmonics.c: of U and I, and the distortion that they are. Not valid before it has been measured,
 * distortion neither without enough of a fundamental. */
inline bool quantity_is_distortion(enum quantity_kind kind)
{
    return kind == QUANTITY_THD_U || kind == QUANTITY_THD_I;
}

/* One order of U or I. */
inline bool quantity_is_harmonic(struct quantity quantity)
{
    return quantity.e != 0 && (quantity.kind == QUANTITY_U || quantity.kind == QUANTITY_I);
}

void quantity_harmonics(const struct quantity_source *source, struct quantity quantity,
                        struct quantity_value *value);

/* primary.c: a value of the meter as it is on the primary side of its transformers. Energies are
 * modulo 10^18, which every register's digits divide. Without transformers it is as it was. */
int64_t quantity_primary(const struct legal *legal, enum quantity_kind kind, int64_t value);

#endif
