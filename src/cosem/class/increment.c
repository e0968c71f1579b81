#include "base/need.h"
#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"

/* 3 Register: what was counted since something began. */

static void put_increment(struct writer *w, enum quantity_kind kind, int64_t value)
{
    cosem_put_integer(w, kind == QUANTITY_A_NET ? COSEM_I32 : COSEM_U32, value);
}

static enum cosem_result put_unit(struct writer *w, enum quantity_kind kind)
{
    cosem_put_scaler_unit(w, 0, quantity_row(kind)->unit);
    return COSEM_SUCCESS;
}

/* ---- since the billing period, or the day, began ---- */

static enum cosem_result increment(const struct cosem_call *call, struct writer *w)
{
    const struct class_increment_config *config = call->object->config;
    const struct quantity_row *row = quantity_row(config->kind);
    struct quantity_value value = {
        .scaler = row->fine, .unit = row->unit, .energy = true, .valid = true};
    need(billing_increment(call->context->billing, config->since, config->kind, &value.value) == 0);
    put_increment(w, config->kind, quantity_register(&value, 0, QUANTITY_REGISTER_DIGITS));
    return COSEM_SUCCESS;
}

static enum cosem_result increment_unit(const struct cosem_call *call, struct writer *w)
{
    const struct class_increment_config *config = call->object->config;
    return put_unit(w, config->kind);
}

static const struct cosem_attribute increment_attributes[] = {
    {.get = increment},      /* 2 value */
    {.get = increment_unit}, /* 3 scaler_unit */
};

const struct cosem_class class_increment = {
    .id = 3, .version = 0, COSEM_CLASS_ATTRIBUTES(increment_attributes)};

/* ---- in the recording interval of a load profile ---- */

static enum cosem_result interval(const struct cosem_call *call, struct writer *w)
{
    const struct class_interval_config *config = call->object->config;
    int32_t value;
    need(increment_value(&call->context->increments[config->profile], config->kind, &value) == 0);
    put_increment(w, config->kind, value);
    return COSEM_SUCCESS;
}

static enum cosem_result interval_unit(const struct cosem_call *call, struct writer *w)
{
    const struct class_interval_config *config = call->object->config;
    return put_unit(w, config->kind);
}

static const struct cosem_attribute interval_attributes[] = {
    {.get = interval},      /* 2 value */
    {.get = interval_unit}, /* 3 scaler_unit */
};

const struct cosem_class class_interval = {
    .id = 3, .version = 0, COSEM_CLASS_ATTRIBUTES(interval_attributes)};
