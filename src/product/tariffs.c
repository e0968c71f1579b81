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
    {&class_activity_calendar, COSEM_NAME(0, 0, 13, 0, 0), &managed, NULL},
    {&class_register_activation, COSEM_NAME(0, 0, 14, 0, 1), &managed, &energy_masks},
    {&class_register_activation, COSEM_NAME(0, 0, 14, 0, 2), &managed, &demand_masks},
    {&class_data, COSEM_NAME(0, 0, 96, 14, 0), &known, &class_data_current_rate},
};
const struct cosem_group product_group_tariff = COSEM_GROUP(tariff);

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
                                             CHANNEL(4, 3)};
const struct cosem_group product_group_demand = COSEM_GROUP(demand);
