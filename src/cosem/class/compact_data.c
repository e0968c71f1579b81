#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/class/profile_view.h"
#include "cosem/compact.h"
#include "cosem/data.h"
#include "cosem/give.h"
#include "cosem/intake.h"

#include <string.h>

/* 62 Compact data, version 0. The buffer is the template's id, and behind it the columns' values
 * without their tags; the description is the id, and the types of a structure of them. Lengths of
 * strings stay with the values, numbers of elements with the types. A column without a value is
 * null-data: a type without octets. */

enum { VALUE_MOST = 128 };

static struct compact *compact_of(const struct cosem_call *call)
{
    return call->context->compact;
}

/* A column's value as it is now, or null-data: there is none, or it has arrays. */
static struct reader read_column(const struct cosem_call *call, const struct profile_column *column,
                                 uint8_t octets[VALUE_MOST])
{
    static const uint8_t nothing[] = {COSEM_NULL};
    struct writer w = writer_over(octets, VALUE_MOST);
    struct cosem_call other = *call;
    enum cosem_result why;
    bool there = cosem_call_turn(&other, column->class_id, column->obis, &why) &&
                 cosem_object_get(&other, column->attribute, &w) == COSEM_SUCCESS &&
                 !writer_overflow(&w);
    struct reader value = reader_over(octets, there ? writer_kept(&w) : 0);
    there = there && cosem_compact_same(value, value);
    return there ? value : reader_over(nothing, sizeof nothing);
}

static void put_columns(const struct cosem_call *call, struct writer *w, bool types)
{
    const struct compact *compact = compact_of(call);
    for (uint8_t i = 0; i < compact->column_count; i++) {
        uint8_t octets[VALUE_MOST];
        const struct profile_column column = compact_column(compact, i);
        struct reader value = read_column(call, &column, octets);
        if (types) {
            cosem_compact_put_types(w, value);
        } else {
            cosem_compact_put_contents(w, value);
        }
    }
}

/* ---- attributes ---- */

/* 0; -1: more than the buffer takes. */
static int render(const struct cosem_call *call, struct writer *w)
{
    writer_u8(w, compact_of(call)->template_id);
    put_columns(call, w, false);
    return writer_overflow(w) ? -1 : 0;
}

static enum cosem_result buffer(const struct cosem_call *call, struct writer *w)
{
    const struct compact *compact = compact_of(call);
    if (compact->method == COMPACT_INVOKE) {
        return cosem_give_octet_string(w, compact->buffer, compact->size);
    }
    uint8_t octets[COMPACT_BUFFER];
    struct writer now = writer_over(octets, sizeof octets);
    if (render(call, &now) != 0) {
        return COSEM_TEMPORARY_FAILURE;
    }
    return cosem_give_octet_string(w, octets, writer_kept(&now));
}

static struct cosem_rows freeze_columns(const struct cosem_call *call)
{
    uint32_t count = compact_of(call)->column_count;
    return (struct cosem_rows){.count = count, .elements = count, .result = COSEM_SUCCESS};
}

static void column_row(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    if (number < compact_of(call)->column_count) {
        const struct profile_column column = compact_column(compact_of(call), number);
        profile_column_put(w, &column);
    }
}

static enum cosem_result set_columns(const struct cosem_call *call, struct reader *value)
{
    struct profile_column columns[COMPACT_COLUMNS];
    struct cosem_intake in = cosem_intake_begin(value);
    size_t count = cosem_intake_array(&in, COMPACT_COLUMNS);
    for (size_t i = 0; i < count && in.result == COSEM_SUCCESS; i++) {
        columns[i] = profile_column_take(&in);
        bool whole = columns[i].data == 0;
        if (in.result == COSEM_SUCCESS &&
            !(whole && profile_column_is_capturable(call, &columns[i]))) {
            cosem_intake_refuse(&in);
        }
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        compact_set_columns(compact_of(call), columns, (uint8_t)count);
    }
    return result;
}

static enum cosem_result template_id(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_u8(w, compact_of(call)->template_id);
}

static enum cosem_result set_template_id(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    uint8_t id = cosem_intake_u8(&in);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        compact_set_template(compact_of(call), (uint8_t)id);
    }
    return result;
}

static enum cosem_result description(const struct cosem_call *call, struct writer *w)
{
    uint8_t octets[COMPACT_BUFFER];
    struct writer types = writer_over(octets, sizeof octets);
    writer_u8(&types, compact_of(call)->template_id);
    cosem_put_structure(&types, compact_of(call)->column_count);
    put_columns(call, &types, true);
    if (writer_overflow(&types)) {
        return COSEM_TEMPORARY_FAILURE;
    }
    return cosem_give_octet_string(w, octets, writer_kept(&types));
}

static enum cosem_result method(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_enum(w, compact_of(call)->method);
}

static enum cosem_result set_method(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    int64_t taken = cosem_intake_integer(&in, COSEM_ENUM, COMPACT_INVOKE, COMPACT_IMPLICIT);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        compact_set_method(compact_of(call), (enum compact_method)taken);
    }
    return result;
}

/* ---- methods ---- */

static enum cosem_result reset(const struct cosem_call *call, struct reader *parameter,
                               struct writer *returned)
{
    (void)returned;
    enum cosem_result result = cosem_intake_zero(parameter);
    if (result == COSEM_SUCCESS) {
        compact_reset(compact_of(call));
    }
    return result;
}

static enum cosem_result capture(const struct cosem_call *call, struct reader *parameter,
                                 struct writer *returned)
{
    (void)returned;
    uint8_t octets[COMPACT_BUFFER];
    struct writer now = writer_over(octets, sizeof octets);
    enum cosem_result result = cosem_intake_zero(parameter);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    if (compact_of(call)->method != COMPACT_INVOKE || render(call, &now) != 0) {
        return COSEM_OTHER_REASON;
    }
    compact_store(compact_of(call), octets, writer_kept(&now));
    return COSEM_SUCCESS;
}

static const struct cosem_table columns_table = {.freeze = freeze_columns, .row = column_row};

static const struct cosem_attribute attributes[] = {
    {.get = buffer},                               /* 2 compact_buffer */
    {.table = &columns_table, .set = set_columns}, /* 3 capture_objects */
    {.get = template_id, .set = set_template_id},  /* 4 template_id */
    {.get = description},                          /* 5 template_description */
    {.get = method, .set = set_method},            /* 6 capture_method */
};

static const struct cosem_method methods[] = {
    {reset},   /* 1 */
    {capture}, /* 2 */
};

const struct cosem_class class_compact_data = {.id = 62,
                                               .version = 0,
                                               COSEM_CLASS_ATTRIBUTES(attributes),
                                               .tables = 1 << 3,
                                               COSEM_CLASS_METHODS(methods)};
