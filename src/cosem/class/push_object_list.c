/* 40 Push setup, attribute 2: what is pushed of which objects. Which rows and columns of a profile
 * are meant is kept as it came, since it is shown as it came; the profile takes it as a selection
 * of its buffer. Restrictions are those of version 2. */
#include "cosem/class/classes.h"
#include "cosem/class/profile_view.h"
#include "cosem/class/push_view.h"
#include "cosem/data.h"
#include "cosem/intake.h"

#include <string.h>

enum { ELEMENTS_0 = 4, ELEMENTS_2 = 6 };
enum { PROFILE_GENERIC = 7, BUFFER = 2 };
enum { ELEMENT_MOST = 0x0FFF };  /* data_index: from there on parts of profiles, in codes */
enum { RANGE = 1, ENTRIES = 2 }; /* selectors of a buffer */

enum push_setup push_view_setup(const struct cosem_call *call)
{
    const struct class_push_config *config = call->object->config;
    return config->setup;
}

struct push_settings *push_view_settings(const struct cosem_call *call)
{
    return &call->context->push->settings[push_view_setup(call)];
}

void push_view_changed(const struct cosem_call *call)
{
    call->context->push->changes[push_view_setup(call)]++;
}

bool push_view_is_version_2(const struct cosem_call *call)
{
    return call->object->ic->version == 2;
}

/* ---- what is shown ---- */

static struct cosem_rows freeze(const struct cosem_call *call)
{
    uint8_t count = push_object_count(call->context->push, push_view_setup(call));
    return (struct cosem_rows){.count = count, .elements = count, .result = COSEM_SUCCESS};
}

static void put_all(struct writer *w)
{
    cosem_put_structure(w, 2);
    cosem_put_enum(w, PROFILE_PART_WHOLE);
    cosem_put_null(w);
    cosem_put_array(w, 0);
}

static void row(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    const struct push_object object =
        push_object_at(call->context->push, push_view_setup(call), number);
    cosem_put_structure(w, push_view_is_version_2(call) ? ELEMENTS_2 : ELEMENTS_0);
    cosem_put_u16(w, object.class_id);
    cosem_put_octet_string(w, object.name, sizeof object.name);
    cosem_put_i8(w, object.attribute);
    cosem_put_u16(w, object.data);
    if (push_view_is_version_2(call) && object.part_size > 0) {
        writer_octets(w, object.part, object.part_size);
    } else if (push_view_is_version_2(call)) {
        put_all(w);
    }
}

const struct cosem_table push_view_objects = {.freeze = freeze, .row = row};

/* ---- a part of a buffer: {restriction type, restriction}, columns ---- */

struct buffer_part {
    int64_t type;          /* enum profile_part_by */
    struct reader columns; /* an array */
};

static struct buffer_part take_part(struct cosem_intake *in)
{
    struct buffer_part part = {.type = PROFILE_PART_WHOLE};
    cosem_intake_structure(in, 2);
    part.type = cosem_intake_integer(in, COSEM_ENUM, PROFILE_PART_WHOLE, PROFILE_PART_BY_ENTRY);
    if (in->result == COSEM_SUCCESS && part.type != PROFILE_PART_WHOLE) {
        cosem_intake_structure(in, 2);
        (void)cosem_take_part(in->value);
        (void)cosem_take_part(in->value);
    } else if (in->result == COSEM_SUCCESS && cosem_take_value(in->value).tag != COSEM_NULL) {
        cosem_intake_refuse(in);
    }
    part.columns = cosem_take_part(in->value);
    if (in->result == COSEM_SUCCESS && reader_peek(&part.columns) != COSEM_ARRAY) {
        in->result = COSEM_TYPE_UNMATCHED;
    }
    return part;
}

static bool is_all(const struct buffer_part *part)
{
    struct reader columns = part->columns;
    return part->type == PROFILE_PART_WHOLE && cosem_take_value(&columns).count == 0;
}

enum cosem_result class_push_select(struct cosem_call *call, const uint8_t *octets, size_t size)
{
    struct reader r = reader_over(octets, size);
    struct cosem_intake in = cosem_intake_begin(&r);
    const struct buffer_part part = take_part(&in);
    if (cosem_intake_end(&in) != COSEM_SUCCESS || is_all(&part)) {
        return in.result;
    }
    if (call->object->ic->id != PROFILE_GENERIC) {
        return COSEM_OTHER_REASON;
    }
    const struct profile_view view = profile_view_of(call);
    call->selection = (struct cosem_selection){
        .selector = part.type == PROFILE_PART_BY_ENTRY ? ENTRIES : RANGE,
        .listed = true,
        .parameters = octets,
        .size = size,
    };
    return profile_part_of(call, &view).result;
}

/* ---- what is written ---- */

/* What the client that writes the list cannot see or read is not pushed either, nor what depends on
 * who asks. All of an object is what it can. */
static bool may_push(const struct cosem_call *call, const struct push_object *object)
{
    struct cosem_call other = *call;
    enum cosem_result why;
    if (!cosem_call_turn(&other, object->class_id, object->name, &why) ||
        other.object->ic->of_association) {
        return false;
    }
    bool whole = object->attribute == 0;
    bool readable = cosem_object_readable(other.object, object->attribute, call->column);
    bool restricted = object->class_id == PROFILE_GENERIC && object->attribute == BUFFER;
    bool selected = object->part_size == 0 ||
                    class_push_select(&other, object->part, object->part_size) == COSEM_SUCCESS;
    bool all = other.selection.selector == 0;
    return (whole || readable) && selected && (all || (restricted && object->data == 0)) &&
           (!whole || object->data == 0);
}

/* The part as it was written, unless it is all there is. */
static void intake_part(struct cosem_intake *in, struct push_object *object)
{
    struct reader begin = *in->value;
    const struct buffer_part taken = take_part(in);
    if (in->result != COSEM_SUCCESS || is_all(&taken)) {
        return;
    }
    const struct reader part = reader_settle(reader_part(&begin, in->value->at - begin.at));
    if (part.fault || part.size > PUSH_PARTS) {
        cosem_intake_refuse(in);
        return;
    }
    object->part = part.data + part.at;
    object->part_size = (uint8_t)part.size;
}

/* Its part is where it came from, until the next is taken. */
static struct push_object intake_object(const struct cosem_call *call, struct cosem_intake *in)
{
    struct push_object object = {0};
    bool parts = push_view_is_version_2(call);
    cosem_intake_structure(in, parts ? ELEMENTS_2 : ELEMENTS_0);
    object.class_id = cosem_intake_u16(in);
    cosem_intake_name(in, object.name);
    object.attribute = (int8_t)cosem_intake_integer(in, COSEM_I8, 0, INT8_MAX);
    object.data = (uint16_t)cosem_intake_integer(in, COSEM_U16, 0, ELEMENT_MOST);
    if (parts && in->result == COSEM_SUCCESS) {
        intake_part(in, &object);
    }
    if (in->result == COSEM_SUCCESS && !may_push(call, &object)) {
        cosem_intake_refuse(in);
    }
    return object;
}

enum cosem_result push_view_set_objects(const struct cosem_call *call, struct reader *value)
{
    struct push *push = call->context->push;
    uint8_t octets[PUSH_LIST];
    struct writer list = writer_over(octets, sizeof octets);
    struct cosem_intake in = cosem_intake_begin(value);
    size_t parts = 0;
    size_t count = cosem_intake_array(&in, PUSH_OBJECTS);
    for (size_t i = 0; i < count && in.result == COSEM_SUCCESS; i++) {
        const struct push_object object = intake_object(call, &in);
        parts += object.part_size;
        if (parts > PUSH_PARTS) {
            cosem_intake_refuse(&in);
        } else {
            push_object_put(push, &object, &list);
        }
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS && push_put_text(push, push_view_setup(call), PUSH_TEXT_LIST,
                                                 octets, writer_kept(&list)) != 0) {
        return COSEM_OTHER_REASON;
    }
    if (result == COSEM_SUCCESS) {
        push_view_changed(call);
    }
    return result;
}
