#include "meter/facing.h"

#include "base/reader.h"
#include "base/writer.h"
#include "meter/keeping.h"
#include "storage/layout.h"

#include <string.h>

enum { SETTINGS_VERSION = 1, LIST_VERSION = 1 };

enum {
    SETTINGS_SIZE = 2 * DISPLAY_SETTINGS,
    ITEM_SIZE = 2 + 6 + 1,
    LIST_SIZE = DISPLAY_ITEMS * ITEM_SIZE,
};

_Static_assert((int)LIST_SIZE <= (int)LAYOUT_VALUE, "a full list can be kept");

void facing_init(struct meter *meter, const struct meter_setup *setup)
{
    message_init(&meter->message, setup->flash ? NULL : setup->message);
    meter->marks = (struct display_marks){0};
    const struct display_source source = {
        .model = &meter->product->model,
        .context = &meter->context,
        .quantities = &meter->source,
        .clock = &meter->clock,
        .message = &meter->message,
        .events = &meter->events,
        .profiles = meter->profiles,
        .push = &meter->pushing.push,
        .consumer = &meter->consumer,
        .billing = &meter->billing,
        .marks = &meter->marks,
    };
    display_init(&meter->display, meter->product->display, &source);
    meter->display_changes = meter->display.changes;
}

/* ---- settings ---- */

/* Very long presses first: each is above the long one. */
static void restore_settings(struct display *display, const struct storage *storage)
{
    uint8_t octets[SETTINGS_SIZE];
    uint8_t version;
    int size = journal_get(&storage->values, METER_VALUE_DISPLAY_SETTINGS, &version, octets,
                           sizeof octets);
    if (size != SETTINGS_SIZE || version != SETTINGS_VERSION) {
        return;
    }
    for (int i = DISPLAY_SETTINGS - 1; i >= 0; i--) {
        struct reader r = reader_over(&octets[2 * i], 2);
        (void)display_set(display, (enum display_setting)i, reader_u16(&r));
    }
}

static int store_settings(const struct display *display, struct storage *storage)
{
    uint8_t octets[SETTINGS_SIZE];
    struct writer w = writer_over(octets, sizeof octets);
    for (int i = 0; i < DISPLAY_SETTINGS; i++) {
        writer_u16(&w, display->settings[i]);
    }
    return journal_put(&storage->values, METER_VALUE_DISPLAY_SETTINGS, SETTINGS_VERSION, octets,
                       SETTINGS_SIZE);
}

/* ---- lists ---- */

/* An object that a later firmware no longer has takes the whole list back to the product's. */
static void restore_list(struct display *display, enum display_list_name name,
                         const struct storage *storage)
{
    uint8_t octets[LIST_SIZE];
    uint8_t version;
    int size = journal_get(&storage->values, (uint16_t)(METER_VALUE_DISPLAY_LIST + name), &version,
                           octets, sizeof octets);
    if (size < 0 || size > LIST_SIZE || size % ITEM_SIZE != 0 || version != LIST_VERSION) {
        return;
    }
    struct display_item items[DISPLAY_ITEMS];
    struct reader r = reader_over(octets, (size_t)size);
    unsigned count = (unsigned)size / ITEM_SIZE;
    for (unsigned i = 0; i < count; i++) {
        items[i].class_id = reader_u16(&r);
        memcpy(items[i].name.obis, reader_octets(&r, sizeof items[i].name.obis),
               sizeof items[i].name.obis);
        items[i].attribute = reader_u8(&r);
    }
    (void)display_set_list(display, name, items, count);
}

struct list_to_store {
    const struct display *display;
    enum display_list_name name;
};

static void render_list(const void *owner, struct writer *w)
{
    const struct list_to_store *store = owner;
    const struct display_list *list = &store->display->lists[store->name];
    for (unsigned i = 0; i < list->count; i++) {
        const struct display_item item = display_item_at(store->display, list, i);
        writer_u16(w, item.class_id);
        writer_octets(w, item.name.obis, sizeof item.name.obis);
        writer_u8(w, item.attribute);
    }
}

static int store_list(const struct display *display, enum display_list_name name,
                      struct storage *storage)
{
    const struct list_to_store store = {display, name};
    return journal_put_rendered(&storage->values, (uint16_t)(METER_VALUE_DISPLAY_LIST + name),
                                LIST_VERSION, render_list, &store);
}

/* ---- all of it ---- */

void facing_restore(struct meter *meter)
{
    restore_settings(&meter->display, &meter->storage);
    for (int name = 0; name < DISPLAY_LISTS; name++) {
        restore_list(&meter->display, (enum display_list_name)name, &meter->storage);
    }
    message_recover(&meter->message, &meter->storage, METER_VALUE_MESSAGE);
    meter->display_changes = meter->display.changes;
}

static int store_display(const struct display *display, struct storage *storage)
{
    int result = store_settings(display, storage);
    for (int name = 0; name < DISPLAY_LISTS && result == STORAGE_DONE; name++) {
        result = store_list(display, (enum display_list_name)name, storage);
    }
    return result;
}

/* What cannot be kept now is tried again with the next step. */
static void keep_changes(struct meter *meter)
{
    uint32_t display_changes = meter->display.changes;
    if (display_changes != meter->display_changes &&
        store_display(&meter->display, &meter->storage) == STORAGE_DONE) {
        meter->display_changes = display_changes;
    }
}

void facing_step(struct meter *meter)
{
    meter->marks.p1 = meter->consumer.port_enabled;
    meter->marks.rate = (uint8_t)quantity_rate(&meter->source);
    meter->marks.fault = meter->alarm.errors != 0;
    meter->marks.cover = meter->tamper.inputs[RTC_TERMINAL_COVER].there ||
                         meter->tamper.inputs[RTC_METER_COVER].there;
    display_step(&meter->display, meter->now_ms);
    if (meter->flash) {
        keep_changes(meter);
    }
}
