#include "meter/pushing_plain.h"

#include "cosem/class/classes.h"
#include "cosem/class/date_time.h"
#include "cosem/data.h"
#include "dlms/notification.h"
#include "meter/reading.h"

#include <string.h>

void pushing_plain_put_head(struct meter *meter, enum push_setup setup, struct writer *w)
{
    uint8_t octets[2 + DATE_TIME_SIZE];
    struct writer time = writer_over(octets, sizeof octets);
    struct push *push = &meter->pushing.push;
    struct clock_mark mark = clock_mark_at(&meter->clock, push->states[setup].triggered_ms);
    struct clock_reading reading = clock_mark_read(&mark);
    struct date_time shown = date_time_of(&reading);
    bool confirmed = push_wants_confirmation(push, setup, &meter->clock);
    date_time_put(&time, &shown);
    push->number = (push->number + 1) & DLMS_NOTIFICATION_NUMBER;
    meter->pushing.invoke = push->number | (confirmed ? DLMS_NOTIFICATION_CONFIRMED : 0);
    dlms_notification_put_head(w, meter->pushing.invoke, octets + 2);
    cosem_put_structure(w, push_object_count(push, setup));
}

static struct meter_pushing_plain *plain_of(struct meter *meter)
{
    return &meter->pushing.message.plain;
}

static void put_small(struct meter_pushing_plain *plain, const struct writer *w)
{
    memcpy(plain->small, w->window, writer_kept(w));
    plain->small_at = 0;
    plain->small_size = (uint8_t)writer_kept(w);
}

static void put_null(struct meter_pushing_plain *plain)
{
    plain->small[0] = COSEM_NULL;
    plain->small_at = 0;
    plain->small_size = 1;
}

void pushing_plain_open(struct meter *meter, enum push_setup setup, const struct writer *head)
{
    struct meter_pushing_plain *plain = plain_of(meter);
    plain->setup = setup;
    plain->changes = meter->pushing.push.changes[setup];
    plain->count = push_object_count(&meter->pushing.push, setup);
    plain->element = 0;
    plain->attribute = 0;
    plain->open = false;
    put_small(plain, head);
}

/* ---- values ---- */

/* The object that is told, or was last. */
static struct push_object object_of(const struct meter *meter)
{
    const struct meter_pushing_plain *plain = &meter->pushing.message.plain;
    return push_object_at(&meter->pushing.push, plain->setup, plain->element - 1U);
}

/* An attribute, or the part of it that the call selects; it may be none, which its beginning tells.
 */
static bool open_value(struct meter_pushing_plain *plain, const struct cosem_call *call,
                       int attribute)
{
    uint8_t nothing[COSEM_CARRY];
    if (cosem_tape_open(&plain->value, call, attribute) != COSEM_SUCCESS) {
        return false;
    }
    (void)cosem_tape_read(&plain->value, nothing, 0);
    return plain->value.result == COSEM_SUCCESS;
}

static void begin_value(struct meter_pushing_plain *plain, const struct push_object *object,
                        struct cosem_call *call)
{
    bool selected = object->part_size == 0 ||
                    class_push_select(call, object->part, object->part_size) == COSEM_SUCCESS;
    plain->open = selected && open_value(plain, call, object->attribute);
    plain->picks = object->data != 0;
    cosem_element_begin(&plain->pick, object->data);
    if (!plain->open) {
        put_null(plain);
    }
}

/* All of an object is a structure of what Management reads of it, and null-data for the rest. */
static void begin_object(struct meter_pushing_plain *plain, const struct cosem_call *call)
{
    uint8_t octets[METER_PUSH_HEAD];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_structure(&w, 1U + call->object->ic->attribute_count);
    put_small(plain, &w);
    plain->attribute = 1;
}

static void begin_element(struct meter *meter)
{
    struct meter_pushing_plain *plain = plain_of(meter);
    struct cosem_call call;
    plain->element++;
    const struct push_object object = object_of(meter);
    if (reading_call(meter, object.class_id, object.name, &call) != 0) {
        put_null(plain);
    } else if (object.attribute == 0) {
        begin_object(plain, &call);
    } else {
        begin_value(plain, &object, &call);
    }
}

/* The next one of all of an object. */
static void begin_attribute(struct meter *meter)
{
    struct meter_pushing_plain *plain = plain_of(meter);
    const struct push_object object = object_of(meter);
    struct cosem_call call;
    bool found = reading_call(meter, object.class_id, object.name, &call) == 0;
    int attribute = plain->attribute;
    bool last = !found || attribute > call.object->ic->attribute_count;
    plain->attribute = last ? 0 : (uint8_t)(attribute + 1);
    plain->picks = false;
    plain->open = found && open_value(plain, &call, attribute);
    if (!plain->open) {
        put_null(plain);
    }
}

/* What is selected stands where other set-ups' texts may have moved it. */
static size_t read_value(struct meter *meter, uint8_t *piece, size_t room)
{
    struct meter_pushing_plain *plain = plain_of(meter);
    if (plain->value.call.selection.selector != 0) {
        plain->value.call.selection.parameters = object_of(meter).part;
    }
    size_t size = cosem_tape_read(&plain->value, piece, room);
    plain->open = !cosem_tape_ended(&plain->value);
    if (plain->picks) {
        size = cosem_element_pass(&plain->pick, piece, size);
        plain->open = plain->open && !plain->pick.ended;
        if (!plain->open && !plain->pick.found) {
            put_null(plain);
        }
    }
    return size;
}

static size_t take_small(struct meter_pushing_plain *plain, uint8_t *piece, size_t room)
{
    size_t left = (size_t)plain->small_size - plain->small_at;
    size_t taken = left < room ? left : room;
    memcpy(piece, plain->small + plain->small_at, taken);
    plain->small_at = (uint8_t)(plain->small_at + taken);
    return taken;
}

/* ---- the whole ---- */

static bool element_ended(const struct meter_pushing_plain *plain)
{
    return !plain->open && plain->attribute == 0 && plain->small_at == plain->small_size;
}

/* Octets of the element that was begun. */
static size_t read_element(struct meter *meter, uint8_t *piece, size_t room)
{
    struct meter_pushing_plain *plain = plain_of(meter);
    size_t filled = 0;
    while (filled < room && !element_ended(plain)) {
        if (plain->small_at < plain->small_size) {
            filled += take_small(plain, piece + filled, room - filled);
        } else if (plain->open) {
            filled += read_value(meter, piece + filled, room - filled);
        } else {
            begin_attribute(meter);
        }
    }
    return filled;
}

bool pushing_plain_ended(const struct meter *meter)
{
    const struct meter_pushing_plain *plain = &meter->pushing.message.plain;
    return element_ended(plain) && plain->element == plain->count;
}

/* A client may write it even while what it tells is computed. */
static bool is_as_begun(const struct meter *meter)
{
    const struct meter_pushing_plain *plain = &meter->pushing.message.plain;
    return meter->pushing.push.changes[plain->setup] == plain->changes;
}

size_t pushing_plain_read(void *context, uint8_t *piece, size_t room)
{
    struct meter *meter = context;
    const struct meter_pushing_plain *plain = plain_of(meter);
    size_t filled = 0;
    while (is_as_begun(meter) && filled < room && !pushing_plain_ended(meter)) {
        if (element_ended(plain)) {
            begin_element(meter);
        }
        filled += read_element(meter, piece + filled, room - filled);
    }
    return filled;
}

size_t pushing_plain_squeeze(struct meter *meter, uint8_t *octets, size_t room)
{
    struct meter_pushing_plain *plain = plain_of(meter);
    size_t filled = read_element(meter, octets, room); /* the head */
    for (size_t left = plain->count; left > 0; left--) {
        begin_element(meter);
        size_t size = read_element(meter, octets + filled, room - filled - (left - 1));
        if (!element_ended(plain)) {
            octets[filled] = COSEM_NULL;
            size = 1;
            plain->open = false;
            plain->attribute = 0;
            plain->small_at = plain->small_size;
        }
        filled += size;
    }
    return filled;
}
