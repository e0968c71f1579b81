/* Columns that clients choose for the profiles of a meter: four have 32 at once, what more is asked
 * for is refused whole, and all of it outlives the supply. */
#include "test/meter/buffer.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { CAPTURE_OBJECTS = 3, FULL = 4, ROOM = 4 + PROFILE_COLUMNS * 18 };

/* Of ST402D: four load profiles, and one of each kind of the others. */
static const struct cosem_name names[] = {
    COSEM_NAME(1, 0, 99, 1, 0), COSEM_NAME(1, 0, 99, 2, 0), COSEM_NAME(1, 0, 99, 1, 1),
    COSEM_NAME(1, 0, 99, 1, 2), COSEM_NAME(0, 1, 24, 3, 0),
};
static const enum product_profile places[] = {PRODUCT_PROFILE_LOAD_1, PRODUCT_PROFILE_LOAD_2,
                                              PRODUCT_PROFILE_LOAD_3, PRODUCT_PROFILE_LOAD_4,
                                              PRODUCT_PROFILE_MBUS_1};

/* The clock, a status and totals, another order for each profile. */
static struct profile_column column_of(unsigned profile, unsigned i)
{
    static const uint8_t codes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    unsigned turned = (i + profile) % PROFILE_COLUMNS;
    if (turned == 0) {
        return (struct profile_column){8, {0, 0, 1, 0, 0, 255}, 2, 0};
    }
    if (turned == 1) {
        return (struct profile_column){1, {0, 0, 96, 10, 1, 255}, 2, 0};
    }
    return (struct profile_column){
        3, {1, 0, codes[turned % sizeof codes], 8, (uint8_t)(turned / sizeof codes), 255}, 2, 0};
}

static enum cosem_result set_columns(struct life *life, unsigned profile, unsigned count)
{
    uint8_t octets[ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    struct cosem_call call = buffer_call(life, &names[profile]);
    cosem_put_array(&w, count);
    for (unsigned i = 0; i < count; i++) {
        const struct profile_column column = column_of(profile, i);
        profile_column_put(&w, &column);
    }
    struct reader value = reader_over(octets, writer_kept(&w));
    enum cosem_result result = cosem_object_set(&call, CAPTURE_OBJECTS, &value);
    life_rest(life);
    return result;
}

/* What a client is told, and what the display and the port of the customer go by. */
static void assert_columns(struct life *life, unsigned profile, unsigned count)
{
    uint8_t octets[ROOM + COSEM_CARRY];
    struct cosem_tape tape;
    struct cosem_call call = buffer_call(life, &names[profile]);
    assert_int_equal(cosem_tape_open(&tape, &call, CAPTURE_OBJECTS), COSEM_SUCCESS);
    struct reader r = reader_over(octets, cosem_tape_read(&tape, octets, ROOM));
    assert_true(cosem_tape_ended(&tape));
    assert_int_equal(buffer_take_count(&r), count);
    struct cosem_intake in = cosem_intake_begin(&r);
    for (unsigned i = 0; i < count; i++) {
        const struct profile_column told = profile_column_take(&in);
        const struct profile_column wanted = column_of(profile, i);
        const struct profile_column kept =
            profile_column_at(&life->meter.profiles[places[profile]], i);
        assert_true(column_equal(&told, &wanted));
        assert_true(column_equal(&kept, &wanted));
    }
    assert_int_equal(cosem_intake_end(&in), COSEM_SUCCESS);
}

/* A row has a value, or the time, for each column. */
static void assert_row(struct life *life, unsigned profile, unsigned count)
{
    struct buffer_part part;
    struct reader r;
    struct cosem_call call = buffer_call(life, &names[profile]);
    assert_int_equal(profile_capture(&life->meter.profiles[places[profile]]), 0);
    buffer_entries(&part, 1, 1, 1, 0);
    assert_int_equal(buffer_read(call, buffer_selection(&part, 2), 100, &r), COSEM_SUCCESS);
    assert_int_equal(buffer_take_count(&r), 1);
    assert_int_equal(cosem_take_value(&r).count, count);
    for (unsigned i = 0; i < count; i++) {
        const struct profile_column column = column_of(profile, i);
        struct cosem_value value = cosem_take_value(&r);
        assert_int_equal(value.tag == COSEM_OCTET_STRING, profile_is_clock(&column));
        assert_int_equal(value.tag == COSEM_U32 || value.tag == COSEM_NULL, column.class_id == 3);
    }
    assert_true(reader_done(&r));
}

static void four_profiles_are_full_and_others_are_refused(void **state)
{
    (void)state;
    enum { LEFT = COLUMN_POOL - FULL * PROFILE_COLUMNS };
    struct life *life = life_begin("st402d", buffer_begin_ms);
    for (unsigned i = 0; i < FULL; i++) {
        assert_int_equal(set_columns(life, i, PROFILE_COLUMNS), COSEM_SUCCESS);
        assert_columns(life, i, PROFILE_COLUMNS);
    }
    assert_int_equal(set_columns(life, FULL, LEFT + 1), COSEM_OTHER_REASON);
    assert_int_equal(life->meter.profiles[places[FULL]].settings.column_count, 2);
    assert_int_equal(set_columns(life, FULL, LEFT), COSEM_SUCCESS);
    for (int start = 0; start < 2; start++) {
        for (unsigned i = 0; i < FULL; i++) {
            assert_columns(life, i, PROFILE_COLUMNS);
            assert_row(life, i, PROFILE_COLUMNS);
        }
        assert_columns(life, FULL, LEFT);
        life_kill(life, 1);
    }
    assert_int_equal(set_columns(life, 0, 1), COSEM_SUCCESS);
    assert_int_equal(set_columns(life, FULL, PROFILE_COLUMNS), COSEM_SUCCESS);
    assert_columns(life, FULL, PROFILE_COLUMNS);
    life_end(life);
}

/* An empty pool has room for any profile. */
static void each_profile_can_be_full(void **state)
{
    (void)state;
    for (unsigned i = 0; i <= FULL; i++) {
        struct life *life = life_begin("st402d", buffer_begin_ms);
        assert_int_equal(set_columns(life, i, PROFILE_COLUMNS), COSEM_SUCCESS);
        assert_columns(life, i, PROFILE_COLUMNS);
        life_end(life);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_profiles_are_full_and_others_are_refused),
        cmocka_unit_test(each_profile_can_be_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
