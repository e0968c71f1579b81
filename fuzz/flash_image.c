/* Any image of a flash chip: what the octets say, or the chip of a meter that has lived, damaged or
 * forged as they say. It opens, gives what it gives, can be used, and what was written since is
 * there after the next start. Nothing crashes, nothing goes on for ever. */
#include "base/crc32.h"
#include "base/reader.h"
#include "storage/item.h"
#include "test/storage/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECTOR = 1024, PAGE = 256, ACTIONS = 1200, STEPS_MAX = 20000, NUMBERS = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "not so: %s\n", what);
        abort();
    }
}

static void open_chip(struct nor *nor)
{
    char error[NOR_ERROR_SIZE];
    const struct nor_config config = model_chip(SECTOR, PAGE, 1);
    must(nor_open(nor, &config, NULL, error, sizeof error) == 0, "the chip opens");
}

/* A chip with something of everything, made once. */
static const struct nor *lived_chip(void)
{
    static struct nor nor;
    static struct meter meter;
    static struct model model;
    uint64_t dice = 4711;
    if (nor.cells) {
        return &nor;
    }
    open_chip(&nor);
    model_init(&model);
    meter_start(&meter, &nor);
    for (unsigned i = 0; i < ACTIONS || !model.stage_committed; i++) {
        const struct action action = model_choose(&model, &dice);
        model_do(&model, &meter, &action);
    }
    return &nor;
}

/* ---- Making the image ---- */

static void set_octet(struct nor *nor, uint32_t at, uint8_t octet)
{
    if (at < nor->config.size) {
        nor_flip(nor, at, nor_peek(nor, at) ^ octet);
    }
}

static void set_u32(struct nor *nor, uint32_t at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        set_octet(nor, at + i, (uint8_t)(value >> (24 - 8 * i)));
    }
}

static uint32_t crc_of(const struct nor *nor, uint32_t at, uint32_t size)
{
    uint32_t crc = 0;
    for (uint32_t i = 0; i < size && at + i < nor->config.size; i++) {
        uint8_t octet = nor_peek(nor, at + i);
        crc = crc32(crc, &octet, 1);
    }
    return crc;
}

/* An octet of a sector's header, its descriptors or its records is changed, and the check with it:
 * what a meter would have written that was never there. */
static void forge(struct nor *nor, uint8_t kind, uint32_t sector, uint8_t where, uint8_t octet)
{
    enum { HEADER = 8, HEADER_CHECKED = 32, HEADER_SIZE = 36, DESCRIPTOR_CHECKED = 12 };
    uint32_t base = sector % (nor->config.size / SECTOR) * SECTOR;
    if (kind % 3 == 0) {
        set_octet(nor, base + HEADER + where % HEADER_CHECKED, octet);
        set_u32(nor, base + HEADER + HEADER_CHECKED, crc_of(nor, base + HEADER, HEADER_CHECKED));
    } else if (kind % 3 == 1) {
        uint32_t at = base + SECTOR - (1u + where / 16) * ITEM_DESCRIPTOR;
        set_octet(nor, at + where % DESCRIPTOR_CHECKED, octet);
        set_u32(nor, at + DESCRIPTOR_CHECKED, crc_of(nor, at, DESCRIPTOR_CHECKED));
    } else {
        uint32_t slot = (uint32_t)nor_peek(nor, base + 16) << 8 | nor_peek(nor, base + 17);
        uint32_t at = base + BELT_DATA + where / 8 * slot;
        if (slot > RECORD_FRAME && slot < SECTOR) {
            set_octet(nor, at + where % 8, octet);
            set_u32(nor, at + slot - 4, crc_of(nor, at, slot - 4));
        }
    }
}

/* Whether something was forged: then what is appended behind it need not be found. */
static bool make_image(struct nor *nor, struct reader *r)
{
    bool forged = false;
    uint8_t way = reader_u8(r);
    nor_copy(nor, lived_chip());
    if (way % 4 == 0) {
        memset(nor->cells, 0, nor->config.size);
        for (uint32_t at = 0; reader_left(r) > 0; at++) {
            set_octet(nor, at, reader_u8(r));
        }
    }
    while (reader_left(r) > 0) {
        uint8_t kind = reader_u8(r);
        uint16_t sector = reader_u8(r);
        uint16_t where = reader_u16(r);
        uint8_t octet = reader_u8(r);
        if (kind & 1) {
            set_octet(nor, sector * (uint32_t)SECTOR + where % SECTOR, octet);
        } else {
            forge(nor, kind / 2, sector, (uint8_t)where, octet);
            forged = true;
        }
    }
    return forged;
}

/* ---- Looking at it ---- */

static void look_at_journal(const struct journal *journal, unsigned values)
{
    uint8_t octets[SECTOR];
    uint8_t version;
    for (unsigned i = 0; i < values; i++) {
        int size = journal_get(journal, (uint16_t)i, &version, octets, sizeof octets);
        must(size <= journal_value_max(journal) + SECTOR, "a value is no larger than a sector");
        journal_get(journal, (uint16_t)i, NULL, NULL, 0);
    }
}

static void look_at_ring(const struct record_ring *ring)
{
    uint8_t octets[SECTOR];
    struct record record;
    uint32_t first = record_first(ring);
    uint32_t next = record_next(ring);
    for (uint32_t i = 0; i < NUMBERS; i++) {
        uint32_t numbers[] = {first + i, next - i, first + (next - first) / NUMBERS * i};
        for (unsigned k = 0; k < 3; k++) {
            if (record_read(ring, numbers[k], &record, octets) == STORAGE_DONE) {
                must(record.number == numbers[k], "a record has its number");
                must(numbers[k] >= first && numbers[k] < next,
                     "a record lies between first and next");
            }
        }
    }
    uint32_t number = first;
    for (unsigned i = 0; i < NUMBERS; i++) {
        if (record_find(ring, number, 1000 * i, UINT32_MAX - 1000 * i, &record) != STORAGE_DONE) {
            break;
        }
        must(record.number >= number && record.number < next, "what is found lies ahead");
        number = record.number + 1;
    }
}

static void look(struct meter *meter)
{
    uint8_t octets[SECTOR];
    uint32_t tag;
    uint32_t size;
    look_at_journal(&meter->energy.journal, 1);
    look_at_journal(&meter->storage.values, model_layout.values_use.values);
    look_at_journal(&meter->storage.secrets, model_layout.secrets_use.values);
    for (unsigned i = 0; i < MODEL_RINGS; i++) {
        look_at_ring(&meter->storage.rings[i]);
    }
    if (stage_committed(&meter->storage.stage, &tag, &size)) {
        must(size <= stage_capacity(&meter->storage.stage), "a stage fits");
        for (uint32_t at = 0; at < size; at += SECTOR) {
            uint32_t now = size - at < SECTOR ? size - at : SECTOR;
            must(stage_read(&meter->storage.stage, at, octets, now) == STORAGE_DONE,
                 "what was committed can be read");
        }
    }
    storage_losses(&meter->storage);
}

/* ---- Using it ---- */

static void settle(struct meter *meter)
{
    unsigned steps = 0;
    while (meter_step(meter)) {
        nor_advance(meter->nor, 500000);
        must(++steps < STEPS_MAX, "settling ends");
    }
}

struct use {
    int value;
    int energy;
    int record;
    uint32_t number;
    int counter;
};

static struct use use(struct meter *meter)
{
    static const uint8_t octets[SECTOR] = "written since";
    struct storage *storage = &meter->storage;
    struct use use = {.number = record_next(&storage->rings[0])};
    settle(meter);
    use.value = journal_put(&storage->values, 2, 3, octets, 100);
    use.energy = journal_put_urgent(&meter->energy.journal, 0, 3, octets, 64);
    use.record = record_append(&storage->rings[0], 99, octets);
    use.counter = storage_counter_set(storage, 1, 5000);
    record_clear(&storage->rings[1]);
    settle(meter);
    record_append(&storage->rings[1], 98, octets);
    record_format(&storage->rings[2], 20, 7);
    if (stage_begin(&storage->stage) == STORAGE_DONE &&
        stage_append(&storage->stage, octets, 300) == STORAGE_DONE) {
        stage_commit(&storage->stage, 1);
    }
    settle(meter);
    return use;
}

static void look_for(const struct meter *meter, const struct use *use)
{
    uint8_t octets[SECTOR] = {0};
    struct record record;
    const struct storage *storage = &meter->storage;
    if (use->value == STORAGE_DONE) {
        must(journal_get(&storage->values, 2, NULL, octets, sizeof octets) == 100,
             "the value is there");
        must(memcmp(octets, "written since", 14) == 0, "the value is as written");
    }
    if (use->energy == STORAGE_DONE) {
        must(journal_get(&meter->energy.journal, 0, NULL, octets, sizeof octets) == 64,
             "the energies are there");
    }
    if (use->record == STORAGE_DONE) {
        must(record_read(&storage->rings[0], use->number, &record, octets) == STORAGE_DONE,
             "the record is there");
        must(record.time_s == 99, "the record is as written");
    }
    if (use->counter == STORAGE_DONE) {
        must(storage->counters[1].next >= 5000, "the counter goes on");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct nor nor;
    static struct meter meter;
    struct reader r = reader_over(data, size);
    if (!nor.cells) {
        open_chip(&nor);
    }
    bool forged = make_image(&nor, &r);
    meter_start(&meter, &nor);
    look(&meter);
    const struct use used = use(&meter);
    look(&meter);
    meter_start(&meter, &nor);
    if (!forged) {
        look_for(&meter, &used);
    }
    look(&meter);
    must(nor.counts.refused == 0, "the chip refused nothing");
    return 0;
}
