#include "base/writer.h"
#include "test/unit.h"

#include <string.h>

enum { GUARD = 0xa5, TAPE = 18 };

static const uint8_t tape[TAPE] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
                                   0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 'a',  'b',  'c'};

/* Writes what `tape` holds, by every kind of call. */
static void write_tape(struct writer *w)
{
    writer_u8(w, 0x01);
    writer_u16(w, 0x0203);
    writer_u32(w, 0x04050607);
    writer_u64(w, 0x08090a0b0c0d0e0f);
    writer_octets(w, "abc", 3);
}

static void writes_big_endian(void **state)
{
    (void)state;
    uint8_t buffer[TAPE];
    struct writer w = writer_over(buffer, sizeof buffer);
    write_tape(&w);
    assert_int_equal(writer_kept(&w), TAPE);
    assert_false(writer_overflow(&w));
    assert_memory_equal(buffer, tape, TAPE);
}

static void measures_without_a_buffer(void **state)
{
    (void)state;
    struct writer w = writer_measure();
    write_tape(&w);
    assert_int_equal(w.tape, TAPE);
    assert_int_equal(writer_kept(&w), 0);
}

/* One window: it holds its part of the tape, says so, and touches nothing outside. */
static void check_window(size_t begin, size_t room)
{
    uint8_t buffer[TAPE + 6];
    memset(buffer, GUARD, sizeof buffer);
    struct writer w = writer_window(buffer + 2, room, begin);
    write_tape(&w);
    size_t behind = begin < TAPE ? TAPE - begin : 0;
    size_t kept = behind < room ? behind : room;
    assert_int_equal(w.tape, TAPE);
    assert_int_equal(writer_kept(&w), kept);
    assert_int_equal(writer_overflow(&w), behind > room);
    for (size_t i = 0; i < sizeof buffer; i++) {
        bool inside = i >= 2 && i - 2 < kept;
        assert_int_equal(buffer[i], inside ? tape[begin + i - 2] : GUARD);
    }
}

static void every_window_holds_its_part(void **state)
{
    (void)state;
    for (size_t begin = 0; begin <= TAPE + 2; begin++) {
        for (size_t room = 0; room <= TAPE + 2; room++) {
            check_window(begin, room);
        }
    }
}

/* What a transfer does: window after window until nothing overflows gives the whole tape. */
static void windows_in_a_row_give_the_tape(void **state)
{
    (void)state;
    for (size_t room = 1; room <= TAPE; room++) {
        uint8_t whole[TAPE];
        size_t at = 0;
        bool more = true;
        while (more) {
            struct writer w = writer_window(whole + at, room < TAPE - at ? room : TAPE - at, at);
            write_tape(&w);
            at += writer_kept(&w);
            more = writer_overflow(&w);
        }
        assert_int_equal(at, TAPE);
        assert_memory_equal(whole, tape, TAPE);
    }
}

/* An integer of any size, on every window, is its octets one by one. */
static void integers_are_their_octets(void **state)
{
    (void)state;
    const uint64_t value = 0x8192a3b4c5d6e7f8;
    for (unsigned size = 1; size <= 8; size++) {
        for (size_t begin = 0; begin <= 9; begin++) {
            for (size_t room = 0; room <= 9; room++) {
                uint8_t at_once[9] = {0};
                uint8_t one_by_one[9] = {0};
                struct writer w = writer_window(at_once, room, begin);
                struct writer naive = writer_window(one_by_one, room, begin);
                writer_big_endian(&w, value, size);
                for (unsigned left = size; left > 0; left--) {
                    writer_u8(&naive, (uint8_t)(value >> (8 * (left - 1))));
                }
                assert_int_equal(w.tape, naive.tape);
                assert_memory_equal(at_once, one_by_one, sizeof at_once);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_big_endian),
        cmocka_unit_test(measures_without_a_buffer),
        cmocka_unit_test(every_window_holds_its_part),
        cmocka_unit_test(windows_in_a_row_give_the_tape),
        cmocka_unit_test(integers_are_their_octets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
