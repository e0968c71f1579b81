#include "test/function/bed.h"

#include "test/unit.h"

enum {
    VALUES_AT = 0,
    SECRETS_AT = 12,
    STAGE_AT = 20,
    RINGS_AT = 26,
    PROFILE_SECTORS = 20,
    LOG_SECTORS = 4,
    SECTORS = RINGS_AT + PROFILE_SECTORS + (BED_RINGS - 1) * LOG_SECTORS,
};

enum { STAGE_VALUE = BED_VALUES, VALUES };

#define LOG_RING(label, ring)                                                                      \
    {                                                                                              \
        (label), 0x0910 + (ring), BELT_RECORDS,                                                    \
            RINGS_AT + PROFILE_SECTORS + ((ring)-1) * LOG_SECTORS, LOG_SECTORS, 16                 \
    }

static const struct partition rings[BED_RINGS] = {
    {"profile", 0x0910, BELT_RECORDS, RINGS_AT, PROFILE_SECTORS, 68},
    LOG_RING("standard", BED_RING_STANDARD),
    LOG_RING("fraud", BED_RING_FRAUD),
    LOG_RING("cover", BED_RING_COVER),
    LOG_RING("quality", BED_RING_QUALITY),
    LOG_RING("interruption", BED_RING_INTERRUPTION),
};

static const struct storage_layout layout = {
    .product = "bed",
    .values = {"values", 0x0902, BELT_JOURNAL, VALUES_AT, 10, 0},
    .secrets = {"secrets", 0x0903, BELT_JOURNAL, SECRETS_AT, 7, 0},
    .stage = {"stage", 0x0904, BELT_STAGE, STAGE_AT, 5, 0},
    .values_use = {.values = VALUES},
    .secrets_use = {.values = 1, .secret = true},
    .stage_value = STAGE_VALUE,
    .rings_count = BED_RINGS,
    .rings = rings,
};

const struct civil_zone bed_zone = {
    .offset_min = 60,
    .dst_min = 60,
    .dst_begin = {.month = 3, .week = 5, .weekday = 7, .minute_of_day = 120},
    .dst_end = {.month = 10, .week = 5, .weekday = 7, .minute_of_day = 180},
};

const struct event_plan bed_plan = {
    .ring =
        {
            [EVENT_LOG_STANDARD] = BED_RING_STANDARD,
            [EVENT_LOG_FRAUD] = BED_RING_FRAUD,
            [EVENT_LOG_DISCONNECT] = EVENT_NO_LOG,
            [EVENT_LOG_QUALITY] = BED_RING_QUALITY,
            [EVENT_LOG_COMMUNICATION] = EVENT_NO_LOG,
            [EVENT_LOG_TERMINAL_COVER] = BED_RING_COVER,
            [EVENT_LOG_METER_COVER] = BED_RING_COVER, /* both in one, in their order */
            [EVENT_LOG_PROGRAMMING] = EVENT_NO_LOG,
            [EVENT_LOG_INTERRUPTION] = BED_RING_INTERRUPTION,
        },
};

int64_t bed_utc_ms(int year, unsigned month, unsigned day, int hour, int minute, int second)
{
    int64_t days = civil_days_from_date(year, month, day);
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000;
}

void bed_open(struct bed *bed)
{
    char error[NOR_ERROR_SIZE];
    struct nor_config config = nor_config_default();
    config.size = SECTORS * config.sector;
    assert_int_equal(nor_open(&bed->nor, &config, NULL, error, sizeof error), 0);
    bed->flash = nor_port(&bed->nor);
    clock_init(&bed->clock, &bed_zone);
    clock_start(&bed->clock, bed_utc_ms(2026, 11, 21, 0, 0, 0));
    bed_restart(bed);
    bed_settle(bed);
}

void bed_close(struct bed *bed)
{
    nor_close(&bed->nor);
}

void bed_restart(struct bed *bed)
{
    nor_power_on(&bed->nor);
    storage_init(&bed->storage, &bed->flash, &layout);
    while (storage_recover(&bed->storage) > 0) {
    }
}

void bed_settle(struct bed *bed)
{
    while (storage_step(&bed->storage) > 0) {
        nor_advance(&bed->nor, 10000);
    }
}
