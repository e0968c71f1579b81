#include "function/increment.h"

#include "base/need.h"

#include <string.h>

static const int64_t register_end = INT64_C(1000000000);

_Static_assert(QUANTITY_REGISTER_DIGITS == 9, "registers end elsewhere");

static int32_t shown(const struct increment *increment, unsigned energy)
{
    struct quantity quantity = {.kind = (uint8_t)(INCREMENT_FIRST + energy)};
    struct quantity_value value;
    need(quantity_read(increment->quantities, quantity, &value) == 0);
    return (int32_t)quantity_register(&value, 0, QUANTITY_REGISTER_DIGITS);
}

static void take_registers(const struct increment *increment, int32_t registers[INCREMENT_ENERGIES])
{
    for (unsigned energy = 0; energy < INCREMENT_ENERGIES; energy++) {
        registers[energy] = shown(increment, energy);
    }
}

static bool has_row(const struct increment *increment)
{
    return increment->row != UINT32_MAX && profile_next(increment->profile) > increment->row;
}

void increment_init(struct increment *increment, const struct profile *profile,
                    const struct quantity_source *quantities)
{
    *increment =
        (struct increment){.profile = profile, .quantities = quantities, .row = UINT32_MAX};
    take_registers(increment, increment->before);
}

void increment_mark(struct increment *increment)
{
    if (has_row(increment)) {
        memcpy(increment->before, increment->after, sizeof increment->before);
    }
    take_registers(increment, increment->after);
    increment->row = profile_next(increment->profile);
}

int increment_value(const struct increment *increment, enum quantity_kind kind, int32_t *value)
{
    unsigned energy = (unsigned)kind - INCREMENT_FIRST;
    if (kind < INCREMENT_FIRST || energy >= INCREMENT_ENERGIES) {
        return -1;
    }
    const int32_t *begun = has_row(increment) ? increment->after : increment->before;
    int64_t counted = (int64_t)shown(increment, energy) - begun[energy];
    counted += counted < 0 && kind != QUANTITY_A_NET ? register_end : 0;
    *value = (int32_t)counted;
    return 0;
}

void increment_write(const struct increment *increment, struct writer *w)
{
    writer_u32(w, increment->row);
    for (unsigned energy = 0; energy < INCREMENT_ENERGIES; energy++) {
        writer_u32(w, (uint32_t)increment->before[energy]);
        writer_u32(w, (uint32_t)increment->after[energy]);
    }
}

static bool is_register(int32_t value)
{
    return value > -register_end && value < register_end;
}

int increment_read(struct increment *increment, struct reader *r)
{
    struct increment taken = *increment;
    bool sound = true;
    taken.row = reader_u32(r);
    for (unsigned energy = 0; energy < INCREMENT_ENERGIES; energy++) {
        taken.before[energy] = (int32_t)reader_u32(r);
        taken.after[energy] = (int32_t)reader_u32(r);
        sound = sound && is_register(taken.before[energy]) && is_register(taken.after[energy]);
    }
    if (!sound || !reader_done(r)) {
        return -1;
    }
    *increment = taken;
    return 0;
}
