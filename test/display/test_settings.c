/* The display's settings and lists beside a naive model: every value of every setting, in whatever
 * order they come; what is refused leaves everything as it was. */
#include "display/display.h"
#include "test/dice.h"
#include "test/display/drawing.h"
#include "test/product/rig.h"
#include "test/unit.h"

#include <string.h>

enum { ROUNDS = 20000, LONG = DISPLAY_LONG_MS, VERY_LONG = DISPLAY_VERY_LONG_MS };

/* As docs/DISPLAY.md tells it. */
static const struct {
    uint16_t least, most, usual;
} told[DISPLAY_SETTINGS] = {
    [DISPLAY_SCROLL_S] = {2, 60, 10},
    [DISPLAY_RETURN_S] = {10, 3600, 60},
    [DISPLAY_BACKLIGHT_S] = {0, 3600, 30},
    [DISPLAY_SELF_TEST_S] = {1, 60, 3},
    [DISPLAY_TEST_MODE_S] = {60, 43200, 3600},
    [DISPLAY_LONG_MS] = {500, 5000, 2000},
    [DISPLAY_VERY_LONG_MS] = {1000, 20000, 5000},
    [DISPLAY_ENERGY_FORM] = {0, DISPLAY_FORMS - 1, 0},
};

static struct rig rig;
static uint64_t dice = 29;

static int set_up(void **state)
{
    (void)state;
    rig_init(&rig, product_find("st402d"));
    return 0;
}

static void a_new_meter_has_the_usual_ones(void **state)
{
    (void)state;
    for (int i = 0; i < DISPLAY_SETTINGS; i++) {
        assert_int_equal(rig.display.settings[i], told[i].usual);
        assert_int_equal(display_setting_rows[i].least, told[i].least);
        assert_int_equal(display_setting_rows[i].most, told[i].most);
    }
    assert_int_equal(rig.display.changes, 0);
}

/* Each by itself, beside the others' usual values. */
static void every_value_of_every_setting(void **state)
{
    (void)state;
    for (int i = 0; i < DISPLAY_SETTINGS; i++) {
        for (uint32_t value = 0; value <= UINT16_MAX; value++) {
            bool good = value >= told[i].least && value <= told[i].most &&
                        (i != LONG || value < told[VERY_LONG].usual) &&
                        (i != VERY_LONG || value > told[LONG].usual);
            uint16_t before = rig.display.settings[i];
            uint32_t changes = rig.display.changes;
            assert_int_equal(display_set(&rig.display, (enum display_setting)i, (uint16_t)value),
                             good ? 0 : -1);
            assert_int_equal(rig.display.settings[i], good ? value : before);
            assert_int_equal(rig.display.changes, changes + good);
        }
        assert_int_equal(display_set(&rig.display, (enum display_setting)i, told[i].usual), 0);
    }
}

/* Whatever came before, a very long press is longer than a long one. */
static void long_presses_always_differ(void **state)
{
    (void)state;
    unsigned refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
        enum display_setting setting = dice_roll(&dice, 2) ? DISPLAY_LONG_MS : DISPLAY_VERY_LONG_MS;
        refused += display_set(&rig.display, setting, (uint16_t)dice_roll(&dice, 21000)) != 0;
        assert_true(rig.display.settings[LONG] < rig.display.settings[VERY_LONG]);
    }
    assert_true(refused > ROUNDS / 10 && refused < ROUNDS);
}

/* ---- the backlight ---- */

static bool lit(int64_t now_ms)
{
    display_step(&rig.display, now_ms);
    return drawing_look(&rig.display)->lit;
}

static void the_backlight_follows_the_last_press(void **state)
{
    (void)state;
    assert_false(lit(0));
    assert_int_equal(display_set(&rig.display, DISPLAY_BACKLIGHT_S, 5), 0);
    assert_false(lit(1000));
    display_button(&rig.display, DISPLAY_BUTTON_SCROLL, true, 2000);
    display_button(&rig.display, DISPLAY_BUTTON_SCROLL, false, 2100);
    assert_true(lit(2100));
    assert_true(lit(6900));
    assert_false(lit(7200));
    display_button(&rig.display, DISPLAY_BUTTON_SCROLL, true, 8000);
    display_button(&rig.display, DISPLAY_BUTTON_SCROLL, false, 8100);
    assert_true(lit(8100));
    assert_int_equal(display_set(&rig.display, DISPLAY_BACKLIGHT_S, 0), 0);
    assert_false(lit(8200));
}

/* ---- lists ---- */

static struct display_item roll_item(void)
{
    uint32_t list = dice_roll(&dice, DISPLAY_LISTS);
    struct display_item item = {0};
    if (rig.product->display->lists[list].count > 0) {
        item = rig.product->display->lists[list]
                   .items[dice_roll(&dice, rig.product->display->lists[list].count)];
    }
    if (dice_roll(&dice, 12) == 0) {
        item.name.obis[2] = 250; /* there is no such object */
    }
    return item;
}

static bool is_same(struct display_item a, struct display_item b)
{
    return a.class_id == b.class_id && a.attribute == b.attribute &&
           memcmp(&a.name, &b.name, sizeof a.name) == 0;
}

static void lists_are_taken_whole_or_not_at_all(void **state)
{
    (void)state;
    unsigned taken = 0;
    for (int round = 0; round < 2000; round++) {
        struct display_item items[DISPLAY_ITEMS + 2];
        enum display_list_name name = (enum display_list_name)dice_roll(&dice, DISPLAY_LISTS);
        unsigned count = dice_roll(&dice, DISPLAY_ITEMS + 3);
        bool good = count <= DISPLAY_ITEMS;
        for (unsigned i = 0; i < count; i++) {
            items[i] = roll_item();
            good = good && display_can_show(&rig.display, &items[i]);
        }
        const struct display_list before = rig.display.lists[name];
        uint32_t changes = rig.display.changes;
        assert_int_equal(display_set_list(&rig.display, name, items, count), good ? 0 : -1);
        assert_int_equal(rig.display.changes, changes + good);
        const struct display_list *now = &rig.display.lists[name];
        assert_int_equal(now->count, good ? count : before.count);
        for (unsigned i = 0; i < now->count; i++) {
            struct display_item expected =
                good ? items[i] : display_item_at(&rig.display, &before, i);
            assert_true(is_same(display_item_at(&rig.display, now, i), expected));
        }
        taken += good;
    }
    assert_true(taken > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_new_meter_has_the_usual_ones, set_up),
        cmocka_unit_test_setup(every_value_of_every_setting, set_up),
        cmocka_unit_test_setup(long_presses_always_differ, set_up),
        cmocka_unit_test_setup(the_backlight_follows_the_last_press, set_up),
        cmocka_unit_test_setup(lists_are_taken_whole_or_not_at_all, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
