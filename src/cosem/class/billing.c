#include "base/need.h"
#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/class/date_time.h"
#include "cosem/data.h"
#include "cosem/give.h"
#include "storage/record.h"

#include <string.h>

/* ---- the billing period ---- */

static enum cosem_result period_count(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_u32(w, call->context->billing->periods);
}

static enum cosem_result period_end(const struct cosem_call *call, struct writer *w)
{
    date_time_put_stamp(w, &call->context->billing->ended);
    return COSEM_SUCCESS;
}

const struct class_data_config class_data_billing_periods = {.value = period_count};
const struct class_data_config class_data_billing_end = {.value = period_end};

/* ---- values of periods that have ended: 3 Register ---- */

/* The place of an attribute among the columns of the billing profile; -1: it is not captured. */
static int column_of(const struct cosem_call *call, const struct profile *profile, int attribute)
{
    const struct class_past_config *config = call->object->config;
    for (int i = 0; i < profile->settings.column_count; i++) {
        const struct profile_column column = profile_column_at(profile, (unsigned)i);
        if (column.class_id == config->class_id && column.attribute == attribute &&
            column.data == 0 && memcmp(column.obis, call->object->name.obis, 5) == 0) {
            return i;
        }
    }
    return -1;
}

/* A column of the row of that period; the first of a series is the last one that has ended. */
static enum cosem_result put_column(const struct cosem_call *call, int attribute, struct writer *w)
{
    const struct profile *profile = call->context->billing->parts.profile;
    struct profile_row row;
    uint32_t back = call->member + 1u;
    int wanted = column_of(call, profile, attribute);
    bool there = wanted >= 0 && profile_next(profile) - profile_first(profile) >= back;
    if (!there || profile_read(profile, profile_next(profile) - back, &row) != STORAGE_DONE) {
        return cosem_give_null(w);
    }
    struct reader r = reader_over(row.octets, row.size);
    for (int i = 0; i < wanted; i++) {
        if (!profile_is_clock_at(profile, (unsigned)i)) {
            cosem_skip_value(&r);
        }
    }
    struct reader value = cosem_take_part(&r);
    if (value.fault) {
        return COSEM_TEMPORARY_FAILURE;
    }
    writer_octets(w, value.data, value.size);
    return COSEM_SUCCESS;
}

static enum cosem_result past_value(const struct cosem_call *call, struct writer *w)
{
    return put_column(call, 2, w);
}

/* The row does not have it. */
static enum cosem_result past_status(const struct cosem_call *call, struct writer *w)
{
    (void)call;
    return cosem_give_null(w);
}

static enum cosem_result past_time(const struct cosem_call *call, struct writer *w)
{
    return put_column(call, 5, w);
}

/* That of the register in the model that the past value is of. */
static enum cosem_result past_unit(const struct cosem_call *call, struct writer *w)
{
    enum { SCALER_UNIT = 3 };
    const struct class_past_config *config = call->object->config;
    struct cosem_call now = *call;
    struct cosem_name name = call->object->name;
    enum cosem_result why;
    name.obis[5] = 255;
    need(cosem_call_turn(&now, config->class_id, name.obis, &why));
    return cosem_object_get(&now, SCALER_UNIT, w);
}

static const struct cosem_attribute past_maximum_attributes[] = {
    {.get = past_value},  /* 2 value */
    {.get = past_unit},   /* 3 scaler_unit */
    {.get = past_status}, /* 4 status */
    {.get = past_time},   /* 5 capture_time */
};

/* A register has of these the first two. */
const struct cosem_class class_past = {
    .id = 3, .version = 0, .attribute_count = 2, .attributes = past_maximum_attributes};

const struct cosem_class class_past_maximum = {
    .id = 4, .version = 0, COSEM_CLASS_ATTRIBUTES(past_maximum_attributes)};
