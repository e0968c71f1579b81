#include "function/push.h"

#include <string.h>

static void put_text(struct writer *w, struct reader text)
{
    writer_octets(w, text.data, text.size);
}

void push_settings_write(const struct push *push, enum push_setup setup, struct writer *w)
{
    const struct push_settings *settings = &push->settings[setup];
    struct reader protection = push_text(push, setup, PUSH_TEXT_PROTECTION);
    writer_u8(w, settings->object_count);
    for (uint8_t i = 0; i < settings->object_count; i++) {
        writer_u16(w, settings->objects[i].class_id);
        writer_octets(w, settings->objects[i].name, sizeof settings->objects[i].name);
        writer_u8(w, (uint8_t)settings->objects[i].attribute);
        writer_u16(w, settings->objects[i].data);
        writer_u8(w, settings->objects[i].part_size);
    }
    put_text(w, push_text(push, setup, PUSH_TEXT_PARTS));
    writer_u8(w, settings->transport);
    writer_u8(w, settings->destination_size);
    writer_octets(w, settings->destination, settings->destination_size);
    writer_u8(w, settings->window_count);
    for (uint8_t i = 0; i < settings->window_count; i++) {
        writer_octets(w, settings->windows[i].begin, PUSH_DATE_TIME);
        writer_octets(w, settings->windows[i].end, PUSH_DATE_TIME);
    }
    writer_u16(w, settings->randomisation_s);
    writer_u8(w, settings->retries);
    writer_u16(w, settings->delay_s);
    writer_u16(w, settings->delay_percent);
    writer_u16(w, settings->delay_most_s);
    writer_u8(w, settings->client_sap);
    writer_u8(w, settings->method);
    writer_octets(w, settings->confirm_from, PUSH_DATE_TIME);
    writer_u32(w, settings->confirm_every_s);
    writer_u8(w, (uint8_t)protection.size);
    put_text(w, protection);
}

static void take(struct reader *r, uint8_t *octets, size_t size)
{
    const uint8_t *at = reader_octets(r, size);
    if (at != NULL) {
        memcpy(octets, at, size);
    }
}

/* A count that is too large is a fault. */
static uint8_t take_count(struct reader *r, uint8_t most)
{
    uint8_t count = reader_u8(r);
    if (count > most) {
        reader_fail(r);
        return 0;
    }
    return count;
}

static struct push_object take_object(struct reader *r, bool has_parts)
{
    struct push_object object = {.class_id = reader_u16(r)};
    take(r, object.name, sizeof object.name);
    object.attribute = (int8_t)reader_u8(r);
    if (has_parts) {
        object.data = reader_u16(r);
        object.part_size = reader_u8(r);
    }
    return object;
}

/* The parts stand one behind the other. */
static struct reader take_parts(struct push_settings *settings, struct reader *r)
{
    unsigned size = 0;
    for (uint8_t i = 0; i < settings->object_count; i++) {
        struct push_object *object = &settings->objects[i];
        object->part_at = (uint8_t)size;
        size += object->part_size;
        if (size > PUSH_PARTS) {
            reader_fail(r);
            return reader_over(NULL, 0);
        }
    }
    return reader_part(r, size);
}

static void take_rules(struct push_settings *settings, struct reader *r)
{
    settings->transport = reader_u8(r);
    settings->destination_size = take_count(r, PUSH_DESTINATION);
    take(r, settings->destination, settings->destination_size);
    settings->window_count = take_count(r, PUSH_WINDOWS);
    for (uint8_t i = 0; i < settings->window_count; i++) {
        take(r, settings->windows[i].begin, PUSH_DATE_TIME);
        take(r, settings->windows[i].end, PUSH_DATE_TIME);
    }
    settings->randomisation_s = reader_u16(r);
    settings->retries = reader_u8(r);
    settings->delay_s = reader_u16(r);
    settings->delay_percent = reader_u16(r);
    settings->delay_most_s = reader_u16(r);
    settings->client_sap = reader_u8(r);
    settings->method = reader_u8(r);
    take(r, settings->confirm_from, PUSH_DATE_TIME);
    settings->confirm_every_s = reader_u32(r);
}

/* Version 1 had whole attributes only, version 2 no protection of its own. */
bool push_settings_read(struct push *push, enum push_setup setup, uint8_t version, struct reader *r)
{
    struct push_settings taken = {.object_count = take_count(r, PUSH_OBJECTS)};
    for (uint8_t i = 0; i < taken.object_count; i++) {
        taken.objects[i] = take_object(r, version > 1);
    }
    const struct reader parts = take_parts(&taken, r);
    take_rules(&taken, r);
    size_t size = version > 2 ? take_count(r, PUSH_PROTECTION) : 0;
    const struct reader protection = reader_part(r, size);
    if (!reader_done(r) || !push_destinations_valid(taken.destination, taken.destination_size) ||
        parts.size + protection.size > push_text_room(push, setup)) {
        return false;
    }
    push->settings[setup] = taken;
    (void)push_put_text(push, setup, PUSH_TEXT_PROTECTION, NULL, 0);
    (void)push_put_text(push, setup, PUSH_TEXT_PARTS, parts.data, parts.size);
    (void)push_put_text(push, setup, PUSH_TEXT_PROTECTION, protection.data, protection.size);
    return true;
}
