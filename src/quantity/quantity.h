/* Every quantity of the meter under one name: unit, scaler, kind. The only read path: display, P1
 * and COSEM all read here and so can never disagree.
 *
 * Units are the codes of the Blue Book's table of units, value groups those of IEC 62056-6-1. */
#ifndef WATTHOUR_QUANTITY_QUANTITY_H
#define WATTHOUR_QUANTITY_QUANTITY_H

#include "harmonics/harmonics.h"

#include <stdbool.h>
#include <stdint.h>

enum quantity_kind {
    /* Instantaneous: of the last window. */
    QUANTITY_U, /* phases only */
    QUANTITY_I, /* total: sum of the phases' currents */
    QUANTITY_P, /* signed: import - export */
    QUANTITY_P_IMPORT,
    QUANTITY_P_EXPORT,
    QUANTITY_P_ABSOLUTE,
    QUANTITY_P1, /* of the fundamental, signed */
    QUANTITY_Q,  /* of the fundamental (IEC 62053-24), signed */
    QUANTITY_Q_IMPORT,
    QUANTITY_Q_EXPORT,
    QUANTITY_Q_QI, /* quadrants: the magnitude in the one of the moment, 0 in the others */
    QUANTITY_Q_QII,
    QUANTITY_Q_QIII,
    QUANTITY_Q_QIV,
    QUANTITY_S,
    QUANTITY_S_IMPORT,
    QUANTITY_S_EXPORT,
    QUANTITY_PF,       /* signed as P */
    QUANTITY_F,        /* total only */
    QUANTITY_ANGLE_UI, /* phases only: by which I lags U, 0..360 degrees */
    QUANTITY_ANGLE_UU, /* phases only: by which U lags U of L1 */
    QUANTITY_THD_U,    /* phases only: total harmonic distortion, THDS of orders 2..40 */
    QUANTITY_THD_I,
    /* Energies: registers that never fall, but for A_NET. */
    QUANTITY_A_IMPORT,
    QUANTITY_A_EXPORT,
    QUANTITY_A_ABSOLUTE, /* |A| = A+ + A- */
    QUANTITY_A_NET,      /* A+ - A-, signed */
    QUANTITY_R_IMPORT,   /* R+ = R1 + R2 */
    QUANTITY_R_EXPORT,   /* R- = R3 + R4 */
    QUANTITY_R_QI,
    QUANTITY_R_QII,
    QUANTITY_R_QIII,
    QUANTITY_R_QIV,
    QUANTITY_VAH, /* VAh+ + VAh- */
    QUANTITY_VAH_IMPORT,
    QUANTITY_VAH_EXPORT,
    /* Constants of the pulse outputs; total only. */
    QUANTITY_PULSES_ACTIVE,
    QUANTITY_PULSES_REACTIVE,
    /* Ratios of the transformers before the meter, 200 to 5; total only. Everything above is of
     * their primary side. */
    QUANTITY_CT_PRIMARY,
    QUANTITY_CT_SECONDARY,
    QUANTITY_VT_PRIMARY,
    QUANTITY_VT_SECONDARY,
    QUANTITY_KINDS
};

/* Units, Blue Book. */
enum quantity_unit {
    QUANTITY_UNIT_DEGREE = 8,
    QUANTITY_UNIT_W = 27,
    QUANTITY_UNIT_VA = 28,
    QUANTITY_UNIT_VAR = 29,
    QUANTITY_UNIT_WH = 30,
    QUANTITY_UNIT_VAH = 31,
    QUANTITY_UNIT_VARH = 32,
    QUANTITY_UNIT_A = 33,
    QUANTITY_UNIT_V = 35,
    QUANTITY_UNIT_HZ = 44,
    QUANTITY_UNIT_PER_WH = 45,
    QUANTITY_UNIT_PER_VARH = 46,
    QUANTITY_UNIT_PERCENT = 56,
    QUANTITY_UNIT_COUNT = 255, /* no unit */
};

enum {
    QUANTITY_REGISTER_DIGITS = 9,
    QUANTITY_NAME_SIZE = 12, /* octets of the longest name with its zero */
    QUANTITY_RATES = LEGAL_RATES,
    QUANTITY_ORDERS = HARMONICS_ORDERS,
};

struct quantity {
    uint8_t kind;  /* enum quantity_kind */
    uint8_t phase; /* 0: total; 1..3: L1..L3 */
    uint8_t e; /* OBIS value group E. 0: all; of an energy of the total 1..QUANTITY_RATES: what it
                  counted for that rate; of U and I of a phase 1..QUANTITY_ORDERS: rms of that
                  harmonic */
};

/* What a kind is. */
struct quantity_row {
    const char *name; /* "u", "p+", "a+"; a phase is added as in "u.1", a rate as in "a+.t1", a
                         harmonic as in "u.1.h5" */
    uint8_t unit;     /* enum quantity_unit */
    int8_t scaler;    /* the customary one to show it with: value * 10^scaler */
    int8_t fine;      /* the one that quantity_read() gives it with */
    uint8_t c_total;  /* OBIS value group C of the total; 0: none */
    uint8_t c_phase;  /* of L1 (L2: + 20, L3: + 40); 0: none */
    uint8_t d;        /* OBIS value group D */
    bool energy;      /* truncated, rolls over; else rounded */
};

/* Where quantities come from. */
struct quantity_source {
    const struct legal *legal; /* NULL: the legally relevant part does not run, nothing is valid */
    const struct legal_config *config;     /* needed then: what the meter would measure */
    const struct harmonics_method *method; /* of finding harmonics; NULL: this meter has none */
    const struct harmonics *harmonics;     /* what was found; NULL: nothing, not one is valid */
};

struct quantity_value {
    int64_t value; /* in `unit` * 10^`scaler` */
    int8_t scaler;
    uint8_t unit;
    bool energy;
    bool valid; /* false: not measured yet, or without meaning now (a dead phase's angle) */
};

const struct quantity_row *quantity_row(enum quantity_kind kind);

/* Reads a quantity. -1: this meter has none such (a phase that it lacks, the total of a voltage);
 * a value that is there but not valid is 0. */
int quantity_read(const struct quantity_source *source, struct quantity quantity,
                  struct quantity_value *value);

/* The rate (1..QUANTITY_RATES) that energies are counted for now. */
unsigned quantity_rate(const struct quantity_source *source);

/* Whether values may be of the primary side of transformers, and so far beyond the meter's own. */
bool quantity_may_be_primary(const struct quantity_source *source);

/* Whether a kind is the numerator or denominator of a ratio: a whole number. */
bool quantity_is_ratio(enum quantity_kind kind);

/* The value in `scaler` steps: energies cut off (a register is never above the truth), everything
 * else rounded to the nearest, ties away from zero. Saturates at the ends of int64_t. */
int64_t quantity_scaled(const struct quantity_value *value, int8_t scaler);

/* The same as a register of `digits` (1..18) decimal digits shows it: it rolls over. */
int64_t quantity_register(const struct quantity_value *value, int8_t scaler, unsigned digits);

/* Nothing is counted on any phase: the meter stands still (EN 50470-3, no-load condition). */
bool quantity_is_idle(const struct quantity_source *source);

/* The OBIS code, A = 1, B = 0, F = 255; -1: it has none. */
int quantity_obis(struct quantity quantity, uint8_t code[6]);

/* The quantity of an OBIS code; -1: of none. */
int quantity_find_obis(const uint8_t code[6], struct quantity *quantity);

/* The name, "p+", "p+.1", "u.1.h5" or "a+.t1"; at most QUANTITY_NAME_SIZE octets with the zero. */
void quantity_name(struct quantity quantity, char name[QUANTITY_NAME_SIZE]);

/* The quantity of a name as above; -1: unknown. */
int quantity_find(const char *name, struct quantity *quantity);

#endif
