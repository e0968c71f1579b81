/* A meter on a small chip: every partition is there, and goes round soon. */
#include "test/storage/model.h"

enum {
    ENERGY_AT = 0,
    VALUES_AT = 8,
    SECRETS_AT = 18,
    STAGE_AT = 25,
    RINGS_AT = 30,
    SECTORS = 43,
};

enum { STAGE_VALUE = MODEL_VALUES + MODEL_COUNTERS, VALUES };

static const struct partition rings[MODEL_RINGS] = {
    {"profile", 0x0910, BELT_RECORDS, RINGS_AT, 5, 40},
    {"log", 0x0911, BELT_RECORDS, RINGS_AT + 5, 4, 16},
    {"billing", 0x0912, BELT_RECORDS, RINGS_AT + 9, 4, 100},
};

static const struct counter_row counters[MODEL_COUNTERS] = {
    {.value = MODEL_VALUES, .block = 4, .doubt = 8},
    {.value = MODEL_VALUES + 1, .block = 32, .doubt = 64},
    {.value = MODEL_VALUES + 2, .block = 1},
};

const struct storage_layout model_layout = {
    .product = "model",
    .energy = {"energy", 0x0901, BELT_JOURNAL, ENERGY_AT, 8, 0},
    .values = {"values", 0x0902, BELT_JOURNAL, VALUES_AT, 8, 0},
    .secrets = {"secrets", 0x0903, BELT_JOURNAL, SECRETS_AT, 7, 0},
    .stage = {"stage", 0x0904, BELT_STAGE, STAGE_AT, 5, 0},
    .values_use = {.values = VALUES, .urgent = 160},
    .secrets_use = {.values = MODEL_SECRETS, .secret = true},
    .stage_value = STAGE_VALUE,
    .rings_count = MODEL_RINGS,
    .counters_count = MODEL_COUNTERS,
    .rings = rings,
    .counters = counters,
};

const struct journal_use model_energy_use = {.values = 1, .urgent = 8 * MODEL_ENERGIES};

struct nor_config model_chip(uint16_t sector, uint16_t page, uint64_t seed)
{
    struct nor_config config = nor_config_default();
    config.size = (uint32_t)SECTORS * sector;
    config.sector = sector;
    config.page = page;
    config.seed = seed;
    return config;
}

/* Everything is read, however the parts' steps are mixed. */
void meter_start(struct meter *meter, struct nor *nor)
{
    meter->nor = nor;
    meter->flash = nor_port(nor);
    storage_init(&meter->storage, &meter->flash, &model_layout);
    journal_init(&meter->energy.journal, &meter->flash, &model_layout.energy, &model_energy_use,
                 meter->energy.places);
    while (journal_recover(&meter->energy.journal) > 0) {
    }
    while (storage_recover(&meter->storage) > 0) {
    }
}

bool meter_step(struct meter *meter)
{
    int energy = journal_step(&meter->energy.journal);
    int storage = storage_step(&meter->storage);
    return energy > 0 || storage > 0;
}

void meter_settle(struct meter *meter)
{
    while (meter_step(meter)) {
        nor_advance(meter->nor, 5000);
    }
}
