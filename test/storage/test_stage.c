/* The staging area: whole or not at all, and until it is done. */
#include "storage/stage.h"
#include "test/storage/kit.h"
#include "test/unit.h"

#include <string.h>

enum { JOURNAL_SECTORS = 8, SECTORS = 5, NUMBER = 3 };

static const struct partition journal_partition = {"values", 0x0102,          BELT_JOURNAL,
                                                   0,        JOURNAL_SECTORS, 0};
static const struct partition partition = {"stage",         0x0104,  BELT_STAGE,
                                           JOURNAL_SECTORS, SECTORS, 0};
static const struct journal_use use = {.values = 4};

struct rig {
    struct kit kit;
    struct journal journal;
    uint16_t places[4];
    struct stage stage;
    int recovered;
};

static void start(struct rig *rig)
{
    kit_power_on(&rig->kit);
    journal_init(&rig->journal, &rig->kit.flash, &journal_partition, &use, rig->places);
    stage_init(&rig->stage, &rig->kit.flash, &partition, &rig->journal, NUMBER);
    while (journal_recover(&rig->journal) > 0) {
    }
    do {
        rig->recovered = stage_recover(&rig->stage);
    } while (rig->recovered > 0);
}

static void settle(struct rig *rig)
{
    while (journal_step(&rig->journal) > 0 || stage_step(&rig->stage) > 0) {
        nor_advance(&rig->kit.nor, 10000);
    }
}

static void open_rig(struct rig *rig)
{
    kit_open(&rig->kit, JOURNAL_SECTORS + SECTORS);
    start(rig);
    settle(rig);
}

static void content(uint8_t *octets, uint32_t from, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        octets[i] = (uint8_t)((from + i) * 37 + (from + i) / 251);
    }
}

static int gather(struct rig *rig, uint32_t size, uint32_t block)
{
    uint8_t octets[1024];
    int result = stage_begin(&rig->stage);
    for (uint32_t at = 0; at < size && result == STORAGE_DONE; at += block) {
        uint32_t now = size - at < block ? size - at : block;
        content(octets, at, now);
        result = stage_append(&rig->stage, octets, now);
    }
    return result;
}

static void assert_content(const struct rig *rig, uint32_t size)
{
    uint8_t expected[4 * KIT_SECTOR];
    uint8_t octets[4 * KIT_SECTOR];
    content(expected, 0, size);
    assert_int_equal(stage_read(&rig->stage, 0, octets, size), STORAGE_DONE);
    assert_memory_equal(octets, expected, size);
    assert_int_equal(stage_read(&rig->stage, size / 2, octets, 1), STORAGE_DONE);
    assert_int_equal(octets[0], expected[size / 2]);
    assert_int_equal(stage_read(&rig->stage, size, octets, 1), STORAGE_ABSENT);
    assert_int_equal(stage_read(&rig->stage, 1, octets, UINT32_MAX), STORAGE_ABSENT);
}

static bool committed(const struct rig *rig, uint32_t expected_size)
{
    uint32_t tag;
    uint32_t size;
    if (!stage_committed(&rig->stage, &tag, &size)) {
        return false;
    }
    assert_int_equal(tag, 77);
    assert_int_equal(size, expected_size);
    return true;
}

static void test_committed_stays_until_done(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    for (uint32_t round = 0; round < 12; round++) {
        uint32_t size = 1 + round * 290;
        assert_int_equal(gather(&rig, size, 100 + round * 31), STORAGE_DONE);
        assert_content(&rig, size);
        assert_false(committed(&rig, size));
        assert_int_equal(stage_commit(&rig.stage, 77), STORAGE_DONE);
        for (unsigned starts = 0; starts < 2; starts++) {
            start(&rig);
            assert_int_equal(rig.recovered, 0);
            assert_true(committed(&rig, size));
            assert_content(&rig, size);
            settle(&rig);
        }
        assert_int_equal(stage_begin(&rig.stage), STORAGE_LATER);
        assert_int_equal(stage_done(&rig.stage), STORAGE_DONE);
        assert_false(committed(&rig, size));
        start(&rig);
        assert_false(committed(&rig, size));
        settle(&rig);
    }
    assert_int_equal(rig.kit.nor.counts.refused, 0);
    kit_close(&rig.kit);
}

static void test_not_committed_is_forgotten(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    assert_int_equal(gather(&rig, 2000, 300), STORAGE_DONE);
    start(&rig);
    assert_int_equal(rig.recovered, 0);
    assert_false(committed(&rig, 2000));
    settle(&rig);
    assert_int_equal(rig.stage.belt.ready, SECTORS);
    /* Gathering may begin anew at any time. */
    assert_int_equal(gather(&rig, 1000, 300), STORAGE_DONE);
    assert_int_equal(gather(&rig, 1500, 200), STORAGE_DONE);
    assert_int_equal(stage_commit(&rig.stage, 77), STORAGE_DONE);
    start(&rig);
    assert_true(committed(&rig, 1500));
    assert_content(&rig, 1500);
    kit_close(&rig.kit);
}

static void test_capacity(void **state)
{
    struct rig rig;
    uint8_t octet = 0;
    (void)state;
    open_rig(&rig);
    assert_int_equal(stage_capacity(&rig.stage), SECTORS * KIT_ROOM);
    assert_int_equal(gather(&rig, SECTORS * KIT_ROOM, 1000), STORAGE_DONE);
    assert_int_equal(stage_append(&rig.stage, &octet, 1), STORAGE_FULL);
    /* What was gathered before has to be erased first. */
    assert_int_equal(gather(&rig, KIT_ROOM, 1000), STORAGE_LATER);
    settle(&rig);
    assert_int_equal(gather(&rig, SECTORS * KIT_ROOM, 999), STORAGE_DONE);
    kit_close(&rig.kit);
}

/* With a bad sector in between, and round and round. */
static void test_bad_sector(void **state)
{
    struct rig rig;
    (void)state;
    kit_open(&rig.kit, JOURNAL_SECTORS + SECTORS);
    nor_stick(&rig.kit.nor, (JOURNAL_SECTORS + 2) * KIT_SECTOR + 700, 1, 0);
    start(&rig);
    settle(&rig);
    for (unsigned round = 0; round < 20; round++) {
        assert_int_equal(gather(&rig, 4 * KIT_ROOM - 50, 500), STORAGE_DONE);
        assert_int_equal(stage_commit(&rig.stage, 77), STORAGE_DONE);
        start(&rig);
        assert_true(committed(&rig, 4 * KIT_ROOM - 50));
        assert_content(&rig, 4 * KIT_ROOM - 50);
        assert_int_equal(stage_done(&rig.stage), STORAGE_DONE);
        settle(&rig);
    }
    kit_close(&rig.kit);
}

/* Any flipped bit of what was committed is noticed: it is given up, once, and for good. */
static void test_damaged(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    for (uint32_t bit = 0; bit < 1200 * 8; bit += 411) {
        assert_int_equal(gather(&rig, 1200, 300), STORAGE_DONE);
        assert_int_equal(stage_commit(&rig.stage, 77), STORAGE_DONE);
        uint32_t at = bit / 8;
        uint32_t sector = belt_address(&rig.stage.belt, rig.stage.sequence + at / KIT_ROOM);
        nor_flip(&rig.kit.nor, sector + BELT_DATA + at % KIT_ROOM, (uint8_t)(1 << bit % 8));
        start(&rig);
        assert_int_equal(rig.recovered, STORAGE_DAMAGED);
        assert_false(committed(&rig, 1200));
        assert_int_equal(stage_begin(&rig.stage), STORAGE_LATER);
        settle(&rig);
        start(&rig);
        assert_int_equal(rig.recovered, 0);
        settle(&rig);
    }
    kit_close(&rig.kit);
}

/* The sectors of an older stage are never taken for those of the one that was committed. */
static void test_sectors_of_another(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    assert_int_equal(gather(&rig, 3 * KIT_ROOM, 800), STORAGE_DONE);
    uint32_t sequence = rig.stage.sequence;
    assert_int_equal(stage_commit(&rig.stage, 77), STORAGE_DONE);
    rig.stage.sequence = sequence + 1; /* as if the commit spoke of other sectors */
    uint8_t octet;
    assert_int_equal(stage_read(&rig.stage, 0, &octet, 1), STORAGE_FAILED);
    rig.stage.sequence = UINT32_MAX;
    assert_int_equal(stage_read(&rig.stage, 2 * KIT_ROOM, &octet, 1), STORAGE_FAILED);
    kit_close(&rig.kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_committed_stays_until_done),
        cmocka_unit_test(test_not_committed_is_forgotten),
        cmocka_unit_test(test_capacity),
        cmocka_unit_test(test_bad_sector),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_sectors_of_another),
    };
    return cmocka_run_group_tests_name("storage_stage", tests, NULL, NULL);
}
