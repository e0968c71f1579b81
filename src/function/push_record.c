#include "function/push.h"

#include <string.h>

void push_settings_write(const struct push_settings *settings, struct writer *w)
{
    writer_u8(w, settings->object_count);
    for (uint8_t i = 0; i < settings->object_count; i++) {
        writer_u16(w, settings->objects[i].class_id);
        writer_octets(w, settings->objects[i].name, sizeof settings->objects[i].name);
        writer_u8(w, (uint8_t)settings->objects[i].attribute);
        writer_u16(w, settings->objects[i].data);
        writer_u8(w, settings->objects[i].part_size);
    }
    for (uint8_t i = 0; i < settings->object_count; i++) {
        const struct push_object *object = &settings->objects[i];
        writer_octets(w, settings->parts + object->part_at, object->part_size);
    }
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
    writer_u8(w, settings->protection_size);
    writer_octets(w, settings->protection, settings->protection_size);
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

static void take_parts(struct push_settings *settings, struct reader *r)
{
    for (uint8_t i = 0; i < settings->object_count; i++) {
        struct push_object *object = &settings->objects[i];
        if (object->part_size > PUSH_PARTS - settings->parts_size) {
            reader_fail(r);
            return;
        }
        object->part_at = settings->parts_size;
        take(r, settings->parts + object->part_at, object->part_size);
        settings->parts_size = (uint8_t)(settings->parts_size + object->part_size);
    }
}

/* Version 1 had whole attributes only, version 2 no protection of its own. */
bool push_settings_read(struct push_settings *settings, uint8_t version, struct reader *r)
{
    struct push_settings taken = {.object_count = take_count(r, PUSH_OBJECTS)};
    for (uint8_t i = 0; i < taken.object_count; i++) {
        taken.objects[i] = take_object(r, version > 1);
    }
    take_parts(&taken, r);
    taken.transport = reader_u8(r);
    taken.destination_size = take_count(r, PUSH_DESTINATION);
    take(r, taken.destination, taken.destination_size);
    taken.window_count = take_count(r, PUSH_WINDOWS);
    for (uint8_t i = 0; i < taken.window_count; i++) {
        take(r, taken.windows[i].begin, PUSH_DATE_TIME);
        take(r, taken.windows[i].end, PUSH_DATE_TIME);
    }
    taken.randomisation_s = reader_u16(r);
    taken.retries = reader_u8(r);
    taken.delay_s = reader_u16(r);
    taken.delay_percent = reader_u16(r);
    taken.delay_most_s = reader_u16(r);
    taken.client_sap = reader_u8(r);
    taken.method = reader_u8(r);
    take(r, taken.confirm_from, PUSH_DATE_TIME);
    taken.confirm_every_s = reader_u32(r);
    if (version > 2) {
        taken.protection_size = take_count(r, PUSH_PROTECTION);
        take(r, taken.protection, taken.protection_size);
    }
    if (!reader_done(r) || !push_destinations_valid(taken.destination, taken.destination_size)) {
        return false;
    }
    *settings = taken;
    return true;
}
