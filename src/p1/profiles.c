/* The profiles: every line of a telegram is a row here. Lines of quantities that the meter does not
 * have write nothing, so that one profile serves meters of one phase and of three. */
#include "p1/telegram.h"

#define LINE(a, b, c, d, e, of) .code = {(a), (b), (c), (d), (e)}, .value = (of)
#define FORM(n, y, k, label)                                                                       \
    .form = {.digits = (n), .decimals = (y), .exponent = (k), .unit = (label)}

/* An energy: c.8.0; a power, voltage or current of the moment: c.7.0. */
#define ENERGY(c, k, n, label)                                                                     \
    {                                                                                              \
        LINE(1, 0, c, 8, 0, p1_value_quantity), .quantity = {(k), 0, 0}, FORM(n, 3, 3, label)      \
    }
#define POWER(c, k, phase, n, label)                                                               \
    {                                                                                              \
        LINE(1, 0, c, 7, 0, p1_value_quantity), .quantity = {(k), (phase), 0},                     \
                                                FORM(n, 3, 3, label)                               \
    }
/* An energy of the total that was counted for a rate: c.8.rate. */
#define RATE(c, k, of_rate)                                                                        \
    {                                                                                              \
        LINE(1, 0, c, 8, of_rate, p1_value_quantity), .quantity = {(k), 0, (of_rate)},             \
                                                      FORM(9, 3, 3, "kWh")                         \
    }
#define VOLTAGE(c, phase, n)                                                                       \
    {                                                                                              \
        LINE(1, 0, c, 7, 0, p1_value_quantity), .quantity = {QUANTITY_U, (phase), 0},              \
                                                FORM(n, 1, 0, "V")                                 \
    }
#define CURRENT(c, phase, n, y)                                                                    \
    {                                                                                              \
        LINE(1, 0, c, 7, 0, p1_value_quantity), .quantity = {QUANTITY_I, (phase), 0},              \
                                                FORM(n, y, 0, "A")                                 \
    }
#define SHOWN(a, b, c, d, e, of)                                                                   \
    {                                                                                              \
        LINE(a, b, c, d, e, of)                                                                    \
    }

#define SAGS(c, of_phase)                                                                          \
    {                                                                                              \
        LINE(1, 0, c, 32, 0, p1_value_sags), .quantity = { QUANTITY_U, (of_phase), 0 }             \
    }
#define SWELLS(c, of_phase)                                                                        \
    {                                                                                              \
        LINE(1, 0, c, 36, 0, p1_value_swells), .quantity = { QUANTITY_U, (of_phase), 0 }           \
    }

#define TOTALS_OF_RATES                                                                            \
    RATE(1, QUANTITY_A_IMPORT, 1), RATE(1, QUANTITY_A_IMPORT, 2), RATE(2, QUANTITY_A_EXPORT, 1),   \
        RATE(2, QUANTITY_A_EXPORT, 2)
#define RATE_IN_FORCE SHOWN(0, 0, 96, 14, 0, p1_value_rate)
#define RATES         TOTALS_OF_RATES, RATE_IN_FORCE

#define IMPORT QUANTITY_P_IMPORT
#define EXPORT QUANTITY_P_EXPORT

/* Active power of each phase, import before export, as DSMR and Belgium order them. */
#define POWER_OF_PHASES                                                                            \
    POWER(21, IMPORT, 1, 5, "kW"), POWER(41, IMPORT, 2, 5, "kW"), POWER(61, IMPORT, 3, 5, "kW"),   \
        POWER(22, EXPORT, 1, 5, "kW"), POWER(42, EXPORT, 2, 5, "kW"),                              \
        POWER(62, EXPORT, 3, 5, "kW")

/* DSMR 5.0.2, Table 6-3, in its order. */
static const struct p1_line dsmr[] = {
    SHOWN(1, 3, 0, 2, 8, p1_value_version),
    SHOWN(0, 0, 1, 0, 0, p1_value_time),
    SHOWN(0, 0, 96, 1, 1, p1_value_serial),
    RATES,
    POWER(1, IMPORT, 0, 5, "kW"),
    POWER(2, EXPORT, 0, 5, "kW"),
    SHOWN(0, 0, 96, 7, 21, p1_value_short_failures),
    SHOWN(0, 0, 96, 7, 9, p1_value_long_failures),
    SHOWN(1, 0, 99, 97, 0, p1_value_failure_log),
    SAGS(32, 1),
    SAGS(52, 2),
    SAGS(72, 3),
    SWELLS(32, 1),
    SWELLS(52, 2),
    SWELLS(72, 3),
    SHOWN(0, 0, 96, 13, 0, p1_value_message),
    VOLTAGE(32, 1, 4),
    VOLTAGE(52, 2, 4),
    VOLTAGE(72, 3, 4),
    CURRENT(31, 1, 3, 0),
    CURRENT(51, 2, 3, 0),
    CURRENT(71, 3, 3, 0),
    POWER_OF_PHASES,
};

/* Swedish recommendation 2.0, Annex 3, in its order; times are always normal time. */
static const struct p1_line sweden[] = {
    SHOWN(0, 0, 1, 0, 0, p1_value_time),
    ENERGY(1, QUANTITY_A_IMPORT, 11, "kWh"),
    ENERGY(2, QUANTITY_A_EXPORT, 11, "kWh"),
    ENERGY(3, QUANTITY_R_IMPORT, 11, "kVArh"),
    ENERGY(4, QUANTITY_R_EXPORT, 11, "kVArh"),
    POWER(1, IMPORT, 0, 7, "kW"),
    POWER(2, EXPORT, 0, 7, "kW"),
    POWER(3, QUANTITY_Q_IMPORT, 0, 7, "kVAr"),
    POWER(4, QUANTITY_Q_EXPORT, 0, 7, "kVAr"),
    POWER(21, IMPORT, 1, 7, "kW"),
    POWER(22, EXPORT, 1, 7, "kW"),
    POWER(41, IMPORT, 2, 7, "kW"),
    POWER(42, EXPORT, 2, 7, "kW"),
    POWER(61, IMPORT, 3, 7, "kW"),
    POWER(62, EXPORT, 3, 7, "kW"),
    POWER(23, QUANTITY_Q_IMPORT, 1, 7, "kVAr"),
    POWER(24, QUANTITY_Q_EXPORT, 1, 7, "kVAr"),
    POWER(43, QUANTITY_Q_IMPORT, 2, 7, "kVAr"),
    POWER(44, QUANTITY_Q_EXPORT, 2, 7, "kVAr"),
    POWER(63, QUANTITY_Q_IMPORT, 3, 7, "kVAr"),
    POWER(64, QUANTITY_Q_EXPORT, 3, 7, "kVAr"),
    VOLTAGE(32, 1, 4),
    VOLTAGE(52, 2, 4),
    VOLTAGE(72, 3, 4),
    CURRENT(31, 1, 4, 1),
    CURRENT(51, 2, 4, 1),
    CURRENT(71, 3, 4, 1),
};

/* Belgium, e-MUCS, in the order of its telegrams. Its rate 1 is the day, the Dutch one the night:
 * which is which is up to the tariff. */
static const struct p1_line belgium[] = {
    SHOWN(0, 0, 96, 1, 4, p1_value_version),
    SHOWN(0, 0, 96, 1, 1, p1_value_serial),
    SHOWN(0, 0, 1, 0, 0, p1_value_time),
    TOTALS_OF_RATES,
    SHOWN(1, 0, 1, 4, 0, p1_value_demand),
    SHOWN(1, 0, 1, 6, 0, p1_value_maximum),
    SHOWN(0, 0, 98, 1, 0, p1_value_maxima),
    RATE_IN_FORCE,
    POWER(1, IMPORT, 0, 5, "kW"),
    POWER(2, EXPORT, 0, 5, "kW"),
    POWER_OF_PHASES,
    VOLTAGE(32, 1, 4),
    VOLTAGE(52, 2, 4),
    VOLTAGE(72, 3, 4),
    CURRENT(31, 1, 5, 2),
    CURRENT(51, 2, 5, 2),
    CURRENT(71, 3, 5, 2),
    SHOWN(0, 0, 96, 13, 0, p1_value_message),
};

/* Luxembourg 1.1.3. */
static const struct p1_line luxembourg[] = {
    SHOWN(1, 3, 0, 2, 8, p1_value_version),
    SHOWN(0, 0, 1, 0, 0, p1_value_time),
    SHOWN(0, 0, 42, 0, 0, p1_value_device_name),
    ENERGY(1, QUANTITY_A_IMPORT, 9, "kWh"),
    ENERGY(2, QUANTITY_A_EXPORT, 9, "kWh"),
    ENERGY(3, QUANTITY_R_IMPORT, 9, "kvarh"),
    ENERGY(4, QUANTITY_R_EXPORT, 9, "kvarh"),
    POWER(1, IMPORT, 0, 5, "kW"),
    POWER(2, EXPORT, 0, 5, "kW"),
    POWER(3, QUANTITY_Q_IMPORT, 0, 5, "kvar"),
    POWER(4, QUANTITY_Q_EXPORT, 0, 5, "kvar"),
    POWER(9, QUANTITY_S_IMPORT, 0, 5, "kVA"),
    POWER(10, QUANTITY_S_EXPORT, 0, 5, "kVA"),
    SHOWN(0, 0, 96, 13, 0, p1_value_message),
    VOLTAGE(32, 1, 4),
    VOLTAGE(52, 2, 4),
    VOLTAGE(72, 3, 4),
    CURRENT(31, 1, 3, 0),
    CURRENT(51, 2, 3, 0),
    CURRENT(71, 3, 3, 0),
    POWER_OF_PHASES,
    POWER(23, QUANTITY_Q_IMPORT, 1, 5, "kvar"),
    POWER(43, QUANTITY_Q_IMPORT, 2, 5, "kvar"),
    POWER(63, QUANTITY_Q_IMPORT, 3, 5, "kvar"),
    POWER(24, QUANTITY_Q_EXPORT, 1, 5, "kvar"),
    POWER(44, QUANTITY_Q_EXPORT, 2, 5, "kvar"),
    POWER(64, QUANTITY_Q_EXPORT, 3, 5, "kvar"),
};

#define LINES(table) .lines = (table), .count = sizeof(table) / sizeof((table)[0])

const struct p1_profile p1_profile_dsmr = {
    .name = "dsmr", .title = "DSMR 5.0.2", .version = "50", LINES(dsmr), .period_s = 1};
const struct p1_profile p1_profile_sweden = {.name = "sweden",
                                             .title = "Swedish recommendation 2.0",
                                             .version = "",
                                             LINES(sweden),
                                             .period_s = 10,
                                             .always_standard = true};
const struct p1_profile p1_profile_belgium = {.name = "belgium",
                                              .title = "Belgium, e-MUCS",
                                              .version = "50217",
                                              LINES(belgium),
                                              .period_s = 1};
const struct p1_profile p1_profile_luxembourg = {.name = "luxembourg",
                                                 .title = "Luxembourg 1.1.3",
                                                 .version = "42",
                                                 LINES(luxembourg),
                                                 .period_s = 10};
