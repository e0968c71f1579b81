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

#define DEMAND(ic, c, d, channel, access)                                                          \
    {                                                                                              \
        (ic), COSEM_NAME(1, 0, (c), (d), 0), (access), &(const struct class_demand_config)         \
        {                                                                                          \
            (channel)                                                                              \
        }                                                                                          \
    }

/* Cumulative maximum and maximum, of all rates and of each: value groups D 2 and 6, E counts the
 * rates. Average and last average: D 4 and 5. */
#define MAXIMA(c, channel)                                                                         \
    DEMAND(&class_cumulative_demand, c, 2, channel, &known),                                       \
        DEMAND(&class_maximum_demand, c, 6, channel, &managed)
#define AVERAGES(c, channel)                                                                       \
    DEMAND(&class_demand_register, c, 4, channel, &managed),                                       \
        DEMAND(&class_last_demand, c, 5, channel, &known)

static const struct cosem_object maxima[] = {MAXIMA(1, 0), MAXIMA(2, 1), MAXIMA(3, 2),
                                             MAXIMA(4, 3), MAXIMA(9, 4), MAXIMA(10, 5)};
static const struct cosem_object averages[] = {AVERAGES(1, 0), AVERAGES(2, 1), AVERAGES(3, 2),
                                               AVERAGES(4, 3), AVERAGES(9, 4), AVERAGES(10, 5)};
const struct cosem_group product_group_demand_maxima =
    COSEM_GROUP_OF_SERIES(maxima, 1 + LEGAL_RATES);
const struct cosem_group product_group_demand_averages = COSEM_GROUP(averages);

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

/* Of everything that the first billing profile captures as delivered. Value group F counts the
 * periods: 101 is the last one, 115 the fifteenth before now. */
enum { F_LAST_PERIOD = 101, PAST_PERIODS = 15 };
static const struct class_past_config past_register = {3};
static const struct class_past_config past_maximum = {4};

#define PAST(ic, c, d, e, config)                                                                  \
    {                                                                                              \
        (ic), {{1, 0, (c), (d), (e), F_LAST_PERIOD}}, &known, (config)                             \
    }
#define PAST_MAXIMA(c)    PAST(&class_past_maximum, c, 6, 0, &past_maximum)
#define PAST_ENERGY(c, e) PAST(&class_past, c, 8, e, &past_register)
#define PAST_RATES(c)                                                                              \
    PAST_ENERGY(c, 0), PAST_ENERGY(c, 1), PAST_ENERGY(c, 2), PAST_ENERGY(c, 3), PAST_ENERGY(c, 4), \
        PAST_ENERGY(c, 5), PAST_ENERGY(c, 6), PAST_ENERGY(c, 7), PAST_ENERGY(c, 8)

static const struct cosem_object past[] = {
    PAST_MAXIMA(1),    PAST_RATES(1),     PAST_MAXIMA(2),    PAST_RATES(2),
    PAST_ENERGY(3, 0), PAST_ENERGY(4, 0), PAST_ENERGY(9, 0), PAST_ENERGY(10, 0),
};
const struct cosem_group product_group_past = COSEM_GROUP_OF_SERIES(past, PAST_PERIODS);

/* Values of some objects in one string. */
static const struct cosem_object compact[] = {
    {&class_compact_data, COSEM_NAME(0, 0, 66, 0, 0), &managed, NULL},
};
const struct cosem_group product_group_compact = COSEM_GROUP(compact);
