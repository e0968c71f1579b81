/* Rings of records: what damage, cuts and a failing bus cost. */
#include "test/storage/ring_rig.h"
#include "test/unit.h"

#include <string.h>

/* A torn slot is zeroed and passed over; the number is used for the next record. */
static void test_torn_slot(void **state)
{
    struct ring_rig rig;
    (void)state;
    ring_open(&rig);
    ring_append_many(&rig, 3, 1000, 60);
    for (uint32_t octets = 1; octets < RING_SLOT; octets += 13) {
        uint32_t next = record_next(&rig.ring);
        uint16_t used = rig.ring.used;
        uint32_t torn =
            belt_address(&rig.ring.belt, rig.ring.belt.head) + BELT_DATA + used * RING_SLOT;
        kit_plan_cut(&rig.kit, 1, octets, 0);
        assert_int_equal(ring_append(&rig, 5000), STORAGE_FAILED);
        ring_start(&rig);
        assert_int_equal(record_next(&rig.ring), next);
        assert_int_equal(rig.ring.damaged, 1 + octets / 13);
        assert_int_equal(ring_append(&rig, 2000), STORAGE_DONE);
        assert_int_equal(nor_peek(&rig.kit.nor, torn), 0);
        assert_int_equal(rig.ring.used, used + 2);
        ring_assert(&rig, next, 2000);
        ring_assert(&rig, 3, 1120);
    }
    kit_close(&rig.kit);
}

static uint32_t slot_address(const struct ring_rig *rig, uint32_t sequence, uint32_t slot)
{
    return belt_address(&rig->ring.belt, sequence) + BELT_DATA + slot * RING_SLOT;
}

static void test_damaged_record(void **state)
{
    struct ring_rig rig;
    struct record found;
    (void)state;
    ring_open(&rig);
    ring_append_many(&rig, 3 * RING_SLOTS, 1000, 60);
    uint32_t oldest = belt_oldest(&rig.ring.belt);
    for (uint32_t bit = 0; bit < 8 * RING_SLOT; bit++) {
        uint32_t at = slot_address(&rig, oldest + 1, 4) + bit / 8;
        nor_flip(&rig.kit.nor, at, (uint8_t)(1 << bit % 8));
        assert_int_equal(ring_read_only(&rig, RING_SLOTS + 5), STORAGE_DAMAGED);
        ring_assert(&rig, RING_SLOTS + 4, 1000 + (RING_SLOTS + 3) * 60);
        ring_assert(&rig, RING_SLOTS + 6, 1000 + (RING_SLOTS + 5) * 60);
        /* Its time is between two others: the search gives the one behind. */
        uint32_t from_s = 1000 + (RING_SLOTS + 4) * 60;
        assert_int_equal(record_find(&rig.ring, 1, from_s, UINT32_MAX, &found), STORAGE_DONE);
        assert_int_equal(found.number, RING_SLOTS + 6);
        nor_flip(&rig.kit.nor, at, (uint8_t)(1 << bit % 8));
    }
    kit_close(&rig.kit);
}

static void ruin_sector(struct ring_rig *rig, uint32_t sequence)
{
    uint32_t at = belt_address(&rig->ring.belt, sequence);
    for (uint32_t i = 0; i < KIT_SECTOR; i++) {
        nor_flip(&rig->kit.nor, at + i, (uint8_t)(0x5a + i * 3));
    }
}

/* A whole sector is lost: its numbers cannot be read, everything else can, and is found. */
static void test_lost_sector(void **state)
{
    struct ring_rig rig;
    struct record found;
    (void)state;
    ring_open(&rig);
    ring_append_many(&rig, 8 * RING_SLOTS + 3, 1000, 60);
    uint32_t oldest = belt_oldest(&rig.ring.belt);
    ruin_sector(&rig, oldest + 2);
    ruin_sector(&rig, oldest + 3);
    ring_start(&rig);
    assert_int_equal(rig.ring.belt.lost, 2);
    assert_int_equal(record_first(&rig.ring), 1);
    assert_int_equal(record_next(&rig.ring), 8 * RING_SLOTS + 4);
    for (uint32_t i = 1; i <= 8 * RING_SLOTS + 3; i++) {
        bool lost = i > 2 * RING_SLOTS && i <= 4 * RING_SLOTS;
        uint32_t time_s = 1000 + (i - 1) * 60;
        if (lost) {
            assert_int_equal(ring_read_only(&rig, i), STORAGE_DAMAGED);
        } else {
            ring_assert(&rig, i, time_s);
        }
        assert_int_equal(record_find(&rig.ring, 0, time_s, UINT32_MAX, &found), STORAGE_DONE);
        assert_int_equal(found.number, lost ? 4 * RING_SLOTS + 1 : i);
    }
    kit_close(&rig.kit);
}

/* The head is lost: what lies before it stays, and new records go on behind it. */
static void test_lost_head(void **state)
{
    struct ring_rig rig;
    (void)state;
    ring_open(&rig);
    ring_append_many(&rig, 3 * RING_SLOTS + 5, 1000, 60);
    ruin_sector(&rig, rig.ring.belt.head);
    ring_start(&rig);
    ring_settle(&rig);
    assert_int_equal(record_next(&rig.ring), 3 * RING_SLOTS + 1);
    ring_append_many(&rig, 2 * RING_SLOTS, 90000, 60);
    ring_start(&rig);
    ring_assert(&rig, 3 * RING_SLOTS, 1000 + (3 * RING_SLOTS - 1) * 60);
    ring_assert(&rig, 3 * RING_SLOTS + 1, 90000);
    ring_assert(&rig, 5 * RING_SLOTS, 90000 + (2 * RING_SLOTS - 1) * 60);
    kit_close(&rig.kit);
}

/* A sector that keeps failing is passed over in each round; nothing is lost by it. */
static void test_bad_sector(void **state)
{
    struct ring_rig rig;
    (void)state;
    kit_open(&rig.kit, RING_SECTORS);
    nor_stick(&rig.kit.nor, 5 * KIT_SECTOR + 300, 8, 0);
    nor_stick(&rig.kit.nor, 9 * KIT_SECTOR + 20, 8, 8);
    nor_stick(&rig.kit.nor, 14 * KIT_SECTOR + BELT_DATA + 2 * RING_SLOT + 7, 0xff, 0xff);
    ring_start(&rig);
    ring_settle(&rig);
    for (uint32_t i = 0; i < 1500; i++) {
        ring_append_patiently(&rig, 1000 + i * 60);
    }
    ring_start(&rig);
    assert_int_equal(record_next(&rig.ring), 1501);
    for (uint32_t i = record_first(&rig.ring); i <= 1500; i++) {
        ring_assert(&rig, i, 1000 + (i - 1) * 60);
    }
    kit_close(&rig.kit);
}

/* The bus fails within an append or a clearing, at whatever operation, and works again: what is
 * appended later is there after the next start, once. */
static void test_bus_fails(void **state)
{
    (void)state;
    for (uint32_t before = RING_SLOTS - 3; before <= RING_SLOTS; before++) {
        for (uint32_t octets = 0; octets <= 200; octets += 8) {
            for (unsigned clear = 0; clear < 2; clear++) {
                struct ring_rig rig;
                ring_open(&rig);
                ring_append_many(&rig, before, 1000, 60);
                kit_plan_cut(&rig.kit, 1, octets, 0);
                int result = clear ? record_clear(&rig.ring) : ring_append(&rig, 9999);
                assert_int_equal(result, STORAGE_FAILED);
                kit_power_on(&rig.kit);
                ring_append_patiently(&rig, 5000);
                ring_append_patiently(&rig, 5060);
                ring_start(&rig);
                assert_int_equal(record_next(&rig.ring), before + 3);
                assert_int_equal(record_first(&rig.ring), 1);
                ring_assert(&rig, before, 1000 + (before - 1) * 60);
                ring_assert(&rig, before + 1, 5000);
                ring_assert(&rig, before + 2, 5060);
                kit_close(&rig.kit);
            }
        }
    }
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
        struct ring_rig rig;
        read++;
        ring_open(&rig);
        ring_append_many(&rig, RING_SECTORS * RING_SLOTS - 30, 1000, 60);
        uint32_t next = record_next(&rig.ring);
        struct kit_noise noise;
        kit_noise_open(&noise, &rig.kit, read);
        record_init(&rig.ring, &noise.flash, &ring_partition);
        while (record_recover(&rig.ring) > 0) {
        }
        for (uint32_t i = 0; i < MORE; i++) {
            while (ring_append(&rig, 1000 + (next - 1 + i) * 60) == STORAGE_LATER) {
                record_step(&rig.ring);
            }
            ring_settle(&rig);
        }
        more = noise.read == 0;
        ring_start(&rig);
        assert_int_equal(record_next(&rig.ring), next + MORE);
        for (uint32_t i = record_first(&rig.ring); i < next + MORE; i++) {
            ring_assert(&rig, i, 1000 + (i - 1) * 60);
        }
        kit_close(&rig.kit);
    }
    assert_in_range(read, 300, 10000);
}

/* A cell of the word that retires a sector cannot be cleared: what was given up stays so. */
static void test_retired_on_bad_cells(void **state)
{
    struct ring_rig rig;
    (void)state;
    kit_open(&rig.kit, RING_SECTORS);
    nor_stick(&rig.kit.nor, 6 * KIT_SECTOR + 5, 0x81, 0x81);
    ring_start(&rig);
    ring_settle(&rig);
    for (uint32_t i = 0; i < 2 * RING_SECTORS * RING_SLOTS; i++) {
        while (ring_append(&rig, 1000 + i * 60) == STORAGE_LATER) {
            record_step(&rig.ring);
        }
        uint32_t first = record_first(&rig.ring);
        record_step(&rig.ring);
        assert_true(record_first(&rig.ring) >= first);
        first = record_first(&rig.ring);
        nor_cut(&rig.kit.nor, NULL, &(struct nor_tear){.erased = 2});
        ring_start(&rig);
        assert_int_equal(record_first(&rig.ring), first);
        ring_settle(&rig);
    }
    kit_close(&rig.kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_torn_slot),   cmocka_unit_test(test_damaged_record),
        cmocka_unit_test(test_lost_sector), cmocka_unit_test(test_lost_head),
        cmocka_unit_test(test_bad_sector),  cmocka_unit_test(test_retired_on_bad_cells),
        cmocka_unit_test(test_bus_fails),   cmocka_unit_test(test_noise_on_the_bus),
    };
    return cmocka_run_group_tests_name("storage_record_damage", tests, NULL, NULL);
}
