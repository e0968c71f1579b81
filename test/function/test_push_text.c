/* Texts of the push set-ups in the memory that they share, beside a model that has memory for each.
 */
#include "function/push.h"
#include "test/unit.h"

#include <string.h>

enum { TURNS = 20000, HALF = 16 };

static const struct push_settings delivered[PUSH_SETUPS];
static struct push push;

/* The model: each text in an array of its own. */
static struct {
    size_t size;
    uint8_t octets[PUSH_PARTS];
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
    push_init(&push, delivered, 7);
    memset(texts, 0, sizeof texts);
    seed = 20261121;
    return 0;
}

static size_t most_of(int text)
{
    return text == PUSH_TEXT_PARTS ? PUSH_PARTS : PUSH_PROTECTION;
}

static size_t model_size(int setup)
{
    return texts[setup][PUSH_TEXT_PARTS].size + texts[setup][PUSH_TEXT_PROTECTION].size;
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
        uint8_t octets[PUSH_PARTS];
        size_t size = roll(3) == 0 ? 0 : roll((uint32_t)most_of(text) + 1);
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

/* One set-up may always have both at their longest, when the others have none. */
static void one_setup_has_room_for_the_longest(void **state)
{
    (void)state;
    static const uint8_t octets[PUSH_PARTS] = {1};
    assert_int_equal(put(PUSH_INSTALLATION, PUSH_TEXT_PROTECTION, octets, PUSH_PROTECTION), 0);
    assert_int_equal(put(PUSH_INSTALLATION, PUSH_TEXT_PARTS, octets, PUSH_PARTS), 0);
}

static void a_part_is_of_its_object(void **state)
{
    (void)state;
    static const uint8_t before[] = {9, 9, 9};
    static const uint8_t parts[] = {1, 2, 3, 4, 5};
    const struct push_object first = {.part_at = 0, .part_size = 2};
    const struct push_object second = {.part_at = 2, .part_size = 3};
    const struct push_object whole = {.part_at = 0, .part_size = 0};
    assert_int_equal(put(PUSH_CONNECTIVITY, PUSH_TEXT_PROTECTION, before, sizeof before), 0);
    assert_int_equal(put(PUSH_ALARM, PUSH_TEXT_PARTS, parts, sizeof parts), 0);
    struct reader part = push_part(&push, PUSH_ALARM, &first);
    assert_int_equal(part.size, 2);
    assert_memory_equal(part.data, parts, 2);
    part = push_part(&push, PUSH_ALARM, &second);
    assert_int_equal(part.size, 3);
    assert_memory_equal(part.data, parts + 2, 3);
    assert_int_equal(push_part(&push, PUSH_ALARM, &whole).size, 0);
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
    static const uint8_t octets[PUSH_PARTS] = {1};
    uint8_t kept[PUSH_SETTINGS];
    push.settings[PUSH_ALARM].retries = 5;
    assert_int_equal(put(PUSH_ALARM, PUSH_TEXT_PROTECTION, octets, PUSH_PROTECTION), 0);
    size_t size = write_settings(PUSH_ALARM, kept);
    push.settings[PUSH_ALARM].retries = 2;
    assert_int_equal(put(PUSH_ALARM, PUSH_TEXT_PROTECTION, octets, 1), 0);
    for (int setup = PUSH_CONNECTIVITY; setup < PUSH_ALARM; setup++) {
        assert_int_equal(put(setup, PUSH_TEXT_PARTS, octets, PUSH_PARTS), 0);
    }
    assert_int_equal(put(PUSH_POWER_DOWN, PUSH_TEXT_PROTECTION, octets, 1), 0);
    assert_in_range(push_text_room(&push, PUSH_ALARM), 1, PUSH_PROTECTION - 1);
    struct reader r = reader_over(kept, size);
    assert_false(push_settings_read(&push, PUSH_ALARM, PUSH_VERSION, &r));
    assert_int_equal(push.settings[PUSH_ALARM].retries, 2);
    assert_int_equal(push_text(&push, PUSH_ALARM, PUSH_TEXT_PROTECTION).size, 1);
    assert_int_equal(put(PUSH_INTERVAL_1, PUSH_TEXT_PARTS, NULL, 0), 0);
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
        cmocka_unit_test_setup(a_part_is_of_its_object, set_up),
        cmocka_unit_test_setup(kept_settings_need_room, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
