#include "quantity/parts.h"

extern inline bool quantity_is_constant(enum quantity_kind kind);

bool quantity_is_ratio(enum quantity_kind kind)
{
    return kind >= QUANTITY_CT_PRIMARY && kind <= QUANTITY_VT_SECONDARY;
}

int64_t quantity_constant(const struct legal *legal, enum quantity_kind kind)
{
    const struct legal_config *config = legal_configuration(legal);
    const struct legal_transformers *transformers = &legal_parameters(legal)->transformers;
    switch (kind) {
    case QUANTITY_PULSES_ACTIVE:
        return config->pulses_per_kwh;
    case QUANTITY_PULSES_REACTIVE:
        return config->pulses_per_kvarh;
    case QUANTITY_CT_PRIMARY:
        return transformers->current.primary;
    case QUANTITY_CT_SECONDARY:
        return transformers->current.secondary;
    case QUANTITY_VT_PRIMARY:
        return transformers->voltage.primary;
    case QUANTITY_VT_SECONDARY:
        return transformers->voltage.secondary;
    default:
        return 0;
    }
}

uint8_t quantity_constant_e(enum quantity_kind kind)
{
    switch (kind) {
    case QUANTITY_PULSES_REACTIVE:
        return 1;
    case QUANTITY_CT_PRIMARY:
        return 2;
    case QUANTITY_VT_PRIMARY:
        return 3;
    case QUANTITY_CT_SECONDARY:
        return 5;
    case QUANTITY_VT_SECONDARY:
        return 6;
    default:
        return 0;
    }
}
