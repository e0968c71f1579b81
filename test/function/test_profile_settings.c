/* What a profile is set to, what does not fit, and the supply that fails at every operation of it.
 */
#include "function/profile_settings.h"
#include "test/function/profile_rig.h"
#include "test/unit.h"

#include <string.h>

static const struct profile_column clock_column = {8, {0, 0, 1, 0, 0, 255}, 2, 0};
static const struct profile_column counter = {3, {1, 0, 1, 8, 0, 255}, 2, 0};
static const struct profile_column absent = {3, {1, 0, 2, 8, 0, 255}, 2, 0};

/* An octet-string of so many octets. */
static struct profile_column text(uint8_t size)
{
    return (struct profile_column){1, {0, 0, 96, size, 0, 255}, 2, 0};
}

static void rows_have_the_size_of_their_columns(void **state)
{
    (void)state;
    struct profile_rig *rig = profile_rig_open();
    const struct profile_column columns[] = {counter, clock_column, text(20), absent};
    assert_int_equal(profile_set_columns(&rig->profile, columns, 4), 0);
    assert_int_equal(rig->profile.settings.size, PROFILE_ROW_HEAD + 5 + 22 + 9);
    bed_settle(&rig->bed);
    profile_rig_run(rig, 1000);
    struct profile_row row;
    uint32_t first = profile_first(&rig->profile);
    assert_int_equal(profile_next(&rig->profile) - first, 1);
    assert_int_equal(profile_read(&rig->profile, first, &row), STORAGE_DONE);
    assert_int_equal(profile_rig_counter(&row), 900);
    assert_int_equal(row.octets[5], 9);  /* the text */
    assert_int_equal(row.octets[27], 0); /* no value: null-data */
    profile_rig_close(rig);
}

/* A column that grows beyond its room is null-data; those behind it keep theirs. */
static void what_has_grown_is_null(void **state)
{
    (void)state;
    struct profile_rig *rig = profile_rig_open();
    const struct profile_column columns[] = {text(4), counter};
    assert_int_equal(profile_set_columns(&rig->profile, columns, 2), 0);
    rig->longer = 56;
    bed_settle(&rig->bed);
    assert_int_equal(profile_capture(&rig->profile), 0);
    struct profile_row row;
    assert_int_equal(profile_read(&rig->profile, profile_first(&rig->profile), &row), STORAGE_DONE);
    assert_int_equal(row.octets[0], 0);
    assert_int_equal(row.octets[1], 6);
    profile_rig_close(rig);
}

static void assert_same(const struct profile_settings *a, const struct profile_settings *b)
{
    assert_int_equal(a->period_s, b->period_s);
    assert_int_equal(a->entries, b->entries);
    assert_int_equal(a->sort, b->sort);
    assert_int_equal(a->encoding, b->encoding);
    assert_int_equal(a->version, b->version);
    assert_int_equal(a->size, b->size);
    assert_int_equal(a->column_count, b->column_count);
    assert_int_equal(a->chosen, b->chosen);
    assert_int_equal(a->clocks, b->clocks);
}

static void assert_columns(const struct profile *profile, const struct profile_column *columns,
                           unsigned count)
{
    assert_int_equal(profile->settings.column_count, count);
    for (unsigned i = 0; i < count; i++) {
        const struct profile_column column = profile_column_at(profile, i);
        assert_true(column_equal(&column, &columns[i]));
        assert_int_equal(profile_is_clock_at(profile, i), profile_is_clock(&column));
    }
}

static void impossible_settings_change_nothing(void **state)
{
    (void)state;
    struct profile_rig *rig = profile_rig_open();
    struct profile_column many[PROFILE_COLUMNS];
    profile_rig_run(rig, 2000);
    const struct profile_settings before = rig->profile.settings;
    uint32_t rows = profile_next(&rig->profile) - profile_first(&rig->profile);
    for (int i = 0; i < PROFILE_COLUMNS; i++) {
        many[i] = text(100);
    }
    assert_int_equal(profile_set_columns(&rig->profile, many, 6), PROFILE_IMPOSSIBLE);
    assert_int_equal(profile_set_columns(&rig->profile, many, 0), PROFILE_IMPOSSIBLE);
    assert_int_equal(profile_set_period(&rig->profile, 901), PROFILE_IMPOSSIBLE);
    assert_int_equal(profile_set_entries(&rig->profile, 0), PROFILE_IMPOSSIBLE);
    assert_int_equal(profile_set_entries(&rig->profile, 1000000), PROFILE_IMPOSSIBLE);
    assert_int_equal(profile_set_sort(&rig->profile, (enum profile_sort)3), PROFILE_IMPOSSIBLE);
    assert_int_equal(profile_set_encoding(&rig->profile, (enum profile_encoding)3),
                     PROFILE_IMPOSSIBLE);
    assert_same(&before, &rig->profile.settings);
    assert_columns(&rig->profile, rig->profile.plan->columns, 2);
    assert_int_equal(profile_next(&rig->profile) - profile_first(&rig->profile), rows);
    profile_rig_close(rig);
}

static void settings_outlive_the_supply(void **state)
{
    (void)state;
    struct profile_rig *rig = profile_rig_open();
    const struct profile_column columns[] = {clock_column, counter, text(7)};
    assert_int_equal(profile_set_columns(&rig->profile, columns, 3), 0);
    bed_settle(&rig->bed);
    assert_int_equal(profile_set_period(&rig->profile, 300), 0);
    bed_settle(&rig->bed);
    assert_int_equal(profile_set_entries(&rig->profile, 5), 0);
    assert_int_equal(profile_set_sort(&rig->profile, PROFILE_LIFO), 0);
    assert_int_equal(profile_set_encoding(&rig->profile, PROFILE_NULL_REPEATED), 0);
    bed_settle(&rig->bed);
    profile_rig_run(rig, 4000);
    const struct profile_settings before = rig->profile.settings;
    uint32_t first = profile_first(&rig->profile);
    assert_int_equal(profile_next(&rig->profile) - first, 5); /* no more are shown */
    profile_rig_cut(rig, 10);
    assert_same(&before, &rig->profile.settings);
    assert_columns(&rig->profile, columns, 3);
    assert_int_equal(profile_first(&rig->profile), first);
    profile_rig_close(rig);
}

/* As delivered it takes nothing of the pool, whether nobody has chosen or somebody has chosen that
 * again. */
static void the_columns_as_delivered_take_no_room(void **state)
{
    (void)state;
    struct profile_rig *rig = profile_rig_open();
    const struct profile_column *delivered = rig->profile.plan->columns;
    const struct profile_column others[] = {text(7), clock_column, counter};
    assert_int_equal(rig->columns.count, 0);
    assert_int_equal(rig->profile.flags, 0); /* midnight: the period is whole */
    for (int start = 0; start < 2; start++) {
        assert_int_equal(profile_set_columns(&rig->profile, others, 3), 0);
        bed_settle(&rig->bed);
        assert_int_equal(rig->columns.count, 3);
        profile_rig_cut(rig, 10);
        assert_int_equal(rig->columns.count, 3);
        assert_int_equal(profile_set_columns(&rig->profile, delivered, 2), 0);
        bed_settle(&rig->bed);
        assert_int_equal(rig->columns.count, 0);
        assert_columns(&rig->profile, delivered, 2);
        profile_rig_cut(rig, 10);
        assert_int_equal(rig->columns.count, 0);
        assert_columns(&rig->profile, delivered, 2);
    }
    profile_rig_close(rig);
}

/* Others have taken the pool but for two cells: three columns are refused, and nothing changes, on
 * the chip neither; two are taken. */
static void a_full_pool_refuses(void **state)
{
    (void)state;
    struct profile_rig *rig = profile_rig_open();
    const struct profile_column columns[] = {text(7), clock_column, counter};
    for (int i = 0; i < COLUMN_POOL - 2; i++) {
        column_pool_add(&rig->columns, 200, &counter);
    }
    const struct profile_settings before = rig->profile.settings;
    assert_int_equal(profile_set_columns(&rig->profile, columns, 3), PROFILE_IMPOSSIBLE);
    assert_same(&before, &rig->profile.settings);
    assert_columns(&rig->profile, rig->profile.plan->columns, 2);
    assert_int_equal(profile_set_columns(&rig->profile, columns, 2), 0);
    assert_columns(&rig->profile, columns, 2);
    const struct profile_settings two = rig->profile.settings;
    assert_int_equal(profile_set_columns(&rig->profile, columns, 3), PROFILE_IMPOSSIBLE);
    assert_columns(&rig->profile, columns, 2);
    bed_settle(&rig->bed);
    profile_rig_cut(rig, 10);
    assert_same(&two, &rig->profile.settings);
    assert_columns(&rig->profile, columns, 2);
    profile_rig_close(rig);
}

/* Another firmware captured what this one does not have: its rows are read, the column has no value
 * in new ones, and the firmware that has it finds it by its name. */
static void an_object_that_is_not_there_is_a_column_without_a_value(void **state)
{
    (void)state;
    struct profile_rig *rig = profile_rig_open();
    const struct profile_column columns[] = {counter, clock_column, text(4)};
    const struct profile_column nothing = {.attribute = 2};
    struct profile_row row;
    assert_int_equal(profile_set_columns(&rig->profile, columns, 3), 0);
    bed_settle(&rig->bed);
    profile_rig_run(rig, 1000);
    uint32_t rows = profile_next(&rig->profile);
    rig->learns = 1; /* the counter */
    profile_rig_cut(rig, 10);
    const struct profile_column left[] = {counter, nothing, nothing};
    for (unsigned i = 0; i < 3; i++) {
        const struct profile_column column = profile_column_at(&rig->profile, i);
        assert_true(column_equal(&column, &left[i]));
    }
    assert_true(profile_is_clock_at(&rig->profile, 1)); /* a row's time takes no octets */
    assert_int_equal(profile_columns_like(&rig->profile, &columns[2]), 0);
    assert_int_equal(profile_columns_like(&rig->profile, &counter), 1);
    assert_int_equal(profile_read(&rig->profile, rows - 1, &row), STORAGE_DONE);
    profile_rig_run(rig, 1000);
    assert_int_equal(profile_read(&rig->profile, rows, &row), STORAGE_DONE);
    assert_int_not_equal(profile_rig_counter(&row), 0);
    assert_int_equal(row.octets[5], 0);
    bed_settle(&rig->bed);
    assert_int_equal(profile_set_period(&rig->profile, 300), 0);
    bed_settle(&rig->bed);
    assert_int_equal(profile_set_sort(&rig->profile, PROFILE_LIFO), 0);
    bed_settle(&rig->bed);
    rig->learns = OBJECT_BOOK;
    profile_rig_cut(rig, 10);
    assert_int_equal(rig->profile.settings.period_s, 300);
    assert_int_equal(rig->profile.settings.sort, PROFILE_LIFO);
    assert_columns(&rig->profile, columns, 3);
    assert_int_equal(profile_columns_like(&rig->profile, &columns[2]), 1 << 2);
    profile_rig_close(rig);
}

static void clearing_is_an_event(void **state)
{
    (void)state;
    struct profile_rig *rig = profile_rig_open();
    profile_rig_run(rig, 2000);
    assert_int_equal(profile_clear(&rig->profile), 0);
    assert_int_equal(profile_first(&rig->profile), profile_next(&rig->profile));
    assert_int_equal(rig->book.last[EVENT_LOG_STANDARD], EVENT_PROFILE_CLEARED);
    profile_rig_close(rig);
}

/* Rows are whole, of their columns, and none that was there for sure is gone. */
static void assert_rows(const struct profile_rig *rig, uint32_t from, uint32_t least)
{
    const struct profile_settings *settings = &rig->profile.settings;
    assert_true(profile_next(&rig->profile) >= least);
    for (uint32_t n = from; n < profile_next(&rig->profile); n++) {
        struct profile_row row;
        assert_int_equal(profile_read(&rig->profile, n, &row), STORAGE_DONE);
        assert_int_equal(row.size, settings->size - PROFILE_ROW_HEAD);
        assert_int_equal(row.octets[settings->column_count == 2 ? 0 : 9], 6);
    }
}

/* The supply fails at the n-th operation of the chip while rows are captured. */
static void cuts_while_rows_are_captured(void **state)
{
    (void)state;
    for (uint64_t operation = 1; operation <= 12; operation++) {
        for (uint32_t octets = 0; octets <= 30; octets += 10) {
            struct profile_rig *rig = profile_rig_open();
            const struct nor_tear tear = {.octets = octets, .seed = operation};
            profile_rig_run(rig, 1800);
            uint32_t first = profile_first(&rig->profile);
            uint32_t next = profile_next(&rig->profile);
            nor_plan_cut(&rig->bed.nor, operation, &tear);
            profile_rig_run(rig, 4000);
            profile_rig_cut(rig, 60);
            assert_rows(rig, first, next);
            bed_settle(&rig->bed);
            profile_rig_run(rig, 1000);
            assert_rows(rig, first, next + 1);
            profile_rig_close(rig);
        }
    }
}

/* The same while the columns are changed: then they are the old ones with their rows, or the new
 * ones, and from there on rows are captured. */
static void cuts_while_columns_are_changed(void **state)
{
    (void)state;
    const struct profile_column columns[] = {text(7), clock_column, counter};
    for (uint64_t operation = 1; operation <= 12; operation++) {
        for (uint32_t octets = 0; octets <= 40; octets += 10) {
            struct profile_rig *rig = profile_rig_open();
            const struct nor_tear tear = {.octets = octets, .seed = operation};
            profile_rig_run(rig, 1800);
            nor_plan_cut(&rig->bed.nor, operation, &tear);
            (void)profile_set_columns(&rig->profile, columns, 3);
            profile_rig_run(rig, 10);
            profile_rig_cut(rig, 60);
            uint8_t count = rig->profile.settings.column_count;
            assert_true(count == 2 || count == 3);
            assert_rows(rig, profile_first(&rig->profile), 1);
            bed_settle(&rig->bed);
            uint32_t next = profile_next(&rig->profile);
            profile_rig_run(rig, 1000);
            assert_rows(rig, profile_first(&rig->profile), next + 1);
            profile_rig_close(rig);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_have_the_size_of_their_columns),
        cmocka_unit_test(what_has_grown_is_null),
        cmocka_unit_test(impossible_settings_change_nothing),
        cmocka_unit_test(settings_outlive_the_supply),
        cmocka_unit_test(the_columns_as_delivered_take_no_room),
        cmocka_unit_test(a_full_pool_refuses),
        cmocka_unit_test(an_object_that_is_not_there_is_a_column_without_a_value),
        cmocka_unit_test(clearing_is_an_event),
        cmocka_unit_test(cuts_while_rows_are_captured),
        cmocka_unit_test(cuts_while_columns_are_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
