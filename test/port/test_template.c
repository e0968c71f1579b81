/* The template of a port does nothing yet, and the conformance test says so, line by line. That it
 * is content with ports that do everything, `make arm-test` shows on two boards. */
#include "port/cortex_m/conformance.h"
#include "port/cortex_m/emulation.h"
#include "test/unit.h"

#include <stdbool.h>
#include <string.h>

enum { LINES_LEAST = 15, TEXT = 128 };

static unsigned told;
static unsigned missing;
static char last[TEXT];

static void note(bool good, const char *what)
{
    told++;
    missing += good ? 0 : 1;
    strncpy(last, what, TEXT - 1);
}

static void every_line_is_missing(void **state)
{
    (void)state;
    told = 0;
    missing = 0;
    int result = conformance_run(note);
    assert_true(told >= LINES_LEAST);
    assert_int_equal(missing, told);
    assert_int_equal(result, told);
    assert_true(strlen(last) > 10);
}

static void what_is_called_says_that_it_failed(void **state)
{
    uint8_t octet = 0x5a;
    struct rtc_reading reading;
    (void)state;
    assert_true(nor_chip.read(nor_chip.context, 0, &octet, 1) != 0);
    assert_true(nor_chip.program(nor_chip.context, 0, &octet, 1) != 0);
    assert_true(nor_chip.erase(nor_chip.context, 0) != 0);
    assert_true(clock_chip.read(clock_chip.context, &reading) != 0);
    assert_true(host_entropy.read(host_entropy.port, &octet, 1) != 0);
    assert_int_equal(octet, 0x5a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_is_missing),
        cmocka_unit_test(what_is_called_says_that_it_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
