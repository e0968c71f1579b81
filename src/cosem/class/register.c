#include "base/need.h"
#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/class/register_form.h"
#include "cosem/data.h"
#include "cosem/give.h"

/* How a register shows the quantities of a unit. The steps are a fifth or less of what the
 * measurement itself is good for: 1 mV, 1 uA (5e-5 of the starting current), 1 mW, 0.1 mHz; energy
 * in whole Wh, nine digits. Thirty-two bits hold 4.2 MV, 4.2 kA and 2.1 MW; what may be of
 * the primary side of transformers has 64. */
struct form {
    int8_t scaler;
    uint8_t tag;
    uint8_t primary_tag; /* of a meter that may stand behind transformers */
};

/* By unit. */
static const struct form forms[] = {
    [QUANTITY_UNIT_V] = {-3, COSEM_U32, COSEM_U32},
    [QUANTITY_UNIT_A] = {-6, COSEM_U32, COSEM_I64},
    [QUANTITY_UNIT_W] = {-3, COSEM_I32, COSEM_I64},
    [QUANTITY_UNIT_VAR] = {-3, COSEM_I32, COSEM_I64},
    [QUANTITY_UNIT_VA] = {-3, COSEM_I32, COSEM_I64},
    [QUANTITY_UNIT_HZ] = {-4, COSEM_U32, COSEM_U32},
    [QUANTITY_UNIT_DEGREE] = {-2, COSEM_U16, COSEM_U16},
    [QUANTITY_UNIT_WH] = {0, COSEM_U32, COSEM_U32},
    [QUANTITY_UNIT_VARH] = {0, COSEM_U32, COSEM_U32},
    [QUANTITY_UNIT_VAH] = {0, COSEM_U32, COSEM_U32},
    [QUANTITY_UNIT_PER_WH] = {-3, COSEM_U32, COSEM_U32},
    [QUANTITY_UNIT_PER_VARH] = {-3, COSEM_U32, COSEM_U32},
    [QUANTITY_UNIT_PERCENT] = {-2, COSEM_U32, COSEM_U32},
};

/* Numbers are power factors, and whole ones of ratios. */
static const struct form *form_of(enum quantity_kind kind, uint8_t unit)
{
    static const struct form net_energy = {0, COSEM_I32, COSEM_I32}; /* has a sign */
    static const struct form ratio = {0, COSEM_U32, COSEM_U32};
    static const struct form factor = {-4, COSEM_I16, COSEM_I16};
    if (kind == QUANTITY_A_NET) {
        return &net_energy;
    }
    if (unit == QUANTITY_UNIT_COUNT) {
        return quantity_is_ratio(kind) ? &ratio : &factor;
    }
    need(unit < sizeof forms / sizeof forms[0] && forms[unit].tag != COSEM_NULL);
    return &forms[unit];
}

static enum cosem_tag tag_of(const struct quantity_source *source, const struct form *form)
{
    return quantity_may_be_primary(source) ? form->primary_tag : form->tag;
}

enum cosem_result register_form_put_value(const struct quantity_source *source,
                                          struct quantity quantity, struct writer *w)
{
    struct quantity_value read;
    need(quantity_read(source, quantity, &read) == 0);
    if (!read.valid) {
        return COSEM_TEMPORARY_FAILURE;
    }
    const struct form *form = form_of(quantity.kind, read.unit);
    int64_t shown = read.energy ? quantity_register(&read, form->scaler, QUANTITY_REGISTER_DIGITS)
                                : quantity_scaled(&read, form->scaler);
    return cosem_give_integer(w, tag_of(source, form), shown);
}

void register_form_put_scaler_unit(struct quantity quantity, struct writer *w)
{
    uint8_t unit = quantity_row(quantity.kind)->unit;
    cosem_put_scaler_unit(w, form_of(quantity.kind, unit)->scaler, unit);
}

struct quantity class_register_quantity(const struct cosem_object *object, uint8_t member)
{
    struct quantity quantity = *(const struct quantity *)object->config;
    quantity.e = (uint8_t)(quantity.e + member);
    return quantity;
}

static struct quantity shown_by(const struct cosem_call *call)
{
    return class_register_quantity(call->object, call->member);
}

static enum cosem_result value(const struct cosem_call *call, struct writer *w)
{
    return register_form_put_value(call->context->quantities, shown_by(call), w);
}

static enum cosem_result scaler_unit(const struct cosem_call *call, struct writer *w)
{
    register_form_put_scaler_unit(shown_by(call), w);
    return COSEM_SUCCESS;
}

static const struct cosem_attribute attributes[] = {
    {.get = value},       /* 2 value */
    {.get = scaler_unit}, /* 3 scaler_unit */
};

const struct cosem_class class_register = {
    .id = 3, .version = 0, COSEM_CLASS_ATTRIBUTES(attributes)};
