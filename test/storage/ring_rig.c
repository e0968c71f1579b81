#include "test/storage/ring_rig.h"

#include "test/unit.h"

const struct partition ring_partition = {"profile", 0x0110,       BELT_RECORDS,
                                         0,         RING_SECTORS, RING_SIZE};

void ring_start(struct ring_rig *rig)
{
    kit_power_on(&rig->kit);
    record_init(&rig->ring, &rig->kit.flash, &ring_partition);
    while (record_recover(&rig->ring) > 0) {
    }
}

void ring_settle(struct ring_rig *rig)
{
    while (record_step(&rig->ring) > 0) {
        nor_advance(&rig->kit.nor, 10000);
    }
}

void ring_open(struct ring_rig *rig)
{
    kit_open(&rig->kit, RING_SECTORS);
    ring_start(rig);
    ring_settle(rig);
}

static void fill(uint8_t octets[RING_SIZE], uint32_t number)
{
    for (uint32_t i = 0; i < RING_SIZE; i++) {
        octets[i] = (uint8_t)(number * 31 + i * 7 + (number >> 8));
    }
}

int ring_append(struct ring_rig *rig, uint32_t time_s)
{
    uint8_t octets[RING_SIZE];
    fill(octets, record_next(&rig->ring));
    return record_append(&rig->ring, time_s, octets);
}

void ring_append_many(struct ring_rig *rig, uint32_t count, uint32_t from_s, uint32_t step_s)
{
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(ring_append(rig, from_s + i * step_s), STORAGE_DONE);
        ring_settle(rig);
    }
}

void ring_append_patiently(struct ring_rig *rig, uint32_t time_s)
{
    int result = STORAGE_LATER;
    while (result == STORAGE_LATER) {
        ring_settle(rig);
        result = ring_append(rig, time_s);
    }
    assert_int_equal(result, STORAGE_DONE);
}

void ring_assert(const struct ring_rig *rig, uint32_t number, uint32_t time_s)
{
    uint8_t expected[RING_SIZE];
    uint8_t octets[RING_SIZE];
    struct record record;
    fill(expected, number);
    assert_int_equal(record_read(&rig->ring, number, &record, octets), STORAGE_DONE);
    assert_int_equal(record.number, number);
    assert_int_equal(record.time_s, time_s);
    assert_memory_equal(octets, expected, RING_SIZE);
}

int ring_read_only(const struct ring_rig *rig, uint32_t number)
{
    struct record record;
    return record_read(&rig->ring, number, &record, NULL);
}
