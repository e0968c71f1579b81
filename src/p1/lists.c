/* The lists of the optical port. Lines of quantities that the meter does not have write nothing. */
#include "p1/readout.h"

#define ROW(c, d, e, k, phase, of_rate, n, y, x, label)                                            \
    {                                                                                              \
        .code = {1, 0, (c), (d), (e)}, .value = p1_value_quantity,                                 \
        .quantity = {(k), (phase), (of_rate)},                                                     \
        .form = {.digits = (n), .decimals = (y), .exponent = (x), .unit = (label)},                \
    }
#define SHOWN(a, b, c, d, e, of)                                                                   \
    {                                                                                              \
        .code = {(a), (b), (c), (d), (e)}, .value = (of)                                           \
    }

#define ENERGY(c, k, label)       ROW(c, 8, 0, k, 0, 0, 9, 3, 3, label)
#define RATE(c, k, of_rate)       ROW(c, 8, of_rate, k, 0, of_rate, 9, 3, 3, "kWh")
#define ENERGY_OF(c, k, phase, u) ROW(c, 8, 0, k, phase, 0, 9, 3, 3, u)
#define POWER(c, k, phase, label) ROW(c, 7, 0, k, phase, 0, 7, 3, 3, label)
#define VOLTAGE(c, phase)         ROW(c, 7, 0, QUANTITY_U, phase, 0, 5, 2, 0, "V")
#define CURRENT(c, phase)         ROW(c, 7, 0, QUANTITY_I, phase, 0, 6, 3, 0, "A")
#define RATES(c, k)               RATE(c, k, 1), RATE(c, k, 2), RATE(c, k, 3), RATE(c, k, 4)

static const struct p1_line general[] = {
    SHOWN(1, 0, 0, 0, 0, p1_value_serial_text), SHOWN(0, 0, 96, 1, 0, p1_value_serial_text),
    SHOWN(1, 0, 0, 2, 0, p1_value_firmware),    SHOWN(1, 0, 0, 9, 1, p1_value_clock_time),
    SHOWN(1, 0, 0, 9, 2, p1_value_clock_date),  SHOWN(0, 0, 96, 14, 0, p1_value_rate),
    ENERGY(1, QUANTITY_A_IMPORT, "kWh"),        RATES(1, QUANTITY_A_IMPORT),
    ENERGY(2, QUANTITY_A_EXPORT, "kWh"),        RATES(2, QUANTITY_A_EXPORT),
    ENERGY(3, QUANTITY_R_IMPORT, "kvarh"),      ENERGY(4, QUANTITY_R_EXPORT, "kvarh"),
    ENERGY(5, QUANTITY_R_QI, "kvarh"),          ENERGY(6, QUANTITY_R_QII, "kvarh"),
    ENERGY(7, QUANTITY_R_QIII, "kvarh"),        ENERGY(8, QUANTITY_R_QIV, "kvarh"),
    ENERGY(15, QUANTITY_A_ABSOLUTE, "kWh"),
};

#define OF_PHASE(c, phase)                                                                         \
    VOLTAGE((c) + 12, phase), CURRENT((c) + 11, phase),                                            \
        POWER((c) + 1, QUANTITY_P_IMPORT, phase, "kW"),                                            \
        POWER((c) + 2, QUANTITY_P_EXPORT, phase, "kW"),                                            \
        ENERGY_OF((c) + 1, QUANTITY_A_IMPORT, phase, "kWh"),                                       \
        ENERGY_OF((c) + 2, QUANTITY_A_EXPORT, phase, "kWh")

static const struct p1_line maker[] = {
    SHOWN(1, 0, 0, 0, 0, p1_value_serial_text),
    SHOWN(1, 0, 0, 9, 1, p1_value_clock_time),
    SHOWN(1, 0, 0, 9, 2, p1_value_clock_date),
    POWER(1, QUANTITY_P_IMPORT, 0, "kW"),
    POWER(2, QUANTITY_P_EXPORT, 0, "kW"),
    POWER(3, QUANTITY_Q_IMPORT, 0, "kvar"),
    POWER(4, QUANTITY_Q_EXPORT, 0, "kvar"),
    POWER(9, QUANTITY_S_IMPORT, 0, "kVA"),
    ROW(13, 7, 0, QUANTITY_PF, 0, 0, 4, 3, 0, NULL),
    ROW(14, 7, 0, QUANTITY_F, 0, 0, 5, 3, 0, "Hz"),
    OF_PHASE(20, 1),
    OF_PHASE(40, 2),
    OF_PHASE(60, 3),
};

#define LIST(rows)                                                                                 \
    {                                                                                              \
        .lines = (rows), .count = sizeof(rows) / sizeof((rows)[0])                                 \
    }

const struct p1_list p1_list_general = LIST(general);
const struct p1_list p1_list_maker = LIST(maker);
