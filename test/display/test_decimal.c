/* Numbers as digits, against printf. */
#include "display/decimal.h"
#include "test/unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 32 };

static void check(int64_t value, unsigned digits, unsigned decimals, size_t room,
                  const char *expected)
{
    char text[ROOM + 1];
    memset(text, 'x', sizeof text);
    decimal_write(value, (struct decimal_form){(uint8_t)digits, (uint8_t)decimals}, text, room);
    assert_string_equal(text, expected);
}

static void forms(void **state)
{
    (void)state;
    check(123456, 6, 3, 11, "000123.456");
    check(-123456, 6, 3, 11, "-000123.456");
    check(134, 1, 3, 11, "0.134");
    check(-134, 1, 3, 11, "-0.134");
    check(0, 1, 0, 11, "0");
    check(0, 6, 0, 11, "000000");
    check(5, 0, 2, 11, "0.05");
}

/* Decimals go first, then the point, then nothing can be said. */
static void what_does_not_fit(void **state)
{
    (void)state;
    check(123456789, 1, 3, 11, "123456.789");
    check(123456789, 1, 3, 9, "123456.78");
    check(123456789, 1, 3, 8, "123456.7");
    check(123456789, 1, 3, 7, "123456");
    check(123456789, 1, 3, 6, "123456");
    check(123456789, 1, 3, 5, "-----");
    check(-123456, 1, 0, 7, "-123456");
    check(-123456, 1, 0, 6, "------");
    check(INT64_MIN, 1, 0, 20, "-9223372036854775808");
    check(INT64_MAX, 1, 9, 32, "9223372036.854775807");
}

/* By long division on paper, as it were: printf pads the whole, the point is put in. */
static void naive(int64_t value, unsigned digits, unsigned decimals, char text[2 * ROOM])
{
    char whole[2 * ROOM];
    unsigned least = (digits > 0 ? digits : 1) + decimals;
    snprintf(whole, sizeof whole, "%0*" PRId64, (int)least, value < 0 ? -value : value);
    size_t before = strlen(whole) - decimals;
    snprintf(text, 2 * ROOM, "%s%.*s%s%s", value < 0 ? "-" : "", (int)before, whole,
             decimals > 0 ? "." : "", whole + before);
}

static void as_printf_would(void **state)
{
    (void)state;
    srand(11);
    for (int i = 0; i < 100000; i++) {
        unsigned digits = (unsigned)rand() % 9;
        unsigned decimals = (unsigned)rand() % 7;
        int64_t value = ((int64_t)rand() << 20 ^ rand()) >> rand() % 50;
        value = rand() % 2 ? value : -value;
        char expected[2 * ROOM];
        naive(value, digits, decimals, expected);
        check(value, digits, decimals, ROOM, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms),
        cmocka_unit_test(what_does_not_fit),
        cmocka_unit_test(as_printf_would),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
