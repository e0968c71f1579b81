#include "base/need.h"
#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/class/date_time.h"
#include "cosem/data.h"
#include "storage/record.h"

#include <string.h>

/* ---- the billing period ---- */

static enum cosem_result period_count(const struct cosem_call *call, struct writer *w)
{
    cosem_put_u32(w, call->context->billing->periods);
    return COSEM_SUCCESS;
}

static enum cosem_result period_end(const struct cosem_call *call, struct writer *w)
{
    const struct event_stamp *ended = &call->context->billing->ended;
    struct date_time time = date_time_none;
    if (ended->utc_s != 0) {
        const struct clock_mark mark = {
            .utc_ms = ended->utc_s * INT64_C(1000),
            .offset_min = ended->offset_min,
            .dst_active = (ended->clock_status & DATE_TIME_STATUS_DST) != 0,
            .valid = (ended->clock_status & DATE_TIME_STATUS_INVALID) == 0,
        };
        struct clock_reading reading = clock_mark_read(&mark);
        time = date_time_of(&reading);
    }
    date_time_put(w, &time);
    return COSEM_SUCCESS;
}

const struct class_data_config class_data_billing_periods = {.value = period_count};
const struct class_data_config class_data_billing_end = {.value = period_end};

/* ---- increments: 3 Register ---- */

static enum cosem_result increment(const struct cosem_call *call, struct writer *w)
{
    const struct class_increment_config *config = call->object->config;
    const struct quantity_row *row = quantity_row(config->kind);
    struct quantity_value value = {
        .scaler = row->fine, .unit = row->unit, .energy = true, .valid = true};
    need(billing_increment(call->context->billing, config->since, config->kind, &value.value) == 0);
    cosem_put_integer(w, config->kind == QUANTITY_A_NET ? COSEM_I32 : COSEM_U32,
                      quantity_register(&value, 0, QUANTITY_REGISTER_DIGITS));
    return COSEM_SUCCESS;
}

static enum cosem_result increment_unit(const struct cosem_call *call, struct writer *w)
{
    const struct class_increment_config *config = call->object->config;
    cosem_put_structure(w, 2);
    cosem_put_i8(w, 0);
    cosem_put_enum(w, quantity_row(config->kind)->unit);
    return COSEM_SUCCESS;
}

static const struct cosem_attribute increment_attributes[] = {
    {.get = increment},      /* 2 value */
    {.get = increment_unit}, /* 3 scaler_unit */
};

const struct cosem_class class_increment = {
    .id = 3, .version = 0, COSEM_CLASS_ATTRIBUTES(increment_attributes)};

/* ---- values of periods that have ended: 3 Register ---- */

/* The register that a past value is of, in the model. */
static const struct cosem_object *present(const struct cosem_call *call)
{
    const struct class_past_config *config = call->object->config;
    struct cosem_name name = call->object->name;
    enum cosem_result why;
    name.obis[5] = 255;
    return cosem_model_find(call->model, config->class_id, &name, call->column, &why);
}

/* The place among the columns of the billing profile; -1: it is not captured. */
static int column_of(const struct cosem_call *call, const struct profile_settings *settings)
{
    const struct class_past_config *config = call->object->config;
    for (int i = 0; i < settings->column_count; i++) {
        const struct profile_column *column = &settings->columns[i];
        if (column->class_id == config->class_id && column->attribute == 2 && column->data == 0 &&
            memcmp(column->obis, call->object->name.obis, 5) == 0) {
            return i;
        }
    }
    return -1;
}

/* F = 101 is the last period that has ended. */
static enum cosem_result past_value(const struct cosem_call *call, struct writer *w)
{
    enum { LAST = 101 };
    const struct profile *profile = call->context->billing->parts.profile;
    struct profile_row row;
    uint32_t back = call->object->name.obis[5] - LAST + 1u;
    int wanted = column_of(call, &profile->settings);
    bool there = wanted >= 0 && profile_next(profile) - profile_first(profile) >= back;
    if (!there || profile_read(profile, profile_next(profile) - back, &row) != STORAGE_DONE) {
        cosem_put_null(w);
        return COSEM_SUCCESS;
    }
    struct reader r = reader_over(row.octets, row.size);
    for (int i = 0; i < wanted; i++) {
        if (!profile_is_clock(&profile->settings.columns[i])) {
            cosem_skip_value(&r);
        }
    }
    size_t at = r.at;
    cosem_skip_value(&r);
    if (r.fault) {
        return COSEM_TEMPORARY_FAILURE;
    }
    writer_octets(w, row.octets + at, r.at - at);
    return COSEM_SUCCESS;
}

static enum cosem_result past_unit(const struct cosem_call *call, struct writer *w)
{
    enum { SCALER_UNIT = 3 };
    struct cosem_call now = *call;
    now.object = present(call);
    need(now.object != NULL);
    return cosem_object_attribute(now.object, SCALER_UNIT)->get(&now, w);
}

static const struct cosem_attribute past_attributes[] = {
    {.get = past_value}, /* 2 value */
    {.get = past_unit},  /* 3 scaler_unit */
};

const struct cosem_class class_past = {
    .id = 3, .version = 0, COSEM_CLASS_ATTRIBUTES(past_attributes)};
