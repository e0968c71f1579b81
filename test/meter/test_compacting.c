/* Compact data on the chip, with columns of a firmware that had more objects. */
#include "meter/keeping.h"
#include "test/meter/stored.h"
#include "test/unit.h"

#include <string.h>

enum { COLUMNS = 4, HEAD = 3, SIZE = HEAD + COLUMNS * COLUMN_SIZE };

/* Of 1-0:77 and of 0-9:77 this firmware has nothing. */
static const struct profile_column columns[COLUMNS] = {
    {.class_id = 3, .obis = {1, 0, 1, 8, 0, 255}, .attribute = 2},
    {.class_id = 3, .obis = {1, 0, 77, 7, 0, 255}, .attribute = 2},
    {.class_id = 1, .obis = {0, 0, 96, 14, 0, 255}, .attribute = 2},
    {.class_id = 4, .obis = {0, 9, 77, 1, 0, 255}, .attribute = 3},
};

static uint8_t from_another[SIZE];

/* Template 5, captured when it is read. */
static int set_up(void **state)
{
    (void)state;
    struct writer w = writer_over(from_another, sizeof from_another);
    writer_u8(&w, 5);
    writer_u8(&w, COMPACT_IMPLICIT);
    writer_u8(&w, COLUMNS);
    for (int i = 0; i < COLUMNS; i++) {
        column_write(&columns[i], &w);
    }
    assert_int_equal(writer_kept(&w), SIZE);
    return 0;
}

/* A meter that finds on its chip what that firmware has left. */
static struct stored *updated(void)
{
    static const struct meter_setup plain = {0};
    struct stored *stored = stored_new();
    stored_start(stored, plain);
    stored_settle(stored);
    assert_int_equal(journal_put(&stored->meter.storage.values, METER_VALUE_COMPACT,
                                 COMPACT_VERSION, from_another, SIZE),
                     STORAGE_DONE);
    stored_settle(stored);
    stored_start(stored, plain);
    assert_int_equal(stored->meter.compact.column_count, COLUMNS);
    return stored;
}

static void assert_kept(struct stored *stored, const uint8_t *expected, int size)
{
    uint8_t octets[COMPACT_ROOM];
    uint8_t version;
    for (int second = 1; second <= 60; second++) {
        (void)meter_step(&stored->meter, stored->meter.now_ms + 1000);
        nor_advance(&stored->nor, 5000);
    }
    stored_settle(stored);
    assert_int_equal(journal_get(&stored->meter.storage.values, METER_VALUE_COMPACT, &version,
                                 octets, sizeof octets),
                     size);
    assert_memory_equal(octets, expected, size);
}

static void what_this_firmware_lacks_is_shown_as_zeros(void **state)
{
    (void)state;
    struct stored *stored = updated();
    static const struct profile_column none = {.attribute = 2};
    const struct profile_column there = compact_column(&stored->meter.compact, 2);
    const struct profile_column lacked = compact_column(&stored->meter.compact, 1);
    assert_true(column_equal(&there, &columns[2]));
    assert_true(column_equal(&lacked, &none));
    stored_end(stored);
}

/* Once and again: what was written is what the next one is written from. */
static void names_stay_while_something_else_is_set(void **state)
{
    (void)state;
    struct stored *stored = updated();
    uint8_t expected[SIZE + 2];
    memcpy(expected, from_another, SIZE);
    compact_set_template(&stored->meter.compact, 6);
    expected[0] = 6;
    assert_kept(stored, expected, SIZE);
    compact_set_method(&stored->meter.compact, COMPACT_INVOKE);
    expected[1] = COMPACT_INVOKE;
    assert_kept(stored, expected, SIZE);
    memcpy(expected + SIZE, "\x06\x2A", 2);
    compact_store(&stored->meter.compact, expected + SIZE, 2);
    assert_kept(stored, expected, SIZE + 2);
    stored_end(stored);
}

static void other_columns_take_their_place(void **state)
{
    (void)state;
    struct stored *stored = updated();
    const struct profile_column two[] = {columns[2], columns[0]};
    uint8_t expected[HEAD + 2 * COLUMN_SIZE];
    struct writer w = writer_over(expected, sizeof expected);
    writer_octets(&w, (const uint8_t[]){5, COMPACT_IMPLICIT, 2}, HEAD);
    column_write(&two[0], &w);
    column_write(&two[1], &w);
    compact_set_columns(&stored->meter.compact, two, 2);
    assert_kept(stored, expected, sizeof expected);
    stored_end(stored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_this_firmware_lacks_is_shown_as_zeros),
        cmocka_unit_test(names_stay_while_something_else_is_set),
        cmocka_unit_test(other_columns_take_their_place),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
