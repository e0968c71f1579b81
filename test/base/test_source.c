/* Octets that are fetched through a window: whatever its size, they read as they do in memory. */
#include "base/reader.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { OCTETS = 200, ROUNDS = 4000, STEPS = 40 };

static uint8_t octets[OCTETS];
static uint8_t window[OCTETS];
static unsigned fetches;
static size_t fails_at; /* fetching this octet fails; OCTETS: none */

static int fetch(void *owner, size_t at, uint8_t *to, size_t size)
{
    assert_ptr_equal(owner, octets);
    assert_true(at + size <= OCTETS);
    fetches++;
    if (fails_at >= at && fails_at < at + size) {
        return -1;
    }
    memcpy(to, octets + at, size);
    return 0;
}

static struct reader_source source_of(size_t size, size_t room)
{
    return (struct reader_source){
        .fetch = fetch, .owner = octets, .size = size, .window = window, .room = room};
}

static int set_up(void **state)
{
    (void)state;
    srand(3);
    fails_at = OCTETS;
    fetches = 0;
    for (int i = 0; i < OCTETS; i++) {
        octets[i] = (uint8_t)(rand() >> 6);
    }
    return 0;
}

/* One step of any kind in both, which see the same. */
static void step_alike(struct reader *there, struct reader *here, size_t room)
{
    size_t size = (size_t)rand() % (room + 1);
    switch (rand() % 5) {
    case 0:
        assert_int_equal(reader_u8(there), reader_u8(here));
        break;
    case 1:
        assert_int_equal(reader_peek(there), reader_peek(here));
        break;
    case 2:
        assert_int_equal(reader_u16(there), reader_u16(here));
        break;
    case 3: {
        struct reader part_there = reader_part(there, size);
        struct reader part_here = reader_part(here, size);
        assert_int_equal(reader_u8(&part_there), reader_u8(&part_here));
        assert_int_equal(part_there.fault, part_here.fault);
        break;
    }
    default: {
        const uint8_t *found = reader_octets(there, size);
        const uint8_t *right = reader_octets(here, size);
        assert_int_equal(found == NULL, right == NULL);
        if (right != NULL && size > 0) {
            assert_memory_equal(found, right, size);
        }
    }
    }
    assert_int_equal(there->fault, here->fault);
    assert_int_equal(reader_left(there), reader_left(here));
}

static void a_window_reads_as_memory_does(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        size_t size = (size_t)rand() % (OCTETS + 1);
        size_t room = 2 + (size_t)rand() % 40;
        struct reader_source source = source_of(size, room);
        struct reader there = reader_over_source(&source);
        struct reader here = reader_over(octets, size);
        for (int step = 0; step < STEPS; step++) {
            step_alike(&there, &here, room);
        }
    }
}

/* What the window shows is from there: nothing is fetched twice, nor taken for what it is not. */
static void what_is_shown_is_not_fetched_again(void **state)
{
    (void)state;
    struct reader_source source = source_of(OCTETS, 50);
    struct reader r = reader_over_source(&source);
    for (int i = 0; i < OCTETS; i++) {
        assert_int_equal(reader_peek(&r), octets[i]);
        assert_int_equal(reader_u8(&r), octets[i]);
    }
    assert_int_equal(fetches, OCTETS / 50);
    assert_true(reader_done(&r));
}

/* A source that is read again may have other octets by then. */
static void a_new_reader_shows_nothing_of_the_old_one(void **state)
{
    (void)state;
    struct reader_source source = source_of(OCTETS, 50);
    struct reader r = reader_over_source(&source);
    assert_int_equal(reader_u8(&r), octets[0]);
    octets[0] ^= 0xFF;
    octets[1] ^= 0xFF;
    r = reader_over_source(&source);
    assert_int_equal(reader_u8(&r), octets[0]);
    assert_int_equal(reader_u8(&r), octets[1]);
}

static void a_source_that_fails_is_a_fault(void **state)
{
    (void)state;
    for (fails_at = 0; fails_at < OCTETS; fails_at++) {
        struct reader_source source = source_of(OCTETS, 1);
        struct reader r = reader_over_source(&source);
        for (size_t i = 0; i < fails_at; i++) {
            assert_int_equal(reader_u8(&r), octets[i]);
        }
        assert_false(r.fault);
        assert_int_equal(reader_peek(&r), 0);
        assert_false(r.fault);
        assert_int_equal(reader_u8(&r), 0);
        assert_true(r.fault);
        assert_int_equal(reader_left(&r), 0);
    }
}

/* A part that the window has room for is in memory as a whole, from where it had been read to. */
static void settled_it_reads_on(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        size_t begin = (size_t)rand() % OCTETS;
        size_t size = (size_t)rand() % (OCTETS - begin + 1);
        size_t room = 1 + (size_t)rand() % OCTETS;
        size_t read = size > 0 ? (size_t)rand() % size : 0;
        struct reader_source source = source_of(OCTETS, room);
        struct reader r = reader_over_source(&source);
        for (size_t i = 0; i < begin; i++) {
            (void)reader_u8(&r);
        }
        struct reader part = reader_part(&r, size);
        for (size_t i = 0; i < read; i++) {
            assert_int_equal(reader_u8(&part), octets[begin + i]);
        }
        struct reader settled = reader_settle(part);
        assert_int_equal(settled.source == NULL, size <= room);
        assert_int_equal(reader_left(&settled), size - read);
        for (size_t i = read; i < size; i++) {
            assert_int_equal(reader_u8(&settled), octets[begin + i]);
        }
        assert_true(reader_done(&settled));
    }
}

static void what_cannot_be_settled_stays_or_is_a_fault(void **state)
{
    (void)state;
    struct reader plain = reader_over(octets, 9);
    (void)reader_u8(&plain);
    struct reader settled = reader_settle(plain);
    assert_ptr_equal(settled.data, octets);
    assert_int_equal(reader_left(&settled), 8);
    struct reader_source source = source_of(OCTETS, 20);
    struct reader faulted = reader_over_source(&source);
    reader_fail(&faulted);
    assert_true(reader_settle(faulted).fault);
    fails_at = 5;
    struct reader r = reader_over_source(&source);
    settled = reader_settle(reader_part(&r, 10));
    assert_true(settled.fault);
    assert_int_equal(reader_u8(&settled), 0);
    assert_int_equal(reader_left(&settled), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_window_reads_as_memory_does, set_up),
        cmocka_unit_test_setup(what_is_shown_is_not_fetched_again, set_up),
        cmocka_unit_test_setup(a_new_reader_shows_nothing_of_the_old_one, set_up),
        cmocka_unit_test_setup(a_source_that_fails_is_a_fault, set_up),
        cmocka_unit_test_setup(settled_it_reads_on, set_up),
        cmocka_unit_test_setup(what_cannot_be_settled_stays_or_is_a_fault, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
