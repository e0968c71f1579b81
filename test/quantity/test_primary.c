/* Values of the primary side of transformers. */
#include "quantity/parts.h"

#include "test/unit.h"

#include <string.h>

enum { DIGITS = 40, KEPT = 18 };

static const struct legal_config config = {
    .phases = 3,
    .transformers = true,
    .nominal_hz = 50,
    .u_nominal_mv = 230000,
    .u_full_scale_mv = 600000,
    .i_full_scale_ma = 12000,
    .i_start_ua = 5000,
    .pulses_per_kwh = 10000,
    .pulses_per_kvarh = 10000,
};

static struct legal behind(struct legal_transformers transformers)
{
    const struct legal_calibration ideal = {0};
    struct legal legal;
    legal_init(&legal, &config, &ideal);
    assert_int_equal(legal_set_transformers(&legal, &transformers), LEGAL_SET);
    return legal;
}

/* ---- arithmetic, against sums on paper ---- */

/* Digits, the units first: multiplied and divided as at school, the last KEPT of them. */
static int64_t on_paper(uint64_t value, uint32_t factor, uint32_t divisor)
{
    uint8_t digit[DIGITS] = {0};
    uint64_t carry = 0;
    for (int place = 0; place < DIGITS; place++) {
        uint64_t sum = value % 10 * factor + carry;
        digit[place] = (uint8_t)(sum % 10);
        carry = sum / 10;
        value /= 10;
    }
    uint64_t rest = 0;
    int64_t kept = 0;
    for (int place = DIGITS - 1; place >= 0; place--) {
        rest = rest * 10 + digit[place];
        uint64_t quotient = rest / divisor;
        rest %= divisor;
        kept = place < KEPT ? kept * 10 + (int64_t)quotient : 0;
    }
    return kept;
}

static uint64_t next(uint64_t *random)
{
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return *random >> 16;
}

static void one_ratio_is_as_on_paper(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (int n = 0; n < 3000; n++) {
        struct legal_transformers transformers = {{(uint32_t)(1 + next(&random) % LEGAL_RATIO_MAX),
                                                   (uint32_t)(1 + next(&random) % LEGAL_RATIO_MAX)},
                                                  {1, 1}};
        struct legal legal = behind(transformers);
        uint64_t value = next(&random) % UINT64_C(1000000000000000) >> next(&random) % 40;
        int64_t due = on_paper(value, transformers.current.primary, transformers.current.secondary);
        assert_int_equal(quantity_primary(&legal, QUANTITY_A_IMPORT, (int64_t)value), due);
        assert_int_equal(quantity_primary(&legal, QUANTITY_A_NET, -(int64_t)value), -due);
    }
}

/* ---- which side ---- */

static void each_kind_has_its_own_ratio(void **state)
{
    (void)state;
    struct legal legal = behind((struct legal_transformers){{200, 5}, {20000, 100}});
    const struct {
        enum quantity_kind kind;
        int64_t factor;
    } rows[] = {
        {QUANTITY_U, 200},
        {QUANTITY_I, 40},
        {QUANTITY_P, 8000},
        {QUANTITY_P_EXPORT, 8000},
        {QUANTITY_P1, 8000},
        {QUANTITY_Q, 8000},
        {QUANTITY_Q_QIV, 8000},
        {QUANTITY_S, 8000},
        {QUANTITY_S_EXPORT, 8000},
        {QUANTITY_PF, 1},
        {QUANTITY_F, 1},
        {QUANTITY_ANGLE_UI, 1},
        {QUANTITY_ANGLE_UU, 1},
        {QUANTITY_A_IMPORT, 8000},
        {QUANTITY_R_QIII, 8000},
        {QUANTITY_VAH_EXPORT, 8000},
        {QUANTITY_PULSES_ACTIVE, 1},
        {QUANTITY_CT_PRIMARY, 1},
    };
    for (size_t n = 0; n < sizeof rows / sizeof rows[0]; n++) {
        assert_int_equal(quantity_primary(&legal, rows[n].kind, 1234567), 1234567 * rows[n].factor);
    }
}

/* An hour of 230 V, 5 A behind 400 A / 5 A. */
static void registers_are_of_the_primary_side(void **state)
{
    (void)state;
    struct legal legal = behind((struct legal_transformers){{400, 5}, {1, 1}});
    struct legal_interval minute = {.frames = 60 * LEGAL_FRAME_HZ, .f_uhz = 50000000};
    for (unsigned p = 0; p < 3; p++) {
        minute.phase[p] = (struct legal_phase){
            .u_uv = 230000000, .i_na = 5000000000, .p_uw = 1150000000, .p1_uw = 1150000000};
    }
    for (int n = 0; n < 60; n++) {
        legal_direct(&legal, &minute, NULL);
    }
    const struct quantity_source source = {.legal = &legal};
    const struct {
        struct quantity quantity;
        int64_t value;
    } rows[] = {
        {{QUANTITY_A_IMPORT, 0, 0}, INT64_C(276000000000)},
        {{QUANTITY_A_IMPORT, 2, 0}, INT64_C(92000000000)},
        {{QUANTITY_A_IMPORT, 0, 1}, INT64_C(276000000000)},
        {{QUANTITY_P, 1, 0}, INT64_C(92000000000)},
        {{QUANTITY_I, 3, 0}, INT64_C(400000000000)},
        {{QUANTITY_U, 3, 0}, 230000000},
        {{QUANTITY_CT_PRIMARY, 0, 0}, 400},
        {{QUANTITY_CT_SECONDARY, 0, 0}, 5},
        {{QUANTITY_VT_PRIMARY, 0, 0}, 1},
        {{QUANTITY_VT_SECONDARY, 0, 0}, 1},
        {{QUANTITY_PULSES_ACTIVE, 0, 0}, 10000},
    };
    for (size_t n = 0; n < sizeof rows / sizeof rows[0]; n++) {
        struct quantity_value value;
        assert_int_equal(quantity_read(&source, rows[n].quantity, &value), 0);
        assert_int_equal(value.value, rows[n].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_ratio_is_as_on_paper),
        cmocka_unit_test(each_kind_has_its_own_ratio),
        cmocka_unit_test(registers_are_of_the_primary_side),
    };
    return cmocka_run_group_tests_name("quantity_primary", tests, NULL, NULL);
}
