#include "display/display.h"

#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/give.h"
#include "cosem/intake.h"

#include <string.h>

/* ---- 1 Data: a setting of the display ---- */

static enum display_setting setting_of(const struct cosem_call *call)
{
    const struct class_display_setting_config *config = call->object->config;
    return config->setting;
}

static enum cosem_result setting(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_u16(w, call->context->display->settings[setting_of(call)]);
}

static enum cosem_result set_setting(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    uint16_t wanted = cosem_intake_u16(&in);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS &&
        display_set(call->context->display, setting_of(call), wanted) != 0) {
        return COSEM_OTHER_REASON;
    }
    return result;
}

static const struct cosem_attribute setting_attributes[] = {
    {.get = setting, .set = set_setting}, /* 2 value */
};

const struct cosem_class class_display_setting = {
    .id = 1, .version = 0, COSEM_CLASS_ATTRIBUTES(setting_attributes)};

/* ---- 1 Data: the consumer message ---- */

static enum cosem_result put_text(const struct message *message, struct writer *w)
{
    uint8_t piece[MESSAGE_PIECE];
    size_t at = 0;
    size_t size;
    writer_u8(w, COSEM_OCTET_STRING);
    cosem_put_length(w, message->text_size);
    while ((size = message_piece(message, at, piece)) > 0) {
        writer_octets(w, piece, size);
        at += size;
    }
    return at == message->text_size ? COSEM_SUCCESS : COSEM_HARDWARE_FAULT;
}

static enum cosem_result message(const struct cosem_call *call, struct writer *w)
{
    const struct message *message = call->context->message;
    const struct class_message_config *config = call->object->config;
    if (!config->code) {
        return put_text(message, w);
    }
    return cosem_give_octet_string(w, message->code, message->code_size);
}

static enum cosem_result set_message(const struct cosem_call *call, struct reader *value)
{
    const struct class_message_config *config = call->object->config;
    struct message *message = call->context->message;
    size_t most = config->code ? MESSAGE_CODE_MAX : MESSAGE_TEXT_MAX;
    struct cosem_intake in = cosem_intake_begin(value);
    size_t size;
    const uint8_t *octets = cosem_intake_string(&in, COSEM_OCTET_STRING, 0, most, &size);
    enum cosem_result result = cosem_intake_end(&in);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    int set = config->code ? message_set_code(message, octets, size)
                           : message_set_text(message, octets, size);
    return set == 0               ? COSEM_SUCCESS
           : set == MESSAGE_LATER ? COSEM_TEMPORARY_FAILURE
                                  : COSEM_OTHER_REASON;
}

static const struct cosem_attribute message_attributes[] = {
    {.get = message, .set = set_message}, /* 2 value */
};

const struct cosem_class class_message = {
    .id = 1, .version = 0, COSEM_CLASS_ATTRIBUTES(message_attributes)};

/* ---- 7 Profile generic: a list of the display ---- */

static const struct display_list *list_of(const struct cosem_call *call)
{
    const struct class_display_list_config *config = call->object->config;
    return &call->context->display->lists[config->list];
}

/* One entry, the values of this moment: a row of the table is the head of the entry, or one value
 * of it. What the asking client may not read is null-data, as is what a row cannot hold. */
static struct cosem_rows freeze_buffer(const struct cosem_call *call)
{
    uint8_t count = list_of(call)->count;
    return (struct cosem_rows){
        .count = 1U + count, .elements = 1, .stamp = cosem_rows_stamp(count)};
}

static void put_value(const struct cosem_call *call, const struct display_item *item,
                      struct writer *w)
{
    struct cosem_call inner = *call;
    uint8_t octets[COSEM_CARRY];
    struct writer value = writer_over(octets, sizeof octets);
    enum cosem_result why;
    if (cosem_call_turn(&inner, item->class_id, item->name.obis, &why) &&
        cosem_object_readable(inner.object, item->attribute, call->column) &&
        cosem_object_get(&inner, item->attribute, &value) == COSEM_SUCCESS &&
        !writer_overflow(&value)) {
        writer_octets(w, octets, writer_kept(&value));
    } else {
        cosem_put_null(w);
    }
}

static void buffer_row(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    const struct display_list *list = list_of(call);
    if (number == 0) {
        cosem_put_structure(w, list->count);
    } else if (number <= list->count) {
        struct display_item item = display_item_at(call->context->display, list, number - 1);
        put_value(call, &item, w);
    } else {
        cosem_put_null(w); /* the list became shorter while it was read */
    }
}

static const struct cosem_table buffer = {.freeze = freeze_buffer, .row = buffer_row};

static struct cosem_rows freeze_items(const struct cosem_call *call)
{
    uint8_t count = list_of(call)->count;
    return (struct cosem_rows){.count = count, .elements = count};
}

/* capture_object_definition: class_id, logical_name, attribute_index, data_index. */
static void item_row(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    const struct display_item item = display_item_at(call->context->display, list_of(call), number);
    cosem_put_structure(w, 4);
    cosem_put_u16(w, item.class_id);
    cosem_put_octet_string(w, item.name.obis, sizeof item.name.obis);
    cosem_put_i8(w, (int8_t)item.attribute);
    cosem_put_u16(w, 0);
}

static const struct cosem_table items = {.freeze = freeze_items, .row = item_row};

/* What is protected anew whenever it is read is nothing to look at. */
static void take_item(struct cosem_intake *in, struct display_item *item)
{
    enum { DATA_PROTECTION = 30 };
    cosem_intake_structure(in, 4);
    item->class_id = (uint16_t)cosem_intake_integer(in, COSEM_U16, 1, UINT16_MAX);
    cosem_intake_name(in, item->name.obis);
    item->attribute = (uint8_t)cosem_intake_integer(in, COSEM_I8, 2, INT8_MAX);
    (void)cosem_intake_integer(in, COSEM_U16, 0, 0);
    if (item->class_id == DATA_PROTECTION) {
        cosem_intake_refuse(in);
    }
}

static enum cosem_result set_items(const struct cosem_call *call, struct reader *value)
{
    const struct class_display_list_config *config = call->object->config;
    struct display_item wanted[DISPLAY_ITEMS] = {0};
    struct cosem_intake in = cosem_intake_begin(value);
    size_t count = cosem_intake_array(&in, DISPLAY_ITEMS);
    for (size_t i = 0; i < count && in.result == COSEM_SUCCESS; i++) {
        take_item(&in, &wanted[i]);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    int set = display_set_list(call->context->display, config->list, wanted, (unsigned)count);
    return set == 0 ? COSEM_SUCCESS : COSEM_OTHER_REASON;
}

static enum cosem_result capture_period(const struct cosem_call *call, struct writer *w)
{
    (void)call;
    return cosem_give_u32(w, 0);
}

static enum cosem_result sort_method(const struct cosem_call *call, struct writer *w)
{
    enum { FIFO = 1 };
    (void)call;
    return cosem_give_enum(w, FIFO);
}

static enum cosem_result sort_object(const struct cosem_call *call, struct writer *w)
{
    static const uint8_t none[6];
    (void)call;
    cosem_put_structure(w, 4);
    cosem_put_u16(w, 0);
    cosem_put_octet_string(w, none, sizeof none);
    cosem_put_i8(w, 0);
    return cosem_give_u16(w, 0);
}

/* There is always one entry: now. */
static enum cosem_result entries(const struct cosem_call *call, struct writer *w)
{
    (void)call;
    return cosem_give_u32(w, 1);
}

static const struct cosem_attribute list_attributes[] = {
    {.table = &buffer},                  /* 2 buffer */
    {.table = &items, .set = set_items}, /* 3 capture_objects */
    {.get = capture_period},             /* 4 capture_period */
    {.get = sort_method},                /* 5 sort_method */
    {.get = sort_object},                /* 6 sort_object */
    {.get = entries},                    /* 7 entries_in_use */
    {.get = entries},                    /* 8 profile_entries */
};

const struct cosem_class class_display_list = {
    .id = 7, .version = 1, COSEM_CLASS_ATTRIBUTES(list_attributes), .tables = 1 << 2 | 1 << 3};
