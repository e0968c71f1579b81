#include "meter/pushing_long.h"

#include "cosem/class/classes.h"
#include "dlms/general_block.h"
#include "dlms/notification.h"
#include "meter/pushing_value.h"
#include "meter/reading.h"

#include <string.h>

/* ---- the plain message, piece by piece ---- */

static void put_small(struct meter_pushing_long *message, const void *octets, size_t size)
{
    memcpy(message->small, octets, size);
    message->small_at = 0;
    message->small_size = (uint16_t)size;
}

/* A whole attribute, or rows of it. false: it cannot be read. */
static bool open_value(struct meter *meter, const struct push_object *object)
{
    struct meter_pushing_long *message = &meter->pushing.in_blocks;
    struct writer w = writer_over(message->selection, sizeof message->selection);
    struct cosem_call call;
    struct reader part = push_part(&meter->pushing.push, message->setup, object);
    bool found =
        reading_call(meter, object->class_id, object->name, &call) == 0 &&
        (part.size == 0 || class_push_select(&call, part.data, part.size, &w) == COSEM_SUCCESS) &&
        cosem_tape_open(&message->value, &call, object->attribute) == COSEM_SUCCESS;
    if (found) {
        (void)cosem_tape_read(&message->value, message->small, 0); /* tells whether it fails */
    }
    message->open = found && message->value.result == COSEM_SUCCESS;
    return message->open;
}

static void begin_element(struct meter *meter)
{
    static const uint8_t null_data[] = {COSEM_NULL};
    struct meter_pushing_long *message = &meter->pushing.in_blocks;
    const struct push *push = &meter->pushing.push;
    const struct push_object *object = &push->settings[message->setup].objects[message->element++];
    if (object->attribute != 0 && object->data == 0) {
        if (!open_value(meter, object)) {
            put_small(message, null_data, sizeof null_data);
        }
        return;
    }
    size_t size =
        pushing_value(meter, message->setup, object, message->small, sizeof message->small);
    message->small_at = 0;
    message->small_size = (uint16_t)size;
    if (size == 0) {
        put_small(message, null_data, sizeof null_data);
    }
}

static size_t take_small(struct meter_pushing_long *message, uint8_t *piece, size_t room)
{
    size_t left = (size_t)(message->small_size - message->small_at);
    size_t taken = left < room ? left : room;
    memcpy(piece, message->small + message->small_at, taken);
    message->small_at = (uint16_t)(message->small_at + taken);
    return taken;
}

/* Octets of the message, `room` of them while it lasts; COSEM_CARRY more fit behind `piece`. */
static size_t read_plain(void *context, uint8_t *piece, size_t room)
{
    struct meter *meter = context;
    struct meter_pushing_long *message = &meter->pushing.in_blocks;
    uint8_t count = meter->pushing.push.settings[message->setup].object_count;
    size_t filled = 0;
    while (filled < room) {
        if (message->small_at < message->small_size) {
            filled += take_small(message, piece + filled, room - filled);
        } else if (message->open) {
            filled += cosem_tape_read(&message->value, piece + filled, room - filled);
            message->open = !cosem_tape_ended(&message->value);
        } else if (message->element < count) {
            begin_element(meter);
        } else {
            break;
        }
    }
    return filled;
}

static void rewind_to(struct meter *meter, enum push_setup setup, const void *head, size_t size)
{
    struct meter_pushing_long *message = &meter->pushing.in_blocks;
    message->setup = setup;
    message->element = 0;
    message->open = false;
    put_small(message, head, size);
}

size_t pushing_long_measure(struct meter *meter, enum push_setup setup)
{
    static const uint8_t now[DLMS_NOTIFICATION_TIME_SIZE];
    uint8_t octets[METER_PUSH_SMALL];
    struct writer head = writer_over(octets, sizeof octets);
    size_t size = 0;
    size_t piece;
    dlms_notification_put_head(&head, 0, now);
    cosem_put_structure(&head, meter->pushing.push.settings[setup].object_count);
    rewind_to(meter, setup, octets, writer_kept(&head));
    do {
        piece = read_plain(meter, meter->pushing.apdu, METER_PUSH_BLOCK);
        size += piece;
    } while (piece > 0);
    return size;
}

/* ---- blocks ---- */

int pushing_long_begin(struct meter *meter, enum push_setup setup, size_t size,
                       const struct writer *head, const struct dlms_security_context *context,
                       struct dlms_protection *by)
{
    struct meter_pushing_long *message = &meter->pushing.in_blocks;
    struct dlms_material material;
    const struct dlms_source source = {read_plain, meter};
    rewind_to(meter, setup, head->window, writer_kept(head));
    message->number = 0;
    message->left = (uint32_t)size;
    message->ciphered = context != NULL;
    message->sending =
        context == NULL || (dlms_security_begin(context, by, &material) == 0 &&
                            dlms_security_tape_open(&message->tape, by, &material, head->window[0],
                                                    size, source) == 0);
    return message->sending ? 0 : -1;
}

static size_t read_next(struct meter *meter, uint8_t *piece, bool *last)
{
    struct meter_pushing_long *message = &meter->pushing.in_blocks;
    if (message->ciphered) {
        size_t size = dlms_security_tape_read(&message->tape, piece, METER_PUSH_BLOCK);
        *last = dlms_security_tape_ended(&message->tape);
        return message->tape.failed ? 0 : size;
    }
    size_t size = read_plain(meter, piece, METER_PUSH_BLOCK);
    bool whole = size == METER_PUSH_BLOCK || size == message->left;
    if (!whole || size > message->left) {
        return 0;
    }
    message->left -= (uint32_t)size;
    *last = message->left == 0;
    return size;
}

size_t pushing_long_next(struct meter *meter, const uint8_t **apdu)
{
    struct meter_pushing_long *message = &meter->pushing.in_blocks;
    uint8_t *piece = meter->pushing.apdu + DLMS_GENERAL_BLOCK_HEAD;
    bool last = false;
    size_t size = message->sending ? read_next(meter, piece, &last) : 0;
    if (size == 0) {
        return 0;
    }
    uint8_t octets[DLMS_GENERAL_BLOCK_HEAD];
    struct writer head = writer_over(octets, sizeof octets);
    const struct dlms_general_block_apdu block = {
        .last = last, .streaming = !last, .number = ++message->number};
    dlms_general_block_put_head(&head, &block, size);
    size_t before = writer_kept(&head);
    memcpy(piece - before, octets, before);
    *apdu = piece - before;
    if (last) {
        pushing_long_end(meter);
    }
    return before + size;
}

void pushing_long_end(struct meter *meter)
{
    struct meter_pushing_long *message = &meter->pushing.in_blocks;
    if (message->sending && message->ciphered) {
        dlms_security_tape_close(&message->tape);
    }
    message->sending = false;
}
