/* Lists, menu, time-outs and buttons, by time. */
#include "display/menu.h"
#include "product/groups.h"
#include "storage/layout.h"
#include "test/display/drawing.h"
#include "test/product/rig.h"
#include "test/unit.h"
#include "world/nor/nor.h"

#include <string.h>

enum { SHORT_MS = 100, SECOND_MS = 1000, SCROLL_MS = 10000, RETURN_MS = 60000 };

static struct rig rig;
static int64_t now_ms;

static int set_up(void **state)
{
    (void)state;
    now_ms = 0;
    rig_init(&rig, product_find("xs211"));
    return 0;
}

static void wait(int64_t ms)
{
    now_ms += ms;
    display_step(&rig.display, now_ms);
}

static void hold(enum display_button button, int64_t ms)
{
    display_button(&rig.display, button, true, now_ms);
    now_ms += ms;
    display_step(&rig.display, now_ms);
    display_button(&rig.display, button, false, now_ms);
}

static void press(void)
{
    hold(DISPLAY_BUTTON_SCROLL, SHORT_MS);
}

static void assert_screen(enum display_mode mode, unsigned position)
{
    assert_int_equal(rig.display.mode, mode);
    assert_int_equal(rig.display.position, position);
}

static void assert_identifier(const char *id)
{
    char line[DISPLAY_COLUMNS + 1];
    drawing_read_line(drawing_look(&rig.display), 0, line);
    line[strlen(id)] = '\0';
    assert_string_equal(line, id);
}

static void the_automatic_list_goes_round(void **state)
{
    (void)state;
    unsigned count = rig.display.lists[DISPLAY_LIST_AUTOMATIC].count;
    for (unsigned i = 0; i < 3 * count; i++) {
        assert_screen(DISPLAY_MODE_AUTOMATIC, i % count);
        wait(SCROLL_MS - 1);
        assert_screen(DISPLAY_MODE_AUTOMATIC, i % count);
        wait(1);
    }
}

/* However rarely the meter steps, the list is where it would be. */
static void late_steps_miss_nothing(void **state)
{
    (void)state;
    struct rig other;
    rig_init(&other, product_find("xs211"));
    for (int64_t ms = 0; ms < 35000; ms += 7) {
        display_step(&other.display, ms);
    }
    wait(34993);
    assert_screen(other.display.mode, other.display.position);
    wait(INT64_C(86400000) * 400);
    assert_true(rig.display.position < rig.display.lists[DISPLAY_LIST_AUTOMATIC].count);
}

static void a_first_press_tests_all_dots(void **state)
{
    (void)state;
    press();
    assert_screen(DISPLAY_MODE_SELF_TEST, 0);
    const struct display_frame *frame = drawing_look(&rig.display);
    for (size_t i = 0; i < DISPLAY_OCTETS; i++) {
        assert_int_equal(frame->octets[i], 0x1F);
    }
    wait(3 * SECOND_MS - 1);
    assert_screen(DISPLAY_MODE_SELF_TEST, 0);
    wait(1);
    assert_screen(DISPLAY_MODE_MANUAL, 0);
    assert_identifier("0.9.2 ");
}

static void presses_walk_through_the_manual_list(void **state)
{
    (void)state;
    unsigned count = rig.display.lists[DISPLAY_LIST_MANUAL].count;
    press();
    press();
    for (unsigned i = 0; i < count; i++) {
        assert_screen(DISPLAY_MODE_MANUAL, i);
        press();
    }
    assert_screen(DISPLAY_MODE_AUTOMATIC, 0);
}

static void it_returns_when_nobody_presses(void **state)
{
    (void)state;
    press();
    press();
    wait(RETURN_MS - 1);
    assert_screen(DISPLAY_MODE_MANUAL, 0);
    press();
    wait(RETURN_MS - 1);
    assert_screen(DISPLAY_MODE_MANUAL, 1);
    wait(1);
    assert_screen(DISPLAY_MODE_AUTOMATIC, 0);
}

static void a_long_press_opens_the_menu(void **state)
{
    (void)state;
    hold(DISPLAY_BUTTON_SCROLL, 1999);
    assert_screen(DISPLAY_MODE_SELF_TEST, 0);
    set_up(NULL);
    hold(DISPLAY_BUTTON_SCROLL, 2000);
    assert_screen(DISPLAY_MODE_MENU, MENU_READINGS);
    press();
    assert_screen(DISPLAY_MODE_MENU, MENU_SELF_TEST); /* there is no message */
    press();
    assert_screen(DISPLAY_MODE_MENU, MENU_TEST_MODE);
    hold(DISPLAY_BUTTON_SCROLL, 2000);
    assert_screen(DISPLAY_MODE_TEST, 0);
    wait(RETURN_MS);
    assert_screen(DISPLAY_MODE_TEST, 0); /* those who check accuracy have time */
    wait(INT64_C(3600000));
    assert_screen(DISPLAY_MODE_AUTOMATIC, 0);
}

static void a_very_long_press_ends_everything_while_it_lasts(void **state)
{
    (void)state;
    press();
    press();
    press();
    display_button(&rig.display, DISPLAY_BUTTON_SCROLL, true, now_ms);
    wait(4999);
    assert_screen(DISPLAY_MODE_MANUAL, 1);
    wait(1);
    assert_screen(DISPLAY_MODE_AUTOMATIC, 0);
    display_button(&rig.display, DISPLAY_BUTTON_SCROLL, false, now_ms + 1);
    assert_screen(DISPLAY_MODE_AUTOMATIC, 0);
}

static void the_sealed_button_walks_through_the_service_list(void **state)
{
    (void)state;
    unsigned count = rig.display.lists[DISPLAY_LIST_SERVICE].count;
    press();
    for (unsigned i = 0; i < count; i++) {
        hold(DISPLAY_BUTTON_SERVICE, SHORT_MS);
        assert_screen(DISPLAY_MODE_SERVICE, i);
    }
    hold(DISPLAY_BUTTON_SERVICE, SHORT_MS);
    assert_screen(DISPLAY_MODE_AUTOMATIC, 0);
}

static void the_backlight_follows_presses(void **state)
{
    (void)state;
    assert_false(drawing_look(&rig.display)->lit);
    press();
    assert_true(drawing_look(&rig.display)->lit);
    wait(29999 - SHORT_MS);
    assert_true(drawing_look(&rig.display)->lit);
    wait(1 + SHORT_MS);
    assert_false(drawing_look(&rig.display)->lit);
}

/* A dot that was changed stays as long as the frame does. */
static bool is_painted(struct display_frame *frame)
{
    frame->octets[DISPLAY_OCTETS - 1] ^= 1;
    uint8_t changed = frame->octets[DISPLAY_OCTETS - 1];
    display_look(&rig.display, frame);
    return frame->octets[DISPLAY_OCTETS - 1] != changed;
}

/* Painted once a second, and at once when the screen is another one or a setting is; each who looks
 * has a frame of his own, that of another display is none. */
static void a_frame_stands_for_a_second(void **state)
{
    (void)state;
    struct display_frame frame = {0};
    struct display_frame other = {0};
    struct rig another;
    assert_true(is_painted(&frame));
    assert_false(is_painted(&frame));
    assert_true(is_painted(&other));
    wait(999);
    assert_false(is_painted(&frame));
    wait(1);
    assert_true(is_painted(&frame));
    assert_true(is_painted(&other));
    assert_false(is_painted(&frame));
    press();
    assert_true(is_painted(&frame));
    assert_int_equal(display_set(&rig.display, DISPLAY_ENERGY_FORM, 3), 0);
    assert_true(is_painted(&frame));
    assert_false(is_painted(&frame));
    rig_init(&another, product_find("xs211"));
    another.display.now_ms = rig.display.now_ms;
    another.display.screen = rig.display.screen;
    display_look(&another.display, &frame);
    assert_ptr_equal(frame.of, &another.display);
    assert_true(is_painted(&frame));
}

static void a_button_that_says_the_same_twice_is_one_press(void **state)
{
    (void)state;
    display_button(&rig.display, DISPLAY_BUTTON_SCROLL, false, 5);
    assert_screen(DISPLAY_MODE_AUTOMATIC, 0);
    display_button(&rig.display, DISPLAY_BUTTON_SCROLL, true, 10);
    display_button(&rig.display, DISPLAY_BUTTON_SCROLL, true, 1500);
    display_button(&rig.display, DISPLAY_BUTTON_SCROLL, false, 2010);
    assert_screen(DISPLAY_MODE_MENU, 0);
}

/* The marks of line 3 are those of the second, whichever screen it is. */
static void the_status_line_turns_with_the_second(void **state)
{
    (void)state;
    char line[DISPLAY_COLUMNS + 1];
    rig.marks.p1 = true;
    drawing_read_line(drawing_look(&rig.display), 2, line);
    assert_int_equal(line[7], 2); /* an arrow */
    rig.marks.p1 = false;
    wait(999);
    drawing_read_line(drawing_look(&rig.display), 2, line);
    assert_int_equal(line[7], 2);
    wait(1);
    drawing_read_line(drawing_look(&rig.display), 2, line);
    assert_int_equal(line[7], ' ');
}

static void a_message_runs_through_once_a_round(void **state)
{
    (void)state;
    char line[DISPLAY_COLUMNS + 1];
    unsigned count = rig.display.lists[DISPLAY_LIST_AUTOMATIC].count;
    assert_int_equal(message_set_text(&rig.message, "0123456789ABCDEFGHIJKLMNOPQRST", 30), 0);
    wait(SCROLL_MS * count);
    assert_screen(DISPLAY_MODE_AUTOMATIC, count);
    drawing_read_line(drawing_look(&rig.display), 1, line);
    assert_string_equal(line, "0123456789ABCDEF");
    wait(3000);
    drawing_read_line(drawing_look(&rig.display), 1, line);
    assert_string_equal(line, "6789ABCDEFGHIJKL");
    wait(11999);
    assert_screen(DISPLAY_MODE_AUTOMATIC, count);
    wait(1);
    assert_screen(DISPLAY_MODE_AUTOMATIC, 0);
}

/* Any presses at any times: it is always on a screen that exists, and always comes home. */
static void any_presses(void **state)
{
    (void)state;
    uint32_t chance = 4711;
    for (int i = 0; i < 200000; i++) {
        chance = chance * 1664525 + 1013904223;
        now_ms += chance >> 8 & 0xFFF;
        display_button(&rig.display, (enum display_button)(chance >> 30 & 1), chance >> 29 & 1,
                       now_ms);
        const struct display_list *list = menu_list(&rig.display);
        assert_true(!list || rig.display.position < list->count);
        if (i % 64 == 0) {
            (void)drawing_look(&rig.display);
        }
    }
    display_button(&rig.display, DISPLAY_BUTTON_SCROLL, false, now_ms);
    display_button(&rig.display, DISPLAY_BUTTON_SERVICE, false, now_ms);
    wait(INT64_C(3600000));
    assert_int_equal(rig.display.mode, DISPLAY_MODE_AUTOMATIC);
}

/* A log that the display reads as any: the newest first, back to the oldest. */
static void events_are_walked_through(void **state)
{
    (void)state;
    struct nor nor;
    struct nor_config config = nor_config_default();
    struct storage storage;
    struct event_book book;
    char error[NOR_ERROR_SIZE];
    char line[DISPLAY_COLUMNS + 1];
    assert_int_equal(nor_open(&nor, &config, NULL, error, sizeof error), 0);
    struct flash flash = nor_port(&nor);
    storage_init(&storage, &flash, layout_of("xs211"));
    while (storage_recover(&storage) > 0) {
        nor_advance(&nor, 100);
    }
    while (storage_step(&storage) > 0) {
        nor_advance(&nor, 1000);
    }
    event_init(&book, &product_events_xs211, &rig.clock);
    event_recover(&book, &storage, 32);
    rig.display.source.events = &book;
    event_record(&book, EVENT_POWER_UP);
    event_record(&book, EVENT_ERROR_CLEARED);
    hold(DISPLAY_BUTTON_SCROLL, 2500);
    press();
    assert_screen(DISPLAY_MODE_MENU, MENU_EVENTS);
    hold(DISPLAY_BUTTON_SCROLL, 2500);
    assert_screen(DISPLAY_MODE_LOGS, 0);
    assert_identifier("P.98.0 ");
    drawing_read_line(drawing_look(&rig.display), 1, line);
    assert_string_equal(line, "               2");
    press(); /* no other log has entries */
    assert_screen(DISPLAY_MODE_LOGS, 0);
    hold(DISPLAY_BUTTON_SCROLL, 2500);
    assert_identifier("P.98.0 001");
    drawing_read_line(drawing_look(&rig.display), 1, line);
    assert_string_equal(line, " 11-21 12:00 E10");
    press();
    assert_identifier("P.98.0 002");
    drawing_read_line(drawing_look(&rig.display), 1, line);
    assert_string_equal(line, "  11-21 12:00 E2");
    press();
    assert_screen(DISPLAY_MODE_AUTOMATIC, 0);
    nor_close(&nor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_automatic_list_goes_round, set_up),
        cmocka_unit_test_setup(late_steps_miss_nothing, set_up),
        cmocka_unit_test_setup(a_first_press_tests_all_dots, set_up),
        cmocka_unit_test_setup(presses_walk_through_the_manual_list, set_up),
        cmocka_unit_test_setup(it_returns_when_nobody_presses, set_up),
        cmocka_unit_test_setup(a_long_press_opens_the_menu, set_up),
        cmocka_unit_test_setup(a_very_long_press_ends_everything_while_it_lasts, set_up),
        cmocka_unit_test_setup(the_sealed_button_walks_through_the_service_list, set_up),
        cmocka_unit_test_setup(the_backlight_follows_presses, set_up),
        cmocka_unit_test_setup(a_frame_stands_for_a_second, set_up),
        cmocka_unit_test_setup(a_button_that_says_the_same_twice_is_one_press, set_up),
        cmocka_unit_test_setup(the_status_line_turns_with_the_second, set_up),
        cmocka_unit_test_setup(a_message_runs_through_once_a_round, set_up),
        cmocka_unit_test_setup(events_are_walked_through, set_up),
        cmocka_unit_test_setup(any_presses, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
