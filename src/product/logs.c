/* What the products remember: which logs there are, and in which rings of the flash chip. */
#include "product/groups.h"

#include "cosem/class/classes.h"
#include "storage/layout.h"

const struct event_plan product_events_xs211 = {
    .ring =
        {
            [EVENT_LOG_STANDARD] = XS211_LOG_STANDARD,
            [EVENT_LOG_FRAUD] = XS211_LOG_FRAUD,
            [EVENT_LOG_DISCONNECT] = XS211_LOG_DISCONNECT,
            [EVENT_LOG_QUALITY] = XS211_LOG_QUALITY,
            [EVENT_LOG_COMMUNICATION] = XS211_LOG_COMMUNICATION,
            [EVENT_LOG_TERMINAL_COVER] = XS211_LOG_TERMINAL_COVER,
            [EVENT_LOG_METER_COVER] = XS211_LOG_METER_COVER,
            [EVENT_LOG_PROGRAMMING] = XS211_LOG_PROGRAMMING,
            [EVENT_LOG_INTERRUPTION] = XS211_LOG_INTERRUPTION,
        },
};

const struct event_plan product_events_sx402 = {
    .ring =
        {
            [EVENT_LOG_STANDARD] = SX402_LOG_STANDARD,
            [EVENT_LOG_FRAUD] = SX402_LOG_FRAUD,
            [EVENT_LOG_DISCONNECT] = SX402_LOG_DISCONNECT,
            [EVENT_LOG_QUALITY] = SX402_LOG_QUALITY,
            [EVENT_LOG_COMMUNICATION] = SX402_LOG_COMMUNICATION,
            [EVENT_LOG_TERMINAL_COVER] = EVENT_NO_LOG,
            [EVENT_LOG_METER_COVER] = EVENT_NO_LOG,
            [EVENT_LOG_PROGRAMMING] = EVENT_NO_LOG,
            [EVENT_LOG_INTERRUPTION] = SX402_LOG_INTERRUPTION,
        },
};

/* ---- As objects ---- */

#define CLOCK                                                                                      \
    {                                                                                              \
        8, {0, 0, 1, 0, 0, 255}, 2, 0                                                              \
    }
#define LAST_OUTAGE                                                                                \
    {                                                                                              \
        3, {0, 0, 96, 7, 19, 255}, 2, 0                                                            \
    }
#define CODE(e)                                                                                    \
    {                                                                                              \
        1, {0, 0, 96, 11, (e), 255}, 2, 0                                                          \
    }

#define LOG_OF(name, which, shown, what)                                                           \
    static const struct class_log_config name = {.log = (which),                                   \
                                                 .column_count =                                   \
                                                     sizeof(shown) / sizeof((shown)[0]),           \
                                                 .columns = (shown),                               \
                                                 .fields = (what)}

static const uint8_t time_and_code[] = {CLASS_LOG_TIME, CLASS_LOG_CODE};
static const struct profile_column standard_columns[] = {CLOCK, CODE(0)};
static const uint8_t time_and_duration[] = {CLASS_LOG_TIME, CLASS_LOG_DURATION};
static const struct profile_column quality_columns[] = {CLOCK, CODE(4)};
static const struct profile_column interruption_columns[] = {CLOCK, LAST_OUTAGE};
static const struct profile_column fraud_columns[] = {CLOCK, CODE(1)};
static const struct profile_column communication_columns[] = {CLOCK, CODE(5)};
static const struct profile_column terminal_cover_columns[] = {CLOCK, CODE(128)};
static const struct profile_column meter_cover_columns[] = {CLOCK, CODE(130)};
static const struct profile_column programming_columns[] = {CLOCK, CODE(129)};
LOG_OF(standard_log, EVENT_LOG_STANDARD, standard_columns, time_and_code);
LOG_OF(fraud_log, EVENT_LOG_FRAUD, fraud_columns, time_and_code);
LOG_OF(quality_log, EVENT_LOG_QUALITY, quality_columns, time_and_code);
LOG_OF(communication_log, EVENT_LOG_COMMUNICATION, communication_columns, time_and_code);
LOG_OF(terminal_cover_log, EVENT_LOG_TERMINAL_COVER, terminal_cover_columns, time_and_code);
LOG_OF(meter_cover_log, EVENT_LOG_METER_COVER, meter_cover_columns, time_and_code);
LOG_OF(programming_log, EVENT_LOG_PROGRAMMING, programming_columns, time_and_code);
LOG_OF(interruption_log, EVENT_LOG_INTERRUPTION, interruption_columns, time_and_duration);

#define CODE_OBJECT(e, log)                                                                        \
    {                                                                                              \
        &class_data, COSEM_NAME(0, 0, 96, 11, (e)), &product_access_known,                         \
            &(const struct class_data_numbered)                                                    \
        {                                                                                          \
            {.value = class_data_event_code}, (log)                                                \
        }                                                                                          \
    }
#define COUNT_OBJECT(e, log)                                                                       \
    {                                                                                              \
        &class_data, COSEM_NAME(0, 0, 96, 15, (e)), &product_access_known,                         \
            &(const struct class_data_numbered)                                                    \
        {                                                                                          \
            {.value = class_data_event_count}, (log)                                               \
        }                                                                                          \
    }
#define LOG_OBJECT(e, config)                                                                      \
    {                                                                                              \
        &class_profile_generic, COSEM_NAME(0, 0, 99, 98, (e)), &product_access_log,                \
            &(const struct class_profile_config)                                                   \
        {                                                                                          \
            .log = (config)                                                                        \
        }                                                                                          \
    }

static const struct cosem_object logs[] = {
    CODE_OBJECT(0, EVENT_LOG_STANDARD),
    CODE_OBJECT(1, EVENT_LOG_FRAUD),
    CODE_OBJECT(4, EVENT_LOG_QUALITY),
    CODE_OBJECT(5, EVENT_LOG_COMMUNICATION),
    COUNT_OBJECT(0, EVENT_LOG_STANDARD),
    COUNT_OBJECT(1, EVENT_LOG_FRAUD),
    COUNT_OBJECT(4, EVENT_LOG_QUALITY),
    COUNT_OBJECT(5, EVENT_LOG_COMMUNICATION),
    LOG_OBJECT(0, &standard_log),
    LOG_OBJECT(1, &fraud_log),
    LOG_OBJECT(4, &quality_log),
    LOG_OBJECT(5, &communication_log),
    {&class_profile_generic, COSEM_NAME(1, 0, 99, 97, 0), &product_access_log,
     &(const struct class_profile_config){.log = &interruption_log}},
};
const struct cosem_group product_group_logs = COSEM_GROUP(logs);

/* No code of the standard is for these: they stand in the range that is left to manufacturers. */
static const struct cosem_object logs_local[] = {
    CODE_OBJECT(128, EVENT_LOG_TERMINAL_COVER), CODE_OBJECT(129, EVENT_LOG_PROGRAMMING),
    CODE_OBJECT(130, EVENT_LOG_METER_COVER),    COUNT_OBJECT(128, EVENT_LOG_TERMINAL_COVER),
    COUNT_OBJECT(129, EVENT_LOG_PROGRAMMING),   COUNT_OBJECT(130, EVENT_LOG_METER_COVER),
    LOG_OBJECT(128, &terminal_cover_log),       LOG_OBJECT(129, &programming_log),
    LOG_OBJECT(130, &meter_cover_log),
};
const struct cosem_group product_group_logs_local = COSEM_GROUP(logs_local);
