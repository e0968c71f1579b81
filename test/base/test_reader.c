#include "base/reader.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t octets[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
                                 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f};

static void reads_big_endian(void **state)
{
    (void)state;
    struct reader r = reader_over(octets, sizeof octets);
    assert_int_equal(reader_u8(&r), 0x01);
    assert_int_equal(reader_u16(&r), 0x0203);
    assert_int_equal(reader_u32(&r), 0x04050607);
    assert_true(reader_u64(&r) == 0x08898a8b8c8d8e8f);
    assert_true(reader_done(&r));
}

static void fault_is_sticky(void **state)
{
    (void)state;
    struct reader r = reader_over(octets, 3);
    assert_int_equal(reader_u32(&r), 0);
    assert_true(r.fault);
    assert_int_equal(reader_left(&r), 0);
    assert_int_equal(reader_u8(&r), 0);
    assert_int_equal(reader_peek(&r), 0);
    assert_null(reader_octets(&r, 0));
    assert_false(reader_done(&r));
}

static void nothing_over_nothing_is_no_fault(void **state)
{
    (void)state;
    struct reader r = reader_over(NULL, 0);
    assert_non_null(reader_octets(&r, 0));
    struct reader part = reader_part(&r, 0);
    assert_true(reader_done(&part));
    assert_true(reader_done(&r));
    assert_null(reader_octets(&r, 1));
    assert_true(r.fault);
}

static void what_is_left_over_is_not_done(void **state)
{
    (void)state;
    struct reader r = reader_over(octets, 2);
    assert_int_equal(reader_u8(&r), 1);
    assert_false(reader_done(&r));
    assert_false(r.fault);
    assert_int_equal(reader_left(&r), 1);
}

static void peek_takes_nothing(void **state)
{
    (void)state;
    struct reader r = reader_over(octets, 1);
    assert_int_equal(reader_peek(&r), 1);
    assert_int_equal(reader_left(&r), 1);
    assert_int_equal(reader_u8(&r), 1);
    assert_int_equal(reader_peek(&r), 0);
    assert_true(reader_done(&r));
}

static void malformed_is_a_fault(void **state)
{
    (void)state;
    struct reader r = reader_over(octets, sizeof octets);
    reader_fail(&r);
    assert_int_equal(reader_u8(&r), 0);
    assert_false(reader_done(&r));
}

static void a_part_ends_where_it_was_cut(void **state)
{
    (void)state;
    struct reader r = reader_over(octets, 8);
    struct reader part = reader_part(&r, 3);
    assert_int_equal(reader_u16(&part), 0x0102);
    assert_int_equal(reader_u16(&part), 0);
    assert_true(part.fault);
    assert_false(r.fault);
    assert_int_equal(reader_u8(&r), 4);
}

static void a_part_too_large_faults_both(void **state)
{
    (void)state;
    struct reader r = reader_over(octets, 8);
    struct reader part = reader_part(&r, 9);
    assert_true(r.fault);
    assert_true(part.fault);
    assert_int_equal(reader_u8(&part), 0);
}

static void an_empty_part_is_done(void **state)
{
    (void)state;
    struct reader r = reader_over(octets, 8);
    struct reader part = reader_part(&r, 0);
    assert_true(reader_done(&part));
    assert_int_equal(reader_left(&r), 8);
}

/* The number of `size` octets at `at`, or 0 when they go beyond `end`: the model of a read. */
static uint64_t number_at(size_t at, size_t size, size_t end)
{
    uint64_t value = 0;
    for (size_t i = 0; at + size <= end && i < size; i++) {
        value = value * 256 + octets[at + i];
    }
    return value;
}

static uint64_t read_number(struct reader *r, size_t size)
{
    switch (size) {
    case 1:
        return reader_u8(r);
    case 2:
        return reader_u16(r);
    case 4:
        return reader_u32(r);
    default:
        return reader_u64(r);
    }
}

/* Reads of random sizes over every length: value, position and fault as the model says. */
static void random_reads_agree_with_a_model(void **state)
{
    (void)state;
    srand(1);
    for (int round = 0; round < 20000; round++) {
        size_t end = (size_t)rand() % (sizeof octets + 1);
        struct reader r = reader_over(octets, end);
        size_t at = 0;
        bool fault = false;
        for (int step = 0; step < 6; step++) {
            size_t size = (size_t)1 << rand() % 4;
            fault = fault || at + size > end;
            uint64_t expected = fault ? 0 : number_at(at, size, end);
            assert_true(read_number(&r, size) == expected);
            at += fault ? 0 : size;
            assert_int_equal(r.fault, fault);
            assert_int_equal(reader_left(&r), fault ? 0 : end - at);
        }
    }
}

/* ---- octets that are fetched ---- */

struct tape {
    struct reader_source source;
    uint8_t window[64];
    size_t fails_at; /* an octet that cannot be read */
    unsigned fetched;
};

static int fetch(void *owner, size_t at, uint8_t *to, size_t size)
{
    struct tape *tape = owner;
    assert_true(size > 0 && at + size <= sizeof octets);
    tape->fetched++;
    if (tape->fails_at >= at && tape->fails_at < at + size) {
        return -1;
    }
    memcpy(to, octets + at, size);
    return 0;
}

static struct reader over_tape(struct tape *tape, size_t size, size_t room)
{
    *tape = (struct tape){.source = {.fetch = fetch,
                                     .owner = tape,
                                     .size = size,
                                     .window = tape->window,
                                     .room = room},
                          .fails_at = sizeof octets};
    return reader_over_source(&tape->source);
}

/* Two readers take turns on one window, each with its own model. */
static void readers_of_one_source_do_not_disturb_each_other(void **state)
{
    (void)state;
    srand(2);
    for (int round = 0; round < 20000; round++) {
        struct tape tape;
        size_t end = (size_t)rand() % (sizeof octets + 1);
        struct reader readers[2] = {over_tape(&tape, end, 8 + (size_t)rand() % 57)};
        size_t at[2] = {0, 0};
        bool fault[2] = {false, false};
        readers[1] = readers[0];
        for (int step = 0; step < 12; step++) {
            int i = rand() % 2;
            size_t size = (size_t)1 << rand() % 4;
            bool there = !fault[i] && at[i] < end;
            assert_int_equal(reader_peek(&readers[i]), there ? octets[at[i]] : 0);
            fault[i] = fault[i] || at[i] + size > end;
            uint64_t expected = fault[i] ? 0 : number_at(at[i], size, end);
            assert_true(read_number(&readers[i], size) == expected);
            at[i] += fault[i] ? 0 : size;
            assert_int_equal(readers[i].fault, fault[i]);
        }
    }
}

/* Parts of parts begin where they should, and a part that fits is in memory as a whole. */
static void parts_of_a_source(void **state)
{
    (void)state;
    srand(3);
    for (int round = 0; round < 5000; round++) {
        struct tape tape;
        size_t room = 1 + (size_t)rand() % 64;
        struct reader all = over_tape(&tape, sizeof octets, room);
        size_t skip = (size_t)rand() % sizeof octets;
        struct reader rest = all;
        (void)reader_part(&rest, skip);
        assert_int_equal(reader_left(&rest), sizeof octets - skip);
        size_t size = (size_t)rand() % (reader_left(&rest) + 1);
        struct reader outer = reader_part(&rest, size);
        size_t inner_skip = (size_t)rand() % (size + 1);
        (void)reader_part(&outer, inner_skip);
        struct reader inner = reader_part(&outer, size - inner_skip);
        assert_int_equal(tape.fetched, 0);
        struct reader settled = reader_settle(inner);
        assert_int_equal(settled.source == NULL, inner.size <= room);
        for (size_t i = 0; i < inner.size; i++) {
            assert_int_equal(reader_u8(&settled), octets[skip + inner_skip + i]);
        }
        assert_true(reader_done(&settled));
        assert_int_equal(tape.fetched > 1, inner.size > room);
    }
}

static void what_cannot_be_fetched_is_a_fault(void **state)
{
    (void)state;
    enum { ROOM = 8 };
    for (size_t bad = 0; bad < sizeof octets; bad++) {
        struct tape tape;
        struct reader r = over_tape(&tape, sizeof octets, ROOM);
        tape.fails_at = bad;
        size_t read = 0;
        while (reader_left(&r) > 0) {
            reader_u8(&r);
            read += !r.fault;
        }
        assert_true(r.fault);
        assert_int_equal(read, bad / ROOM * ROOM);
        struct reader again = over_tape(&tape, sizeof octets, ROOM);
        tape.fails_at = bad;
        assert_int_equal(reader_settle(reader_part(&again, ROOM)).fault, bad < ROOM);
    }
    struct tape tape;
    struct reader r = over_tape(&tape, sizeof octets, ROOM);
    assert_null(reader_octets(&r, ROOM + 1)); /* longer than the window */
    assert_true(r.fault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_big_endian),
        cmocka_unit_test(fault_is_sticky),
        cmocka_unit_test(nothing_over_nothing_is_no_fault),
        cmocka_unit_test(what_is_left_over_is_not_done),
        cmocka_unit_test(peek_takes_nothing),
        cmocka_unit_test(malformed_is_a_fault),
        cmocka_unit_test(a_part_ends_where_it_was_cut),
        cmocka_unit_test(a_part_too_large_faults_both),
        cmocka_unit_test(an_empty_part_is_done),
        cmocka_unit_test(random_reads_agree_with_a_model),
        cmocka_unit_test(readers_of_one_source_do_not_disturb_each_other),
        cmocka_unit_test(parts_of_a_source),
        cmocka_unit_test(what_cannot_be_fetched_is_a_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
