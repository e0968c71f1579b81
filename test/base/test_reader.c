#include "base/reader.h"
#include "test/unit.h"

#include <stdlib.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_big_endian),
        cmocka_unit_test(fault_is_sticky),
        cmocka_unit_test(what_is_left_over_is_not_done),
        cmocka_unit_test(peek_takes_nothing),
        cmocka_unit_test(malformed_is_a_fault),
        cmocka_unit_test(a_part_ends_where_it_was_cut),
        cmocka_unit_test(a_part_too_large_faults_both),
        cmocka_unit_test(an_empty_part_is_done),
        cmocka_unit_test(random_reads_agree_with_a_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
