/* Registers against the exact integral: two hours on every build, a day where `long` tests run. */
#include "test/legal/day.h"
#include "test/unit.h"

#include <math.h>

static void registers_equal_the_integral(void **state)
{
    (void)state;
    struct day day = day_run(HOURS, 0.002);
    double active = day.active_ws / day.true_active_ws - 1;
    double reactive = day.reactive_ws / day.true_reactive_ws - 1;
    print_message("%d h, %.3f kWh: A %+.2e R %+.2e\n", HOURS, day.active_ws / 3.6e6, active,
                  reactive);
    assert_true(fabs(active) < 1e-7);
    /* Reactive energy is a product of two averages and errs a little, either way, where the
     * frequency has just changed: the more changes, the less remains. */
    assert_true(fabs(reactive) < 1e-7 * sqrt(24.0 / HOURS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(registers_equal_the_integral)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
