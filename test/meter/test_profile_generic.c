/* Class 7 as a client sees it: what is selected is what a plain filter over the rows gives. */
#include "cosem/class/profile_view.h"
#include "cosem/data.h"
#include "cosem/tape.h"
#include "test/meter/life.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { BUFFER = 2, COLUMNS_OF_1 = 6, QUARTER = 900, ROOM = 60000 };

static const int64_t begin_ms = INT64_C(1795219200000); /* 2026-11-21 00:00:00 UTC */
static uint8_t octets[ROOM + COSEM_CARRY];

static const struct cosem_name load_1 = COSEM_NAME(1, 0, 99, 1, 0);
static const struct cosem_name standard_log = COSEM_NAME(0, 0, 99, 98, 0);
static const struct profile_column clock_column = {8, {0, 0, 1, 0, 0, 255}, 2, 0};
static const struct profile_column import_column = {3, {1, 0, 1, 8, 0, 255}, 2, 0};

static struct cosem_call call_of(struct life *life, const struct cosem_name *name)
{
    enum cosem_result why;
    const struct product *product = life->meter.product;
    struct cosem_call call = {.model = &product->model, .context = &life->meter.context};
    for (int i = 0; i < product->partner_count; i++) {
        if (product->partners[i].sap == PRODUCT_SAP_MANAGEMENT) {
            call.column = product->partners[i].column;
        }
    }
    call.object = cosem_model_find(call.model, 7, name, call.column, &why);
    assert_non_null(call.object);
    return call;
}

/* Reads the buffer in pieces of `piece` octets into `octets`. */
static enum cosem_result read_part(struct cosem_call call, struct cosem_selection selection,
                                   size_t piece, struct reader *value)
{
    struct cosem_tape tape;
    size_t size = 0;
    call.selection = selection;
    enum cosem_result result = cosem_tape_open(&tape, &call, BUFFER);
    while (result == COSEM_SUCCESS && !cosem_tape_ended(&tape)) {
        size += cosem_tape_read(&tape, octets + size, piece);
        assert_true(size + piece < ROOM);
    }
    *value = reader_over(octets, size);
    return result;
}

struct part {
    uint8_t parameters[256];
    struct writer w;
};

static struct cosem_selection selection_of(const struct part *part, uint8_t selector)
{
    return (struct cosem_selection){selector, part->parameters, writer_kept(&part->w)};
}

static void put_time(struct writer *w, int64_t utc_ms)
{
    struct civil c = civil_from_seconds(utc_ms / 1000);
    const uint8_t head[] = {9, 12};
    writer_octets(w, head, sizeof head);
    writer_u16(w, (uint16_t)c.year);
    writer_u8(w, c.month);
    writer_u8(w, c.day);
    writer_u8(w, 0xFF);
    writer_u8(w, c.hour);
    writer_u8(w, c.minute);
    writer_u8(w, c.second);
    writer_u8(w, 0);
    writer_u16(w, 0); /* deviation: this is UTC */
    writer_u8(w, 0);
}

static void range(struct part *part, int64_t from_ms, int64_t to_ms,
                  const struct profile_column *only)
{
    part->w = writer_over(part->parameters, sizeof part->parameters);
    cosem_put_structure(&part->w, 4);
    profile_column_put(&part->w, &clock_column);
    put_time(&part->w, from_ms);
    put_time(&part->w, to_ms);
    cosem_put_array(&part->w, only != NULL);
    if (only != NULL) {
        profile_column_put(&part->w, only);
    }
}

static void entries(struct part *part, uint32_t from, uint32_t to, uint16_t first, uint16_t last)
{
    part->w = writer_over(part->parameters, sizeof part->parameters);
    cosem_put_structure(&part->w, 4);
    cosem_put_u32(&part->w, from);
    cosem_put_u32(&part->w, to);
    cosem_put_u16(&part->w, first);
    cosem_put_u16(&part->w, last);
}

/* The instant that a row shows, from its local time and deviation. */
static int64_t time_of(struct reader *r)
{
    struct cosem_value v = cosem_take_value(r);
    assert_int_equal(v.tag, COSEM_OCTET_STRING);
    assert_int_equal(v.count, 12);
    struct reader t = reader_over(v.octets, 12);
    struct civil c = {.year = reader_u16(&t)};
    c.month = reader_u8(&t);
    c.day = reader_u8(&t);
    c.weekday = reader_u8(&t);
    c.hour = reader_u8(&t);
    c.minute = reader_u8(&t);
    c.second = reader_u8(&t);
    (void)reader_u8(&t);
    return civil_to_seconds(&c) + (int16_t)reader_u16(&t) * 60;
}

static uint32_t count_of(struct reader *r)
{
    struct cosem_value array = cosem_take_value(r);
    assert_int_equal(array.tag, COSEM_ARRAY);
    return (uint32_t)array.count;
}

/* A life of some hours whose clock is set back at times. */
static struct life *lived(void)
{
    struct life *life = life_begin("st402d", begin_ms);
    assert_int_equal(profile_set_period(&life->meter.profiles[0], 300), 0);
    life_run(life, 7200);
    clock_set(&life->meter.clock, begin_ms + 1800000);
    life_run(life, 3600);
    clock_set(&life->meter.clock, begin_ms + 36000000);
    life_run(life, 3600);
    clock_set(&life->meter.clock, begin_ms + 3600000);
    life_run(life, 3600);
    return life;
}

static void assert_range(struct life *life, int64_t from_ms, int64_t to_ms, size_t piece)
{
    struct part part;
    struct reader r;
    const struct profile *profile = &life->meter.profiles[0];
    range(&part, from_ms, to_ms, NULL);
    assert_int_equal(read_part(call_of(life, &load_1), selection_of(&part, 1), piece, &r), 0);
    uint32_t told = count_of(&r);
    uint32_t found = 0;
    for (uint32_t n = profile_first(profile); n < profile_next(profile); n++) {
        struct profile_row row;
        assert_int_equal(profile_read(profile, n, &row), STORAGE_DONE);
        int64_t row_ms = row.stamp.utc_s * INT64_C(1000);
        if (row_ms >= from_ms && row_ms <= to_ms) {
            assert_int_equal(cosem_take_value(&r).count, COLUMNS_OF_1);
            assert_int_equal(time_of(&r), row.stamp.utc_s);
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
    struct life *life = lived();
    uint64_t random = 5;
    assert_range(life, begin_ms - 1000, begin_ms + 86400000, 200);
    assert_range(life, begin_ms + 1800000, begin_ms + 1800000, 64);
    assert_range(life, begin_ms + 86400000, begin_ms, 64); /* turned round: nothing */
    for (int i = 0; i < 60; i++) {
        random = random * UINT64_C(6364136223846793005) + 1;
        int64_t from_ms = begin_ms + (int64_t)(random >> 40) % 43200 * 1000;
        int64_t to_ms = from_ms + (int64_t)(random >> 33) % 7200 * 1000;
        assert_range(life, from_ms, to_ms, 16 + (random >> 50) % 500);
    }
    life_end(life);
}

static void entries_count_from_the_oldest(void **state)
{
    (void)state;
    struct life *life = lived();
    const struct profile *profile = &life->meter.profiles[0];
    uint32_t there = profile_next(profile) - profile_first(profile);
    static const uint32_t ends[][2] = {{1, 0}, {1, 1}, {2, 5},    {3, 3},
                                       {7, 0}, {5, 4}, {1000, 0}, {1, 1000}};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct part part;
        struct reader r;
        entries(&part, ends[i][0], ends[i][1], 1, 1);
        assert_int_equal(read_part(call_of(life, &load_1), selection_of(&part, 2), 100, &r), 0);
        uint32_t last = ends[i][1] == 0 || ends[i][1] > there ? there : ends[i][1];
        uint32_t expected = ends[i][0] > last ? 0 : last - ends[i][0] + 1;
        assert_int_equal(count_of(&r), expected);
        for (uint32_t n = 0; n < expected; n++) {
            struct profile_row row;
            uint32_t number = profile_first(profile) + ends[i][0] - 1 + n;
            assert_int_equal(profile_read(profile, number, &row), STORAGE_DONE);
            assert_int_equal(cosem_take_value(&r).count, 1);
            assert_int_equal(time_of(&r), row.stamp.utc_s);
        }
        assert_true(reader_done(&r));
    }
    life_end(life);
}

static void newest_first(void **state)
{
    (void)state;
    struct life *life = lived();
    struct profile *profile = &life->meter.profiles[0];
    struct part part;
    struct reader r;
    assert_int_equal(profile_set_sort(profile, PROFILE_LIFO), 0);
    entries(&part, 1, 3, 1, 1);
    assert_int_equal(read_part(call_of(life, &load_1), selection_of(&part, 2), 100, &r), 0);
    assert_int_equal(count_of(&r), 3);
    for (uint32_t n = 1; n <= 3; n++) {
        struct profile_row row;
        assert_int_equal(profile_read(profile, profile_next(profile) - n, &row), STORAGE_DONE);
        assert_int_equal(cosem_take_value(&r).count, 1);
        assert_int_equal(time_of(&r), row.stamp.utc_s);
    }
    life_end(life);
}

static void columns_are_chosen(void **state)
{
    (void)state;
    struct life *life = lived();
    struct part part;
    struct reader r;
    range(&part, begin_ms, begin_ms + 86400000, &import_column);
    assert_int_equal(read_part(call_of(life, &load_1), selection_of(&part, 1), 100, &r), 0);
    uint32_t count = count_of(&r);
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

static void assert_refused(struct life *life, const struct part *part, uint8_t selector,
                           enum cosem_result expected)
{
    struct reader r;
    assert_int_equal(read_part(call_of(life, &load_1), selection_of(part, selector), 100, &r),
                     expected);
}

static void impossible_selections_are_refused(void **state)
{
    (void)state;
    struct life *life = life_begin("xs211", begin_ms);
    struct part part;
    static const struct profile_column absent = {3, {1, 0, 99, 8, 0, 255}, 2, 0};
    entries(&part, 0, 0, 1, 0);
    assert_refused(life, &part, 2, COSEM_OTHER_REASON);
    entries(&part, 1, 0, 0, 0);
    assert_refused(life, &part, 2, COSEM_OTHER_REASON);
    entries(&part, 1, 0, 9, 0);
    assert_refused(life, &part, 2, COSEM_OTHER_REASON);
    range(&part, begin_ms, begin_ms, &absent);
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
    struct life *life = life_begin("xs211", begin_ms);
    struct profile *profile = &life->meter.profiles[0];
    struct cosem_selection whole = {0};
    struct reader r;
    life_run(life, 24 * QUARTER + 1);
    assert_int_equal(read_part(call_of(life, &load_1), whole, 500, &r), 0);
    size_t plain = r.size;
    assert_int_equal(profile_set_encoding(profile, PROFILE_NULL_REPEATED), 0);
    assert_int_equal(read_part(call_of(life, &load_1), whole, 33, &r), 0);
    assert_true(r.size * 2 < plain);
    uint32_t count = count_of(&r);
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
            time_s = time_of(&r);
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
    struct life *life = life_begin("sm402d", begin_ms);
    struct reader r;
    struct cosem_selection whole = {0};
    life_run(life, 5);
    life_cut(life, 60);
    assert_int_equal(read_part(call_of(life, &standard_log), whole, 50, &r), 0);
    static const struct {
        int64_t utc_s;
        int code;
    } expected[] = {{0, 2}, {5, 1}, {65, 2}};
    assert_int_equal(count_of(&r), 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(cosem_take_value(&r).count, 2);
        assert_int_equal(time_of(&r), begin_ms / 1000 + expected[i].utc_s);
        assert_int_equal(cosem_take_value(&r).integer, expected[i].code);
    }
    life_end(life);
}

/* The ring goes round while a client reads: what it was promised is what it gets, and what is gone
 * is null-data. */
static void rows_that_go_are_null(void **state)
{
    (void)state;
    struct life *life = lived();
    struct cosem_call call = call_of(life, &load_1);
    struct cosem_tape tape;
    assert_int_equal(cosem_tape_open(&tape, &call, BUFFER), COSEM_SUCCESS);
    size_t size = cosem_tape_read(&tape, octets, 100);
    while (storage_step(&life->meter.storage) > 0) {
        nor_advance(&life->nor, 10000);
    }
    assert_int_equal(profile_clear(&life->meter.profiles[0]), 0);
    while (!cosem_tape_ended(&tape)) {
        size += cosem_tape_read(&tape, octets + size, 100);
    }
    struct reader r = reader_over(octets, size);
    cosem_skip_value(&r);
    assert_true(reader_done(&r));
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
        cmocka_unit_test(rows_that_go_are_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
