/* Columns by the numbers of their objects, and the pool from which profiles take their cells. */
#include "function/column.h"
#include "test/dice.h"
#include "test/function/object_book.h"
#include "test/unit.h"

#include <string.h>

enum { LISTS = 5, LIST_MOST = 32 };

static struct object_book book;
static struct object_table objects;
static struct column_pool pool;
static uint64_t dice = 1;

static void open_pool(unsigned names)
{
    objects = object_book_open(&book, names);
    column_pool_init(&pool, &objects);
}

/* One of few, so that lists have the same ones. */
static struct profile_column roll_column(void)
{
    return (struct profile_column){.class_id = (uint16_t)(3 + dice_roll(&dice, 2)),
                                   .obis = {1, 0, (uint8_t)dice_roll(&dice, 40), 8, 0, 255},
                                   .attribute = (int8_t)(2 + dice_roll(&dice, 2)),
                                   .data = (uint16_t)dice_roll(&dice, 2)};
}

static void a_cell_is_what_it_was_made_of(void **state)
{
    (void)state;
    open_pool(OBJECT_BOOK);
    for (int i = 0; i < 1000; i++) {
        const struct profile_column column = roll_column();
        const struct column_cell cell = column_cell(&objects, &column);
        const struct profile_column again = column_of_cell(&objects, &cell);
        assert_true(column_equal(&column, &again));
    }
    const struct profile_column far = {65535, {255, 254, 253, 252, 251, 250}, -128, 65535};
    const struct column_cell cell = column_cell(&objects, &far);
    const struct profile_column again = column_of_cell(&objects, &cell);
    assert_true(column_equal(&far, &again));
}

static void what_is_no_object_of_the_meter_has_no_name(void **state)
{
    (void)state;
    open_pool(0);
    const struct profile_column column = {3, {1, 0, 1, 8, 0, 255}, 2, 7};
    const struct profile_column nameless = {.attribute = 2, .data = 7};
    const struct column_cell cell = column_cell(&objects, &column);
    const struct profile_column again = column_of_cell(&objects, &cell);
    assert_int_equal(cell.object, OBJECT_NONE);
    assert_true(column_equal(&again, &nameless));
    column_pool_add(&pool, 1, &column);
    assert_int_equal(column_pool_like(&pool, 1, &column), 0);
    const struct column_cell beyond = {.object = 17, .attribute = 2, .data = 7};
    const struct profile_column nobody = column_of_cell(&objects, &beyond);
    assert_true(column_equal(&nobody, &nameless));
}

/* A table says whatever number it likes. */
static int32_t its_number(const void *owner, const struct object_name *name)
{
    const int32_t *number = owner;
    (void)name;
    return *number;
}

static void a_number_beyond_the_highest_is_none(void **state)
{
    (void)state;
    static const struct {
        int32_t told;
        uint16_t number;
    } rows[] = {{0, 0},
                {OBJECT_NONE - 1, OBJECT_NONE - 1},
                {OBJECT_NONE, OBJECT_NONE},
                {0x10000, OBJECT_NONE},
                {INT32_MAX, OBJECT_NONE},
                {-1, OBJECT_NONE},
                {INT32_MIN, OBJECT_NONE}};
    const struct object_name name = {3, {1, 0, 1, 8, 0, 255}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct object_table table = {.number = its_number, .owner = &rows[i].told};
        assert_int_equal(object_number(&table, &name), rows[i].number);
    }
}

static void columns_differ_in_each_part(void **state)
{
    (void)state;
    const struct profile_column column = {3, {1, 2, 3, 4, 5, 6}, 2, 1};
    struct profile_column other = column;
    assert_true(column_equal(&column, &other));
    other.class_id = 4;
    assert_false(column_equal(&column, &other));
    for (int i = 0; i < 6; i++) {
        other = column;
        other.obis[i] ^= 1;
        assert_false(column_equal(&column, &other));
    }
    other = column;
    other.attribute = 3;
    assert_false(column_equal(&column, &other));
    other = column;
    other.data = 0;
    assert_false(column_equal(&column, &other));
}

static void on_flash_it_has_its_name(void **state)
{
    (void)state;
    const struct profile_column column = {3, {1, 0, 2, 8, 4, 255}, -2, 0x1234};
    static const uint8_t kept[] = {0, 3, 1, 0, 2, 8, 4, 255, 0xFE, 0x12, 0x34};
    uint8_t octets[COLUMN_SIZE];
    struct writer w = writer_over(octets, sizeof octets);
    column_write(&column, &w);
    assert_int_equal(writer_kept(&w), sizeof kept);
    assert_memory_equal(octets, kept, sizeof kept);
    struct reader r = reader_over(kept, sizeof kept);
    const struct profile_column again = column_read(&r);
    assert_true(column_equal(&column, &again));
    assert_true(reader_done(&r));
    for (size_t size = 0; size < sizeof kept; size++) {
        r = reader_over(kept, size);
        (void)column_read(&r);
        assert_true(r.fault);
    }
}

/* ---- The pool against lists that are kept apart ---- */

struct model {
    unsigned count;
    struct profile_column columns[LIST_MOST];
};

static void assert_is(const struct model *model, uint8_t list)
{
    for (unsigned i = 0; i < model->count; i++) {
        const struct profile_column column = column_pool_at(&pool, list, i);
        assert_true(column_equal(&column, &model->columns[i]));
    }
}

static uint32_t like(const struct model *model, const struct profile_column *wanted)
{
    uint32_t columns = 0;
    for (unsigned i = 0; i < model->count; i++) {
        columns |= column_equal(&model->columns[i], wanted) ? UINT32_C(1) << i : 0;
    }
    return columns;
}

static void replace(struct model *model, uint8_t list, unsigned count)
{
    column_pool_clear(&pool, list);
    model->count = count;
    for (unsigned i = 0; i < count; i++) {
        model->columns[i] = roll_column();
        column_pool_add(&pool, list, &model->columns[i]);
    }
}

static void lists_do_not_touch_each_other(void **state)
{
    (void)state;
    struct model models[LISTS] = {{0}};
    unsigned refused = 0;
    open_pool(OBJECT_BOOK);
    for (int round = 0; round < 3000; round++) {
        uint8_t list = (uint8_t)dice_roll(&dice, LISTS);
        unsigned count = dice_roll(&dice, 3) == 0 ? 0 : dice_roll(&dice, LIST_MOST + 1);
        unsigned others = 0;
        for (unsigned i = 0; i < LISTS; i++) {
            others += i != list ? models[i].count : 0;
        }
        bool fits = others + count <= COLUMN_POOL;
        assert_int_equal(column_pool_fits(&pool, list, count), fits);
        if (fits) {
            replace(&models[list], list, count);
        }
        refused += !fits;
        const struct profile_column wanted = roll_column();
        for (unsigned i = 0; i < LISTS; i++) {
            assert_is(&models[i], (uint8_t)i);
            assert_int_equal(column_pool_like(&pool, (uint8_t)i, &wanted),
                             like(&models[i], &wanted));
        }
    }
    assert_true(refused > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_is_what_it_was_made_of),
        cmocka_unit_test(what_is_no_object_of_the_meter_has_no_name),
        cmocka_unit_test(a_number_beyond_the_highest_is_none),
        cmocka_unit_test(columns_differ_in_each_part),
        cmocka_unit_test(on_flash_it_has_its_name),
        cmocka_unit_test(lists_do_not_touch_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
