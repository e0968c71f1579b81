/* Registers against the exact integral: two hours on every build, a day where `long` tests run. */
#include "test/legal/day.h"
#include "test/unit.h"

#include <math.h>

/* Relative errors of the registers. */
struct errors {
    double active;
    double reactive;
};

static struct errors errors_of(double walk_hz)
{
    struct day day = day_run(HOURS, walk_hz);
    struct errors errors = {
        .active = day.active_ws / day.true_active_ws - 1,
        .reactive = day.reactive_ws / day.true_reactive_ws - 1,
    };
    print_message("%d h, %.3f kWh, +-%.1f mHz a second: A %+.1e R %+.1e\n", HOURS,
                  day.active_ws / 3.6e6, walk_hz * 1e3, errors.active, errors.reactive);
    return errors;
}

/* Steps of 0.5 mHz a second add up to what a continental grid wanders in an hour.
 *
 * Active energy telescopes. Reactive energy errs a little, either way, where a load begins or ends
 * in the very window in which the frequency moves: over more hours less of that remains. */
static void registers_equal_the_integral(void **state)
{
    (void)state;
    struct errors errors = errors_of(0.0005);
    assert_true(fabs(errors.active) < 1e-7);
    assert_true(fabs(errors.reactive) < 1e-7 * sqrt(24.0 / HOURS));
}

/* An island grid, ten times as restless. */
static void active_energy_does_not_mind_the_frequency(void **state)
{
    (void)state;
    struct errors errors = errors_of(0.005);
    assert_true(fabs(errors.active) < 1e-7);
    assert_true(fabs(errors.reactive) < 1e-6 * sqrt(24.0 / HOURS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registers_equal_the_integral),
        cmocka_unit_test(active_energy_does_not_mind_the_frequency),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
