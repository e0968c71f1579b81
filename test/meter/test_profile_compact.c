/* Buffers of class 7 as compact arrays: they say what arrays of Data do, or are such. */
#include "cosem/compact.h"
#include "test/meter/buffer.h"
#include "test/unit.h"

#include <string.h>

enum { QUARTER = 900 };

/* The elements of a compact array as an array of Data. */
static size_t expand(struct reader r, uint8_t *plain, size_t room)
{
    struct cosem_value value = cosem_take_value(&r);
    assert_true(reader_done(&r));
    assert_int_equal(value.tag, COSEM_COMPACT_ARRAY);
    static uint8_t rows[BUFFER_ROOM];
    struct writer elements = writer_over(rows, sizeof rows);
    struct cosem_compact compact = cosem_compact_open(&value);
    size_t count = 0;
    while (cosem_compact_next(&compact, &elements)) {
        count++;
    }
    assert_true(reader_done(&compact.contents));
    struct writer w = writer_over(plain, room);
    cosem_put_array(&w, count);
    writer_octets(&w, rows, writer_kept(&elements));
    return writer_kept(&w);
}

/* Whatever is selected, in whatever pieces: a compact array says what the plain one does. */
static void assert_says_the_same(struct life *life, struct cosem_selection selection)
{
    static uint8_t plain[BUFFER_ROOM];
    static uint8_t expanded[BUFFER_ROOM];
    static const size_t pieces[] = {1, 17, 64, 500};
    struct profile *profile = &life->meter.profiles[0];
    struct reader r;
    assert_int_equal(profile_set_encoding(profile, PROFILE_PLAIN), 0);
    assert_int_equal(buffer_read(buffer_call(life, &buffer_load_1), selection, 500, &r), 0);
    size_t size = r.size;
    memcpy(plain, r.data, size);
    assert_int_equal(profile_set_encoding(profile, PROFILE_COMPACT), 0);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        assert_int_equal(buffer_read(buffer_call(life, &buffer_load_1), selection, pieces[i], &r),
                         0);
        assert_true(r.size < size);
        assert_int_equal(expand(r, expanded, sizeof expanded), size);
        assert_memory_equal(expanded, plain, size);
    }
}

static void rows_are_a_compact_array(void **state)
{
    (void)state;
    struct buffer_part part;
    struct life *life = buffer_lived();
    struct cosem_selection whole = {0};
    assert_says_the_same(life, whole);
    buffer_entries(&part, 3, 20, 2, 4);
    assert_says_the_same(life, buffer_selection(&part, 2));
    buffer_range(&part, buffer_begin_ms + 3600000, buffer_begin_ms + 7200000, NULL);
    assert_says_the_same(life, buffer_selection(&part, 1));
    buffer_range(&part, buffer_begin_ms, buffer_begin_ms + 40000000, &buffer_import);
    assert_says_the_same(life, buffer_selection(&part, 1));
    assert_int_equal(profile_set_sort(&life->meter.profiles[0], PROFILE_LIFO), 0);
    assert_says_the_same(life, whole);
    buffer_entries(&part, 2, 9, 1, 0);
    assert_says_the_same(life, buffer_selection(&part, 2));
    life_end(life);
}

/* No rows, or more than are looked at in one step: an array. */
static void some_rows_are_no_compact_array(void **state)
{
    (void)state;
    struct buffer_part part;
    struct reader r;
    struct life *life = life_begin("xs211", buffer_begin_ms);
    struct cosem_selection whole = {0};
    assert_int_equal(profile_set_period(&life->meter.profiles[0], 300), 0);
    assert_int_equal(profile_set_encoding(&life->meter.profiles[0], PROFILE_COMPACT), 0);
    assert_int_equal(buffer_read(buffer_call(life, &buffer_load_1), whole, 500, &r), 0);
    assert_int_equal(buffer_take_count(&r), 0);
    life_run(life, PROFILE_COMPACT_ROWS * 300);
    assert_int_equal(buffer_read(buffer_call(life, &buffer_load_1), whole, 500, &r), 0);
    assert_int_equal(reader_peek(&r), COSEM_COMPACT_ARRAY);
    life_run(life, 300);
    assert_int_equal(buffer_read(buffer_call(life, &buffer_load_1), whole, 500, &r), 0);
    assert_int_equal(buffer_take_count(&r), PROFILE_COMPACT_ROWS + 1);
    buffer_entries(&part, 2, 0, 1, 0);
    assert_int_equal(
        buffer_read(buffer_call(life, &buffer_load_1), buffer_selection(&part, 2), 500, &r), 0);
    assert_int_equal(reader_peek(&r), COSEM_COMPACT_ARRAY);
    life_end(life);
}

/* A row that lacks what the others have spoils the form, and not the answer. */
static void a_row_that_lacks_a_value(void **state)
{
    (void)state;
    static const struct profile_column columns[] = {{8, {0, 0, 1, 0, 0, 255}, 2, 0},
                                                    {1, {0, 0, 96, 13, 0, 255}, 2, 0}};
    static const struct {
        const char *text;
        int compact;
    } steps[] = {{"same", 1}, {"size", 1}, {"another", 0}, {"size", 0}};
    struct life *life = life_begin("xs211", buffer_begin_ms);
    struct profile *profile = &life->meter.profiles[0];
    struct cosem_selection whole = {0};
    struct reader r;
    assert_int_equal(message_set_text(&life->meter.message, "the longest", 11), 0);
    assert_int_equal(profile_set_columns(profile, columns, 2), 0);
    assert_int_equal(profile_set_encoding(profile, PROFILE_COMPACT), 0);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        assert_int_equal(message_set_text(&life->meter.message, (const uint8_t *)steps[i].text,
                                          strlen(steps[i].text)),
                         0);
        life_run(life, QUARTER);
        assert_int_equal(buffer_read(buffer_call(life, &buffer_load_1), whole, 500, &r), 0);
        assert_int_equal(reader_peek(&r), steps[i].compact ? COSEM_COMPACT_ARRAY : COSEM_ARRAY);
    }
    life_end(life);
}

/* The ring goes round while a client reads: what it was promised is what it gets, and what is gone
 * is null-data, or blank. */
static void assert_promise_is_kept(enum profile_encoding encoding)
{
    struct life *life = buffer_lived();
    assert_int_equal(profile_set_encoding(&life->meter.profiles[0], encoding), 0);
    struct cosem_call call = buffer_call(life, &buffer_load_1);
    struct cosem_tape tape;
    assert_int_equal(cosem_tape_open(&tape, &call, BUFFER), COSEM_SUCCESS);
    size_t size = cosem_tape_read(&tape, buffer_octets, 100);
    while (storage_step(&life->meter.storage) > 0) {
        nor_advance(&life->nor, 10000);
    }
    assert_int_equal(profile_clear(&life->meter.profiles[0]), 0);
    while (!cosem_tape_ended(&tape)) {
        size += cosem_tape_read(&tape, buffer_octets + size, 100);
    }
    struct reader r = reader_over(buffer_octets, size);
    cosem_skip_value(&r);
    assert_true(reader_done(&r));
    life_end(life);
}

/* Where the row is on the chip. */
static uint32_t place_of(const struct life *life, uint32_t number)
{
    struct profile_row row;
    const struct profile *profile = &life->meter.profiles[0];
    assert_int_equal(profile_read(profile, number, &row), STORAGE_DONE);
    for (uint32_t at = 0; at + row.size < life->nor.config.size; at++) {
        uint16_t same = 0;
        while (same < row.size && nor_peek(&life->nor, at + same) == row.octets[same]) {
            same++;
        }
        if (same == row.size) {
            return at;
        }
    }
    fail_msg("no such row");
    return 0;
}

/* A row is damaged while the others are read: it is blank, and they are where they have to be. */
static void a_row_that_is_damaged_is_blank(void **state)
{
    (void)state;
    enum { DAMAGED = 5 };
    static uint8_t plain[BUFFER_ROOM];
    static uint8_t expanded[BUFFER_ROOM];
    struct life *life = buffer_lived();
    struct profile *profile = &life->meter.profiles[0];
    struct cosem_selection whole = {0};
    struct cosem_tape tape;
    struct reader r;
    assert_int_equal(buffer_read(buffer_call(life, &buffer_load_1), whole, 500, &r), 0);
    size_t size = r.size;
    memcpy(plain, r.data, size);
    assert_int_equal(profile_set_encoding(profile, PROFILE_COMPACT), 0);
    struct cosem_call call = buffer_call(life, &buffer_load_1);
    assert_int_equal(cosem_tape_open(&tape, &call, BUFFER), COSEM_SUCCESS);
    nor_flip(&life->nor, place_of(life, profile_first(profile) + DAMAGED), 0x55);
    size_t read = cosem_tape_read(&tape, buffer_octets, BUFFER_ROOM);
    assert_true(cosem_tape_ended(&tape));
    assert_int_equal(expand(reader_over(buffer_octets, read), expanded, sizeof expanded), size);
    r = reader_over(plain, size);
    uint32_t count = buffer_take_count(&r);
    size_t row_size = reader_left(&r) / count;
    size_t begin = r.at + DAMAGED * row_size;
    assert_memory_equal(expanded, plain, begin);
    assert_memory_equal(expanded + begin + row_size, plain + begin + row_size,
                        size - begin - row_size);
    struct reader blank = reader_over(expanded + begin, row_size);
    assert_int_equal(cosem_take_value(&blank).tag, COSEM_STRUCTURE);
    while (reader_left(&blank) > 0) {
        struct cosem_value value = cosem_take_value(&blank);
        assert_int_equal(value.integer, 0);
        assert_true(value.octets == NULL || value.octets[0] == 0);
    }
    life_end(life);
}

static void rows_that_go(void **state)
{
    (void)state;
    assert_promise_is_kept(PROFILE_PLAIN);
    assert_promise_is_kept(PROFILE_COMPACT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_a_compact_array),
        cmocka_unit_test(some_rows_are_no_compact_array),
        cmocka_unit_test(a_row_that_lacks_a_value),
        cmocka_unit_test(a_row_that_is_damaged_is_blank),
        cmocka_unit_test(rows_that_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
