/* Alarms, failures of the supply, sags and swells, and tampering, as objects. */
#include "product/groups.h"

#include "cosem/class/classes.h"

#define OUTAGES(e, of, is_long)                                                                    \
    {                                                                                              \
        &class_data, COSEM_NAME(0, 0, 96, 7, (e)), &product_access_known,                          \
            &(const struct class_outage_config)                                                    \
        {                                                                                          \
            {.value = class_data_outages}, (of), (is_long)                                         \
        }                                                                                          \
    }

static const struct cosem_object outages[] = {
    OUTAGES(0, OUTAGE_ALL, false),
    OUTAGES(5, OUTAGE_ALL, true),
    OUTAGES(9, OUTAGE_ANY, true),
    {&class_setting, COSEM_NAME(0, 0, 96, 7, 19), &product_access_known,
     &class_setting_last_outage},
    {&class_setting, COSEM_NAME(0, 0, 96, 7, 20), &product_access_managed,
     &class_setting_long_outage},
    OUTAGES(21, OUTAGE_ANY, false),
};
const struct cosem_group product_group_outages = COSEM_GROUP(outages);

static const struct cosem_object outages_of_phases[] = {
    OUTAGES(1, OUTAGE_L1, false), OUTAGES(2, OUTAGE_L2, false), OUTAGES(3, OUTAGE_L3, false),
    OUTAGES(6, OUTAGE_L1, true),  OUTAGES(7, OUTAGE_L2, true),  OUTAGES(8, OUTAGE_L3, true),
};
const struct cosem_group product_group_outages_of_phases = COSEM_GROUP(outages_of_phases);

/* Group C of the voltage, of a phase from 0 on. */
#define VOLTAGES(c, d, phase, swells)                                                              \
    {                                                                                              \
        &class_data, COSEM_NAME(1, 0, (c), (d), 0), &product_access_known,                         \
            &(const struct class_voltage_config)                                                   \
        {                                                                                          \
            {.value = class_data_voltage}, (phase), (swells)                                       \
        }                                                                                          \
    }

static const struct cosem_object voltages_1[] = {
    VOLTAGES(32, 32, 0, false),
    VOLTAGES(32, 36, 0, true),
};
const struct cosem_group product_group_voltages_1 = COSEM_GROUP(voltages_1);

static const struct cosem_object voltages_3[] = {
    VOLTAGES(32, 32, 0, false), VOLTAGES(32, 36, 0, true),  VOLTAGES(52, 32, 1, false),
    VOLTAGES(52, 36, 1, true),  VOLTAGES(72, 32, 2, false), VOLTAGES(72, 36, 2, true),
};
const struct cosem_group product_group_voltages_3 = COSEM_GROUP(voltages_3);

#define TAMPER(e, of, what)                                                                        \
    {                                                                                              \
        &class_data, COSEM_NAME(0, 0, 96, 20, (e)), &product_access_known,                         \
            &(const struct class_tamper_config)                                                    \
        {                                                                                          \
            {.value = class_data_tamper}, (of), (what)                                             \
        }                                                                                          \
    }
#define TAMPERS(e, of)                                                                             \
    TAMPER(e, of, CLASS_TAMPER_COUNT), TAMPER((e) + 1, of, CLASS_TAMPER_TIME),                     \
        TAMPER((e) + 2, of, CLASS_TAMPER_LASTS), TAMPER((e) + 3, of, CLASS_TAMPER_TOTAL)

static const struct cosem_object tampers[] = {
    TAMPERS(0, RTC_METER_COVER),
    TAMPERS(5, RTC_TERMINAL_COVER),
    TAMPERS(15, RTC_STRONG_FIELD),
};
const struct cosem_group product_group_tampers = COSEM_GROUP(tampers);

/* No code of the standard is for it. */
static const struct cosem_object reversal[] = {
    {&class_setting, COSEM_NAME(0, 0, 128, 9, 0), &product_access_managed, &class_setting_reversal},
};
const struct cosem_group product_group_reversal = COSEM_GROUP(reversal);

#define BITS(d, e, what, which)                                                                    \
    {                                                                                              \
        &class_data, COSEM_NAME(0, 0, 97, (d), (e)), &product_access_managed,                      \
            &(const struct class_alarm_config)                                                     \
        {                                                                                          \
            {.value = class_data_alarm, .set_value = class_data_set_alarm}, (what), (which)        \
        }                                                                                          \
    }
#define MONITOR(which)                                                                             \
    {                                                                                              \
        &class_register_monitor, COSEM_NAME(0, 0, 16, 1, (which)), &product_access_managed,        \
            &(const struct class_monitor_config)                                                   \
        {                                                                                          \
            COSEM_NAME(0, 0, 97, 98, 20 + (which)), (which)                                        \
        }                                                                                          \
    }

static const struct cosem_object alarms[] = {
    MONITOR(0),
    MONITOR(1),
    BITS(97, 0, CLASS_ALARM_ERRORS, 0),
    BITS(98, 0, CLASS_ALARM_REGISTER, 0),
    BITS(98, 1, CLASS_ALARM_REGISTER, 1),
    BITS(98, 10, CLASS_ALARM_FILTER, 0),
    BITS(98, 11, CLASS_ALARM_FILTER, 1),
    BITS(98, 20, CLASS_ALARM_DESCRIPTOR, 0),
    BITS(98, 21, CLASS_ALARM_DESCRIPTOR, 1),
};
const struct cosem_group product_group_alarms = COSEM_GROUP(alarms);

static const struct cosem_object alarms_3[] = {
    MONITOR(2),
    BITS(98, 2, CLASS_ALARM_REGISTER, 2),
    BITS(98, 12, CLASS_ALARM_FILTER, 2),
    BITS(98, 22, CLASS_ALARM_DESCRIPTOR, 2),
};
const struct cosem_group product_group_alarms_3 = COSEM_GROUP(alarms_3);
