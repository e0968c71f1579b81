/* Rings of records: order, numbers, searching by time, and what damage costs. */
#include "storage/record.h"
#include "test/storage/kit.h"
#include "test/unit.h"
#include "world/nor/dice.h"

#include <stdlib.h>
#include <string.h>

enum { SECTORS = 24, SIZE = 28, SLOT = SIZE + RECORD_FRAME, SLOTS = KIT_ROOM / SLOT };

static const struct partition partition = {"profile", 0x0110, BELT_RECORDS, 0, SECTORS, SIZE};

struct rig {
    struct kit kit;
    struct record_ring ring;
};

static void start(struct rig *rig)
{
    kit_power_on(&rig->kit);
    record_init(&rig->ring, &rig->kit.flash, &partition);
    while (record_recover(&rig->ring) > 0) {
    }
}

static void settle(struct rig *rig)
{
    while (record_step(&rig->ring) > 0) {
        nor_advance(&rig->kit.nor, 10000);
    }
}

static void open_rig(struct rig *rig)
{
    kit_open(&rig->kit, SECTORS);
    start(rig);
    settle(rig);
}

static void fill(uint8_t octets[SIZE], uint32_t number)
{
    for (uint32_t i = 0; i < SIZE; i++) {
        octets[i] = (uint8_t)(number * 31 + i * 7 + (number >> 8));
    }
}

static int append(struct rig *rig, uint32_t time_s)
{
    uint8_t octets[SIZE];
    fill(octets, record_next(&rig->ring));
    return record_append(&rig->ring, time_s, octets);
}

static void append_many(struct rig *rig, uint32_t count, uint32_t from_s, uint32_t step_s)
{
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(append(rig, from_s + i * step_s), STORAGE_DONE);
        settle(rig);
    }
}

static void assert_record(const struct rig *rig, uint32_t number, uint32_t time_s)
{
    uint8_t expected[SIZE];
    uint8_t octets[SIZE];
    struct record record;
    fill(expected, number);
    assert_int_equal(record_read(&rig->ring, number, &record, octets), STORAGE_DONE);
    assert_int_equal(record.number, number);
    assert_int_equal(record.time_s, time_s);
    assert_memory_equal(octets, expected, SIZE);
}

static int read_only(const struct rig *rig, uint32_t number)
{
    struct record record;
    return record_read(&rig->ring, number, &record, NULL);
}

static void test_goes_round(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    assert_int_equal(record_first(&rig.ring), record_next(&rig.ring));
    assert_int_equal(record_capacity(&rig.ring), (SECTORS - 2) * SLOTS);
    for (uint32_t i = 1; i <= 4000; i++) {
        append_many(&rig, 1, 1000 + i * 900, 0);
        assert_int_equal(record_next(&rig.ring), i + 1);
        uint32_t kept = record_next(&rig.ring) - record_first(&rig.ring);
        uint32_t least = record_capacity(&rig.ring) + 1;
        assert_in_range(kept, i < least ? i : least, i < least + SLOTS ? i : least + SLOTS);
    }
    start(&rig);
    assert_int_equal(record_next(&rig.ring), 4001);
    for (uint32_t i = record_first(&rig.ring); i <= 4000; i++) {
        assert_record(&rig, i, 1000 + i * 900);
    }
    assert_int_equal(read_only(&rig, 4001), STORAGE_ABSENT);
    assert_int_equal(read_only(&rig, record_first(&rig.ring) - 1), STORAGE_ABSENT);
    assert_int_equal(read_only(&rig, 0), STORAGE_ABSENT);
    for (uint32_t i = 1; i < SECTORS; i++) {
        assert_in_range(rig.kit.nor.wear[i] + 1, rig.kit.nor.wear[0], rig.kit.nor.wear[0] + 2);
    }
    kit_close(&rig.kit);
}

static void test_without_steps_later(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    uint32_t done = 0;
    while (append(&rig, 1000 + done) == STORAGE_DONE) {
        done++;
    }
    assert_int_equal(done, SLOTS);
    assert_int_equal(append(&rig, 5000), STORAGE_LATER);
    settle(&rig);
    assert_int_equal(append(&rig, 5000), STORAGE_DONE);
    assert_record(&rig, SLOTS, 1000 + SLOTS - 1);
    assert_record(&rig, SLOTS + 1, 5000);
    kit_close(&rig.kit);
}

static void test_clear(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    assert_int_equal(record_clear(&rig.ring), STORAGE_DONE);
    append_many(&rig, 60, 1000, 60);
    assert_int_equal(record_clear(&rig.ring), STORAGE_DONE);
    assert_int_equal(record_clear(&rig.ring), STORAGE_DONE); /* nothing left to clear */
    settle(&rig);
    assert_int_equal(record_first(&rig.ring), 61);
    assert_int_equal(record_next(&rig.ring), 61);
    assert_int_equal(read_only(&rig, 60), STORAGE_ABSENT);
    start(&rig);
    assert_int_equal(record_first(&rig.ring), 61);
    append_many(&rig, 5, 500, 60);
    start(&rig);
    assert_int_equal(record_first(&rig.ring), 61);
    assert_record(&rig, 65, 740);
    struct record found;
    assert_int_equal(record_find(&rig.ring, 1, 0, 1000, &found), STORAGE_DONE);
    assert_int_equal(found.number, 61);
    assert_int_equal(record_find(&rig.ring, 1, 1000, 9000, &found), STORAGE_ABSENT);
    kit_close(&rig.kit);
}

static void test_format(void **state)
{
    struct rig rig;
    uint8_t octets[100];
    (void)state;
    open_rig(&rig);
    append_many(&rig, 10, 1000, 60);
    assert_int_equal(record_format(&rig.ring, sizeof octets, 9), STORAGE_DONE);
    settle(&rig);
    memset(octets, 'x', sizeof octets);
    assert_int_equal(record_append(&rig.ring, 50, octets), STORAGE_DONE);
    start(&rig);
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
static void walk_clock(struct rig *rig, struct clock_walk *walk, uint32_t set_back_each)
{
    uint32_t now_s = 100000;
    for (uint32_t i = 1; i <= CLOCKS; i++) {
        now_s += dice_below(&walk->dice, 3) * 60;
        if (dice_below(&walk->dice, set_back_each) == 0) {
            now_s -= dice_below(&walk->dice, 4000);
        }
        walk->times[i] = now_s;
        assert_int_equal(append(rig, now_s), STORAGE_DONE);
        settle(rig);
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

static void ask(const struct rig *rig, struct clock_walk *walk)
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
        struct rig rig;
        walk = (struct clock_walk){.dice = i + 1};
        open_rig(&rig);
        walk_clock(&rig, &walk, set_back_each[i]);
        start(&rig);
        for (unsigned k = 0; k < QUESTIONS; k++) {
            ask(&rig, &walk);
        }
        kit_close(&rig.kit);
    }
}

static void test_finds_nothing_in_nothing(void **state)
{
    struct rig rig;
    struct record found;
    (void)state;
    kit_open(&rig.kit, SECTORS);
    start(&rig);
    assert_int_equal(record_find(&rig.ring, 0, 0, UINT32_MAX, &found), STORAGE_ABSENT);
    settle(&rig);
    assert_int_equal(record_find(&rig.ring, 0, 0, UINT32_MAX, &found), STORAGE_ABSENT);
    assert_int_equal(append(&rig, 0), STORAGE_DONE);
    assert_int_equal(record_find(&rig.ring, 0, 1, UINT32_MAX, &found), STORAGE_ABSENT);
    assert_int_equal(record_find(&rig.ring, 0, 0, 0, &found), STORAGE_DONE);
    assert_int_equal(found.number, 1);
    assert_int_equal(record_find(&rig.ring, 2, 0, 0, &found), STORAGE_ABSENT);
    kit_close(&rig.kit);
}

/* ---- Damage and cuts ---- */

/* A torn slot is passed over, not programmed over; the number is used for the next record. */
static void test_torn_slot(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    append_many(&rig, 3, 1000, 60);
    for (uint32_t octets = 1; octets < SLOT; octets += 13) {
        uint32_t next = record_next(&rig.ring);
        uint16_t used = rig.ring.used;
        kit_plan_cut(&rig.kit, 1, octets, 0);
        assert_int_equal(append(&rig, 5000), STORAGE_FAILED);
        start(&rig);
        assert_int_equal(record_next(&rig.ring), next);
        assert_int_equal(rig.ring.damaged, 1 + octets / 13);
        uint64_t operations = rig.kit.nor.counts.operations;
        assert_int_equal(append(&rig, 2000), STORAGE_DONE);
        assert_in_range(rig.kit.nor.counts.operations, operations + 1, operations + 2);
        assert_int_equal(rig.ring.used, used + 2);
        assert_record(&rig, next, 2000);
        assert_record(&rig, 3, 1120);
    }
    kit_close(&rig.kit);
}

static uint32_t slot_address(const struct rig *rig, uint32_t sequence, uint32_t slot)
{
    return belt_address(&rig->ring.belt, sequence) + BELT_DATA + slot * SLOT;
}

static void test_damaged_record(void **state)
{
    struct rig rig;
    struct record found;
    (void)state;
    open_rig(&rig);
    append_many(&rig, 3 * SLOTS, 1000, 60);
    uint32_t oldest = belt_oldest(&rig.ring.belt);
    for (uint32_t bit = 0; bit < 8 * SLOT; bit++) {
        uint32_t at = slot_address(&rig, oldest + 1, 4) + bit / 8;
        nor_flip(&rig.kit.nor, at, (uint8_t)(1 << bit % 8));
        assert_int_equal(read_only(&rig, SLOTS + 5), STORAGE_DAMAGED);
        assert_record(&rig, SLOTS + 4, 1000 + (SLOTS + 3) * 60);
        assert_record(&rig, SLOTS + 6, 1000 + (SLOTS + 5) * 60);
        /* Its time is between two others: the search gives the one behind. */
        uint32_t from_s = 1000 + (SLOTS + 4) * 60;
        assert_int_equal(record_find(&rig.ring, 1, from_s, UINT32_MAX, &found), STORAGE_DONE);
        assert_int_equal(found.number, SLOTS + 6);
        nor_flip(&rig.kit.nor, at, (uint8_t)(1 << bit % 8));
    }
    kit_close(&rig.kit);
}

static void ruin_sector(struct rig *rig, uint32_t sequence)
{
    uint32_t at = belt_address(&rig->ring.belt, sequence);
    for (uint32_t i = 0; i < KIT_SECTOR; i++) {
        nor_flip(&rig->kit.nor, at + i, (uint8_t)(0x5a + i * 3));
    }
}

/* A whole sector is lost: its numbers cannot be read, everything else can, and is found. */
static void test_lost_sector(void **state)
{
    struct rig rig;
    struct record found;
    (void)state;
    open_rig(&rig);
    append_many(&rig, 8 * SLOTS + 3, 1000, 60);
    uint32_t oldest = belt_oldest(&rig.ring.belt);
    ruin_sector(&rig, oldest + 2);
    ruin_sector(&rig, oldest + 3);
    start(&rig);
    assert_int_equal(rig.ring.belt.lost, 2);
    assert_int_equal(record_first(&rig.ring), 1);
    assert_int_equal(record_next(&rig.ring), 8 * SLOTS + 4);
    for (uint32_t i = 1; i <= 8 * SLOTS + 3; i++) {
        bool lost = i > 2 * SLOTS && i <= 4 * SLOTS;
        uint32_t time_s = 1000 + (i - 1) * 60;
        if (lost) {
            assert_int_equal(read_only(&rig, i), STORAGE_DAMAGED);
        } else {
            assert_record(&rig, i, time_s);
        }
        assert_int_equal(record_find(&rig.ring, 0, time_s, UINT32_MAX, &found), STORAGE_DONE);
        assert_int_equal(found.number, lost ? 4 * SLOTS + 1 : i);
    }
    kit_close(&rig.kit);
}

/* The head is lost: what lies before it stays, and new records go on behind it. */
static void test_lost_head(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    append_many(&rig, 3 * SLOTS + 5, 1000, 60);
    ruin_sector(&rig, rig.ring.belt.head);
    start(&rig);
    settle(&rig);
    assert_int_equal(record_next(&rig.ring), 3 * SLOTS + 1);
    append_many(&rig, 2 * SLOTS, 90000, 60);
    start(&rig);
    assert_record(&rig, 3 * SLOTS, 1000 + (3 * SLOTS - 1) * 60);
    assert_record(&rig, 3 * SLOTS + 1, 90000);
    assert_record(&rig, 5 * SLOTS, 90000 + (2 * SLOTS - 1) * 60);
    kit_close(&rig.kit);
}

/* A sector that keeps failing is passed over in each round; nothing is lost by it. */
static void test_bad_sector(void **state)
{
    struct rig rig;
    (void)state;
    kit_open(&rig.kit, SECTORS);
    nor_stick(&rig.kit.nor, 5 * KIT_SECTOR + 300, 8, 0);
    nor_stick(&rig.kit.nor, 9 * KIT_SECTOR + 20, 8, 8);
    nor_stick(&rig.kit.nor, 14 * KIT_SECTOR + BELT_DATA + 2 * SLOT + 7, 0xff, 0xff);
    start(&rig);
    settle(&rig);
    for (uint32_t i = 0; i < 1500; i++) {
        int result = STORAGE_LATER;
        while (result == STORAGE_LATER) {
            settle(&rig);
            result = append(&rig, 1000 + i * 60);
        }
        assert_int_equal(result, STORAGE_DONE);
    }
    start(&rig);
    assert_int_equal(record_next(&rig.ring), 1501);
    for (uint32_t i = record_first(&rig.ring); i <= 1500; i++) {
        assert_record(&rig, i, 1000 + (i - 1) * 60);
    }
    kit_close(&rig.kit);
}

/* Whatever is read wrongly once, while recovering, appending or giving up a sector: every record is
 * there, once, with its number. */
static void test_noise_on_the_bus(void **state)
{
    enum { MORE = 40 };
    uint64_t read = 0;
    bool more = true;
    (void)state;
    while (more) {
        struct rig rig;
        read++;
        open_rig(&rig);
        append_many(&rig, SECTORS * SLOTS - 30, 1000, 60);
        uint32_t next = record_next(&rig.ring);
        struct kit_noise noise;
        kit_noise_open(&noise, &rig.kit, read);
        record_init(&rig.ring, &noise.flash, &partition);
        while (record_recover(&rig.ring) > 0) {
        }
        for (uint32_t i = 0; i < MORE; i++) {
            while (append(&rig, 1000 + (next - 1 + i) * 60) == STORAGE_LATER) {
                record_step(&rig.ring);
            }
            settle(&rig);
        }
        more = noise.read == 0;
        start(&rig);
        assert_int_equal(record_next(&rig.ring), next + MORE);
        for (uint32_t i = record_first(&rig.ring); i < next + MORE; i++) {
            assert_record(&rig, i, 1000 + (i - 1) * 60);
        }
        kit_close(&rig.kit);
    }
    assert_in_range(read, 300, 10000);
}

/* A cell of the word that retires a sector cannot be cleared: what was given up stays so. */
static void test_retired_on_bad_cells(void **state)
{
    struct rig rig;
    (void)state;
    kit_open(&rig.kit, SECTORS);
    nor_stick(&rig.kit.nor, 6 * KIT_SECTOR + 5, 0x81, 0x81);
    start(&rig);
    settle(&rig);
    for (uint32_t i = 0; i < 2 * SECTORS * SLOTS; i++) {
        while (append(&rig, 1000 + i * 60) == STORAGE_LATER) {
            record_step(&rig.ring);
        }
        uint32_t first = record_first(&rig.ring);
        record_step(&rig.ring);
        assert_true(record_first(&rig.ring) >= first);
        first = record_first(&rig.ring);
        nor_cut(&rig.kit.nor, NULL, &(struct nor_tear){.erased = 2});
        start(&rig);
        assert_int_equal(record_first(&rig.ring), first);
        settle(&rig);
    }
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
        cmocka_unit_test(test_torn_slot),
        cmocka_unit_test(test_damaged_record),
        cmocka_unit_test(test_lost_sector),
        cmocka_unit_test(test_lost_head),
        cmocka_unit_test(test_bad_sector),
        cmocka_unit_test(test_retired_on_bad_cells),
        cmocka_unit_test(test_noise_on_the_bus),
    };
    return cmocka_run_group_tests_name("storage_record", tests, NULL, NULL);
}
