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
static const struct class_script_action select_rate[] = {
    {CLASS_SCRIPT_WRITE, 6, COSEM_NAME(0, 0, 14, 0, 1), 4, CLASS_SCRIPT_MASK},
};
static const struct class_script_table_config tariff_scripts = {LEGAL_RATES, 1, select_rate};

static const struct cosem_object tariff[] = {
    {&class_script_table, COSEM_NAME(0, 0, 10, 0, 100), &managed, &tariff_scripts},
    {&class_special_days, COSEM_NAME(0, 0, 11, 0, 0), &managed, NULL},
    {&class_activity_calendar, COSEM_NAME(0, 0, 13, 0, 0), &managed, NULL},
    {&class_register_activation, COSEM_NAME(0, 0, 14, 0, 1), &managed, &energy_masks},
    {&class_data, COSEM_NAME(0, 0, 96, 14, 0), &known, &class_data_current_rate},
};
const struct cosem_group product_group_tariff = COSEM_GROUP(tariff);
