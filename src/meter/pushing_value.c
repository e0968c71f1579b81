#include "meter/pushing_value.h"

#include "cosem/class/classes.h"
#include "cosem/data.h"
#include "cosem/tape.h"
#include "meter/reading.h"

#include <string.h>

/* An attribute, or the part of it that the call selects. */
static size_t render(const struct cosem_call *call, int attribute, uint8_t *at, size_t room)
{
    struct cosem_tape tape;
    if (room <= COSEM_CARRY || cosem_tape_open(&tape, call, attribute) != COSEM_SUCCESS) {
        return 0;
    }
    size_t size = 0;
    while (!cosem_tape_ended(&tape) && size + COSEM_CARRY < room) {
        size_t read = cosem_tape_read(&tape, at + size, room - size - COSEM_CARRY);
        size += read;
        if (read == 0) {
            break;
        }
    }
    return cosem_tape_ended(&tape) && tape.result == COSEM_SUCCESS ? size : 0;
}

static size_t render_object(const struct cosem_call *call, uint8_t *at, size_t room)
{
    struct writer w = writer_over(at, room);
    int attributes = 1 + call->object->ic->attribute_count;
    cosem_put_structure(&w, (size_t)attributes);
    size_t filled = writer_kept(&w);
    for (int attribute = 1; attribute <= attributes; attribute++) {
        size_t size = filled < room ? render(call, attribute, at + filled, room - filled) : 0;
        if (filled == room) {
            return 0;
        }
        if (size == 0) {
            at[filled] = COSEM_NULL;
            size = 1;
        }
        filled += size;
    }
    return filled;
}

/* The n-th element of an array or a structure, moved to where the whole was. */
static size_t keep_element(uint8_t *at, size_t size, uint16_t number)
{
    struct reader r = reader_over(at, size);
    struct cosem_value head = cosem_take_value(&r);
    bool container = head.tag == COSEM_ARRAY || head.tag == COSEM_STRUCTURE;
    if (!container || number > head.count) {
        return 0;
    }
    for (uint16_t before = 1; before < number; before++) {
        cosem_skip_value(&r);
    }
    struct reader element = cosem_take_part(&r);
    if (element.fault) {
        return 0;
    }
    memmove(at, element.data, element.size);
    return element.size;
}

size_t pushing_value(const struct meter *meter, enum push_setup setup,
                     const struct push_object *object, uint8_t *at, size_t room)
{
    struct cosem_call call;
    uint8_t parameters[PUSH_SELECTION];
    struct writer w = writer_over(parameters, sizeof parameters);
    if (reading_call(meter, object->class_id, object->name, &call) != 0) {
        return 0;
    }
    if (object->attribute == 0) {
        return render_object(&call, at, room);
    }
    struct reader part = push_part(&meter->pushing.push, setup, object);
    if (part.size > 0 && class_push_select(&call, part.data, part.size, &w) != COSEM_SUCCESS) {
        return 0;
    }
    size_t size = render(&call, object->attribute, at, room);
    return object->data == 0 || size == 0 ? size : keep_element(at, size, object->data);
}
