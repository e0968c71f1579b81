/* What clients have set of the display outlives the supply. */
#include "meter/meter.h"
#include "test/unit.h"
#include "world/nor/nor.h"

#include <stdlib.h>
#include <string.h>

static const struct display_item voltage = {3, COSEM_NAME(1, 0, 32, 7, 0), 2};
static const char text[] = "Meter change on Monday.";

struct bed {
    struct nor nor;
    struct flash flash;
    struct meter meter;
    struct legal_part legal;
};

static void begin(struct bed *bed)
{
    struct meter_setup setup = {
        .product = product_find("xs211"),
        .utc_ms = INT64_C(1800000000000),
        .flash = &bed->flash,
        .legal = &bed->legal,
    };
    assert_int_equal(meter_init(&bed->meter, &setup), 0);
    while (meter_recover(&bed->meter) > 0) {
        nor_advance(&bed->nor, 1000);
    }
}

static struct bed *new_bed(void)
{
    struct nor_config config = nor_config_default();
    char error[256];
    struct bed *bed = calloc(1, sizeof *bed);
    assert_non_null(bed);
    assert_int_equal(nor_open(&bed->nor, &config, NULL, error, sizeof error), 0);
    bed->flash = nor_port(&bed->nor);
    begin(bed);
    return bed;
}

static void live(struct bed *bed, int64_t seconds)
{
    int64_t end_ms = bed->meter.now_ms + seconds * 1000;
    while (bed->meter.now_ms < end_ms) {
        nor_advance(&bed->nor, 10000);
        (void)meter_step(&bed->meter, bed->meter.now_ms + 10);
    }
}

static void close_bed(struct bed *bed)
{
    nor_close(&bed->nor);
    free(bed);
}

static void press(struct bed *bed, int64_t ms)
{
    struct display *display = &bed->meter.display;
    display_button(display, DISPLAY_BUTTON_SERVICE, true, bed->meter.now_ms);
    int64_t end_ms = bed->meter.now_ms + ms;
    while (bed->meter.now_ms < end_ms) {
        nor_advance(&bed->nor, 10000);
        (void)meter_step(&bed->meter, bed->meter.now_ms + 10);
    }
    display_button(display, DISPLAY_BUTTON_SERVICE, false, bed->meter.now_ms);
}

/* The sealed button: a long press to the installation menu, short ones to its last entry, a long
 * one does it; what was done cannot be repeated at once. */
static void the_sealed_button_ends_the_billing_period(void **state)
{
    (void)state;
    enum { SHORT_MS = 100, LONG_MS = 3000, ENTRIES_BEFORE = 3 };
    struct bed *bed = new_bed();
    live(bed, 300); /* sectors are prepared */
    press(bed, LONG_MS);
    for (int i = 0; i < ENTRIES_BEFORE; i++) {
        press(bed, SHORT_MS);
    }
    assert_int_equal(bed->meter.billing.periods, 0);
    press(bed, LONG_MS);
    assert_int_equal(bed->meter.billing.periods, 1);
    press(bed, LONG_MS);
    assert_int_equal(bed->meter.billing.periods, 1);
    assert_true(demand_locked(&bed->meter.demand));
    const struct profile *profile = &bed->meter.profiles[PRODUCT_PROFILE_BILLING_1];
    assert_int_equal(profile_next(profile) - profile_first(profile), 1);
    close_bed(bed);
}

static void change(struct display *display, struct message *message)
{
    assert_int_equal(display_set(display, DISPLAY_VERY_LONG_MS, 19000), 0);
    assert_int_equal(display_set(display, DISPLAY_LONG_MS, 5000), 0);
    assert_int_equal(display_set(display, DISPLAY_ENERGY_FORM, 4), 0);
    assert_int_equal(display_set_list(display, DISPLAY_LIST_SERVICE, &voltage, 1), 0);
    assert_int_equal(display_set_list(display, DISPLAY_LIST_MANUAL, &voltage, 0), 0);
    assert_int_equal(message_set_text(message, text, strlen(text)), 0);
    assert_int_equal(message_set_code(message, "42", 2), 0);
}

static void assert_changed(const struct display *display, const struct message *message)
{
    assert_int_equal(display->settings[DISPLAY_VERY_LONG_MS], 19000);
    assert_int_equal(display->settings[DISPLAY_LONG_MS], 5000);
    assert_int_equal(display->settings[DISPLAY_ENERGY_FORM], 4);
    assert_int_equal(display->settings[DISPLAY_SCROLL_S], 10);
    assert_int_equal(display->lists[DISPLAY_LIST_MANUAL].count, 0);
    assert_int_equal(display->lists[DISPLAY_LIST_SERVICE].count, 1);
    struct display_item item = display_item_at(display, &display->lists[DISPLAY_LIST_SERVICE], 0);
    assert_memory_equal(&item.name, &voltage.name, 6);
    item = display_item_at(display, &display->lists[DISPLAY_LIST_SERVICE], 1);
    assert_int_equal(item.class_id, 0);
    assert_int_equal(message->text_size, strlen(text));
    char found[MESSAGE_TEXT_MAX];
    assert_int_equal(message_read(message, 0, found, message->text_size), 0);
    assert_memory_equal(found, text, strlen(text));
    assert_int_equal(message->code_size, 2);
}

static void what_was_set_is_there_again(void **state)
{
    (void)state;
    struct bed *bed = new_bed();
    live(bed, 5);
    change(&bed->meter.display, &bed->meter.message);
    live(bed, 5);
    begin(bed);
    assert_changed(&bed->meter.display, &bed->meter.message);
    uint8_t count = bed->meter.display.lists[DISPLAY_LIST_AUTOMATIC].count;
    assert_int_equal(count, bed->meter.product->display->lists[DISPLAY_LIST_AUTOMATIC].count);
    close_bed(bed);
}

/* The supply fails at any time while it is written: each value is the old one or the new one. */
static void a_cut_leaves_the_old_or_the_new(void **state)
{
    (void)state;
    for (unsigned operations = 1; operations <= 40; operations++) {
        struct bed *bed = new_bed();
        live(bed, 5);
        struct nor_tear tear = {.erased = 500, .seed = operations};
        change(&bed->meter.display, &bed->meter.message);
        nor_plan_cut(&bed->nor, operations, &tear);
        live(bed, 5);
        nor_power_on(&bed->nor);
        begin(bed);
        const struct display *display = &bed->meter.display;
        uint16_t form = display->settings[DISPLAY_ENERGY_FORM];
        assert_true(form == 0 || form == 4);
        assert_int_equal(display->settings[DISPLAY_LONG_MS], form == 4 ? 5000 : 2000);
        uint8_t count = display->lists[DISPLAY_LIST_SERVICE].count;
        assert_true(count == 1 || count == bed->meter.product->display->lists[2].count);
        uint16_t size = bed->meter.message.text_size;
        assert_true(size == 0 || size == strlen(text));
        close_bed(bed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sealed_button_ends_the_billing_period),
        cmocka_unit_test(what_was_set_is_there_again),
        cmocka_unit_test(a_cut_leaves_the_old_or_the_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
