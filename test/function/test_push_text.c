/* Texts of the push set-ups in the memory that they share, beside a model that has memory for each.
 */
#include "function/push.h"
#include "test/function/object_book.h"
#include "test/unit.h"

#include <string.h>

enum { TURNS = 20000, HALF = 16, KNOWN = 3 };

static const struct push_plan delivered[PUSH_SETUPS];
static const size_t most[PUSH_TEXTS] = {[PUSH_TEXT_LIST] = PUSH_LIST,
                                        [PUSH_TEXT_DESTINATION] = PUSH_DESTINATION,
                                        [PUSH_TEXT_WINDOWS] =
                                            PUSH_WINDOWS * sizeof(struct push_window),
                                        [PUSH_TEXT_PROTECTION] = PUSH_PROTECTION};
static struct object_book book;
static struct object_table objects;
static struct push push;

/* The model: each text in an array of its own. */
static struct {
    size_t size;
    uint8_t octets[PUSH_LIST];
} texts[PUSH_SETUPS][PUSH_TEXTS];

static uint32_t seed;

static uint32_t roll(uint32_t sides)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> HALF) % sides;
}

static int set_up(void **state)
{
    (void)state;
    objects = object_book_open(&book, KNOWN);
    push_init(&push, delivered, &objects, 7);
    memset(texts, 0, sizeof texts);
    seed = 20261121;
    return 0;
}

static size_t model_size(int setup)
{
    size_t size = 0;
    for (int text = 0; text < PUSH_TEXTS; text++) {
        size += texts[setup][text].size;
    }
    return size;
}

static size_t model_used(void)
{
    size_t used = 0;
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        used += model_size(setup);
    }
    return used;
}

static void assert_as_model(void)
{
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        for (int text = 0; text < PUSH_TEXTS; text++) {
            struct reader r = push_text(&push, (enum push_setup)setup, (enum push_text)text);
            assert_int_equal(r.size, texts[setup][text].size);
            assert_memory_equal(r.data, texts[setup][text].octets, r.size);
        }
        assert_int_equal(push_text_room(&push, (enum push_setup)setup),
                         PUSH_TEXT_ROOM - (model_used() - model_size(setup)));
    }
}

static int put(int setup, int text, const uint8_t *octets, size_t size)
{
    return push_put_text(&push, (enum push_setup)setup, (enum push_text)text, octets, size);
}

/* Whatever is put where, all others stay; what does not fit is refused, and nothing changes. */
static void texts_stand_beside_each_other(void **state)
{
    (void)state;
    unsigned refused = 0;
    for (int turn = 0; turn < TURNS; turn++) {
        int setup = (int)roll(PUSH_SETUPS);
        int text = (int)roll(PUSH_TEXTS);
        uint8_t octets[PUSH_LIST];
        size_t size = roll(3) == 0 ? 0 : roll((uint32_t)most[text] + 1);
        for (size_t i = 0; i < size; i++) {
            octets[i] = (uint8_t)roll(256);
        }
        bool fits = model_used() - texts[setup][text].size + size <= PUSH_TEXT_ROOM;
        assert_int_equal(put(setup, text, octets, size), fits ? 0 : -1);
        if (fits) {
            memcpy(texts[setup][text].octets, octets, size);
            texts[setup][text].size = size;
        }
        refused += fits ? 0 : 1;
        assert_as_model();
    }
    assert_in_range(refused, TURNS / 100, TURNS);
}

static void none_has_a_text_at_first(void **state)
{
    (void)state;
    assert_as_model();
    assert_int_equal(push_text_room(&push, PUSH_ALARM), PUSH_TEXT_ROOM);
}

/* One set-up may always have all at their longest, when the others have none. */
static void one_setup_has_room_for_the_longest(void **state)
{
    (void)state;
    static const uint8_t octets[PUSH_LIST] = {1};
    for (int text = 0; text < PUSH_TEXTS; text++) {
        assert_int_equal(put(PUSH_INSTALLATION, text, octets, most[text]), 0);
    }
}

static void assert_object(unsigned number, const struct push_object *expected)
{
    const struct push_object object = push_object_at(&push, PUSH_ALARM, number);
    assert_int_equal(object.class_id, expected->class_id);
    assert_memory_equal(object.name, expected->name, sizeof object.name);
    assert_int_equal(object.attribute, expected->attribute);
    assert_int_equal(object.data, expected->data);
    assert_int_equal(object.part_size, expected->part_size);
    assert_true(object.part_size == 0 ||
                memcmp(object.part, expected->part, object.part_size) == 0);
}

/* With their parts, by name; one that the meter does not have keeps all but its name. */
static void objects_of_a_list(void **state)
{
    (void)state;
    static const uint8_t parts[] = {1, 2, 3, 4, 5};
    static const uint8_t before[] = {9, 9, 9};
    static const struct push_object none;
    const struct push_object list[] = {
        {.class_id = 3,
         .name = {1, 0, 1, 8, 0, 255},
         .attribute = 2,
         .part = parts,
         .part_size = 2},
        {.class_id = 7, .name = {1, 0, 99, 1, 0, 255}, .attribute = -1, .data = 4095},
        {.class_id = 8, .name = {0, 0, 1, 0, 0, 255}, .part = parts + 2, .part_size = 3},
        {.class_id = 1, .name = {0, 0, 42, 0, 0, 255}, .attribute = 2, .data = 7}};
    struct push_object unknown = list[KNOWN];
    unknown.class_id = 0;
    memset(unknown.name, 0, sizeof unknown.name);
    assert_int_equal(put(PUSH_CONNECTIVITY, PUSH_TEXT_PROTECTION, before, sizeof before), 0);
    assert_int_equal(push_object_count(&push, PUSH_ALARM), 0);
    assert_int_equal(push_set_objects(&push, PUSH_ALARM, list, 4), 0);
    assert_int_equal(push_object_count(&push, PUSH_ALARM), 4);
    for (unsigned i = 0; i < KNOWN; i++) {
        assert_object(i, &list[i]);
    }
    assert_object(KNOWN, &unknown);
    assert_object(KNOWN + 1, &none);
    assert_object(PUSH_OBJECTS, &none);
}

static void windows_of_a_list(void **state)
{
    (void)state;
    uint8_t windows[PUSH_WINDOWS][sizeof(struct push_window)];
    for (size_t i = 0; i < sizeof windows; i++) {
        windows[i / sizeof windows[0]][i % sizeof windows[0]] = (uint8_t)i;
    }
    assert_int_equal(push_window_count(&push, PUSH_ALARM), 0);
    assert_int_equal(put(PUSH_ALARM, PUSH_TEXT_WINDOWS, windows[0], sizeof windows), 0);
    assert_int_equal(push_window_count(&push, PUSH_ALARM), PUSH_WINDOWS);
    for (unsigned i = 0; i < PUSH_WINDOWS; i++) {
        const struct push_window window = push_window_at(&push, PUSH_ALARM, i);
        assert_memory_equal(&window, windows[i], sizeof window);
    }
    static const struct push_window none;
    const struct push_window beyond = push_window_at(&push, PUSH_ALARM, PUSH_WINDOWS);
    assert_memory_equal(&beyond, &none, sizeof none);
}

/* As delivered again, whatever a client wrote, if the others leave the room. */
static void a_setup_is_delivered_anew(void **state)
{
    (void)state;
    static const uint8_t octets[PUSH_LIST] = {0};
    static struct push_plan plans[PUSH_SETUPS];
    plans[PUSH_ALARM] = (struct push_plan){
        .settings = {.retries = 7},
        .destination = "a:1",
        .object_count = 1,
        .objects = {{.class_id = 3, .name = {1, 0, 1, 8, 0, 255}, .attribute = 2}}};
    push_init(&push, plans, &objects, 7);
    push.settings[PUSH_ALARM].retries = 1;
    push_clear(&push, PUSH_ALARM);
    assert_int_equal(push_text_room(&push, PUSH_ALARM), PUSH_TEXT_ROOM);
    assert_int_equal(push_deliver(&push, PUSH_ALARM), 0);
    assert_int_equal(push.settings[PUSH_ALARM].retries, 7);
    assert_object(0, &plans[PUSH_ALARM].objects[0]);
    assert_true(push_goes_anywhere(&push, PUSH_ALARM));
    size_t left = PUSH_TEXT_ROOM - (PUSH_OBJECT + 3);
    for (int setup = PUSH_POWER_DOWN; left > 0; setup = (setup + 1) % PUSH_SETUPS) {
        size_t size = left < PUSH_LIST ? left : PUSH_LIST;
        assert_int_equal(put(setup, PUSH_TEXT_LIST, octets, size), 0);
        left -= size;
    }
    push_clear(&push, PUSH_ALARM);
    assert_int_equal(put(PUSH_CONNECTIVITY, PUSH_TEXT_PROTECTION, octets, 1), 0);
    assert_int_equal(push_deliver(&push, PUSH_ALARM), -1);
    assert_false(push_goes_anywhere(&push, PUSH_ALARM));
    assert_int_equal(push_object_count(&push, PUSH_ALARM), 0);
}

static size_t write_settings(enum push_setup setup, uint8_t octets[PUSH_SETTINGS])
{
    struct writer w = writer_over(octets, PUSH_SETTINGS);
    push_settings_write(&push, setup, &w);
    assert_false(writer_overflow(&w));
    return writer_kept(&w);
}

/* Settings that were kept, and whose texts do not fit beside those of the others, are not taken,
 * neither their texts nor the rest; later, when there is room, they are. */
static void kept_settings_need_room(void **state)
{
    (void)state;
    static const uint8_t octets[PUSH_LIST] = {0};
    uint8_t kept[PUSH_SETTINGS];
    push.settings[PUSH_ALARM].retries = 5;
    assert_int_equal(put(PUSH_ALARM, PUSH_TEXT_PROTECTION, octets, PUSH_PROTECTION), 0);
    size_t size = write_settings(PUSH_ALARM, kept);
    push.settings[PUSH_ALARM].retries = 2;
    assert_int_equal(put(PUSH_ALARM, PUSH_TEXT_PROTECTION, octets, 1), 0);
    for (int setup = PUSH_CONNECTIVITY; setup < PUSH_ALARM; setup++) {
        assert_int_equal(put(setup, PUSH_TEXT_LIST, octets, PUSH_LIST), 0);
    }
    assert_int_equal(put(PUSH_POWER_DOWN, PUSH_TEXT_PROTECTION, octets,
                         push_text_room(&push, PUSH_POWER_DOWN) - (PUSH_PROTECTION - 2)),
                     0);
    assert_in_range(push_text_room(&push, PUSH_ALARM), 1, PUSH_PROTECTION - 1);
    struct reader r = reader_over(kept, size);
    assert_false(push_settings_read(&push, PUSH_ALARM, PUSH_VERSION, &r));
    assert_int_equal(push.settings[PUSH_ALARM].retries, 2);
    assert_int_equal(push_text(&push, PUSH_ALARM, PUSH_TEXT_PROTECTION).size, 1);
    assert_int_equal(put(PUSH_INTERVAL_1, PUSH_TEXT_LIST, NULL, 0), 0);
    r = reader_over(kept, size);
    assert_true(push_settings_read(&push, PUSH_ALARM, PUSH_VERSION, &r));
    assert_int_equal(push.settings[PUSH_ALARM].retries, 5);
    assert_int_equal(push_text(&push, PUSH_ALARM, PUSH_TEXT_PROTECTION).size, PUSH_PROTECTION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(texts_stand_beside_each_other, set_up),
        cmocka_unit_test_setup(none_has_a_text_at_first, set_up),
        cmocka_unit_test_setup(one_setup_has_room_for_the_longest, set_up),
        cmocka_unit_test_setup(objects_of_a_list, set_up),
        cmocka_unit_test_setup(windows_of_a_list, set_up),
        cmocka_unit_test_setup(a_setup_is_delivered_anew, set_up),
        cmocka_unit_test_setup(kept_settings_need_room, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
