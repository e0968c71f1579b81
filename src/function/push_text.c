#include "base/need.h"
#include "function/push.h"

#include <string.h>

/* Octets of the texts before that one. */
static size_t begin_of(const struct push *push, int setup, int text)
{
    const uint16_t *sizes = &push->text_sizes[0][0];
    size_t octets = 0;
    for (int before = 0; before < setup * PUSH_TEXTS + text; before++) {
        octets += sizes[before];
    }
    return octets;
}

static size_t used(const struct push *push)
{
    return begin_of(push, PUSH_SETUPS, 0);
}

struct reader push_text(const struct push *push, enum push_setup setup, enum push_text text)
{
    return reader_over(push->texts + begin_of(push, setup, text), push->text_sizes[setup][text]);
}

size_t push_text_room(const struct push *push, enum push_setup setup)
{
    size_t own = begin_of(push, setup + 1, 0) - begin_of(push, setup, 0);
    return PUSH_TEXT_ROOM - (used(push) - own);
}

int push_put_text(struct push *push, enum push_setup setup, enum push_text text,
                  const uint8_t *octets, size_t size)
{
    static const uint16_t most[PUSH_TEXTS] = {
        [PUSH_TEXT_LIST] = PUSH_LIST,
        [PUSH_TEXT_DESTINATION] = PUSH_DESTINATION,
        [PUSH_TEXT_WINDOWS] = PUSH_WINDOWS * sizeof(struct push_window),
        [PUSH_TEXT_PROTECTION] = PUSH_PROTECTION,
    };
    need(size <= most[text]);
    uint8_t *at = push->texts + begin_of(push, setup, text);
    size_t old = push->text_sizes[setup][text];
    size_t all = used(push);
    if (size > PUSH_TEXT_ROOM - (all - old)) {
        return -1;
    }
    memmove(at + size, at + old, (size_t)(push->texts + all - (at + old)));
    if (size > 0) {
        memcpy(at, octets, size);
    }
    push->text_sizes[setup][text] = (uint16_t)size;
    return 0;
}

void push_clear(struct push *push, enum push_setup setup)
{
    for (int text = 0; text < PUSH_TEXTS; text++) {
        (void)push_put_text(push, setup, (enum push_text)text, NULL, 0);
    }
}

/* ---- objects ---- */

void push_object_put(const struct push *push, const struct push_object *object, struct writer *w)
{
    struct object_name name = {.class_id = object->class_id};
    memcpy(name.obis, object->name, sizeof name.obis);
    writer_u16(w, object_number(push->objects, &name));
    writer_u8(w, (uint8_t)object->attribute);
    writer_u16(w, object->data);
    writer_u8(w, object->part_size);
    writer_octets(w, object->part, object->part_size);
}

/* Passes over one: its number in the meter, the rest in `object`. */
static uint16_t take(struct reader *list, struct push_object *object)
{
    uint16_t number = reader_u16(list);
    object->attribute = (int8_t)reader_u8(list);
    object->data = reader_u16(list);
    object->part_size = reader_u8(list);
    object->part = reader_octets(list, object->part_size);
    return number;
}

uint8_t push_object_count(const struct push *push, enum push_setup setup)
{
    struct reader list = push_text(push, setup, PUSH_TEXT_LIST);
    uint8_t count = 0;
    while (reader_left(&list) > 0) {
        struct push_object object;
        (void)take(&list, &object);
        count++;
    }
    return count;
}

struct push_object push_object_at(const struct push *push, enum push_setup setup, unsigned number)
{
    struct reader list = push_text(push, setup, PUSH_TEXT_LIST);
    struct push_object object = {0};
    uint16_t found = OBJECT_NONE;
    for (unsigned i = 0; i <= number; i++) {
        found = take(&list, &object);
    }
    if (list.fault) {
        return (struct push_object){0};
    }
    const struct object_name name = object_name(push->objects, found);
    object.class_id = name.class_id;
    memcpy(object.name, name.obis, sizeof object.name);
    return object;
}

int push_set_objects(struct push *push, enum push_setup setup, const struct push_object *objects,
                     size_t count)
{
    uint8_t octets[PUSH_LIST];
    struct writer w = writer_over(octets, sizeof octets);
    for (size_t i = 0; i < count; i++) {
        push_object_put(push, &objects[i], &w);
    }
    need(!writer_overflow(&w));
    return push_put_text(push, setup, PUSH_TEXT_LIST, octets, writer_kept(&w));
}

/* ---- windows ---- */

uint8_t push_window_count(const struct push *push, enum push_setup setup)
{
    return (uint8_t)(push->text_sizes[setup][PUSH_TEXT_WINDOWS] / sizeof(struct push_window));
}

struct push_window push_window_at(const struct push *push, enum push_setup setup, unsigned number)
{
    struct push_window window = {{0}, {0}};
    if (number < push_window_count(push, setup)) {
        memcpy(&window, push_text(push, setup, PUSH_TEXT_WINDOWS).data + number * sizeof window,
               sizeof window);
    }
    return window;
}
