/* Class 7 as a client sees it: what is selected is what a plain filter over the rows gives. */
#include "test/meter/buffer.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS_OF_1 = 6, QUARTER = 900 };

static const struct cosem_name standard_log = COSEM_NAME(0, 0, 99, 98, 0);

static void assert_range(struct life *life, int64_t from_ms, int64_t to_ms, size_t piece)
{
    struct buffer_part part;
    struct reader r;
    const struct profile *profile = &life->meter.profiles[0];
    buffer_range(&part, from_ms, to_ms, NULL);
    assert_int_equal(
        buffer_read(buffer_call(life, &buffer_load_1), buffer_selection(&part, 1), piece, &r), 0);
    uint32_t told = buffer_take_count(&r);
    uint32_t found = 0;
    for (uint32_t n = profile_first(profile); n < profile_next(profile); n++) {
        struct profile_row row;
        assert_int_equal(profile_read(profile, n, &row), STORAGE_DONE);
        int64_t row_ms = row.stamp.utc_s * INT64_C(1000);
        if (row_ms >= from_ms && row_ms <= to_ms) {
            assert_int_equal(cosem_take_value(&r).count, COLUMNS_OF_1);
            assert_int_equal(buffer_take_time(&r), row.stamp.utc_s);
            for (int column = 1; column < COLUMNS_OF_1; column++) {
                cosem_skip_value(&r);
            }
            found++;
        }
    }
    assert_int_equal(told, found);
    assert_true(reader_done(&r));
}

static void ranges_are_what_a_filter_gives(void **state)
{
    (void)state;
    struct life *life = buffer_lived();
    uint64_t random = 5;
    assert_range(life, buffer_begin_ms - 1000, buffer_begin_ms + 86400000, 200);
    assert_range(life, buffer_begin_ms + 1800000, buffer_begin_ms + 1800000, 64);
    assert_range(life, buffer_begin_ms + 86400000, buffer_begin_ms, 64); /* turned round: nothing */
    for (int i = 0; i < 60; i++) {
        random = random * UINT64_C(6364136223846793005) + 1;
        int64_t from_ms = buffer_begin_ms + (int64_t)(random >> 40) % 43200 * 1000;
        int64_t to_ms = from_ms + (int64_t)(random >> 33) % 7200 * 1000;
        assert_range(life, from_ms, to_ms, 16 + (random >> 50) % 500);
    }
    life_end(life);
}

static void entries_count_from_the_oldest(void **state)
{
    (void)state;
    struct life *life = buffer_lived();
    const struct profile *profile = &life->meter.profiles[0];
    uint32_t there = profile_next(profile) - profile_first(profile);
    static const uint32_t ends[][2] = {{1, 0}, {1, 1}, {2, 5},    {3, 3},
                                       {7, 0}, {5, 4}, {1000, 0}, {1, 1000}};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct buffer_part part;
        struct reader r;
        buffer_entries(&part, ends[i][0], ends[i][1], 1, 1);
        assert_int_equal(
            buffer_read(buffer_call(life, &buffer_load_1), buffer_selection(&part, 2), 100, &r), 0);
        uint32_t last = ends[i][1] == 0 || ends[i][1] > there ? there : ends[i][1];
        uint32_t expected = ends[i][0] > last ? 0 : last - ends[i][0] + 1;
        assert_int_equal(buffer_take_count(&r), expected);
        for (uint32_t n = 0; n < expected; n++) {
            struct profile_row row;
            uint32_t number = profile_first(profile) + ends[i][0] - 1 + n;
            assert_int_equal(profile_read(profile, number, &row), STORAGE_DONE);
            assert_int_equal(cosem_take_value(&r).count, 1);
            assert_int_equal(buffer_take_time(&r), row.stamp.utc_s);
        }
        assert_true(reader_done(&r));
    }
    life_end(life);
}

static void newest_first(void **state)
{
    (void)state;
    struct life *life = buffer_lived();
    struct profile *profile = &life->meter.profiles[0];
    struct buffer_part part;
    struct reader r;
    assert_int_equal(profile_set_sort(profile, PROFILE_LIFO), 0);
    buffer_entries(&part, 1, 3, 1, 1);
    assert_int_equal(
        buffer_read(buffer_call(life, &buffer_load_1), buffer_selection(&part, 2), 100, &r), 0);
    assert_int_equal(buffer_take_count(&r), 3);
    for (uint32_t n = 1; n <= 3; n++) {
        struct profile_row row;
        assert_int_equal(profile_read(profile, profile_next(profile) - n, &row), STORAGE_DONE);
        assert_int_equal(cosem_take_value(&r).count, 1);
        assert_int_equal(buffer_take_time(&r), row.stamp.utc_s);
    }
    life_end(life);
}

static void columns_are_chosen(void **state)
{
    (void)state;
    struct life *life = buffer_lived();
    struct buffer_part part;
    struct reader r;
    buffer_range(&part, buffer_begin_ms, buffer_begin_ms + 86400000, &buffer_import);
    assert_int_equal(
        buffer_read(buffer_call(life, &buffer_load_1), buffer_selection(&part, 1), 100, &r), 0);
    uint32_t count = buffer_take_count(&r);
    int64_t before = 0;
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(cosem_take_value(&r).count, 1);
        struct cosem_value v = cosem_take_value(&r);
        assert_int_equal(v.tag, COSEM_U32);
        assert_true(v.integer > before);
        before = v.integer;
    }
    assert_true(reader_done(&r));
    life_end(life);
}

static void assert_refused(struct life *life, const struct buffer_part *part, uint8_t selector,
                           enum cosem_result expected)
{
    struct reader r;
    assert_int_equal(
        buffer_read(buffer_call(life, &buffer_load_1), buffer_selection(part, selector), 100, &r),
        expected);
}

static void impossible_selections_are_refused(void **state)
{
    (void)state;
    struct life *life = life_begin("xs211", buffer_begin_ms);
    struct buffer_part part;
    static const struct profile_column absent = {3, {1, 0, 99, 8, 0, 255}, 2, 0};
    buffer_entries(&part, 0, 0, 1, 0);
    assert_refused(life, &part, 2, COSEM_OTHER_REASON);
    buffer_entries(&part, 1, 0, 0, 0);
    assert_refused(life, &part, 2, COSEM_OTHER_REASON);
    buffer_entries(&part, 1, 0, 9, 0);
    assert_refused(life, &part, 2, COSEM_OTHER_REASON);
    buffer_range(&part, buffer_begin_ms, buffer_begin_ms, &absent);
    assert_refused(life, &part, 1, COSEM_SCOPE_OF_ACCESS_VIOLATED);
    assert_refused(life, &part, 2, COSEM_TYPE_UNMATCHED);
    assert_refused(life, &part, 3, COSEM_SCOPE_OF_ACCESS_VIOLATED);
    part.w.tape--;
    assert_refused(life, &part, 1, COSEM_TYPE_UNMATCHED);
    life_end(life);
}

/* Every repetition is null-data; put back it is the plain buffer. */
static void repetitions_are_left_out(void **state)
{
    (void)state;
    struct life *life = life_begin("xs211", buffer_begin_ms);
    struct profile *profile = &life->meter.profiles[0];
    struct cosem_selection whole = {0};
    struct reader r;
    life_run(life, 24 * QUARTER + 1);
    assert_int_equal(buffer_read(buffer_call(life, &buffer_load_1), whole, 500, &r), 0);
    size_t plain = r.size;
    assert_int_equal(profile_set_encoding(profile, PROFILE_NULL_REPEATED), 0);
    assert_int_equal(buffer_read(buffer_call(life, &buffer_load_1), whole, 33, &r), 0);
    assert_true(r.size * 2 < plain);
    uint32_t count = buffer_take_count(&r);
    assert_int_equal(count, profile_next(profile) - profile_first(profile));
    int64_t time_s = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct profile_row row;
        assert_int_equal(profile_read(profile, profile_first(profile) + i, &row), STORAGE_DONE);
        assert_int_equal(cosem_take_value(&r).count, COLUMNS_OF_1);
        if (reader_peek(&r) == COSEM_NULL) {
            (void)cosem_take_value(&r);
            time_s += QUARTER;
        } else {
            time_s = buffer_take_time(&r);
        }
        assert_int_equal(time_s, row.stamp.utc_s);
        for (int column = 1; column < COLUMNS_OF_1; column++) {
            cosem_skip_value(&r);
        }
    }
    assert_true(reader_done(&r));
    life_end(life);
}

static void a_log_is_a_profile(void **state)
{
    (void)state;
    struct life *life = life_begin("sm402d", buffer_begin_ms);
    struct reader r;
    struct cosem_selection whole = {0};
    life_run(life, 5);
    life_cut(life, 60);
    assert_int_equal(buffer_read(buffer_call(life, &standard_log), whole, 50, &r), 0);
    static const struct {
        int64_t utc_s;
        int code;
    } expected[] = {{0, 2}, {5, 1}, {65, 2}};
    assert_int_equal(buffer_take_count(&r), 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(cosem_take_value(&r).count, 2);
        assert_int_equal(buffer_take_time(&r), buffer_begin_ms / 1000 + expected[i].utc_s);
        assert_int_equal(cosem_take_value(&r).integer, expected[i].code);
    }
    life_end(life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_what_a_filter_gives),
        cmocka_unit_test(entries_count_from_the_oldest),
        cmocka_unit_test(newest_first),
        cmocka_unit_test(columns_are_chosen),
        cmocka_unit_test(impossible_selections_are_refused),
        cmocka_unit_test(repetitions_are_left_out),
        cmocka_unit_test(a_log_is_a_profile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
