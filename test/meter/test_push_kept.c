/* Set-ups that clients wrote come back behind an outage, all of them, even where they fill the
 * memory that they share; what cannot be taken is as delivered, and takes nothing from the others.
 */
#include "meter/keeping.h"
#include "test/meter/push_rig.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { WORLDS = 25, SHOWN = PUSH_SETTINGS };

static struct {
    uint8_t octets[SHOWN];
    size_t size;
} shown[PUSH_SETUPS];

static size_t show(int setup, uint8_t octets[SHOWN])
{
    struct writer w = writer_over(octets, SHOWN);
    push_settings_write(push_rig_push(), (enum push_setup)setup, &w);
    assert_false(writer_overflow(&w));
    return writer_kept(&w);
}

static void note_all(void)
{
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        shown[setup].size = show(setup, shown[setup].octets);
    }
}

static void assert_as_noted(int setup)
{
    uint8_t octets[SHOWN];
    assert_int_equal(show(setup, octets), shown[setup].size);
    assert_memory_equal(octets, shown[setup].octets, shown[setup].size);
}

static int put(int setup, enum push_text text, size_t size)
{
    static uint8_t octets[PUSH_LIST];
    memset(octets, 'a' + setup, sizeof octets);
    return push_put_text(push_rig_push(), (enum push_setup)setup, text, octets, size);
}

/* Objects of the meter, as many as there is room for, each with a part or none. */
static void put_list(int setup, size_t count)
{
    static const uint8_t part[] = {2, 2, 22, 0, 0, 1, 0};
    struct push_object objects[PUSH_OBJECTS];
    for (size_t i = 0; i < count; i++) {
        objects[i] = (struct push_object){.class_id = 7,
                                          .name = {1, 0, 99, (uint8_t)(1 + i % 2), 0, 255},
                                          .attribute = 2,
                                          .part = part,
                                          .part_size = i % 3 == 0 ? sizeof part : 0};
    }
    (void)push_set_objects(push_rig_push(), (enum push_setup)setup, objects, count);
}

static void change_anything(void)
{
    static const size_t most[PUSH_TEXTS] = {
        [PUSH_TEXT_DESTINATION] = PUSH_DESTINATION, [PUSH_TEXT_PROTECTION] = PUSH_PROTECTION};
    int setup = rand() % PUSH_SETUPS;
    enum push_text text = (enum push_text)(rand() % PUSH_TEXTS);
    if (text == PUSH_TEXT_LIST) {
        put_list(setup, (size_t)rand() % (PUSH_OBJECTS + 1));
    } else if (text == PUSH_TEXT_WINDOWS) {
        (void)put(setup, text, (size_t)(rand() % 5) * sizeof(struct push_window));
    } else {
        (void)put(setup, text, (size_t)rand() % (most[text] + 1));
    }
    push_rig_push()->changes[setup]++;
}

/* The last octets go to who takes single ones. */
static void fill_up(void)
{
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        struct push *push = push_rig_push();
        size_t had = push_text(push, (enum push_setup)setup, PUSH_TEXT_PROTECTION).size;
        size_t all = 0;
        for (int text = 0; text < PUSH_TEXTS; text++) {
            all += push_text(push, (enum push_setup)setup, (enum push_text)text).size;
        }
        size_t size = had + push_text_room(push, (enum push_setup)setup) - all;
        size = size < PUSH_PROTECTION ? size : PUSH_PROTECTION;
        assert_int_equal(put(setup, PUSH_TEXT_PROTECTION, size), 0);
        push->changes[setup]++;
    }
}

static void whatever_was_written_comes_back(void **state)
{
    (void)state;
    srand(20261121);
    for (int world = 0; world < WORLDS; world++) {
        for (int i = rand() % 40; i >= 0; i--) {
            change_anything();
        }
        if (world % 2 == 0) {
            fill_up();
            assert_int_equal(
                push_text_room(push_rig_push(), PUSH_ALARM),
                push_text(push_rig_push(), PUSH_ALARM, PUSH_TEXT_LIST).size +
                    push_text(push_rig_push(), PUSH_ALARM, PUSH_TEXT_DESTINATION).size +
                    push_text(push_rig_push(), PUSH_ALARM, PUSH_TEXT_WINDOWS).size +
                    push_text(push_rig_push(), PUSH_ALARM, PUSH_TEXT_PROTECTION).size);
        }
        note_all();
        life_run(push_rig_life, 20);
        (world % 3 == 0 ? life_cut : life_kill)(push_rig_life, 3);
        for (int setup = 0; setup < PUSH_SETUPS; setup++) {
            assert_as_noted(setup);
        }
    }
}

/* One set-up has all that there is while the others have nothing, less than was delivered. */
static void the_first_may_have_it_all(void **state)
{
    (void)state;
    for (int setup = 1; setup < PUSH_SETUPS; setup++) {
        push_clear(push_rig_push(), (enum push_setup)setup);
        push_rig_push()->changes[setup]++;
    }
    for (int setup = 0; setup < 3; setup++) {
        put_list(setup, PUSH_OBJECTS);
        assert_int_equal(put(setup, PUSH_TEXT_WINDOWS, 4 * sizeof(struct push_window)), 0);
        assert_int_equal(put(setup, PUSH_TEXT_DESTINATION, PUSH_DESTINATION), 0);
        push_rig_push()->changes[setup]++;
    }
    fill_up();
    note_all();
    life_run(push_rig_life, 20);
    life_kill(push_rig_life, 3);
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        assert_as_noted(setup);
    }
}

static void write_record(int setup, const uint8_t *octets, size_t size)
{
    assert_int_equal(journal_put(&push_rig_life->meter.storage.values,
                                 (uint16_t)(METER_VALUE_PUSH + setup), PUSH_VERSION, octets,
                                 (uint16_t)size),
                     0);
}

static void what_is_malformed_is_as_delivered(void **state)
{
    (void)state;
    static const uint8_t malformed[] = {21, 1, 2, 3};
    note_all();
    push_rig_configure(PUSH_ALARM);
    put_list(PUSH_INTERVAL_1, PUSH_OBJECTS);
    push_rig_push()->changes[PUSH_INTERVAL_1]++;
    shown[PUSH_INTERVAL_1].size = show(PUSH_INTERVAL_1, shown[PUSH_INTERVAL_1].octets);
    life_run(push_rig_life, 20);
    write_record(PUSH_ALARM, malformed, sizeof malformed);
    life_kill(push_rig_life, 3);
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        assert_as_noted(setup);
    }
}

/* Another firmware had room for more: as many are taken, in their order, as have room; the others
 * are as delivered, or say nothing to nobody. */
static void records_that_do_not_fit_together(void **state)
{
    (void)state;
    uint8_t octets[SHOWN];
    put_list(PUSH_ALARM, PUSH_OBJECTS);
    assert_int_equal(put(PUSH_ALARM, PUSH_TEXT_WINDOWS, 4 * sizeof(struct push_window)), 0);
    assert_int_equal(put(PUSH_ALARM, PUSH_TEXT_DESTINATION, PUSH_DESTINATION), 0);
    assert_int_equal(put(PUSH_ALARM, PUSH_TEXT_PROTECTION, PUSH_PROTECTION), 0);
    size_t size = show(PUSH_ALARM, octets);
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        write_record(setup, octets, size);
    }
    life_kill(push_rig_life, 3);
    int taken = 0;
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        uint8_t now[SHOWN];
        bool as_kept = show(setup, now) == size && memcmp(now, octets, size) == 0;
        assert_true(!as_kept || taken == setup);
        taken += as_kept;
        assert_true(as_kept || !push_goes_anywhere(push_rig_push(), (enum push_setup)setup));
    }
    assert_in_range(taken, 2, 3);
    life_run(push_rig_life, 30);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, push_rig_set_up, push_rig_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whatever_was_written_comes_back),
        TEST(the_first_may_have_it_all),
        TEST(what_is_malformed_is_as_delivered),
        TEST(records_that_do_not_fit_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
