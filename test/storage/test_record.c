/* Rings of records: order, numbers, searching by time. */
#include "test/storage/ring_rig.h"
#include "test/unit.h"
#include "world/nor/dice.h"

#include <string.h>

static void test_goes_round(void **state)
{
    struct ring_rig rig;
    (void)state;
    ring_open(&rig);
    assert_int_equal(record_first(&rig.ring), record_next(&rig.ring));
    assert_int_equal(record_capacity(&rig.ring), (RING_SECTORS - 2) * RING_SLOTS);
    for (uint32_t i = 1; i <= 4000; i++) {
        ring_append_many(&rig, 1, 1000 + i * 900, 0);
        assert_int_equal(record_next(&rig.ring), i + 1);
        uint32_t kept = record_next(&rig.ring) - record_first(&rig.ring);
        uint32_t least = record_capacity(&rig.ring) + 1;
        assert_in_range(kept, i < least ? i : least,
                        i < least + RING_SLOTS ? i : least + RING_SLOTS);
    }
    ring_start(&rig);
    assert_int_equal(record_next(&rig.ring), 4001);
    for (uint32_t i = record_first(&rig.ring); i <= 4000; i++) {
        ring_assert(&rig, i, 1000 + i * 900);
    }
    assert_int_equal(ring_read_only(&rig, 4001), STORAGE_ABSENT);
    assert_int_equal(ring_read_only(&rig, record_first(&rig.ring) - 1), STORAGE_ABSENT);
    assert_int_equal(ring_read_only(&rig, 0), STORAGE_ABSENT);
    for (uint32_t i = 1; i < RING_SECTORS; i++) {
        assert_in_range(rig.kit.nor.wear[i] + 1, rig.kit.nor.wear[0], rig.kit.nor.wear[0] + 2);
    }
    kit_close(&rig.kit);
}

static void test_without_steps_later(void **state)
{
    struct ring_rig rig;
    (void)state;
    ring_open(&rig);
    uint32_t done = 0;
    while (ring_append(&rig, 1000 + done) == STORAGE_DONE) {
        done++;
    }
    assert_int_equal(done, RING_SLOTS);
    assert_int_equal(ring_append(&rig, 5000), STORAGE_LATER);
    ring_settle(&rig);
    assert_int_equal(ring_append(&rig, 5000), STORAGE_DONE);
    ring_assert(&rig, RING_SLOTS, 1000 + RING_SLOTS - 1);
    ring_assert(&rig, RING_SLOTS + 1, 5000);
    kit_close(&rig.kit);
}

static void test_clear(void **state)
{
    struct ring_rig rig;
    (void)state;
    ring_open(&rig);
    assert_int_equal(record_clear(&rig.ring), STORAGE_DONE);
    ring_append_many(&rig, 60, 1000, 60);
    assert_int_equal(record_clear(&rig.ring), STORAGE_DONE);
    assert_int_equal(record_clear(&rig.ring), STORAGE_DONE); /* nothing left to clear */
    ring_settle(&rig);
    assert_int_equal(record_first(&rig.ring), 61);
    assert_int_equal(record_next(&rig.ring), 61);
    assert_int_equal(ring_read_only(&rig, 60), STORAGE_ABSENT);
    ring_start(&rig);
    assert_int_equal(record_first(&rig.ring), 61);
    ring_append_many(&rig, 5, 500, 60);
    ring_start(&rig);
    assert_int_equal(record_first(&rig.ring), 61);
    ring_assert(&rig, 65, 740);
    struct record found;
    assert_int_equal(record_find(&rig.ring, 1, 0, 1000, &found), STORAGE_DONE);
    assert_int_equal(found.number, 61);
    assert_int_equal(record_find(&rig.ring, 1, 1000, 9000, &found), STORAGE_ABSENT);
    kit_close(&rig.kit);
}

static void test_format(void **state)
{
    struct ring_rig rig;
    uint8_t octets[100];
    (void)state;
    ring_open(&rig);
    ring_append_many(&rig, 10, 1000, 60);
    assert_int_equal(record_format(&rig.ring, sizeof octets, 9), STORAGE_DONE);
    ring_settle(&rig);
    memset(octets, 'x', sizeof octets);
    assert_int_equal(record_append(&rig.ring, 50, octets), STORAGE_DONE);
    ring_start(&rig);
    assert_int_equal(record_size(&rig.ring), sizeof octets);
    assert_int_equal(record_version(&rig.ring), 9);
    assert_int_equal(record_first(&rig.ring), 11);
    struct record record;
    memset(octets, 0, sizeof octets);
    assert_int_equal(record_read(&rig.ring, 11, &record, octets), STORAGE_DONE);
    assert_int_equal(octets[99], 'x');
    assert_int_equal(record_read(&rig.ring, 10, &record, octets), STORAGE_ABSENT);
    assert_int_equal(record_format(&rig.ring, record_size_max(&rig.ring), 1), STORAGE_DONE);
    kit_close(&rig.kit);
}

/* ---- Finding by time ---- */

enum { CLOCKS = 700, QUESTIONS = 3000 };

struct clock_walk {
    uint32_t times[CLOCKS + 1];
    uint64_t dice;
};

/* A clock that runs on, stands, and is set back once in so many records; also twice in a row. */
static void walk_clock(struct ring_rig *rig, struct clock_walk *walk, uint32_t set_back_each)
{
    uint32_t now_s = 100000;
    for (uint32_t i = 1; i <= CLOCKS; i++) {
        now_s += dice_below(&walk->dice, 3) * 60;
        if (dice_below(&walk->dice, set_back_each) == 0) {
            now_s -= dice_below(&walk->dice, 4000);
        }
        walk->times[i] = now_s;
        assert_int_equal(ring_append(rig, now_s), STORAGE_DONE);
        ring_settle(rig);
    }
}

static uint32_t walk_find(const struct clock_walk *walk, uint32_t from, uint32_t first,
                          uint32_t from_s, uint32_t to_s)
{
    for (uint32_t i = from > first ? from : first; i <= CLOCKS; i++) {
        if (walk->times[i] >= from_s && walk->times[i] <= to_s) {
            return i;
        }
    }
    return 0;
}

static void ask(const struct ring_rig *rig, struct clock_walk *walk)
{
    uint32_t from = dice_below(&walk->dice, CLOCKS + 10);
    uint32_t from_s =
        walk->times[1 + dice_below(&walk->dice, CLOCKS)] + dice_below(&walk->dice, 120) - 60;
    uint32_t to_s = from_s + dice_below(&walk->dice, 600);
    uint32_t expected = walk_find(walk, from, record_first(&rig->ring), from_s, to_s);
    struct record found = {0};
    int result = record_find(&rig->ring, from, from_s, to_s, &found);
    assert_int_equal(result, expected == 0 ? STORAGE_ABSENT : STORAGE_DONE);
    assert_int_equal(found.number, expected);
    assert_int_equal(found.time_s, expected == 0 ? 0 : walk->times[expected]);
}

static void test_finds_what_walking_finds(void **state)
{
    static const uint32_t set_back_each[] = {1 << 30, 100, 20, 4, 1};
    (void)state;
    for (unsigned i = 0; i < sizeof set_back_each / sizeof *set_back_each; i++) {
        static struct clock_walk walk;
        struct ring_rig rig;
        walk = (struct clock_walk){.dice = i + 1};
        ring_open(&rig);
        walk_clock(&rig, &walk, set_back_each[i]);
        ring_start(&rig);
        for (unsigned k = 0; k < QUESTIONS; k++) {
            ask(&rig, &walk);
        }
        kit_close(&rig.kit);
    }
}

static void test_finds_nothing_in_nothing(void **state)
{
    struct ring_rig rig;
    struct record found;
    (void)state;
    kit_open(&rig.kit, RING_SECTORS);
    ring_start(&rig);
    assert_int_equal(record_find(&rig.ring, 0, 0, UINT32_MAX, &found), STORAGE_ABSENT);
    ring_settle(&rig);
    assert_int_equal(record_find(&rig.ring, 0, 0, UINT32_MAX, &found), STORAGE_ABSENT);
    assert_int_equal(ring_append(&rig, 0), STORAGE_DONE);
    assert_int_equal(record_find(&rig.ring, 0, 1, UINT32_MAX, &found), STORAGE_ABSENT);
    assert_int_equal(record_find(&rig.ring, 0, 0, 0, &found), STORAGE_DONE);
    assert_int_equal(found.number, 1);
    assert_int_equal(record_find(&rig.ring, 2, 0, 0, &found), STORAGE_ABSENT);
    kit_close(&rig.kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goes_round),
        cmocka_unit_test(test_without_steps_later),
        cmocka_unit_test(test_clear),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_finds_what_walking_finds),
        cmocka_unit_test(test_finds_nothing_in_nothing),
    };
    return cmocka_run_group_tests_name("storage_record", tests, NULL, NULL);
}
