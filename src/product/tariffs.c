/* The tariff and what comes of it: calendars, rates. */
#include "cosem/class/classes.h"
#include "product/groups.h"

enum { READING = 1, MANAGEMENT = 2 }; /* columns of the access rows */

#define READ_BY_KNOWN .read = {[READING] = COSEM_ALL, [MANAGEMENT] = COSEM_ALL}

static const struct cosem_access known = {READ_BY_KNOWN};
static const struct cosem_access managed = {READ_BY_KNOWN, .write = {[MANAGEMENT] = COSEM_ALL},
                                            .call = {[MANAGEMENT] = COSEM_ALL}};

/* The tariff: what says which rate is in force, and what selects it. */
static const struct class_register_activation_config energy_masks = {
    TARIFF_ENERGY, class_register_activation_energy_rate};
static const struct class_register_activation_config demand_masks = {
    TARIFF_DEMAND, class_register_activation_demand_rate};
static const struct class_script_action select_rate[] = {
    {CLASS_SCRIPT_WRITE, 6, COSEM_NAME(0, 0, 14, 0, 1), 4, CLASS_SCRIPT_MASK},
    {CLASS_SCRIPT_WRITE, 6, COSEM_NAME(0, 0, 14, 0, 2), 4, CLASS_SCRIPT_MASK},
};
static const struct class_script_table_config tariff_scripts = {LEGAL_RATES, 2, select_rate};

static const struct cosem_object tariff[] = {
    {&class_script_table, COSEM_NAME(0, 0, 10, 0, 100), &managed, &tariff_scripts},
    {&class_special_days, COSEM_NAME(0, 0, 11, 0, 0), &managed, NULL},
    {&class_schedule, COSEM_NAME(0, 0, 12, 0, 0), &managed, NULL},
    {&class_activity_calendar, COSEM_NAME(0, 0, 13, 0, 0), &managed, NULL},
    {&class_register_activation, COSEM_NAME(0, 0, 14, 0, 1), &managed, &energy_masks},
    {&class_register_activation, COSEM_NAME(0, 0, 14, 0, 2), &managed, &demand_masks},
    {&class_data, COSEM_NAME(0, 0, 96, 14, 0), &known, &class_data_current_rate},
};
const struct cosem_group product_group_tariff = COSEM_GROUP(tariff);

static const struct cosem_object rate_inputs[] = {
    {&class_data, COSEM_NAME(0, 0, 96, 3, 1), &known, &class_data_rate_levels},
    {&class_setting, COSEM_NAME(0, 0, 128, 4, 0), &managed, &class_setting_rate_inputs},
};
const struct cosem_group product_group_rate_inputs = COSEM_GROUP(rate_inputs);

/* ---- maximum demand ---- */

#define DEMAND(ic, c, d, e, channel, access)                                                       \
    {                                                                                              \
        (ic), COSEM_NAME(1, 0, (c), (d), (e)), (access), &(const struct class_demand_config)       \
        {                                                                                          \
            (channel), (e)                                                                         \
        }                                                                                          \
    }
#define BY_RATES(ic, c, d, channel, access)                                                        \
    DEMAND(ic, c, d, 0, channel, access), DEMAND(ic, c, d, 1, channel, access),                    \
        DEMAND(ic, c, d, 2, channel, access), DEMAND(ic, c, d, 3, channel, access),                \
        DEMAND(ic, c, d, 4, channel, access), DEMAND(ic, c, d, 5, channel, access),                \
        DEMAND(ic, c, d, 6, channel, access), DEMAND(ic, c, d, 7, channel, access),                \
        DEMAND(ic, c, d, 8, channel, access)

/* Cumulative maximum, average, last average, maximum: value groups D 2, 4, 5 and 6. */
#define CHANNEL(c, channel)                                                                        \
    BY_RATES(&class_cumulative_demand, c, 2, channel, &known),                                     \
        DEMAND(&class_demand_register, c, 4, 0, channel, &managed),                                \
        DEMAND(&class_last_demand, c, 5, 0, channel, &known),                                      \
        BY_RATES(&class_maximum_demand, c, 6, channel, &managed)

static const struct cosem_object demand[] = {CHANNEL(1, 0), CHANNEL(2, 1), CHANNEL(3, 2),
                                             CHANNEL(4, 3), CHANNEL(9, 4), CHANNEL(10, 5)};
const struct cosem_group product_group_demand = COSEM_GROUP(demand);

/* ---- billing ---- */

static const struct class_script_action end_period[] = {
    {CLASS_SCRIPT_EXECUTE, 7, COSEM_NAME(0, 0, 98, 1, 0), 2, CLASS_SCRIPT_ZERO},
};
static const struct class_script_table_config billing_scripts = {1, 1, end_period};

static const struct cosem_object billing_1[] = {
    {&class_data, COSEM_NAME(0, 0, 0, 1, 0), &known, &class_data_billing_periods},
    {&class_data, COSEM_NAME(0, 0, 0, 1, 2), &known, &class_data_billing_end},
    {&class_script_table, COSEM_NAME(0, 0, 10, 0, 1), &managed, &billing_scripts},
    {&class_single_action_schedule, COSEM_NAME(0, 0, 15, 0, 0), &managed, NULL},
    {&class_profile_generic, COSEM_NAME(0, 0, 98, 1, 0), &managed,
     &(const struct class_profile_config){.number = PRODUCT_PROFILE_BILLING_1}},
};
const struct cosem_group product_group_billing_1 = COSEM_GROUP(billing_1);

static const struct cosem_object billing_2[] = {
    {&class_profile_generic, COSEM_NAME(0, 0, 98, 2, 0), &managed,
     &(const struct class_profile_config){.number = PRODUCT_PROFILE_BILLING_2}},
};
const struct cosem_group product_group_billing_2 = COSEM_GROUP(billing_2);

/* Since the billing period began; since midnight, for which the standard leaves D to manufacturers;
 * in the recording interval of the first two load profiles. */
enum { D_SINCE_PERIOD = 9, D_SINCE_MIDNIGHT = 137, D_INTERVAL_1 = 29, D_INTERVAL_2 = 30 };

#define INCREMENT(c, d, begun, of)                                                                 \
    {                                                                                              \
        &class_increment, COSEM_NAME(1, 0, (c), (d), 0), &known,                                   \
            &(const struct class_increment_config)                                                 \
        {                                                                                          \
            (begun), (of)                                                                          \
        }                                                                                          \
    }
#define INTERVAL(c, d, of_profile, of)                                                             \
    {                                                                                              \
        &class_interval, COSEM_NAME(1, 0, (c), (d), 0), &known,                                    \
            &(const struct class_interval_config)                                                  \
        {                                                                                          \
            (of_profile), (of)                                                                     \
        }                                                                                          \
    }
#define INCREMENTS(c, of)                                                                          \
    INCREMENT(c, D_SINCE_PERIOD, BILLING_SINCE_PERIOD, of),                                        \
        INTERVAL(c, D_INTERVAL_1, PRODUCT_PROFILE_LOAD_1, of),                                     \
        INTERVAL(c, D_INTERVAL_2, PRODUCT_PROFILE_LOAD_2, of),                                     \
        INCREMENT(c, D_SINCE_MIDNIGHT, BILLING_SINCE_MIDNIGHT, of)

static const struct cosem_object increments[] = {
    INCREMENTS(1, QUANTITY_A_IMPORT),    INCREMENTS(2, QUANTITY_A_EXPORT),
    INCREMENTS(3, QUANTITY_R_IMPORT),    INCREMENTS(4, QUANTITY_R_EXPORT),
    INCREMENTS(5, QUANTITY_R_QI),        INCREMENTS(6, QUANTITY_R_QII),
    INCREMENTS(7, QUANTITY_R_QIII),      INCREMENTS(8, QUANTITY_R_QIV),
    INCREMENTS(9, QUANTITY_VAH_IMPORT),  INCREMENTS(10, QUANTITY_VAH_EXPORT),
    INCREMENTS(15, QUANTITY_A_ABSOLUTE), INCREMENTS(16, QUANTITY_A_NET),
    INCREMENTS(130, QUANTITY_VAH),
};
const struct cosem_group product_group_increments = COSEM_GROUP(increments);

/* Value group F: 101 the last period, 115 the fifteenth before now; of everything that the first
 * billing profile captures as delivered. */
static const struct class_past_config past_register = {3};
static const struct class_past_config past_maximum = {4};

#define PAST(ic, c, d, e, f, config)                                                               \
    {                                                                                              \
        (ic), {{1, 0, (c), (d), (e), (f)}}, &known, (config)                                       \
    }
#define PASTS(ic, c, d, e, config)                                                                 \
    PAST(ic, c, d, e, 101, config), PAST(ic, c, d, e, 102, config),                                \
        PAST(ic, c, d, e, 103, config), PAST(ic, c, d, e, 104, config),                            \
        PAST(ic, c, d, e, 105, config), PAST(ic, c, d, e, 106, config),                            \
        PAST(ic, c, d, e, 107, config), PAST(ic, c, d, e, 108, config),                            \
        PAST(ic, c, d, e, 109, config), PAST(ic, c, d, e, 110, config),                            \
        PAST(ic, c, d, e, 111, config), PAST(ic, c, d, e, 112, config),                            \
        PAST(ic, c, d, e, 113, config), PAST(ic, c, d, e, 114, config),                            \
        PAST(ic, c, d, e, 115, config)
#define PAST_MAXIMA(c)    PASTS(&class_past_maximum, c, 6, 0, &past_maximum)
#define PAST_ENERGY(c, e) PASTS(&class_past, c, 8, e, &past_register)
#define PAST_RATES(c)                                                                              \
    PAST_ENERGY(c, 0), PAST_ENERGY(c, 1), PAST_ENERGY(c, 2), PAST_ENERGY(c, 3), PAST_ENERGY(c, 4), \
        PAST_ENERGY(c, 5), PAST_ENERGY(c, 6), PAST_ENERGY(c, 7), PAST_ENERGY(c, 8)

static const struct cosem_object past[] = {
    PAST_MAXIMA(1),    PAST_RATES(1),     PAST_MAXIMA(2),    PAST_RATES(2),
    PAST_ENERGY(3, 0), PAST_ENERGY(4, 0), PAST_ENERGY(9, 0), PAST_ENERGY(10, 0),
};
/* Values of some objects in one string. */
static const struct cosem_object compact[] = {
    {&class_compact_data, COSEM_NAME(0, 0, 66, 0, 0), &managed, NULL},
};
const struct cosem_group product_group_compact = COSEM_GROUP(compact);

const struct cosem_group product_group_past = COSEM_GROUP(past);
