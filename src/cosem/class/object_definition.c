#include "cosem/class/object_definition.h"

#include "cosem/class/classes.h"
#include "cosem/give.h"
#include "cosem/tape.h"

#include <string.h>

enum { ELEMENTS = 5, PROFILE = 7, BUFFER = 2, RANGE = 1, ENTRIES = 2, CLOCK = 8, CLOCK_TIME = 2 };
enum { SELECTION_MOST = 72 };

static void take_restriction(struct cosem_intake *in, struct object_definition *definition)
{
    cosem_intake_structure(in, 2);
    definition->restriction = (enum object_restriction)cosem_intake_integer(
        in, COSEM_ENUM, OBJECT_WHOLE, OBJECT_BY_ENTRY);
    if (definition->restriction == OBJECT_BY_DATE) {
        cosem_intake_structure(in, 2);
        definition->from = date_time_intake(in);
        definition->to = date_time_intake(in);
    } else if (definition->restriction == OBJECT_BY_ENTRY) {
        cosem_intake_structure(in, 2);
        definition->first = cosem_intake_u32(in);
        definition->last = cosem_intake_u32(in);
    } else if (cosem_take_value(in->value).tag != COSEM_NULL) {
        cosem_intake_refuse(in);
    }
}

struct object_definition object_definition_take(struct cosem_intake *in)
{
    struct object_definition definition = {0};
    cosem_intake_structure(in, ELEMENTS);
    definition.class_id = cosem_intake_u16(in);
    cosem_intake_name(in, definition.name.obis);
    definition.attribute = (int8_t)cosem_intake_integer(in, COSEM_I8, 1, COSEM_ATTRIBUTES);
    definition.element = cosem_intake_u16(in);
    take_restriction(in, &definition);
    return definition;
}

enum cosem_result object_definition_find(const struct cosem_call *call,
                                         const struct object_definition *definition,
                                         struct cosem_call *other)
{
    enum cosem_result why = COSEM_OBJECT_UNDEFINED;
    *other = *call;
    other->selection = (struct cosem_selection){.selector = 0};
    if (!cosem_call_turn(other, definition->class_id, definition->name.obis, &why)) {
        return why;
    }
    return other->object->ic == &class_data_protection ? COSEM_READ_WRITE_DENIED : COSEM_SUCCESS;
}

/* The parameters of selective access that say the same. */
static void put_range(struct writer *w, const struct object_definition *definition)
{
    static const uint8_t clock[] = {0, 0, 1, 0, 0, 255};
    cosem_put_structure(w, 4);
    cosem_put_structure(w, 4);
    cosem_put_u16(w, CLOCK);
    cosem_put_octet_string(w, clock, sizeof clock);
    cosem_put_i8(w, CLOCK_TIME);
    cosem_put_u16(w, 0);
    date_time_put(w, &definition->from);
    date_time_put(w, &definition->to);
    cosem_put_array(w, 0);
}

static void put_entries(struct writer *w, const struct object_definition *definition)
{
    cosem_put_structure(w, 4);
    cosem_put_u32(w, definition->first);
    cosem_put_u32(w, definition->last);
    cosem_put_u16(w, 1);
    cosem_put_u16(w, 0);
}

static enum cosem_result restrict_to(const struct object_definition *definition,
                                     struct cosem_call *other, uint8_t octets[SELECTION_MOST])
{
    struct writer w = writer_over(octets, SELECTION_MOST);
    if (definition->restriction == OBJECT_WHOLE) {
        return COSEM_SUCCESS;
    }
    if (definition->class_id != PROFILE || definition->attribute != BUFFER) {
        return COSEM_SCOPE_OF_ACCESS_VIOLATED;
    }
    if (definition->restriction == OBJECT_BY_DATE) {
        put_range(&w, definition);
    } else {
        put_entries(&w, definition);
    }
    other->selection = (struct cosem_selection){
        .selector = definition->restriction == OBJECT_BY_DATE ? RANGE : ENTRIES,
        .parameters = octets,
        .size = writer_kept(&w),
    };
    return COSEM_SUCCESS;
}

/* All of what a tape has at its beginning. It calls getters itself, which a tape does too: Data
 * protection is none of them. */
static enum cosem_result render(const struct cosem_tape *tape, struct writer *w)
{
    const struct cosem_attribute *attribute = tape->attribute;
    if (attribute == NULL) {
        struct cosem_name name = cosem_object_name(tape->call.object, tape->call.member);
        return cosem_give_octet_string(w, name.obis, sizeof name.obis);
    }
    if (!tape->is_table) {
        return attribute->get(&tape->call, w);
    }
    cosem_put_array(w, tape->rows.elements);
    for (uint32_t row = 0; row < tape->rows.count && !writer_overflow(w); row++) {
        attribute->table->row(&tape->call, tape->rows.first + row, w);
    }
    return COSEM_SUCCESS;
}

/* One element of a value instead of all of it. */
static enum cosem_result pick(uint16_t element, uint8_t *octets, size_t *size)
{
    struct reader r = reader_over(octets, *size);
    struct cosem_value head = cosem_take_value(&r);
    if ((head.tag != COSEM_STRUCTURE && head.tag != COSEM_ARRAY) || element > head.count) {
        return COSEM_OTHER_REASON;
    }
    for (uint16_t before = 1; before < element; before++) {
        cosem_skip_value(&r);
    }
    struct reader part = cosem_take_part(&r);
    if (part.fault) {
        return COSEM_OTHER_REASON;
    }
    memmove(octets, part.data, part.size);
    *size = part.size;
    return COSEM_SUCCESS;
}

enum cosem_result object_definition_read(const struct cosem_call *call,
                                         const struct object_definition *definition,
                                         uint8_t *octets, size_t room, size_t *size)
{
    struct cosem_call other;
    struct cosem_tape tape;
    uint8_t parameters[SELECTION_MOST];
    enum cosem_result result = object_definition_find(call, definition, &other);
    if (result == COSEM_SUCCESS) {
        result = restrict_to(definition, &other, parameters);
    }
    if (result == COSEM_SUCCESS) {
        result = cosem_tape_open(&tape, &other, definition->attribute);
    }
    struct writer w = writer_over(octets, room);
    if (result == COSEM_SUCCESS) {
        result = render(&tape, &w);
    }
    if (result == COSEM_SUCCESS && writer_overflow(&w)) {
        result = COSEM_OTHER_REASON;
    }
    *size = writer_kept(&w);
    bool picks = result == COSEM_SUCCESS && definition->element != 0;
    return picks ? pick(definition->element, octets, size) : result;
}

/* The object, and whether the attribute may be written. */
static enum cosem_result find_writable(const struct cosem_call *call,
                                       const struct object_definition *definition,
                                       struct cosem_call *other)
{
    enum cosem_result result = object_definition_find(call, definition, other);
    if (result == COSEM_SUCCESS) {
        result = cosem_object_may_set(other, definition->attribute);
    }
    bool whole = definition->element == 0 && definition->restriction == OBJECT_WHOLE;
    return result == COSEM_SUCCESS && !whole ? COSEM_SCOPE_OF_ACCESS_VIOLATED : result;
}

enum cosem_result object_definition_is_writable(const struct cosem_call *call,
                                                const struct object_definition *definition)
{
    struct cosem_call other;
    return find_writable(call, definition, &other);
}

enum cosem_result object_definition_write(const struct cosem_call *call,
                                          const struct object_definition *definition,
                                          struct reader *value)
{
    struct cosem_call other;
    enum cosem_result result = find_writable(call, definition, &other);
    return result == COSEM_SUCCESS
               ? cosem_object_attribute(other.object, definition->attribute)->set(&other, value)
               : result;
}

enum cosem_result object_definition_invoke(const struct cosem_call *call,
                                           const struct object_definition *definition,
                                           struct reader *parameter, struct writer *returned)
{
    struct cosem_call other;
    enum cosem_result result = object_definition_find(call, definition, &other);
    if (result == COSEM_SUCCESS) {
        result = cosem_object_may_invoke(&other, definition->attribute);
    }
    return result == COSEM_SUCCESS ? cosem_object_method(other.object, definition->attribute)
                                         ->invoke(&other, parameter, returned)
                                   : result;
}

enum cosem_result object_definitions_check(struct reader list)
{
    struct cosem_intake in = cosem_intake_begin(&list);
    size_t count = cosem_intake_array(&in, OBJECT_DEFINITIONS_MOST);
    for (size_t i = 0; i < count && in.result == COSEM_SUCCESS; i++) {
        (void)object_definition_take(&in);
    }
    return cosem_intake_end(&in);
}

bool object_definitions_is_empty(struct reader list)
{
    return cosem_take_value(&list).count == 0;
}

enum cosem_result object_definitions_read(const struct cosem_call *call, struct reader list,
                                          uint8_t *octets, size_t room, size_t *size)
{
    struct cosem_intake in = cosem_intake_begin(&list);
    size_t count = cosem_intake_array(&in, OBJECT_DEFINITIONS_MOST);
    struct writer head = writer_over(octets, room);
    enum cosem_result result = COSEM_SUCCESS;
    cosem_put_structure(&head, count);
    *size = writer_kept(&head);
    for (size_t i = 0; i < count && result == COSEM_SUCCESS; i++) {
        const struct object_definition definition = object_definition_take(&in);
        size_t more = 0;
        result = object_definition_read(call, &definition, octets + *size, room - *size, &more);
        *size += more;
    }
    return result;
}

static enum cosem_result check_writable(const struct cosem_call *call, struct reader list)
{
    struct cosem_intake in = cosem_intake_begin(&list);
    size_t count = cosem_intake_array(&in, OBJECT_DEFINITIONS_MOST);
    enum cosem_result result = COSEM_SUCCESS;
    for (size_t i = 0; i < count && result == COSEM_SUCCESS; i++) {
        const struct object_definition definition = object_definition_take(&in);
        result = object_definition_is_writable(call, &definition);
    }
    return result;
}

static enum cosem_result check_values(size_t count, struct reader values)
{
    struct cosem_intake in = cosem_intake_begin(&values);
    cosem_intake_structure(&in, count);
    for (size_t i = 0; i < count; i++) {
        cosem_skip_value(&values);
    }
    return cosem_intake_end(&in);
}

enum cosem_result object_definitions_write(const struct cosem_call *call, struct reader list,
                                           struct reader values)
{
    enum cosem_result result = check_writable(call, list);
    struct cosem_intake in = cosem_intake_begin(&list);
    size_t count = cosem_intake_array(&in, OBJECT_DEFINITIONS_MOST);
    if (result == COSEM_SUCCESS) {
        result = check_values(count, values);
    }
    (void)cosem_take_value(&values);
    for (size_t i = 0; i < count && result == COSEM_SUCCESS; i++) {
        const struct object_definition definition = object_definition_take(&in);
        struct reader value = cosem_take_part(&values);
        result = object_definition_write(call, &definition, &value);
    }
    return result;
}
