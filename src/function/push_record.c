#include "function/push.h"

#include <string.h>

static void put_text(struct writer *w, struct reader text)
{
    writer_octets(w, text.data, text.size);
}

static void put_objects(const struct push *push, enum push_setup setup, struct writer *w)
{
    uint8_t count = push_object_count(push, setup);
    writer_u8(w, count);
    for (uint8_t i = 0; i < count; i++) {
        const struct push_object object = push_object_at(push, setup, i);
        writer_u16(w, object.class_id);
        writer_octets(w, object.name, sizeof object.name);
        writer_u8(w, (uint8_t)object.attribute);
        writer_u16(w, object.data);
        writer_u8(w, object.part_size);
    }
    for (uint8_t i = 0; i < count; i++) {
        const struct push_object object = push_object_at(push, setup, i);
        writer_octets(w, object.part, object.part_size);
    }
}

void push_settings_write(const struct push *push, enum push_setup setup, struct writer *w)
{
    const struct push_settings *settings = &push->settings[setup];
    struct reader destination = push_text(push, setup, PUSH_TEXT_DESTINATION);
    struct reader protection = push_text(push, setup, PUSH_TEXT_PROTECTION);
    put_objects(push, setup, w);
    writer_u8(w, settings->transport);
    writer_u8(w, (uint8_t)destination.size);
    put_text(w, destination);
    writer_u8(w, push_window_count(push, setup));
    put_text(w, push_text(push, setup, PUSH_TEXT_WINDOWS));
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

/* The parts stand one behind the other, behind all objects: a list as it is put. */
static void take_list(const struct push *push, struct reader *r, bool has_parts, struct writer *w)
{
    uint8_t count = take_count(r, PUSH_OBJECTS);
    const struct reader begin = *r;
    size_t parts = 0;
    for (uint8_t i = 0; i < count; i++) {
        parts += take_object(r, has_parts).part_size;
    }
    if (r->fault || parts > PUSH_PARTS) {
        reader_fail(r);
        return;
    }
    struct reader objects = begin;
    for (uint8_t i = 0; i < count; i++) {
        struct push_object object = take_object(&objects, has_parts);
        object.part = reader_octets(r, object.part_size);
        if (!r->fault) {
            push_object_put(push, &object, w);
        }
    }
}

static struct reader take_text(struct reader *r, uint8_t most, size_t unit)
{
    size_t size = take_count(r, most) * unit;
    return reader_part(r, size);
}

static void take_rules(struct push_settings *settings, struct reader *r)
{
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
    uint8_t octets[PUSH_LIST];
    struct writer list = writer_over(octets, sizeof octets);
    struct reader texts[PUSH_TEXTS];
    struct push_settings taken = {0};
    take_list(push, r, version > 1, &list);
    taken.transport = reader_u8(r);
    texts[PUSH_TEXT_LIST] = reader_over(octets, writer_kept(&list));
    texts[PUSH_TEXT_DESTINATION] = take_text(r, PUSH_DESTINATION, 1);
    texts[PUSH_TEXT_WINDOWS] = take_text(r, PUSH_WINDOWS, sizeof(struct push_window));
    take_rules(&taken, r);
    texts[PUSH_TEXT_PROTECTION] =
        version > 2 ? take_text(r, PUSH_PROTECTION, 1) : reader_over(NULL, 0);
    size_t size = 0;
    for (int text = 0; text < PUSH_TEXTS; text++) {
        size += texts[text].size;
    }
    if (!reader_done(r) ||
        !push_destinations_valid(texts[PUSH_TEXT_DESTINATION].data,
                                 (uint8_t)texts[PUSH_TEXT_DESTINATION].size) ||
        size > push_text_room(push, setup)) {
        return false;
    }
    push_clear(push, setup);
    push->settings[setup] = taken;
    for (int text = 0; text < PUSH_TEXTS; text++) {
        (void)push_put_text(push, setup, (enum push_text)text, texts[text].data, texts[text].size);
    }
    return true;
}
