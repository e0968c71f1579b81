/* Every screen of every product as text, against the golden files; and the font. */
#include "display/dots.h"
#include "test/display/drawing.h"
#include "test/display/golden.h"
#include "test/product/rig.h"
#include "test/unit.h"

#include <stdio.h>
#include <string.h>

enum { BUTTON_MS = 100, LONG_MS = 2500 };

static struct rig rig;

static void draw(FILE *file, const char *title)
{
    golden_draw(file, title, &rig.display);
}

static void press(enum display_button button, int64_t ms)
{
    int64_t now_ms = rig.display.now_ms;
    display_button(&rig.display, button, true, now_ms);
    display_button(&rig.display, button, false, now_ms + ms);
}

static void draw_list(FILE *file, const char *title, enum display_button button, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s, %u of %u", title, i + 1, count);
        draw(file, name);
        press(button, BUTTON_MS);
    }
    assert_int_equal(rig.display.mode, DISPLAY_MODE_AUTOMATIC);
}

static void draw_automatic(FILE *file)
{
    for (unsigned i = 0; i < rig.display.lists[DISPLAY_LIST_AUTOMATIC].count; i++) {
        draw(file, "automatic");
        display_step(&rig.display, rig.display.now_ms + 10000);
    }
    assert_int_equal(rig.display.position, 0);
}

static void draw_message(FILE *file)
{
    static const char text[] = "Network works on 3 December, 9:00 to 11:00.";
    assert_int_equal(message_set_text(&rig.message, text, sizeof text - 1), 0);
    int64_t begun_ms = rig.display.now_ms;
    rig.display.shown_ms = begun_ms;
    display_step(&rig.display, begun_ms + 10000 * rig.display.lists[DISPLAY_LIST_AUTOMATIC].count);
    draw(file, "message");
    display_step(&rig.display, rig.display.now_ms + 9000);
    draw(file, "message, after 9 s");
}

static void draw_menu(FILE *file)
{
    press(DISPLAY_BUTTON_SCROLL, LONG_MS);
    for (int i = 0; i < 4; i++) {
        draw(file, "menu");
        press(DISPLAY_BUTTON_SCROLL, BUTTON_MS);
    }
    for (int i = 0; i < 3; i++) {
        press(DISPLAY_BUTTON_SCROLL, BUTTON_MS);
    }
    press(DISPLAY_BUTTON_SCROLL, LONG_MS);
    assert_int_equal(rig.display.mode, DISPLAY_MODE_TEST);
    draw(file, "high resolution");
}

/* All that the meters do not have yet, as data. */
static void draw_marks(FILE *file)
{
    rig.marks = (struct display_marks){
        .rate = 2,
        .breaker = DISPLAY_BREAKER_OPEN,
        .reconnect = true,
        .p1 = true,
        .network = true,
        .modem = true,
        .rsrp_dbm = -100,
        .fault = true,
        .battery = false,
        .cover = true,
    };
    display_step(&rig.display, rig.display.now_ms + 1000);
    draw(file, "all marks");
    rig.marks = (struct display_marks){
        .rate = 1, .breaker = DISPLAY_BREAKER_CLOSED, .modem = true, .rsrp_dbm = -121};
    display_step(&rig.display, rig.display.now_ms + 1000);
    draw(file, "other marks");
    rig.marks = (struct display_marks){.battery = true};
    display_step(&rig.display, rig.display.now_ms + 1000);
    draw(file, "on its battery");
}

static void screens_of(const char *name)
{
    /* In place of the real one, which is another one with every change of the part. */
    static const uint8_t checksum[IDENTITY_CHECKSUM_SIZE] = {0x01, 0x23, 0x45, 0x67, 0x89};
    char made[GOLDEN_PATH];
    rig_init(&rig, product_find(name));
    rig.identity.legal.checksum = checksum;
    FILE *file = golden_begin(name, made);
    draw_automatic(file);
    press(DISPLAY_BUTTON_SCROLL, BUTTON_MS);
    draw(file, "self-test");
    press(DISPLAY_BUTTON_SCROLL, BUTTON_MS);
    draw_list(file, "manual", DISPLAY_BUTTON_SCROLL, rig.display.lists[DISPLAY_LIST_MANUAL].count);
    press(DISPLAY_BUTTON_SERVICE, BUTTON_MS);
    draw_list(file, "service", DISPLAY_BUTTON_SERVICE,
              rig.display.lists[DISPLAY_LIST_SERVICE].count);
    draw_message(file);
    draw_menu(file);
    draw_marks(file);
    golden_compare(file, name, made);
}

static void screens_of_every_product(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        screens_of(product_all[i]->name);
    }
}

static void put_glyph(struct display_frame *frame, int place, unsigned char character)
{
    memcpy(&frame->octets[place * DISPLAY_ROWS], dots_glyph(character), DISPLAY_ROWS);
}

static void font(void **state)
{
    (void)state;
    enum { PLACES = DISPLAY_LINES * DISPLAY_COLUMNS };
    char made[GOLDEN_PATH];
    FILE *file = golden_begin("font", made);
    for (int first = 0; first < 128; first += PLACES) {
        struct display_frame frame = {.glass = DISPLAY_DOTS};
        for (int place = 0; place < PLACES && first + place < 128; place++) {
            put_glyph(&frame, place, (unsigned char)(first + place));
        }
        drawing_write(file, &frame);
    }
    golden_compare(file, "font", made);
}

/* So that dots can be read back. */
static void no_two_characters_look_alike(void **state)
{
    (void)state;
    for (int a = ' '; a <= '~'; a++) {
        for (int b = a + 1; b <= '~'; b++) {
            assert_memory_not_equal(dots_glyph((unsigned char)a), dots_glyph((unsigned char)b),
                                    DISPLAY_ROWS);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_of_every_product),
        cmocka_unit_test(font),
        cmocka_unit_test(no_two_characters_look_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
