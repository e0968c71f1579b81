#include "quantity/parts.h"

static const int64_t billion = 1000000000;

static bool has_current(enum quantity_kind kind)
{
    return kind == QUANTITY_I || (kind >= QUANTITY_P && kind <= QUANTITY_S_EXPORT) ||
           (kind >= QUANTITY_A_IMPORT && kind <= QUANTITY_VAH_EXPORT);
}

static bool has_voltage(enum quantity_kind kind)
{
    return kind == QUANTITY_U || (has_current(kind) && kind != QUANTITY_I);
}

/* value * primary / secondary, cut off, modulo 10^18; value is 0 or above. The quotient is
 * multiplied in two halves, which fit. */
static int64_t multiplied(int64_t value, const struct legal_ratio *ratio)
{
    int64_t whole = value / ratio->secondary;
    int64_t rest = value % ratio->secondary;
    int64_t high = whole / billion * ratio->primary % billion;
    int64_t low = whole % billion * ratio->primary;
    return (high * billion + low + rest * ratio->primary / ratio->secondary) % (billion * billion);
}

static int64_t signed_multiplied(int64_t value, const struct legal_ratio *ratio)
{
    if (ratio->primary == ratio->secondary) {
        return value;
    }
    return value < 0 ? -multiplied(-value, ratio) : multiplied(value, ratio);
}

bool quantity_may_be_primary(const struct quantity_source *source)
{
    return quantity_configuration(source)->transformers;
}

int64_t quantity_primary(const struct legal *legal, enum quantity_kind kind, int64_t value)
{
    const struct legal_transformers *transformers = &legal_parameters(legal)->transformers;
    if (has_current(kind)) {
        value = signed_multiplied(value, &transformers->current);
    }
    if (has_voltage(kind)) {
        value = signed_multiplied(value, &transformers->voltage);
    }
    return value;
}
