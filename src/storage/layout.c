#include "storage/layout.h"

#include <stddef.h>
#include <string.h>

enum product { PRODUCT_XS211 = 1, PRODUCT_SM402D, PRODUCT_ST402D, PRODUCT_ST402C };

/* Octets of a record. Profiles: status and eight columns of eight octets; billing: 32 channels of
 * eight octets and what belongs to the maximum demands; logs: code and details. */
enum { PROFILE = 68, MBUS_PROFILE = 40, BILLING = 400, LOG = 16 };

/* Numbers of the partitions; those of the rings follow. */
enum { NUMBER_ENERGY = 1, NUMBER_VALUES, NUMBER_SECRETS, NUMBER_STAGE, NUMBER_RINGS = 16 };

/* Sectors. */
enum {
    ENERGY_AT = 0,
    ENERGY = 128,
    VALUES_AT = ENERGY_AT + ENERGY,
    VALUES = 192,
    SECRETS_AT = VALUES_AT + VALUES,
    SECRETS = 12,
    STAGE_AT = SECRETS_AT + SECRETS,
    STAGE = 32,
    RINGS_AT = STAGE_AT + STAGE,
    QUARTER_HOURS = 400,
    SLOWER = 200,
    MBUS = 48,
    BILLINGS = 64,
    LOGS = 8,
};

#define IDENTITY(product, number) (uint16_t)((product) << 8 | (number))

/* A ring: what it is called, its place among the rings, first sector behind RINGS_AT, sectors,
 * octets of a record. */
#define RING(product, label, index, at, count, size)                                               \
    {                                                                                              \
        .name = (label), .identity = IDENTITY(product, NUMBER_RINGS + (index)),                    \
        .kind = BELT_RECORDS, .first = RINGS_AT + (at), .sectors = (count), .record = (size),      \
    }

/* Rings of equal size one behind the other: the k-th log behind `at`. */
#define LOG_RING(product, label, index, at, k)                                                     \
    RING(product, label, index, (at) + (k)*LOGS, LOGS, LOG)

enum {
    XS211_LOGS_AT = QUARTER_HOURS + SLOWER + BILLINGS,
    XS211_MBUS_AT = XS211_LOGS_AT + 9 * LOGS,
};

/* The k-th M-Bus profile behind `at`. */
#define MBUS_RING(product, label, index, at, k)                                                    \
    RING(product, label, index, (at) + (k)*MBUS, MBUS, MBUS_PROFILE)

static const struct partition xs211_rings[XS211_RINGS] = {
    RING(PRODUCT_XS211, "load profile 1", XS211_PROFILE_1, 0, QUARTER_HOURS, PROFILE),
    RING(PRODUCT_XS211, "load profile 2", XS211_PROFILE_2, QUARTER_HOURS, SLOWER, PROFILE),
    RING(PRODUCT_XS211, "billing", XS211_BILLING, QUARTER_HOURS + SLOWER, BILLINGS, BILLING),
    LOG_RING(PRODUCT_XS211, "standard log", XS211_LOG_STANDARD, XS211_LOGS_AT, 0),
    LOG_RING(PRODUCT_XS211, "fraud log", XS211_LOG_FRAUD, XS211_LOGS_AT, 1),
    LOG_RING(PRODUCT_XS211, "disconnect log", XS211_LOG_DISCONNECT, XS211_LOGS_AT, 2),
    LOG_RING(PRODUCT_XS211, "quality log", XS211_LOG_QUALITY, XS211_LOGS_AT, 3),
    LOG_RING(PRODUCT_XS211, "communication log", XS211_LOG_COMMUNICATION, XS211_LOGS_AT, 4),
    LOG_RING(PRODUCT_XS211, "terminal cover log", XS211_LOG_TERMINAL_COVER, XS211_LOGS_AT, 5),
    LOG_RING(PRODUCT_XS211, "programming log", XS211_LOG_PROGRAMMING, XS211_LOGS_AT, 6),
    LOG_RING(PRODUCT_XS211, "interruption log", XS211_LOG_INTERRUPTION, XS211_LOGS_AT, 7),
    LOG_RING(PRODUCT_XS211, "meter cover log", XS211_LOG_METER_COVER, XS211_LOGS_AT, 8),
    MBUS_RING(PRODUCT_XS211, "M-Bus profile 1", XS211_MBUS_PROFILE_1, XS211_MBUS_AT, 0),
    MBUS_RING(PRODUCT_XS211, "M-Bus profile 2", XS211_MBUS_PROFILE_2, XS211_MBUS_AT, 1),
    MBUS_RING(PRODUCT_XS211, "M-Bus profile 3", XS211_MBUS_PROFILE_3, XS211_MBUS_AT, 2),
    MBUS_RING(PRODUCT_XS211, "M-Bus profile 4", XS211_MBUS_PROFILE_4, XS211_MBUS_AT, 3),
};

enum {
    MBUS_AT = QUARTER_HOURS + 3 * SLOWER,
    BILLINGS_AT = MBUS_AT + 4 * MBUS,
    SX402_LOGS_AT = BILLINGS_AT + 2 * BILLINGS,
};

#define SX402_TABLE(p)                                                                             \
    {                                                                                              \
        RING(p, "load profile 1", SX402_PROFILE_1, 0, QUARTER_HOURS, PROFILE),                     \
            RING(p, "load profile 2", SX402_PROFILE_2, QUARTER_HOURS, SLOWER, PROFILE),            \
            RING(p, "load profile 3", SX402_PROFILE_3, QUARTER_HOURS + SLOWER, SLOWER, PROFILE),   \
            RING(p, "load profile 4", SX402_PROFILE_4, QUARTER_HOURS + 2 * SLOWER, SLOWER,         \
                 PROFILE),                                                                         \
            MBUS_RING(p, "M-Bus profile 1", SX402_MBUS_PROFILE_1, MBUS_AT, 0),                     \
            MBUS_RING(p, "M-Bus profile 2", SX402_MBUS_PROFILE_2, MBUS_AT, 1),                     \
            MBUS_RING(p, "M-Bus profile 3", SX402_MBUS_PROFILE_3, MBUS_AT, 2),                     \
            MBUS_RING(p, "M-Bus profile 4", SX402_MBUS_PROFILE_4, MBUS_AT, 3),                     \
            RING(p, "billing 1", SX402_BILLING_1, BILLINGS_AT, BILLINGS, BILLING),                 \
            RING(p, "billing 2", SX402_BILLING_2, BILLINGS_AT + BILLINGS, BILLINGS, BILLING),      \
            LOG_RING(p, "standard log", SX402_LOG_STANDARD, SX402_LOGS_AT, 0),                     \
            LOG_RING(p, "fraud log", SX402_LOG_FRAUD, SX402_LOGS_AT, 1),                           \
            LOG_RING(p, "disconnect log", SX402_LOG_DISCONNECT, SX402_LOGS_AT, 2),                 \
            LOG_RING(p, "quality log", SX402_LOG_QUALITY, SX402_LOGS_AT, 3),                       \
            LOG_RING(p, "communication log", SX402_LOG_COMMUNICATION, SX402_LOGS_AT, 4),           \
            LOG_RING(p, "interruption log", SX402_LOG_INTERRUPTION, SX402_LOGS_AT, 5),             \
            LOG_RING(p, "M-Bus control log", SX402_LOG_MBUS_CONTROL, SX402_LOGS_AT, 6),            \
            LOG_RING(p, "M-Bus log 1", SX402_LOG_MBUS_1, SX402_LOGS_AT, 7),                        \
            LOG_RING(p, "M-Bus log 2", SX402_LOG_MBUS_2, SX402_LOGS_AT, 8),                        \
            LOG_RING(p, "M-Bus log 3", SX402_LOG_MBUS_3, SX402_LOGS_AT, 9),                        \
            LOG_RING(p, "M-Bus log 4", SX402_LOG_MBUS_4, SX402_LOGS_AT, 10),                       \
    }

static const struct partition sm402d_rings[SX402_RINGS] = SX402_TABLE(PRODUCT_SM402D);
static const struct partition st402d_rings[SX402_RINGS] = SX402_TABLE(PRODUCT_ST402D);
static const struct partition st402c_rings[SX402_RINGS] = SX402_TABLE(PRODUCT_ST402C);

/* The journals' numbers from the end: the last value commits the stage, the seventeen before it
 * are the counters of the security setup, the two sent ones first; before those stand that of
 * encrypted P1 telegrams, and the three of protected data. */
enum { STAGE_VALUE = STORAGE_VALUES - 1, COUNTERS_AT = STAGE_VALUE - 17 };

/* What a power-fail warning may write to the values beside the energies. */
enum { URGENT = 512 };

#define SENT(i)                                                                                    \
    {                                                                                              \
        .value = COUNTERS_AT + (i), .block = 256, .doubt = 512                                     \
    }
#define RECEIVED(i)                                                                                \
    {                                                                                              \
        .value = COUNTERS_AT + (i), .block = 1                                                     \
    }

static const struct counter_row counters[STORAGE_COUNTERS] = {
    SENT(0),      SENT(1),      RECEIVED(2),  RECEIVED(3),  RECEIVED(4),  RECEIVED(5),
    RECEIVED(6),  RECEIVED(7),  RECEIVED(8),  RECEIVED(9),  RECEIVED(10), RECEIVED(11),
    RECEIVED(12), RECEIVED(13), RECEIVED(14), RECEIVED(15), RECEIVED(16), SENT(-1),
    RECEIVED(-2), RECEIVED(-3), RECEIVED(-4),
};

#define PART(id, label, number, of_kind, at, count)                                                \
    {                                                                                              \
        .name = (label), .identity = IDENTITY(id, number), .kind = (of_kind), .first = (at),       \
        .sectors = (count),                                                                        \
    }

#define LAYOUT(id, label, table)                                                                   \
    {                                                                                              \
        .product = (label),                                                                        \
        .energy = PART(id, "energy", NUMBER_ENERGY, BELT_JOURNAL, ENERGY_AT, ENERGY),              \
        .values = PART(id, "values", NUMBER_VALUES, BELT_JOURNAL, VALUES_AT, VALUES),              \
        .secrets = PART(id, "secrets", NUMBER_SECRETS, BELT_JOURNAL, SECRETS_AT, SECRETS),         \
        .stage = PART(id, "stage", NUMBER_STAGE, BELT_STAGE, STAGE_AT, STAGE),                     \
        .values_use = {.values = STORAGE_VALUES, .urgent = URGENT},                                \
        .secrets_use = {.values = STORAGE_SECRETS, .secret = true}, .stage_value = STAGE_VALUE,    \
        .rings_count = sizeof(table) / sizeof(table)[0], .counters_count = STORAGE_COUNTERS,       \
        .rings = (table), .counters = counters,                                                    \
    }

static const struct storage_layout layouts[] = {
    LAYOUT(PRODUCT_XS211, "xs211", xs211_rings),
    LAYOUT(PRODUCT_SM402D, "sm402d", sm402d_rings),
    LAYOUT(PRODUCT_ST402D, "st402d", st402d_rings),
    LAYOUT(PRODUCT_ST402C, "st402c", st402c_rings),
};

enum { LAYOUTS = sizeof layouts / sizeof layouts[0] };

const struct storage_layout *layout_of(const char *product)
{
    for (unsigned i = 0; i < LAYOUTS; i++) {
        if (strcmp(layouts[i].product, product) == 0) {
            return &layouts[i];
        }
    }
    return NULL;
}

const struct storage_layout *layout_of_identity(uint16_t identity)
{
    for (unsigned i = 0; i < LAYOUTS; i++) {
        if (layouts[i].values.identity >> 8 == identity >> 8) {
            return &layouts[i];
        }
    }
    return NULL;
}

const struct storage_layout *layout_of_chip(const struct flash *flash)
{
    const struct storage_layout *layout = NULL;
    for (uint32_t at = 0; at < flash->size && !layout; at += flash->sector) {
        struct belt_header header;
        if (belt_inspect(flash, at, &header) == BELT_SECTOR_DATA) {
            layout = layout_of_identity(header.identity);
        }
    }
    return layout;
}

/* Everything is written once a minute: the energies, each ring, a secret; of the values all states
 * and counters, beside parameters that stay. A long SET comes once an hour. */
const struct life_use *layout_use(const struct partition *partition)
{
    static const struct life_use energy = {1, 1, 769, 800};
    static const struct life_use values = {40, 1, 16, 32 * 1024};
    static const struct life_use secrets = {1, 1, 32, 12 * 1024};
    static const struct life_use stage = {1, 60, 0, 0};
    static const struct life_use ring = {1, 1, 0, 0};
    switch (partition->identity & 0xff) {
    case NUMBER_ENERGY:
        return &energy;
    case NUMBER_VALUES:
        return &values;
    case NUMBER_SECRETS:
        return &secrets;
    case NUMBER_STAGE:
        return &stage;
    default:
        return &ring;
    }
}
