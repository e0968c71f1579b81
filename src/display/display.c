#include "display/display.h"

#include "base/need.h"
#include "display/dots.h"
#include "display/item.h"
#include "display/menu.h"
#include "display/segments.h"

#include <string.h>

enum { MS_PER_S = 1000, NEVER = -1 };

const struct display_setting_row display_setting_rows[DISPLAY_SETTINGS] = {
    [DISPLAY_SCROLL_S] = {2, 60, 10},
    [DISPLAY_RETURN_S] = {10, 3600, 60},
    [DISPLAY_BACKLIGHT_S] = {0, 3600, 30},
    [DISPLAY_SELF_TEST_S] = {1, 60, 3},
    [DISPLAY_TEST_MODE_S] = {60, 43200, 3600},
    [DISPLAY_LONG_MS] = {500, 5000, 2000},
    [DISPLAY_VERY_LONG_MS] = {1000, 20000, 5000},
    [DISPLAY_ENERGY_FORM] = {0, DISPLAY_FORMS - 1, 0},
};

enum { ATTRIBUTES = 16 };

/* All of them can be shown. */
static void take_list(struct display *display, enum display_list_name name,
                      const struct display_item *items, unsigned count)
{
    struct display_list *list = &display->lists[name];
    list->count = (uint8_t)count;
    for (unsigned i = 0; i < count; i++) {
        int32_t number = item_number(display->source.model, &items[i]);
        need(number >= 0 && number <= UINT16_MAX / ATTRIBUTES && items[i].attribute < ATTRIBUTES);
        list->items[i] = (uint16_t)(number * ATTRIBUTES + items[i].attribute);
    }
}

struct display_item display_item_at(const struct display *display, const struct display_list *list,
                                    unsigned position)
{
    if (position >= list->count) {
        return (struct display_item){.class_id = 0};
    }
    unsigned packed = list->items[position];
    struct cosem_instance shown = cosem_model_object(display->source.model, packed / ATTRIBUTES);
    return (struct display_item){shown.object->ic->id, shown.name, (uint8_t)(packed % ATTRIBUTES)};
}

void display_init(struct display *display, const struct display_config *config,
                  const struct display_source *source)
{
    *display = (struct display){.config = config, .source = *source, .touched_ms = NEVER};
    for (int i = 0; i < DISPLAY_SETTINGS; i++) {
        display->settings[i] = display_setting_rows[i].usual;
    }
    for (int i = 0; i < DISPLAY_LISTS; i++) {
        need(config->lists[i].count <= DISPLAY_ITEMS);
        take_list(display, (enum display_list_name)i, config->lists[i].items,
                  config->lists[i].count);
    }
}

int display_set(struct display *display, enum display_setting setting, uint16_t value)
{
    const struct display_setting_row *row = &display_setting_rows[setting];
    uint16_t long_ms = display->settings[DISPLAY_LONG_MS];
    uint16_t very_long_ms = display->settings[DISPLAY_VERY_LONG_MS];
    bool differ = setting == DISPLAY_LONG_MS        ? value < very_long_ms
                  : setting == DISPLAY_VERY_LONG_MS ? value > long_ms
                                                    : true;
    if (value < row->least || value > row->most || !differ) {
        return -1;
    }
    display->settings[setting] = value;
    display->changes++;
    display->screen++;
    return 0;
}

bool display_can_show(const struct display *display, const struct display_item *item)
{
    return item_number(display->source.model, item) >= 0;
}

int display_set_list(struct display *display, enum display_list_name name,
                     const struct display_item *items, unsigned count)
{
    if (count > DISPLAY_ITEMS) {
        return -1;
    }
    for (unsigned i = 0; i < count; i++) {
        if (!display_can_show(display, &items[i])) {
            return -1;
        }
    }
    take_list(display, name, items, count);
    display->changes++;
    menu_restart(display);
    return 0;
}

void display_step(struct display *display, int64_t now_ms)
{
    display->now_ms = now_ms;
    menu_step(display);
}

void display_button(struct display *display, enum display_button button, bool down, int64_t now_ms)
{
    display->now_ms = now_ms;
    menu_step(display);
    menu_button(display, button, down);
}

static bool is_lit(const struct display *display)
{
    int64_t lit_ms = (int64_t)display->settings[DISPLAY_BACKLIGHT_S] * MS_PER_S;
    return display->touched_ms >= 0 && display->now_ms - display->touched_ms < lit_ms;
}

static void paint(const struct display *display, struct display_frame *frame)
{
    struct screen screen;
    struct status status;
    char text[MESSAGE_TEXT_MAX];
    screen_compose(display, text, &screen);
    status_compose(display, &status);
    memset(frame->octets, 0, sizeof frame->octets);
    frame->glass = display->config->glass;
    if (display->config->glass == DISPLAY_DOTS) {
        dots_paint(&screen, &status, frame->octets);
    } else {
        segments_paint(&screen, &status, frame->octets);
    }
}

void display_look(const struct display *display, struct display_frame *frame)
{
    int64_t now_s = display->now_ms / MS_PER_S;
    bool stands =
        frame->of == display && frame->screen == display->screen && frame->painted_s == now_s;
    if (!stands) {
        paint(display, frame);
        frame->of = display;
        frame->screen = display->screen;
        frame->painted_s = now_s;
    }
    frame->lit = is_lit(display);
}
