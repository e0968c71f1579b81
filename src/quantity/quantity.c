#include "quantity/quantity.h"

#include "base/need.h"
#include "quantity/parts.h"

#include <string.h>

enum {
    FINE_MICRO = -6,
    FINE_NANO = -9,
    SECONDS_PER_HOUR = 3600,
    DIGITS_OF_INT64 = 18, /* powers of ten that it holds */
};

/* name, unit, scaler, fine, C of the total, C of L1, D, energy. Group C as IEC 62056-6-1 has it; a
 * kind without one (fundamental power, signed reactive power, S of both directions) has none there.
 */
static const struct quantity_row rows[QUANTITY_KINDS] = {
    [QUANTITY_U] = {"u", QUANTITY_UNIT_V, -3, FINE_MICRO, 0, 32, 7, false},
    [QUANTITY_I] = {"i", QUANTITY_UNIT_A, -5, FINE_NANO, 90, 31, 7, false},
    [QUANTITY_P] = {"p", QUANTITY_UNIT_W, -3, FINE_MICRO, 16, 36, 7, false},
    [QUANTITY_P_IMPORT] = {"p+", QUANTITY_UNIT_W, -3, FINE_MICRO, 1, 21, 7, false},
    [QUANTITY_P_EXPORT] = {"p-", QUANTITY_UNIT_W, -3, FINE_MICRO, 2, 22, 7, false},
    [QUANTITY_P_ABSOLUTE] = {"|p|", QUANTITY_UNIT_W, -3, FINE_MICRO, 15, 35, 7, false},
    [QUANTITY_P1] = {"p1", QUANTITY_UNIT_W, -3, FINE_MICRO, 0, 0, 7, false},
    [QUANTITY_Q] = {"q", QUANTITY_UNIT_VAR, -3, FINE_MICRO, 0, 0, 7, false},
    [QUANTITY_Q_IMPORT] = {"q+", QUANTITY_UNIT_VAR, -3, FINE_MICRO, 3, 23, 7, false},
    [QUANTITY_Q_EXPORT] = {"q-", QUANTITY_UNIT_VAR, -3, FINE_MICRO, 4, 24, 7, false},
    [QUANTITY_Q_QI] = {"qi", QUANTITY_UNIT_VAR, -3, FINE_MICRO, 5, 25, 7, false},
    [QUANTITY_Q_QII] = {"qii", QUANTITY_UNIT_VAR, -3, FINE_MICRO, 6, 26, 7, false},
    [QUANTITY_Q_QIII] = {"qiii", QUANTITY_UNIT_VAR, -3, FINE_MICRO, 7, 27, 7, false},
    [QUANTITY_Q_QIV] = {"qiv", QUANTITY_UNIT_VAR, -3, FINE_MICRO, 8, 28, 7, false},
    [QUANTITY_S] = {"s", QUANTITY_UNIT_VA, -3, FINE_MICRO, 0, 0, 7, false},
    [QUANTITY_S_IMPORT] = {"s+", QUANTITY_UNIT_VA, -3, FINE_MICRO, 9, 29, 7, false},
    [QUANTITY_S_EXPORT] = {"s-", QUANTITY_UNIT_VA, -3, FINE_MICRO, 10, 30, 7, false},
    [QUANTITY_PF] = {"pf", QUANTITY_UNIT_COUNT, -4, FINE_MICRO, 13, 33, 7, false},
    [QUANTITY_F] = {"f", QUANTITY_UNIT_HZ, -4, FINE_MICRO, 14, 0, 7, false},
    [QUANTITY_ANGLE_UI] = {"angle-ui", QUANTITY_UNIT_DEGREE, -2, FINE_MICRO, 0, 81, 7, false},
    [QUANTITY_ANGLE_UU] = {"angle-uu", QUANTITY_UNIT_DEGREE, -2, FINE_MICRO, 0, 81, 7, false},
    [QUANTITY_THD_U] = {"thd-u", QUANTITY_UNIT_PERCENT, -2, -4, 0, 32, 7, false},
    [QUANTITY_THD_I] = {"thd-i", QUANTITY_UNIT_PERCENT, -2, -4, 0, 31, 7, false},
    [QUANTITY_A_IMPORT] = {"a+", QUANTITY_UNIT_WH, 0, FINE_MICRO, 1, 21, 8, true},
    [QUANTITY_A_EXPORT] = {"a-", QUANTITY_UNIT_WH, 0, FINE_MICRO, 2, 22, 8, true},
    [QUANTITY_A_ABSOLUTE] = {"|a|", QUANTITY_UNIT_WH, 0, FINE_MICRO, 15, 35, 8, true},
    [QUANTITY_A_NET] = {"a", QUANTITY_UNIT_WH, 0, FINE_MICRO, 16, 36, 8, true},
    [QUANTITY_R_IMPORT] = {"r+", QUANTITY_UNIT_VARH, 0, FINE_MICRO, 3, 23, 8, true},
    [QUANTITY_R_EXPORT] = {"r-", QUANTITY_UNIT_VARH, 0, FINE_MICRO, 4, 24, 8, true},
    [QUANTITY_R_QI] = {"ri", QUANTITY_UNIT_VARH, 0, FINE_MICRO, 5, 25, 8, true},
    [QUANTITY_R_QII] = {"rii", QUANTITY_UNIT_VARH, 0, FINE_MICRO, 6, 26, 8, true},
    [QUANTITY_R_QIII] = {"riii", QUANTITY_UNIT_VARH, 0, FINE_MICRO, 7, 27, 8, true},
    [QUANTITY_R_QIV] = {"riv", QUANTITY_UNIT_VARH, 0, FINE_MICRO, 8, 28, 8, true},
    [QUANTITY_VAH] = {"vah", QUANTITY_UNIT_VAH, 0, FINE_MICRO, 0, 0, 8, true},
    [QUANTITY_VAH_IMPORT] = {"vah+", QUANTITY_UNIT_VAH, 0, FINE_MICRO, 9, 29, 8, true},
    [QUANTITY_VAH_EXPORT] = {"vah-", QUANTITY_UNIT_VAH, 0, FINE_MICRO, 10, 30, 8, true},
    [QUANTITY_PULSES_ACTIVE] = {"pulses-a", QUANTITY_UNIT_PER_WH, -3, -3, 0, 0, 3, false},
    [QUANTITY_PULSES_REACTIVE] = {"pulses-r", QUANTITY_UNIT_PER_VARH, -3, -3, 0, 0, 3, false},
    [QUANTITY_CT_PRIMARY] = {"ct", QUANTITY_UNIT_COUNT, 0, 0, 0, 0, 4, false},
    [QUANTITY_CT_SECONDARY] = {"ct-by", QUANTITY_UNIT_COUNT, 0, 0, 0, 0, 4, false},
    [QUANTITY_VT_PRIMARY] = {"vt", QUANTITY_UNIT_COUNT, 0, 0, 0, 0, 4, false},
    [QUANTITY_VT_SECONDARY] = {"vt-by", QUANTITY_UNIT_COUNT, 0, 0, 0, 0, 4, false},
};

const struct quantity_row *quantity_row(enum quantity_kind kind)
{
    need(kind < QUANTITY_KINDS);
    return &rows[kind];
}

/* The powers of a phase or of all of them, under the same names. */
struct power {
    int64_t p_uw;
    int64_t p1_uw;
    int64_t q1_uvar;
    int64_t s_uva;
};

static struct power power_of(const struct legal_snapshot *snapshot, unsigned phase)
{
    if (phase == 0) {
        const struct legal_total *total = &snapshot->total;
        return (struct power){total->p_uw, total->p1_uw, total->q1_uvar, total->s_uva};
    }
    const struct legal_phase *of = &snapshot->phase[phase - 1];
    return (struct power){of->p_uw, of->p1_uw, of->q1_uvar, of->s_uva};
}

static int64_t magnitude(int64_t value)
{
    return value < 0 ? -value : value;
}

static int64_t positive(int64_t value)
{
    return value > 0 ? value : 0;
}

/* |Q| in the quadrant given by the signs of P and Q, else 0; zero counts as positive. */
static int64_t in_quadrant(const struct power *power, bool p_negative, bool q_negative)
{
    bool here = (power->p_uw < 0) == p_negative && (power->q1_uvar < 0) == q_negative;
    return here ? magnitude(power->q1_uvar) : 0;
}

/* Active and apparent. */
static int64_t active_value(enum quantity_kind kind, const struct power *power)
{
    switch (kind) {
    case QUANTITY_P:
        return power->p_uw;
    case QUANTITY_P_IMPORT:
        return positive(power->p_uw);
    case QUANTITY_P_EXPORT:
        return positive(-power->p_uw);
    case QUANTITY_P_ABSOLUTE:
        return magnitude(power->p_uw);
    case QUANTITY_P1:
        return power->p1_uw;
    case QUANTITY_S:
        return power->s_uva;
    case QUANTITY_S_IMPORT:
        return power->p_uw >= 0 ? power->s_uva : 0;
    case QUANTITY_S_EXPORT:
        return power->p_uw < 0 ? power->s_uva : 0;
    default:
        return 0;
    }
}

static int64_t reactive_value(enum quantity_kind kind, const struct power *power)
{
    switch (kind) {
    case QUANTITY_Q:
        return power->q1_uvar;
    case QUANTITY_Q_IMPORT:
        return positive(power->q1_uvar);
    case QUANTITY_Q_EXPORT:
        return positive(-power->q1_uvar);
    case QUANTITY_Q_QI:
        return in_quadrant(power, false, false);
    case QUANTITY_Q_QII:
        return in_quadrant(power, true, false);
    case QUANTITY_Q_QIII:
        return in_quadrant(power, true, true);
    case QUANTITY_Q_QIV:
        return in_quadrant(power, false, true);
    default:
        return 0;
    }
}

static int64_t power_value(enum quantity_kind kind, const struct power *power)
{
    bool reactive = kind >= QUANTITY_Q && kind <= QUANTITY_Q_QIV;
    return reactive ? reactive_value(kind, power) : active_value(kind, power);
}

static int64_t phase_value(enum quantity_kind kind, const struct legal_phase *of)
{
    switch (kind) {
    case QUANTITY_U:
        return of->u_uv;
    case QUANTITY_I:
        return of->i_na;
    case QUANTITY_PF:
        return of->pf_ppm;
    case QUANTITY_ANGLE_UI:
        return of->angle_ui_udeg;
    case QUANTITY_ANGLE_UU:
        return of->angle_uu_udeg;
    default:
        return 0;
    }
}

static int64_t total_value(enum quantity_kind kind, const struct legal_snapshot *snapshot)
{
    switch (kind) {
    case QUANTITY_I:
        return snapshot->total.i_na;
    case QUANTITY_PF:
        return snapshot->total.pf_ppm;
    case QUANTITY_F:
        return snapshot->f_uhz;
    default:
        return 0;
    }
}

static int64_t moment_value(struct quantity quantity, const struct legal_snapshot *snapshot)
{
    if (quantity.kind >= QUANTITY_P && quantity.kind <= QUANTITY_S_EXPORT) {
        struct power power = power_of(snapshot, quantity.phase);
        return power_value(quantity.kind, &power);
    }
    return quantity.phase == 0 ? total_value(quantity.kind, snapshot)
                               : phase_value(quantity.kind, &snapshot->phase[quantity.phase - 1]);
}

/* Angles are those of a phase, see quantity_is_there(). */
static bool moment_valid(struct quantity quantity, const struct legal_snapshot *snapshot)
{
    switch (quantity.kind) {
    case QUANTITY_F:
        return snapshot->locked;
    case QUANTITY_ANGLE_UI:
    case QUANTITY_ANGLE_UU:
        return snapshot->locked && snapshot->phase[quantity.phase - 1].alive;
    default:
        return snapshot->window != 0;
    }
}

/* Which energies of the ledger a register adds up, and which it takes off. */
struct energy_sum {
    uint16_t plus; /* 1 << enum legal_energy */
    uint16_t minus;
};

#define ENERGY(name) (1U << LEGAL_ENERGY_##name)

static const struct energy_sum energy_sums[QUANTITY_KINDS] = {
    [QUANTITY_A_IMPORT] = {ENERGY(A_IMPORT), 0},
    [QUANTITY_A_EXPORT] = {ENERGY(A_EXPORT), 0},
    [QUANTITY_A_ABSOLUTE] = {ENERGY(A_IMPORT) | ENERGY(A_EXPORT), 0},
    [QUANTITY_A_NET] = {ENERGY(A_IMPORT), ENERGY(A_EXPORT)},
    [QUANTITY_R_IMPORT] = {ENERGY(R1) | ENERGY(R2), 0},
    [QUANTITY_R_EXPORT] = {ENERGY(R3) | ENERGY(R4), 0},
    [QUANTITY_R_QI] = {ENERGY(R1), 0},
    [QUANTITY_R_QII] = {ENERGY(R2), 0},
    [QUANTITY_R_QIII] = {ENERGY(R3), 0},
    [QUANTITY_R_QIV] = {ENERGY(R4), 0},
    [QUANTITY_VAH] = {ENERGY(S_IMPORT) | ENERGY(S_EXPORT), 0},
    [QUANTITY_VAH_IMPORT] = {ENERGY(S_IMPORT), 0},
    [QUANTITY_VAH_EXPORT] = {ENERGY(S_EXPORT), 0},
};

/* uWh of the sum. The ledger's uWs are added before the division, so that the register of a sum is
 * never a step behind it. */
static int64_t energy_value(const struct legal *legal, struct quantity quantity)
{
    const struct energy_sum *sum = &energy_sums[quantity.kind];
    int64_t sum_uws = 0;
    for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
        enum legal_energy of = (enum legal_energy)energy;
        int64_t uws = quantity.e == 0 ? legal_energy_uws(legal, quantity.phase, of)
                                      : legal_rate_energy_uws(legal, quantity.e, of);
        sum_uws += sum->plus >> energy & 1 ? uws : 0;
        sum_uws -= sum->minus >> energy & 1 ? uws : 0;
    }
    return sum_uws / SECONDS_PER_HOUR;
}

/* Only energies of the total are counted by rates, only U and I of a phase have harmonics. */
static bool has_group_e(struct quantity quantity)
{
    if (quantity_is_harmonic(quantity)) {
        return quantity.e <= QUANTITY_ORDERS && quantity.phase != 0;
    }
    return quantity.e == 0 ||
           (quantity.e <= QUANTITY_RATES && quantity.phase == 0 && rows[quantity.kind].energy);
}

/* There are kinds that only a phase, or only the total, has. */
bool quantity_is_there(struct quantity quantity, unsigned phases)
{
    if (quantity.kind >= QUANTITY_KINDS || quantity.phase > phases || !has_group_e(quantity)) {
        return false;
    }
    switch (quantity.kind) {
    case QUANTITY_U:
    case QUANTITY_ANGLE_UI:
    case QUANTITY_ANGLE_UU:
    case QUANTITY_THD_U:
    case QUANTITY_THD_I:
        return quantity.phase != 0;
    case QUANTITY_F:
        return quantity.phase == 0;
    default:
        return quantity.phase == 0 || !quantity_is_constant(quantity.kind);
    }
}

static bool needs_harmonics(struct quantity quantity)
{
    return quantity_is_distortion(quantity.kind) || quantity_is_harmonic(quantity);
}

static void read_moment(const struct legal *legal, struct quantity quantity,
                        struct quantity_value *value)
{
    struct legal_snapshot snapshot;
    legal_read(legal, &snapshot);
    value->valid = moment_valid(quantity, &snapshot);
    value->value = value->valid ? moment_value(quantity, &snapshot) : 0;
}

const struct legal_config *quantity_configuration(const struct quantity_source *source)
{
    return source->legal ? legal_configuration(source->legal) : source->config;
}

int quantity_read(const struct quantity_source *source, struct quantity quantity,
                  struct quantity_value *value)
{
    const struct legal_config *config = quantity_configuration(source);
    if (!quantity_is_there(quantity, config->phases) ||
        (quantity_is_ratio(quantity.kind) && !config->transformers) ||
        (needs_harmonics(quantity) && !source->method)) {
        return -1;
    }
    const struct quantity_row *row = &rows[quantity.kind];
    *value = (struct quantity_value){
        .scaler = row->fine, .unit = row->unit, .energy = row->energy, .valid = source->legal};
    if (!source->legal) {
        return 0;
    }
    if (row->energy) {
        value->value = energy_value(source->legal, quantity);
    } else if (quantity_is_constant(quantity.kind)) {
        value->value = quantity_constant(source->legal, quantity.kind);
    } else if (needs_harmonics(quantity)) {
        quantity_harmonics(source, quantity, value);
    } else {
        read_moment(source->legal, quantity, value);
    }
    if (config->transformers) {
        value->value = quantity_primary(source->legal, quantity.kind, value->value);
    }
    return 0;
}

unsigned quantity_rate(const struct quantity_source *source)
{
    return source->legal ? legal_rate(source->legal) : 1;
}

bool quantity_is_idle(const struct quantity_source *source)
{
    struct legal_snapshot snapshot;
    if (!source->legal) {
        return true;
    }
    unsigned phases = quantity_configuration(source)->phases;
    legal_read(source->legal, &snapshot);
    for (unsigned phase = 0; phase < phases; phase++) {
        if (snapshot.phase[phase].direction != LEGAL_DIRECTION_NONE) {
            return false;
        }
    }
    return true;
}

/* A table: every register that is read is scaled. */
static const int64_t powers_of_ten[DIGITS_OF_INT64 + 1] = {
    INT64_C(1),
    INT64_C(10),
    INT64_C(100),
    INT64_C(1000),
    INT64_C(10000),
    INT64_C(100000),
    INT64_C(1000000),
    INT64_C(10000000),
    INT64_C(100000000),
    INT64_C(1000000000),
    INT64_C(10000000000),
    INT64_C(100000000000),
    INT64_C(1000000000000),
    INT64_C(10000000000000),
    INT64_C(100000000000000),
    INT64_C(1000000000000000),
    INT64_C(10000000000000000),
    INT64_C(100000000000000000),
    INT64_C(1000000000000000000),
};

/* value * 10^digits; 0 stays 0, however many they are. */
static int64_t multiply_saturated(int64_t value, int digits)
{
    int64_t most = digits <= DIGITS_OF_INT64 ? INT64_MAX / powers_of_ten[digits] : 0;
    if (value > most || value < -most) {
        return value > 0 ? INT64_MAX : INT64_MIN;
    }
    return value != 0 ? value * powers_of_ten[digits] : 0;
}

int64_t quantity_scaled(const struct quantity_value *value, int8_t scaler)
{
    int digits = scaler - value->scaler;
    if (digits <= 0) {
        return multiply_saturated(value->value, -digits);
    }
    if (digits > DIGITS_OF_INT64) {
        return 0;
    }
    int64_t divisor = powers_of_ten[digits];
    int64_t quotient = value->value / divisor;
    int64_t rest = magnitude(value->value % divisor);
    if (value->energy || rest < divisor - rest) {
        return quotient;
    }
    return value->value < 0 ? quotient - 1 : quotient + 1;
}

int64_t quantity_register(const struct quantity_value *value, int8_t scaler, unsigned digits)
{
    need(digits >= 1 && digits <= DIGITS_OF_INT64);
    return quantity_scaled(value, scaler) % powers_of_ten[digits];
}
