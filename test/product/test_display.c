/* The display as a client sets it: each row names what is written, and what is on the glass
 * afterwards. */
#include "cosem/data.h"
#include "test/display/drawing.h"
#include "test/product/rig.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdio.h>
#include <string.h>

enum { SAP = PRODUCT_SAP_MANAGEMENT, DATA = 1, PROFILE = 7, OCTETS = 4096, CAPTURE_OBJECTS = 3 };

static struct rig rig;
static uint8_t octets[OCTETS];
static uint8_t value[RIG_VALUE_MOST];

static int set_up(void **state)
{
    (void)state;
    rig_init(&rig, product_find("xs211"));
    rig_associate(&rig, SAP, 512);
    return 0;
}

static enum cosem_result set(uint16_t class_id, uint8_t c, uint8_t d, uint8_t e, int attribute,
                             const char *hex)
{
    struct dlms_target target = {class_id, COSEM_NAME(0, 0, c, d, e), (int8_t)attribute};
    return rig_set(&rig, SAP, &target, reader_over(octets, hex_read(hex, octets, OCTETS)));
}

static enum cosem_result set_setting(enum display_setting setting, const char *hex)
{
    return set(DATA, 128, 1, (uint8_t)setting, 2, hex);
}

static void assert_line(int line, const char *expected)
{
    char text[DISPLAY_COLUMNS + 1];
    drawing_read_line(drawing_look(&rig.display), line, text);
    assert_string_equal(text, expected);
}

static void press(int64_t now_ms, int64_t ms)
{
    display_button(&rig.display, DISPLAY_BUTTON_SCROLL, true, now_ms);
    display_button(&rig.display, DISPLAY_BUTTON_SCROLL, false, now_ms + ms);
}

static void assert_item(int64_t now_ms, unsigned position)
{
    display_step(&rig.display, now_ms);
    assert_int_equal(rig.display.position, position);
}

static void times_take_effect(void **state)
{
    (void)state;
    assert_int_equal(set_setting(DISPLAY_SCROLL_S, "12 0003"), COSEM_SUCCESS);
    assert_item(2999, 0);
    assert_item(3000, 1);
    assert_int_equal(set_setting(DISPLAY_BACKLIGHT_S, "12 0001"), COSEM_SUCCESS);
    assert_int_equal(set_setting(DISPLAY_SELF_TEST_S, "12 0002"), COSEM_SUCCESS);
    assert_int_equal(set_setting(DISPLAY_RETURN_S, "12 000B"), COSEM_SUCCESS);
    press(4000, 100);
    assert_true(drawing_look(&rig.display)->lit);
    display_step(&rig.display, 5100);
    assert_false(drawing_look(&rig.display)->lit);
    display_step(&rig.display, 6099);
    assert_int_equal(rig.display.mode, DISPLAY_MODE_SELF_TEST);
    display_step(&rig.display, 6100);
    assert_int_equal(rig.display.mode, DISPLAY_MODE_MANUAL);
    display_step(&rig.display, 15099);
    assert_int_equal(rig.display.mode, DISPLAY_MODE_MANUAL);
    display_step(&rig.display, 15100);
    assert_int_equal(rig.display.mode, DISPLAY_MODE_AUTOMATIC);
}

static void presses_take_effect(void **state)
{
    (void)state;
    assert_int_equal(set_setting(DISPLAY_LONG_MS, "12 0258"), COSEM_SUCCESS);      /* 600 ms */
    assert_int_equal(set_setting(DISPLAY_VERY_LONG_MS, "12 0400"), COSEM_SUCCESS); /* 1024 ms */
    press(0, 600);
    assert_int_equal(rig.display.mode, DISPLAY_MODE_MENU);
    press(1000, 1024);
    assert_int_equal(rig.display.mode, DISPLAY_MODE_AUTOMATIC);
    assert_int_equal(set_setting(DISPLAY_TEST_MODE_S, "12 003C"), COSEM_SUCCESS);
    press(3000, 600);
    press(4000, 100);
    press(5000, 100);
    press(6000, 600);
    assert_int_equal(rig.display.mode, DISPLAY_MODE_TEST);
    display_step(&rig.display, 66599);
    assert_int_equal(rig.display.mode, DISPLAY_MODE_TEST);
    display_step(&rig.display, 66600);
    assert_int_equal(rig.display.mode, DISPLAY_MODE_AUTOMATIC);
}

static void energies_take_the_form(void **state)
{
    (void)state;
    static const char *const lines[] = {"000000.016 kWh  ", " 000000.01 kWh  ", "  000000.0 kWh  ",
                                        "    000000 kWh  ", "   00000.0 kWh  "};
    display_step(&rig.display, 10000);
    for (unsigned form = 0; form < DISPLAY_FORMS; form++) {
        char hex[16];
        snprintf(hex, sizeof hex, "12 00%02X", form);
        assert_int_equal(set_setting(DISPLAY_ENERGY_FORM, hex), COSEM_SUCCESS);
        assert_line(0, "1.8.0           ");
        assert_line(1, lines[form]);
    }
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    for (int i = 0; i < DISPLAY_SETTINGS; i++) {
        const struct display_setting_row *row = &display_setting_rows[i];
        uint16_t before = rig.display.settings[i];
        char hex[16];
        snprintf(hex, sizeof hex, "12 %04X", row->most + 1U);
        assert_int_equal(set_setting((enum display_setting)i, hex), COSEM_OTHER_REASON);
        snprintf(hex, sizeof hex, "12 %04X", row->least > 0 ? row->least - 1U : UINT16_MAX);
        assert_int_equal(set_setting((enum display_setting)i, hex), COSEM_OTHER_REASON);
        assert_int_equal(set_setting((enum display_setting)i, "11 05"), COSEM_TYPE_UNMATCHED);
        assert_int_equal(rig.display.settings[i], before);
    }
    assert_int_equal(set_setting(DISPLAY_LONG_MS, "12 1388"), COSEM_OTHER_REASON); /* very long */
    assert_int_equal(set_setting(DISPLAY_VERY_LONG_MS, "12 07D0"), COSEM_OTHER_REASON);
    assert_int_equal(rig.display.changes, 0);
}

/* Register 1-0:32.7.0 and Clock 0-0:1.0.0. */
#define VOLTAGE "0204 120003 0906 0100200700FF 0F02 120000"
#define CLOCK   "0204 120008 0906 0000010000FF 0F02 120000"

static void lists_take_effect(void **state)
{
    (void)state;
    for (uint8_t list = 0; list < DISPLAY_LISTS; list++) {
        assert_int_equal(
            set(PROFILE, 21, 0, (uint8_t)(list + 1), CAPTURE_OBJECTS, "0102" VOLTAGE CLOCK),
            COSEM_SUCCESS);
        assert_int_equal(rig.display.lists[list].count, 2);
    }
    assert_line(0, "32.7.0          ");
    assert_line(1, "    230.01 V    ");
    display_step(&rig.display, 10000);
    assert_line(0, "1.0.0           ");
    display_step(&rig.display, 20000);
    assert_line(0, "32.7.0          ");
    press(20100, 10);
    press(20200, 10);
    assert_line(0, "32.7.0          ");
    assert_int_equal(rig.display.mode, DISPLAY_MODE_MANUAL);
}

static void an_empty_list_is_blank(void **state)
{
    (void)state;
    assert_int_equal(set(PROFILE, 21, 0, 1, CAPTURE_OBJECTS, "0100"), COSEM_SUCCESS);
    display_step(&rig.display, 25000);
    assert_line(0, "                ");
    assert_line(1, "                ");
    assert_int_equal(message_set_text(&rig.message, "Hello", 5), 0);
    display_step(&rig.display, 45000);
    assert_line(1, "           Hello");
}

/* One thing amiss in the last item: the list stays as it was. */
static void lists_that_cannot_be_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *item;
        enum cosem_result result;
    } rows[] = {
        {"0204 120003 0906 0100200700FF 0F09 120000", COSEM_OTHER_REASON}, /* no such attribute */
        {"0204 120003 0906 0100340700FF 0F02 120000", COSEM_OTHER_REASON}, /* L2: not this meter */
        {"0204 12000F 0906 0000280000FF 0F02 120000", COSEM_OTHER_REASON}, /* an association */
        {"0204 120001 0906 00002B0100FF 0F02 120000", COSEM_OTHER_REASON}, /* needs one that asks */
        {"0204 120007 0906 0000150001FF 0F02 120000", COSEM_OTHER_REASON}, /* a list in a list */
        {"0204 12001E 0906 00002B0200FF 0F02 120000", COSEM_OTHER_REASON}, /* protected data */
        {"0204 120003 0906 0100200700FF 0F02 120001", COSEM_OTHER_REASON}, /* a data index */
        {"0204 120003 0906 0100200700FF 0F01 120000", COSEM_OTHER_REASON}, /* its name */
        {"0203 120003 0906 0100200700FF 0F02", COSEM_TYPE_UNMATCHED},
        {"0204 1103 0906 0100200700FF 0F02 120000", COSEM_TYPE_UNMATCHED},
    };
    struct display_list before = rig.display.lists[DISPLAY_LIST_MANUAL];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char hex[256];
        snprintf(hex, sizeof hex, "0102 %s %s", VOLTAGE, rows[i].item);
        assert_int_equal(set(PROFILE, 21, 0, 2, CAPTURE_OBJECTS, hex), rows[i].result);
        assert_memory_equal(&rig.display.lists[DISPLAY_LIST_MANUAL], &before, sizeof before);
    }
}

/* As many as there is room for, and one more. */
static void the_longest_list(void **state)
{
    (void)state;
    static char hex[64 * (DISPLAY_ITEMS + 1) + 16];
    for (unsigned count = DISPLAY_ITEMS; count <= DISPLAY_ITEMS + 1U; count++) {
        int size = snprintf(hex, sizeof hex, "01 %02X", count);
        for (unsigned i = 0; i < count; i++) {
            size += snprintf(hex + size, sizeof hex - (size_t)size, "%s", VOLTAGE);
        }
        assert_int_equal(set(PROFILE, 21, 0, 2, CAPTURE_OBJECTS, hex),
                         count <= DISPLAY_ITEMS ? COSEM_SUCCESS : COSEM_OTHER_REASON);
        assert_int_equal(rig.display.lists[DISPLAY_LIST_MANUAL].count, DISPLAY_ITEMS);
    }
}

static size_t read(uint16_t sap, uint8_t e, int attribute)
{
    enum cosem_result result;
    const struct cosem_name name = COSEM_NAME(0, 0, 21, 0, e);
    size_t size = rig_read(&rig, sap, PROFILE, &name, attribute, value, &result);
    assert_int_equal(result, COSEM_SUCCESS);
    return size;
}

/* A list is read as it was written; its buffer is what the glass would show of it. */
static void lists_are_read_back_with_their_values(void **state)
{
    (void)state;
    char text[512];
    assert_int_equal(set(PROFILE, 21, 0, 3, CAPTURE_OBJECTS, "0102" VOLTAGE CLOCK), COSEM_SUCCESS);
    hex_write(value, read(SAP, 3, CAPTURE_OBJECTS), text);
    assert_string_equal(text, "0102"
                              "02041200030906"
                              "0100200700FF"
                              "0F02120000"
                              "02041200080906"
                              "0000010000FF"
                              "0F02120000");
    hex_write(value, read(SAP, 3, 2), text);
    assert_string_equal(text, "0101020206000382"
                              "7C090C07EA0B15060C000032FFC400");
}

static void the_message_is_shown_and_taken_away(void **state)
{
    (void)state;
    assert_int_equal(set(DATA, 96, 13, 0, 2, "0906 48656C6C6F21"), COSEM_SUCCESS);
    display_step(&rig.display, 10000 * rig.display.lists[DISPLAY_LIST_AUTOMATIC].count);
    assert_line(0, "C.13.0          ");
    assert_line(1, "          Hello!");
    assert_int_equal(set(DATA, 96, 13, 0, 2, "0906 48656C6C6F0A"), COSEM_OTHER_REASON);
    assert_int_equal(set(DATA, 96, 13, 0, 2, "1201F4"), COSEM_TYPE_UNMATCHED);
    assert_int_equal(rig.message.text_size, 6);
    assert_int_equal(set(DATA, 96, 13, 1, 2, "0908 3031323334353637"), COSEM_SUCCESS);
    assert_memory_equal(rig.message.code, "01234567", 8);
    assert_int_equal(set(DATA, 96, 13, 1, 2, "0909 303132333435363738"), COSEM_OTHER_REASON);
    assert_int_equal(set(DATA, 96, 13, 0, 2, "0900"), COSEM_SUCCESS);
    assert_int_equal(rig.message.text_size, 0);
}

/* The Reading client reads all of it, and writes none. */
static void only_management_writes(void **state)
{
    (void)state;
    struct dlms_target target = {PROFILE, COSEM_NAME(0, 0, 21, 0, 1), CAPTURE_OBJECTS};
    rig_associate(&rig, PRODUCT_SAP_READING, 512);
    assert_true(read(PRODUCT_SAP_READING, 1, CAPTURE_OBJECTS) > 0);
    assert_int_equal(rig_set(&rig, PRODUCT_SAP_READING, &target,
                             reader_over(octets, hex_read("0100", octets, OCTETS))),
                     COSEM_READ_WRITE_DENIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(times_take_effect, set_up),
        cmocka_unit_test_setup(presses_take_effect, set_up),
        cmocka_unit_test_setup(energies_take_the_form, set_up),
        cmocka_unit_test_setup(what_cannot_be_is_refused, set_up),
        cmocka_unit_test_setup(lists_take_effect, set_up),
        cmocka_unit_test_setup(an_empty_list_is_blank, set_up),
        cmocka_unit_test_setup(lists_that_cannot_be_are_refused, set_up),
        cmocka_unit_test_setup(the_longest_list, set_up),
        cmocka_unit_test_setup(lists_are_read_back_with_their_values, set_up),
        cmocka_unit_test_setup(the_message_is_shown_and_taken_away, set_up),
        cmocka_unit_test_setup(only_management_writes, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
