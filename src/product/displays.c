#include "product/displays.h"

#include "product/product.h"

/* A register of electricity, and what is no register. */
#define REGISTER(c, d, e)                                                                          \
    {                                                                                              \
        3, COSEM_NAME(1, 0, c, d, e), 2                                                            \
    }
#define DATA(a, b, c, d, e)                                                                        \
    {                                                                                              \
        1, COSEM_NAME(a, b, c, d, e), 2                                                            \
    }

#define TIME           DATA(1, 0, 0, 9, 1)
#define DATE           DATA(1, 0, 0, 9, 2)
#define SERIAL         DATA(0, 0, 96, 1, 0)
#define LEGAL_FIRMWARE DATA(1, 0, 0, 2, 0)
#define LEGAL_CHECKSUM DATA(1, 0, 0, 2, 8)
#define APPLICATION    DATA(1, 1, 0, 2, 0)

#define REACTIVE  REGISTER(3, 8, 0), REGISTER(4, 8, 0)
#define QUADRANTS REGISTER(5, 8, 0), REGISTER(6, 8, 0), REGISTER(7, 8, 0), REGISTER(8, 8, 0)
#define POWERS    REGISTER(16, 7, 0), REGISTER(3, 7, 0), REGISTER(4, 7, 0)

/* Voltage, current and power of a phase: groups C of L1 are 32, 31 and 36. */
#define PHASE(c) REGISTER((c) + 12, 7, 0), REGISTER((c) + 11, 7, 0), REGISTER((c) + 16, 7, 0)

/* Total and the two rates that most tariffs have. */
#define RATES(c) REGISTER(c, 8, 0), REGISTER(c, 8, 1), REGISTER(c, 8, 2)

/* The largest demand of the period, and when it was. */
#define MAXIMUM                                                                                    \
    {4, COSEM_NAME(1, 0, 1, 6, 0), 2},                                                             \
    {                                                                                              \
        4, COSEM_NAME(1, 0, 1, 6, 0), 5                                                            \
    }

/* Errors, and how often the supply has failed. */
#define CONDITION DATA(0, 0, 97, 97, 0), DATA(0, 0, 96, 7, 21)

/* Distortion of voltage and current of a phase: groups C as above. */
#define DISTORTION(c) REGISTER((c) + 12, 7, 124), REGISTER((c) + 11, 7, 124)

static const struct display_item automatic[] = {TIME, RATES(1), RATES(2), REGISTER(16, 7, 0)};

static const struct display_item manual_single[] = {
    DATE,   TIME,      RATES(1), RATES(2),           REGISTER(15, 8, 0), REACTIVE,
    POWERS, PHASE(20), MAXIMUM,  REGISTER(13, 7, 0), REGISTER(14, 7, 0), SERIAL,
};

static const struct display_item manual_three[] = {
    DATE,      TIME,      RATES(1),  RATES(2), REGISTER(15, 8, 0), REACTIVE,           POWERS,
    PHASE(20), PHASE(40), PHASE(60), MAXIMUM,  REGISTER(13, 7, 0), REGISTER(14, 7, 0), SERIAL,
};

#define IDENTIFICATION                                                                             \
    SERIAL, LEGAL_FIRMWARE, LEGAL_CHECKSUM, APPLICATION, REGISTER(0, 3, 0), REGISTER(0, 3, 1),     \
        CONDITION

static const struct display_item service_xs211[] = {
    IDENTIFICATION,
    QUADRANTS,
    REGISTER(81, 7, 4),
};

static const struct display_item service_single[] = {
    IDENTIFICATION,
    QUADRANTS,
    REGISTER(81, 7, 4),
    DISTORTION(20),
};

#define SERVICE_THREE                                                                              \
    IDENTIFICATION, QUADRANTS, REGISTER(81, 7, 4), REGISTER(81, 7, 15), REGISTER(81, 7, 26),       \
        REGISTER(81, 7, 1), REGISTER(81, 7, 2), DISTORTION(20), DISTORTION(40), DISTORTION(60)

static const struct display_item service_three[] = {SERVICE_THREE};

/* Ratios of its transformers, 200 to 5 and 20000 to 100. */
static const struct display_item service_transformers[] = {
    SERVICE_THREE, REGISTER(0, 4, 2), REGISTER(0, 4, 5), REGISTER(0, 4, 3), REGISTER(0, 4, 6),
};

#define LIST(rows)                                                                                 \
    {                                                                                              \
        (rows), sizeof(rows) / sizeof((rows)[0])                                                   \
    }
#define LISTS(manual, service)                                                                     \
    {                                                                                              \
        LIST(automatic), LIST(manual), LIST(service)                                               \
    }

/* Load profiles and billing, as the products have them. */
static const struct display_profile profiles_xs211[] = {
    {COSEM_NAME(1, 0, 99, 1, 0), PRODUCT_PROFILE_LOAD_1},
    {COSEM_NAME(1, 0, 99, 2, 0), PRODUCT_PROFILE_LOAD_2},
    {COSEM_NAME(0, 0, 98, 1, 0), PRODUCT_PROFILE_BILLING_1},
};

static const struct display_profile profiles_sx402[] = {
    {COSEM_NAME(1, 0, 99, 1, 0), PRODUCT_PROFILE_LOAD_1},
    {COSEM_NAME(1, 0, 99, 1, 1), PRODUCT_PROFILE_LOAD_3},
    {COSEM_NAME(1, 0, 99, 1, 2), PRODUCT_PROFILE_LOAD_4},
    {COSEM_NAME(1, 0, 99, 2, 0), PRODUCT_PROFILE_LOAD_2},
    {COSEM_NAME(0, 0, 98, 1, 0), PRODUCT_PROFILE_BILLING_1},
    {COSEM_NAME(0, 0, 98, 2, 0), PRODUCT_PROFILE_BILLING_2},
};

/* Logs, as the products have them; none is offered that has no entry. */
#define LOGS_OF_ALL                                                                                \
    {COSEM_NAME(0, 0, 99, 98, 0), EVENT_LOG_STANDARD},                                             \
        {COSEM_NAME(0, 0, 99, 98, 1), EVENT_LOG_FRAUD},                                            \
        {COSEM_NAME(0, 0, 99, 98, 2), EVENT_LOG_DISCONNECT},                                       \
        {COSEM_NAME(0, 0, 99, 98, 4), EVENT_LOG_QUALITY},                                          \
        {COSEM_NAME(0, 0, 99, 98, 5), EVENT_LOG_COMMUNICATION},                                    \
    {                                                                                              \
        COSEM_NAME(1, 0, 99, 97, 0), EVENT_LOG_INTERRUPTION                                        \
    }

static const struct display_log logs_sx402[] = {LOGS_OF_ALL};

static const struct display_log logs_xs211[] = {
    LOGS_OF_ALL,
    {COSEM_NAME(0, 0, 99, 98, 128), EVENT_LOG_TERMINAL_COVER},
    {COSEM_NAME(0, 0, 99, 98, 129), EVENT_LOG_PROGRAMMING},
    {COSEM_NAME(0, 0, 99, 98, 130), EVENT_LOG_METER_COVER},
};

#define LOGS(table)     .logs = (table), .log_count = sizeof(table) / sizeof((table)[0])
#define PROFILES(table) .profiles = (table), .profile_count = sizeof(table) / sizeof((table)[0])

/* The data sheet speaks of five combinations and names the first. */
#define FORMS_DOTS                                                                                 \
    {                                                                                              \
        {6, 3}, {6, 2}, {6, 1}, {6, 0},                                                            \
        {                                                                                          \
            5, 1                                                                                   \
        }                                                                                          \
    }

/* Eight digits. */
#define FORMS_SEGMENTS                                                                             \
    {                                                                                              \
        {6, 2}, {6, 1}, {6, 0}, {5, 3},                                                            \
        {                                                                                          \
            5, 1                                                                                   \
        }                                                                                          \
    }

const struct display_config product_display_xs211 = {.glass = DISPLAY_DOTS,
                                                     .forms = FORMS_DOTS,
                                                     .lists = LISTS(manual_single, service_xs211),
                                                     PROFILES(profiles_xs211),
                                                     LOGS(logs_xs211)};

#define ON_SEGMENTS(manual, service)                                                               \
    {                                                                                              \
        .glass = DISPLAY_SEGMENTS, .forms = FORMS_SEGMENTS, .lists = LISTS(manual, service),       \
        PROFILES(profiles_sx402), LOGS(logs_sx402)                                                 \
    }

const struct display_config product_display_single = ON_SEGMENTS(manual_single, service_single);
const struct display_config product_display_three = ON_SEGMENTS(manual_three, service_three);
const struct display_config product_display_transformers =
    ON_SEGMENTS(manual_three, service_transformers);
