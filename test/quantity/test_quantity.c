/* Every quantity that a meter has, from its name to its value, unit and code. */
#include "quantity/quantity.h"

#include "test/unit.h"

#include <stdio.h>
#include <string.h>

static const struct legal_config three_phases = {
    .phases = 3,
    .transformers = true,
    .nominal_hz = 50,
    .sum = LEGAL_SUM_PHASES,
    .u_nominal_mv = 230000,
    .u_full_scale_mv = 500000,
    .i_full_scale_ma = 170000,
    .i_start_ua = 20000,
    .pulses_per_kwh = 1000,
    .pulses_per_kvarh = 2000,
};

static const struct legal_calibration ideal;

/* An hour: L1 in quadrant I, L2 in quadrant III, L3 in quadrant IV. */
static const struct legal_phase phases[LEGAL_PHASES] = {
    {.u_uv = 230000000,
     .i_na = 10000000000,
     .p_uw = 1840000000,
     .p1_uw = 1830000000,
     .q1_uvar = 1380000000,
     .angle_ui_udeg = 36869898},
    {.u_uv = 231000000,
     .i_na = 2000000000,
     .p_uw = -369600000,
     .p1_uw = -369000000,
     .q1_uvar = -277200000,
     .angle_ui_udeg = 216869898,
     .angle_uu_udeg = 120000000},
    {.u_uv = 229000000,
     .i_na = 1000000000,
     .p_uw = 137400000,
     .p1_uw = 137000000,
     .q1_uvar = -183200000,
     .angle_ui_udeg = 306869898,
     .angle_uu_udeg = 240000000},
};

static void run_an_hour(struct legal *legal)
{
    struct legal_interval minute = {.frames = 60 * LEGAL_FRAME_HZ, .f_uhz = 50012345};
    memcpy(minute.phase, phases, sizeof phases);
    legal_init(legal, &three_phases, &ideal);
    for (int n = 0; n < 60; n++) {
        legal_direct(legal, &minute, NULL);
    }
}

/* In the fine scale; INT64_MIN where the meter has no such quantity. */
struct expectation {
    const char *name;
    uint8_t unit;
    int64_t value[1 + LEGAL_PHASES];
};

static const struct expectation expectations[] = {
    {"u", 35, {INT64_MIN, 230000000, 231000000, 229000000}},
    {"i", 33, {13000000000, 10000000000, 2000000000, 1000000000}},
    {"p", 27, {1607800000, 1840000000, -369600000, 137400000}},
    {"p+", 27, {1607800000, 1840000000, 0, 137400000}},
    {"p-", 27, {0, 0, 369600000, 0}},
    {"|p|", 27, {1607800000, 1840000000, 369600000, 137400000}},
    {"p1", 27, {1598000000, 1830000000, -369000000, 137000000}},
    {"q", 29, {919600000, 1380000000, -277200000, -183200000}},
    {"q+", 29, {919600000, 1380000000, 0, 0}},
    {"q-", 29, {0, 0, 277200000, 183200000}},
    {"qi", 29, {919600000, 1380000000, 0, 0}},
    {"qii", 29, {0, 0, 0, 0}},
    {"qiii", 29, {0, 0, 277200000, 0}},
    {"qiv", 29, {0, 0, 0, 183200000}},
    {"s", 28, {2991000000, 2300000000, 462000000, 229000000}},
    {"s+", 28, {2991000000, 2300000000, 0, 229000000}},
    {"s-", 28, {0, 0, 462000000, 0}},
    {"pf", 255, {537546, 800000, -800000, 600000}},
    {"f", 44, {50012345, INT64_MIN, INT64_MIN, INT64_MIN}},
    {"angle-ui", 8, {INT64_MIN, 36869898, 216869898, 306869898}},
    {"angle-uu", 8, {INT64_MIN, 0, 120000000, 240000000}},
    {"thd-u", 56, {INT64_MIN, 0, 0, 0}},
    {"thd-i", 56, {INT64_MIN, 0, 0, 0}},
    {"a+", 30, {1977400000, 1840000000, 0, 137400000}},
    {"a-", 30, {369600000, 0, 369600000, 0}},
    {"|a|", 30, {2347000000, 1840000000, 369600000, 137400000}},
    {"a", 30, {1607800000, 1840000000, -369600000, 137400000}},
    {"r+", 32, {1380000000, 1380000000, 0, 0}},
    {"r-", 32, {460400000, 0, 277200000, 183200000}},
    {"ri", 32, {1380000000, 1380000000, 0, 0}},
    {"rii", 32, {0, 0, 0, 0}},
    {"riii", 32, {277200000, 0, 277200000, 0}},
    {"riv", 32, {183200000, 0, 0, 183200000}},
    {"vah", 31, {2991000000, 2300000000, 462000000, 229000000}},
    {"vah+", 31, {2529000000, 2300000000, 0, 229000000}},
    {"vah-", 31, {462000000, 0, 462000000, 0}},
    {"pulses-a", 45, {1000, INT64_MIN, INT64_MIN, INT64_MIN}},
    {"pulses-r", 46, {2000, INT64_MIN, INT64_MIN, INT64_MIN}},
    {"ct", 255, {1, INT64_MIN, INT64_MIN, INT64_MIN}},
    {"ct-by", 255, {1, INT64_MIN, INT64_MIN, INT64_MIN}},
    {"vt", 255, {1, INT64_MIN, INT64_MIN, INT64_MIN}},
    {"vt-by", 255, {1, INT64_MIN, INT64_MIN, INT64_MIN}},
};

static void assert_reads(const struct legal *legal, const struct expectation *expected,
                         unsigned phase)
{
    const struct quantity_source source = {.legal = legal, .method = &harmonics_to_40th};
    char name[32];
    snprintf(name, sizeof name, phase == 0 ? "%s" : "%s.%u", expected->name, phase);
    struct quantity quantity;
    struct quantity_value value;
    if (expected->value[phase] == INT64_MIN) {
        assert_int_equal(quantity_find(name, &quantity), -1);
        return;
    }
    assert_int_equal(quantity_find(name, &quantity), 0);
    assert_int_equal(quantity.phase, phase);
    assert_int_equal(quantity_read(&source, quantity, &value), 0);
    if (value.value != expected->value[phase]) {
        fail_msg("%s is %lld, not %lld", name, (long long)value.value,
                 (long long)expected->value[phase]);
    }
    /* What needs samples is there, but not yet measured in an hour of phasors. */
    assert_int_equal(value.valid, expected->unit != QUANTITY_UNIT_PERCENT);
    assert_int_equal(value.unit, expected->unit);
    assert_int_equal(value.unit, quantity_row(quantity.kind)->unit);
    assert_int_equal(value.scaler, quantity_row(quantity.kind)->fine);
    assert_int_equal(value.energy, quantity_row(quantity.kind)->energy);
}

static void every_quantity_reads(void **state)
{
    (void)state;
    static struct legal legal;
    run_an_hour(&legal);
    assert_int_equal(sizeof expectations / sizeof *expectations, QUANTITY_KINDS);
    for (unsigned kind = 0; kind < QUANTITY_KINDS; kind++) {
        for (unsigned phase = 0; phase <= LEGAL_PHASES; phase++) {
            assert_reads(&legal, &expectations[kind], phase);
        }
    }
}

/* What belongs together, adds up. */
static int64_t value_of(const struct legal *legal, enum quantity_kind kind, uint8_t phase)
{
    const struct quantity_source source = {.legal = legal, .method = &harmonics_to_40th};
    struct quantity_value value;
    struct quantity quantity = {.kind = (uint8_t)kind, .phase = phase};
    assert_int_equal(quantity_read(&source, quantity, &value), 0);
    return value.value;
}

static void quantities_agree_with_each_other(void **state)
{
    (void)state;
    static struct legal legal;
    run_an_hour(&legal);
    for (uint8_t phase = 0; phase <= LEGAL_PHASES; phase++) {
        int64_t import = value_of(&legal, QUANTITY_A_IMPORT, phase);
        int64_t export = value_of(&legal, QUANTITY_A_EXPORT, phase);
        assert_true(value_of(&legal, QUANTITY_A_ABSOLUTE, phase) == import + export);
        assert_true(value_of(&legal, QUANTITY_A_NET, phase) == import - export);
        assert_true(value_of(&legal, QUANTITY_P, phase) ==
                    value_of(&legal, QUANTITY_P_IMPORT, phase) -
                        value_of(&legal, QUANTITY_P_EXPORT, phase));
        assert_true(value_of(&legal, QUANTITY_Q, phase) ==
                    value_of(&legal, QUANTITY_Q_IMPORT, phase) -
                        value_of(&legal, QUANTITY_Q_EXPORT, phase));
        assert_true(value_of(&legal, QUANTITY_S, phase) ==
                    value_of(&legal, QUANTITY_S_IMPORT, phase) +
                        value_of(&legal, QUANTITY_S_EXPORT, phase));
    }
}

/* Three rates, each a while: what they have adds up, in every sum of energies. */
static void rates_add_up_to_the_total(void **state)
{
    (void)state;
    static struct legal legal;
    const struct quantity_source source = {.legal = &legal, .method = &harmonics_to_40th};
    struct legal_interval minute = {.frames = 60 * LEGAL_FRAME_HZ, .f_uhz = 50012345};
    memcpy(minute.phase, phases, sizeof phases);
    legal_init(&legal, &three_phases, &ideal);
    for (unsigned n = 0; n < 60; n++) {
        legal_rate_select(&legal, n < 10 ? 1 : n < 30 ? 4 : 8);
        legal_direct(&legal, &minute, NULL);
    }
    for (uint8_t kind = QUANTITY_A_IMPORT; kind <= QUANTITY_VAH_EXPORT; kind++) {
        int64_t total = value_of(&legal, kind, 0);
        int64_t sum = 0;
        for (uint8_t rate = 1; rate <= QUANTITY_RATES; rate++) {
            static const int minutes[1 + QUANTITY_RATES] = {[1] = 10, [4] = 20, [8] = 30};
            struct quantity_value value;
            struct quantity quantity = {kind, 0, rate};
            assert_int_equal(quantity_read(&source, quantity, &value), 0);
            assert_true(value.valid && value.energy);
            int64_t right = total * minutes[rate] / 60;
            assert_true(value.value - right <= 1 && right - value.value <= 1);
            sum += value.value;
        }
        assert_true(total - sum < QUANTITY_RATES && sum - total < QUANTITY_RATES);
    }
    struct quantity_value value;
    assert_int_equal(quantity_read(&source, (struct quantity){QUANTITY_A_IMPORT, 1, 1}, &value),
                     -1);
    assert_int_equal(quantity_read(&source, (struct quantity){QUANTITY_P, 0, 1}, &value), -1);
    assert_int_equal(quantity_read(&source, (struct quantity){QUANTITY_A_IMPORT, 0, 9}, &value),
                     -1);
}

static void nothing_is_valid_before_it_is_measured(void **state)
{
    (void)state;
    static struct legal legal;
    legal_init(&legal, &three_phases, &ideal);
    const struct quantity_source source = {.legal = &legal, .method = &harmonics_to_40th};
    for (unsigned kind = 0; kind < QUANTITY_KINDS; kind++) {
        for (uint8_t phase = 0; phase <= LEGAL_PHASES; phase++) {
            struct quantity_value value;
            struct quantity quantity = {.kind = (uint8_t)kind, .phase = phase};
            if (quantity_read(&source, quantity, &value) == 0) {
                bool is_constant = kind >= QUANTITY_PULSES_ACTIVE && kind <= QUANTITY_VT_SECONDARY;
                assert_int_equal(value.valid, value.energy || is_constant);
                assert_true(value.value == 0 || is_constant);
            }
        }
    }
}

/* A dead phase has a voltage and a current, but no angle; without any phase there is no f. */
static void a_dead_phase_has_no_angle(void **state)
{
    (void)state;
    static struct legal legal;
    const struct quantity_source source = {.legal = &legal, .method = &harmonics_to_40th};
    struct legal_interval minute = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    minute.phase[0] = phases[0];
    legal_init(&legal, &three_phases, &ideal);
    legal_direct(&legal, &minute, NULL);
    struct quantity_value value;
    quantity_read(&source, (struct quantity){QUANTITY_ANGLE_UI, 1, 0}, &value);
    assert_true(value.valid);
    quantity_read(&source, (struct quantity){QUANTITY_ANGLE_UI, 2, 0}, &value);
    assert_false(value.valid);
    quantity_read(&source, (struct quantity){QUANTITY_ANGLE_UU, 3, 0}, &value);
    assert_false(value.valid);
    quantity_read(&source, (struct quantity){QUANTITY_U, 3, 0}, &value);
    assert_true(value.valid && value.value == 0);
    quantity_read(&source, (struct quantity){QUANTITY_F, 0, 0}, &value);
    assert_true(value.valid);
    minute.phase[0] = phases[0];
    minute.phase[0].u_uv = 0;
    legal_direct(&legal, &minute, NULL);
    quantity_read(&source, (struct quantity){QUANTITY_F, 0, 0}, &value);
    assert_false(value.valid);
    assert_true(value.value == 0);
}

static void a_single_phase_meter_has_no_l2(void **state)
{
    (void)state;
    static struct legal legal;
    struct legal_config config = three_phases;
    config.phases = 1;
    legal_init(&legal, &config, &ideal);
    const struct quantity_source source = {.legal = &legal, .method = &harmonics_to_40th};
    struct quantity_value value;
    for (uint8_t kind = 0; kind < QUANTITY_KINDS; kind++) {
        assert_int_equal(quantity_read(&source, (struct quantity){kind, 2, 0}, &value), -1);
        assert_int_equal(quantity_read(&source, (struct quantity){kind, 3, 0}, &value), -1);
        assert_int_equal(quantity_read(&source, (struct quantity){kind, 200, 0}, &value), -1);
    }
    assert_int_equal(quantity_read(&source, (struct quantity){QUANTITY_U, 1, 0}, &value), 0);
    assert_int_equal(quantity_read(&source, (struct quantity){QUANTITY_KINDS, 0, 0}, &value), -1);
}

/* Names are there and back; each is one quantity's only. */
static void names_are_unique(void **state)
{
    (void)state;
    for (uint8_t kind = 0; kind < QUANTITY_KINDS; kind++) {
        for (uint8_t phase = 0; phase <= LEGAL_PHASES; phase++) {
            struct quantity found;
            char name[QUANTITY_NAME_SIZE];
            quantity_name((struct quantity){kind, phase, 0}, name);
            assert_true(strlen(name) < QUANTITY_NAME_SIZE);
            if (quantity_find(name, &found) == 0) {
                assert_int_equal(found.kind, kind);
                assert_int_equal(found.phase, phase);
            }
        }
    }
}

static void unknown_names_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",      "x",     "p.",     "p.0",     "p.4",
        "p+.1x", "U.1",   "u",      "p+.11",   "a-long-name-that-is-none",
        "f.1",   "p .1",  "p+ ",    "a+.t0",   "a+.t9",
        "a+.t",  "p+.t1", "a+.t11", "a+.1.t1", "u.t1"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct quantity found;
        assert_int_equal(quantity_find(names[i], &found), -1);
    }
}

/* Codes as tables of reduced identifiers and of other makers' meters have them. */
static void codes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint8_t code[6];
    } known[] = {
        {"a+", {1, 0, 1, 8, 0, 255}},           {"a-", {1, 0, 2, 8, 0, 255}},
        {"|a|", {1, 0, 15, 8, 0, 255}},         {"a", {1, 0, 16, 8, 0, 255}},
        {"r+", {1, 0, 3, 8, 0, 255}},           {"r-", {1, 0, 4, 8, 0, 255}},
        {"ri", {1, 0, 5, 8, 0, 255}},           {"riv", {1, 0, 8, 8, 0, 255}},
        {"vah+", {1, 0, 9, 8, 0, 255}},         {"vah-", {1, 0, 10, 8, 0, 255}},
        {"a+.1", {1, 0, 21, 8, 0, 255}},        {"a-.3", {1, 0, 62, 8, 0, 255}},
        {"p+", {1, 0, 1, 7, 0, 255}},           {"p", {1, 0, 16, 7, 0, 255}},
        {"p+.2", {1, 0, 41, 7, 0, 255}},        {"q-.3", {1, 0, 64, 7, 0, 255}},
        {"u.1", {1, 0, 32, 7, 0, 255}},         {"u.2", {1, 0, 52, 7, 0, 255}},
        {"u.3", {1, 0, 72, 7, 0, 255}},         {"i.1", {1, 0, 31, 7, 0, 255}},
        {"i.3", {1, 0, 71, 7, 0, 255}},         {"i", {1, 0, 90, 7, 0, 255}},
        {"pf", {1, 0, 13, 7, 0, 255}},          {"pf.2", {1, 0, 53, 7, 0, 255}},
        {"f", {1, 0, 14, 7, 0, 255}},           {"angle-uu.2", {1, 0, 81, 7, 1, 255}},
        {"angle-uu.3", {1, 0, 81, 7, 2, 255}},  {"angle-ui.1", {1, 0, 81, 7, 4, 255}},
        {"angle-ui.2", {1, 0, 81, 7, 15, 255}}, {"angle-ui.3", {1, 0, 81, 7, 26, 255}},
        {"a+.t1", {1, 0, 1, 8, 1, 255}},        {"a-.t8", {1, 0, 2, 8, 8, 255}},
        {"riii.t4", {1, 0, 7, 8, 4, 255}},      {"vah-.t2", {1, 0, 10, 8, 2, 255}},
        {"pulses-a", {1, 0, 0, 3, 0, 255}},     {"pulses-r", {1, 0, 0, 3, 1, 255}},
        {"ct", {1, 0, 0, 4, 2, 255}},           {"vt", {1, 0, 0, 4, 3, 255}},
        {"ct-by", {1, 0, 0, 4, 5, 255}},        {"vt-by", {1, 0, 0, 4, 6, 255}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct quantity quantity;
        uint8_t code[6];
        assert_int_equal(quantity_find(known[i].name, &quantity), 0);
        assert_int_equal(quantity_obis(quantity, code), 0);
        assert_memory_equal(code, known[i].code, 6);
    }
}

static void no_code_is_given_twice(void **state)
{
    (void)state;
    uint8_t given[QUANTITY_KINDS * (1 + LEGAL_PHASES)][6];
    size_t count = 0;
    for (uint8_t kind = 0; kind < QUANTITY_KINDS; kind++) {
        for (uint8_t phase = 0; phase <= LEGAL_PHASES; phase++) {
            if (quantity_obis((struct quantity){kind, phase, 0}, given[count]) != 0) {
                continue;
            }
            for (size_t i = 0; i < count; i++) {
                assert_memory_not_equal(given[i], given[count], 6);
            }
            count++;
        }
    }
    assert_in_range(count, 80, sizeof given / sizeof *given);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_quantity_reads),
        cmocka_unit_test(quantities_agree_with_each_other),
        cmocka_unit_test(rates_add_up_to_the_total),
        cmocka_unit_test(nothing_is_valid_before_it_is_measured),
        cmocka_unit_test(a_dead_phase_has_no_angle),
        cmocka_unit_test(a_single_phase_meter_has_no_l2),
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(unknown_names_are_refused),
        cmocka_unit_test(codes),
        cmocka_unit_test(no_code_is_given_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
