/* From the fine value to a register: cut off or rounded, scaled, rolled over. */
#include "quantity/quantity.h"

#include "test/unit.h"

static struct quantity_value energy(int64_t value)
{
    return (struct quantity_value){
        .value = value, .scaler = -6, .unit = QUANTITY_UNIT_WH, .energy = true, .valid = true};
}

static struct quantity_value power(int64_t value)
{
    return (struct quantity_value){
        .value = value, .scaler = -6, .unit = QUANTITY_UNIT_W, .valid = true};
}

static void assert_scaled(struct quantity_value value, int8_t scaler, int64_t right)
{
    assert_true(quantity_scaled(&value, scaler) == right);
}

static void energies_are_cut_off(void **state)
{
    (void)state;
    assert_scaled(energy(0), 0, 0);
    assert_scaled(energy(999999), 0, 0);
    assert_scaled(energy(1000000), 0, 1);
    assert_scaled(energy(1999999), 0, 1);
    assert_scaled(energy(1999999), -3, 1999);
    assert_scaled(energy(1999999999), 3, 1);
    assert_scaled(energy(-999999), 0, 0);
    assert_scaled(energy(-1999999), 0, -1);
}

static void the_rest_is_rounded(void **state)
{
    (void)state;
    assert_scaled(power(0), 0, 0);
    assert_scaled(power(499999), 0, 0);
    assert_scaled(power(500000), 0, 1);
    assert_scaled(power(-499999), 0, 0);
    assert_scaled(power(-500000), 0, -1);
    assert_scaled(power(230449999), -1, 2304);
    assert_scaled(power(230450000), -1, 2305);
    assert_scaled(power(INT64_MAX), 0, 9223372036855);
    assert_scaled(power(INT64_MIN), 0, -9223372036855);
}

static void finer_than_fine(void **state)
{
    (void)state;
    assert_scaled(power(5), -6, 5);
    assert_scaled(power(5), -9, 5000);
    assert_scaled(power(-5), -9, -5000);
    assert_scaled(power(INT64_MAX), -7, INT64_MAX);
    assert_scaled(power(INT64_MIN), -7, INT64_MIN);
    assert_scaled(power(1), -30, INT64_MAX);
    assert_scaled(power(-1), -30, INT64_MIN);
    assert_scaled(power(0), -30, 0);
}

/* Digit by digit: finer until it no longer fits, coarser by what is cut off. */
static int64_t finer_by_digits(int64_t value, int digits)
{
    for (; digits > 0; digits--) {
        if (value > INT64_MAX / 10 || value < INT64_MIN / 10) {
            return value > 0 ? INT64_MAX : INT64_MIN;
        }
        value *= 10;
    }
    return value;
}

static int64_t coarser_by_digits(int64_t value, int digits)
{
    for (; digits > 0; digits--) {
        value /= 10;
    }
    return value;
}

static void every_scaler_moves_the_point(void **state)
{
    (void)state;
    static const int64_t values[] = {0,
                                     1,
                                     -1,
                                     9,
                                     -10,
                                     922337203,
                                     -922337204,
                                     922337203685477580,
                                     123456789012345678,
                                     INT64_MAX,
                                     INT64_MIN};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        for (int digits = 0; digits <= 40; digits++) {
            assert_scaled(energy(values[i]), (int8_t)(-6 - digits),
                          finer_by_digits(values[i], digits));
            assert_scaled(energy(values[i]), (int8_t)(-6 + digits),
                          coarser_by_digits(values[i], digits));
        }
    }
}

static void much_coarser_is_zero(void **state)
{
    (void)state;
    assert_scaled(energy(INT64_MAX), 13, 0);
    assert_scaled(power(1), 13, 0);
    assert_scaled(energy(INT64_MAX), 127, 0);
    assert_scaled(power(INT64_MIN), 127, 0);
}

static int64_t shown(int64_t fine, int8_t scaler, unsigned digits)
{
    struct quantity_value value = energy(fine);
    return quantity_register(&value, scaler, digits);
}

static void registers_roll_over(void **state)
{
    (void)state;
    assert_true(shown(999999999999999, 0, QUANTITY_REGISTER_DIGITS) == 999999999);
    assert_true(shown(1000000000000000, 0, QUANTITY_REGISTER_DIGITS) == 0);
    assert_true(shown(1000000001999999, 0, QUANTITY_REGISTER_DIGITS) == 1);
    assert_true(shown(1234567890123456, 0, 6) == 567890);
    assert_true(shown(1234567890123456, 3, 6) == 234567);
    assert_true(shown(7654321, -6, 1) == 1);
    assert_true(shown(1234567890123456, -6, 18) == 1234567890123456);
}

/* A+ - A- is signed and rolls over towards zero at both ends. */
static void signed_registers(void **state)
{
    (void)state;
    assert_true(shown(-1500000, 0, QUANTITY_REGISTER_DIGITS) == -1);
    assert_true(shown(-999999999999999, 0, QUANTITY_REGISTER_DIGITS) == -999999999);
    assert_true(shown(-1000000001500000, 0, QUANTITY_REGISTER_DIGITS) == -1);
}

/* The ledger's own end is the register's end. */
static void the_ledger_ends_where_the_register_does(void **state)
{
    (void)state;
    assert_true(LEGAL_ENERGY_END_UWS / 3600 == INT64_C(1000000000000000));
    assert_true(shown((LEGAL_ENERGY_END_UWS - 1) / 3600, 0, 9) == 999999999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(energies_are_cut_off),
        cmocka_unit_test(the_rest_is_rounded),
        cmocka_unit_test(finer_than_fine),
        cmocka_unit_test(every_scaler_moves_the_point),
        cmocka_unit_test(much_coarser_is_zero),
        cmocka_unit_test(registers_roll_over),
        cmocka_unit_test(signed_registers),
        cmocka_unit_test(the_ledger_ends_where_the_register_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
