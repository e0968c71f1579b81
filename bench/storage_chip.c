#include "bench/storage_chip.h"

#include <stdio.h>
#include <string.h>

enum { VALUE = 16, SECRET = 32, PARAMETER = 100, STAGED = 100000 };

const struct journal_use chip_energy_use = {.values = 1, .urgent = CHIP_ENERGY};

int chip_open(struct chip *chip, const struct storage_layout *layout)
{
    char error[NOR_ERROR_SIZE];
    struct nor_config config = nor_config_default();
    config.program_min_us = config.program_max_us = 0;
    config.erase_min_us = config.erase_max_us = 0;
    if (nor_open(&chip->nor, &config, NULL, error, sizeof error) != 0) {
        fprintf(stderr, "bench_storage: %s\n", error);
        return -1;
    }
    chip->flash = nor_port(&chip->nor);
    chip->layout = layout;
    chip_start(chip);
    chip_settle(chip);
    return 0;
}

void chip_close(struct chip *chip)
{
    nor_close(&chip->nor);
}

unsigned chip_start(struct chip *chip)
{
    unsigned steps = 0;
    journal_init(&chip->energy, &chip->flash, &chip->layout->energy, &chip_energy_use,
                 &chip->energy_place);
    storage_init(&chip->storage, &chip->flash, chip->layout);
    while (journal_recover(&chip->energy) > 0 || storage_recover(&chip->storage) > 0) {
        steps++;
    }
    return steps;
}

void chip_settle(struct chip *chip)
{
    while (journal_step(&chip->energy) > 0 || storage_step(&chip->storage) > 0) {
    }
}

/* What has to wait for a sector waits. */
static void put(struct chip *chip, struct journal *journal, uint16_t number, const void *octets,
                uint16_t size)
{
    while (journal_put(journal, number, 1, octets, size) == STORAGE_LATER) {
        chip_settle(chip);
    }
}

void chip_write_everything(struct chip *chip, uint32_t minute, uint16_t values)
{
    uint8_t octets[RECORD_SIZE_MAX];
    memset(octets, (int)(minute * 37), sizeof octets);
    put(chip, &chip->energy, 0, octets, CHIP_ENERGY);
    for (uint16_t i = 0; i < values; i++) {
        put(chip, &chip->storage.values, i, octets, VALUE);
    }
    for (unsigned i = 0; i < chip->layout->rings_count; i++) {
        struct record_ring *ring = &chip->storage.rings[i];
        while (record_append(ring, minute * 60, octets) == STORAGE_LATER) {
            chip_settle(chip);
        }
    }
    chip_settle(chip);
}

static void write_parameters(struct chip *chip)
{
    uint8_t octets[PARAMETER] = {1};
    for (uint16_t i = 0; i < chip->layout->stage_value; i++) {
        put(chip, &chip->storage.values, i, octets, i % 2 ? VALUE : PARAMETER);
    }
    for (uint16_t i = 0; i < chip->layout->secrets_use.values; i++) {
        put(chip, &chip->storage.secrets, i, octets, SECRET);
    }
    for (unsigned i = 0; i < chip->layout->counters_count; i++) {
        storage_counter_set(&chip->storage, i, 0);
    }
}

static void stage(struct chip *chip)
{
    uint8_t octets[1000] = {7};
    stage_begin(&chip->storage.stage);
    for (uint32_t size = 0; size < STAGED; size += sizeof octets) {
        stage_append(&chip->storage.stage, octets, sizeof octets);
    }
    stage_commit(&chip->storage.stage, 1);
}

void chip_fill(struct chip *chip)
{
    uint32_t minutes = record_capacity(&chip->storage.rings[0]) * 11 / 10;
    write_parameters(chip);
    for (uint32_t i = 0; i < minutes; i++) {
        chip_write_everything(chip, i, 40);
    }
    write_parameters(chip);
    stage(chip);
    chip_settle(chip);
}
