/* The load profiles as the factory sets them. Clients with the right choose other columns and
 * periods. */
#include "product/groups.h"

#include "cosem/class/classes.h"
#include "storage/layout.h"

/* Of the storage's values, two for each profile. Those of the M-Bus profiles came later: chips in
 * the field keep the others where they have them. */
enum {
    SETTINGS_AT = 144,
    STATE_AT = SETTINGS_AT + PRODUCT_PROFILE_MBUS_1,
    MBUS_SETTINGS_AT = STATE_AT + PRODUCT_PROFILE_MBUS_1,
    MBUS_STATE_AT = MBUS_SETTINGS_AT + 4,
};

#define CLOCK                                                                                      \
    {                                                                                              \
        8, {0, 0, 1, 0, 0, 255}, 2, 0                                                              \
    }
#define STATUS(e)                                                                                  \
    {                                                                                              \
        1, {0, 0, 96, 10, (e), 255}, 2, 0                                                          \
    }
#define MBUS_STATUS(b)                                                                             \
    {                                                                                              \
        1, {0, (b), 96, 10, 3, 255}, 2, 0                                                          \
    }
#define SHOWN(c, d)                                                                                \
    {                                                                                              \
        3, {1, 0, (c), (d), 0, 255}, 2, 0                                                          \
    }
#define RATE(c, e)                                                                                 \
    {                                                                                              \
        3, {1, 0, (c), 8, (e), 255}, 2, 0                                                          \
    }

static const struct profile_column energies[] = {
    CLOCK, STATUS(1), SHOWN(1, 8), SHOWN(2, 8), SHOWN(3, 8), SHOWN(4, 8),
};
static const struct profile_column rates[] = {
    CLOCK, STATUS(2), SHOWN(1, 8), RATE(1, 1), RATE(1, 2), RATE(1, 3), RATE(1, 4), SHOWN(2, 8),
};
static const struct profile_column supply_1[] = {
    CLOCK, STATUS(3), SHOWN(32, 7), SHOWN(31, 7), SHOWN(1, 7), SHOWN(2, 7), SHOWN(14, 7),
};
static const struct profile_column supply_3[] = {
    CLOCK,        STATUS(3),    SHOWN(32, 7), SHOWN(52, 7), SHOWN(72, 7),
    SHOWN(31, 7), SHOWN(51, 7), SHOWN(71, 7), SHOWN(1, 7),  SHOWN(2, 7),
};
static const struct profile_column quadrants[] = {
    CLOCK, STATUS(4), SHOWN(5, 8), SHOWN(6, 8), SHOWN(7, 8), SHOWN(8, 8), SHOWN(9, 8), SHOWN(10, 8),
};

static const struct profile_column mbus_1[] = {CLOCK, MBUS_STATUS(1)};
static const struct profile_column mbus_2[] = {CLOCK, MBUS_STATUS(2)};
static const struct profile_column mbus_3[] = {CLOCK, MBUS_STATUS(3)};
static const struct profile_column mbus_4[] = {CLOCK, MBUS_STATUS(4)};

#define PLAN(place, ring_of, period, table)                                                        \
    {                                                                                              \
        .ring = (ring_of), .settings_value = SETTINGS_AT + (place),                                \
        .state_value = STATE_AT + (place), .period_s = (period),                                   \
        .column_count = sizeof(table) / sizeof((table)[0]), .columns = (table),                    \
    }

enum { QUARTER = 900, HOUR = 3600, DAY = 86400 };

const struct profile_plan product_xs211_load_1 =
    PLAN(PRODUCT_PROFILE_LOAD_1, XS211_PROFILE_1, QUARTER, energies);
const struct profile_plan product_xs211_load_2 =
    PLAN(PRODUCT_PROFILE_LOAD_2, XS211_PROFILE_2, DAY, rates);
const struct profile_plan product_sx402_load_1 =
    PLAN(PRODUCT_PROFILE_LOAD_1, SX402_PROFILE_1, QUARTER, energies);
const struct profile_plan product_sx402_load_2 =
    PLAN(PRODUCT_PROFILE_LOAD_2, SX402_PROFILE_2, DAY, rates);
const struct profile_plan product_sx402_load_3_single =
    PLAN(PRODUCT_PROFILE_LOAD_3, SX402_PROFILE_3, QUARTER, supply_1);
const struct profile_plan product_sx402_load_3_poly =
    PLAN(PRODUCT_PROFILE_LOAD_3, SX402_PROFILE_3, QUARTER, supply_3);
const struct profile_plan product_sx402_load_4 =
    PLAN(PRODUCT_PROFILE_LOAD_4, SX402_PROFILE_4, HOUR, quadrants);

/* Of channel b: time and status, until devices bring values; clients choose columns as they do
 * elsewhere. */
#define MBUS_PLAN(b, ring_of, table)                                                               \
    {                                                                                              \
        .ring = (ring_of), .settings_value = MBUS_SETTINGS_AT + (b)-1,                             \
        .state_value = MBUS_STATE_AT + (b)-1, .period_s = HOUR,                                    \
        .column_count = sizeof(table) / sizeof((table)[0]), .columns = (table),                    \
    }

const struct profile_plan product_xs211_mbus_1 = MBUS_PLAN(1, XS211_MBUS_PROFILE_1, mbus_1);
const struct profile_plan product_xs211_mbus_2 = MBUS_PLAN(2, XS211_MBUS_PROFILE_2, mbus_2);
const struct profile_plan product_xs211_mbus_3 = MBUS_PLAN(3, XS211_MBUS_PROFILE_3, mbus_3);
const struct profile_plan product_xs211_mbus_4 = MBUS_PLAN(4, XS211_MBUS_PROFILE_4, mbus_4);
const struct profile_plan product_sx402_mbus_1 = MBUS_PLAN(1, SX402_MBUS_PROFILE_1, mbus_1);
const struct profile_plan product_sx402_mbus_2 = MBUS_PLAN(2, SX402_MBUS_PROFILE_2, mbus_2);
const struct profile_plan product_sx402_mbus_3 = MBUS_PLAN(3, SX402_MBUS_PROFILE_3, mbus_3);
const struct profile_plan product_sx402_mbus_4 = MBUS_PLAN(4, SX402_MBUS_PROFILE_4, mbus_4);

/* What a billing period ends with: energies by rates both ways, reactive energies, maxima and their
 * time. */
#define MAXIMUM(c, attribute)                                                                      \
    {                                                                                              \
        4, {1, 0, (c), 6, 0, 255}, (attribute), 0                                                  \
    }
#define BY_RATES(c)                                                                                \
    SHOWN(c, 8), RATE(c, 1), RATE(c, 2), RATE(c, 3), RATE(c, 4), RATE(c, 5), RATE(c, 6),           \
        RATE(c, 7), RATE(c, 8)

static const struct profile_column billing[] = {
    CLOCK,        BY_RATES(1),   BY_RATES(2),   SHOWN(3, 8),   SHOWN(4, 8),   SHOWN(9, 8),
    SHOWN(10, 8), MAXIMUM(1, 2), MAXIMUM(1, 5), MAXIMUM(2, 2), MAXIMUM(2, 5),
};

const struct profile_plan product_xs211_billing =
    PLAN(PRODUCT_PROFILE_BILLING_1, XS211_BILLING, 0, billing);
const struct profile_plan product_sx402_billing_1 =
    PLAN(PRODUCT_PROFILE_BILLING_1, SX402_BILLING_1, 0, billing);
const struct profile_plan product_sx402_billing_2 =
    PLAN(PRODUCT_PROFILE_BILLING_2, SX402_BILLING_2, 0, billing);

/* ---- As objects ---- */

#define STATUS_OBJECT(b, e, place)                                                                 \
    {                                                                                              \
        &class_data, COSEM_NAME(0, (b), 96, 10, (e)), &product_access_known,                       \
            &(const struct class_data_numbered)                                                    \
        {                                                                                          \
            {.value = class_data_profile_status}, (place)                                          \
        }                                                                                          \
    }
#define PROFILE_OBJECT(name, place)                                                                \
    {                                                                                              \
        &class_profile_generic, name, &product_access_managed,                                     \
            &(const struct class_profile_config)                                                   \
        {                                                                                          \
            .number = (place)                                                                      \
        }                                                                                          \
    }

#define LOAD_OBJECT(d, e, place) PROFILE_OBJECT(COSEM_NAME(1, 0, 99, (d), (e)), place)

/* In the manufacturers' range: how the rows of a profile are given out. */
#define ENCODING_OBJECT(b, e, place)                                                               \
    {                                                                                              \
        &class_data, COSEM_NAME(0, (b), 128, 7, (e)), &product_access_managed,                     \
            &(const struct class_data_numbered)                                                    \
        {                                                                                          \
            {.value = class_data_profile_encoding, .set_value = class_data_set_profile_encoding},  \
                (place)                                                                            \
        }                                                                                          \
    }

static const struct cosem_object two[] = {
    STATUS_OBJECT(0, 1, PRODUCT_PROFILE_LOAD_1),   STATUS_OBJECT(0, 2, PRODUCT_PROFILE_LOAD_2),
    ENCODING_OBJECT(0, 1, PRODUCT_PROFILE_LOAD_1), ENCODING_OBJECT(0, 2, PRODUCT_PROFILE_LOAD_2),
    LOAD_OBJECT(1, 0, PRODUCT_PROFILE_LOAD_1),     LOAD_OBJECT(2, 0, PRODUCT_PROFILE_LOAD_2),
};
const struct cosem_group product_group_load_profiles_2 = COSEM_GROUP(two);

static const struct cosem_object four[] = {
    STATUS_OBJECT(0, 1, PRODUCT_PROFILE_LOAD_1),   STATUS_OBJECT(0, 2, PRODUCT_PROFILE_LOAD_2),
    STATUS_OBJECT(0, 3, PRODUCT_PROFILE_LOAD_3),   STATUS_OBJECT(0, 4, PRODUCT_PROFILE_LOAD_4),
    ENCODING_OBJECT(0, 1, PRODUCT_PROFILE_LOAD_1), ENCODING_OBJECT(0, 2, PRODUCT_PROFILE_LOAD_2),
    ENCODING_OBJECT(0, 3, PRODUCT_PROFILE_LOAD_3), ENCODING_OBJECT(0, 4, PRODUCT_PROFILE_LOAD_4),
    LOAD_OBJECT(1, 0, PRODUCT_PROFILE_LOAD_1),     LOAD_OBJECT(1, 1, PRODUCT_PROFILE_LOAD_3),
    LOAD_OBJECT(1, 2, PRODUCT_PROFILE_LOAD_4),     LOAD_OBJECT(2, 0, PRODUCT_PROFILE_LOAD_2),
};
const struct cosem_group product_group_load_profiles_4 = COSEM_GROUP(four);

#define MBUS_OBJECTS(b, place)                                                                     \
    PROFILE_OBJECT(COSEM_NAME(0, (b), 24, 3, 0), (place)), STATUS_OBJECT((b), 3, (place)),         \
        ENCODING_OBJECT((b), 3, (place))

static const struct cosem_object mbus[] = {
    MBUS_OBJECTS(1, PRODUCT_PROFILE_MBUS_1),
    MBUS_OBJECTS(2, PRODUCT_PROFILE_MBUS_2),
    MBUS_OBJECTS(3, PRODUCT_PROFILE_MBUS_3),
    MBUS_OBJECTS(4, PRODUCT_PROFILE_MBUS_4),
};
const struct cosem_group product_group_mbus_profiles = COSEM_GROUP(mbus);
