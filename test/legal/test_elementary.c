/* The legal part's own functions against libm. */
#include "legal/elementary.h"

#include "test/unit.h"

#include <math.h>

#define TURN (2 * 3.14159265358979323846)

/* Distance in units of the last place of `right`. */
static double ulps(double found, double right)
{
    double ulp = nextafter(fabs(right), INFINITY) - fabs(right);
    return fabs(found - right) / ulp;
}

static void square_roots(void **state)
{
    (void)state;
    double worst = 0;
    for (int exponent = -200; exponent < 200; exponent++) {
        for (double mantissa = 1; mantissa < 4; mantissa += 0.00917) {
            double x = ldexp(mantissa, 2 * exponent);
            worst = fmax(worst, ulps(legal_sqrt(x), sqrt(x)));
        }
    }
    print_message("sqrt: %.1f ulp\n", worst);
    assert_true(worst <= 1);
}

static void roots_of_squares_are_exact(void **state)
{
    (void)state;
    for (int i = 0; i < 100000; i++) {
        double x = i;
        assert_true(legal_sqrt(x * x) == x);
    }
    assert_true(legal_sqrt(-1) == 0);
    assert_true(legal_sqrt(-0.0) == 0);
}

/* Relative to 1: where a function is near 0 its argument, in turns, is rounded already. */
static void cosines_and_sines(void **state)
{
    (void)state;
    double worst = 0;
    for (double turns = -3; turns < 3; turns += 0.000137) {
        struct legal_circle circle = legal_circle_at(turns);
        worst = fmax(worst, fabs(circle.cos - cos(TURN * turns)));
        worst = fmax(worst, fabs(circle.sin - sin(TURN * turns)));
    }
    print_message("cos, sin: %.1e\n", worst);
    assert_true(worst < 4e-15); /* of which 3e-15 is libm's own argument, TURN * 3 */
}

static void cosines_and_sines_within_a_turn(void **state)
{
    (void)state;
    double worst = 0;
    for (double turns = -0.125; turns < 0.125; turns += 0.0000173) {
        struct legal_circle circle = legal_circle_at(turns);
        worst = fmax(worst, ulps(circle.cos, cos(TURN * turns)));
        worst = fmax(worst, ulps(circle.sin, sin(TURN * turns)));
    }
    print_message("cos, sin: %.1f ulp\n", worst);
    assert_true(worst <= 2);
}

static void quarters_are_exact(void **state)
{
    (void)state;
    static const double cosine[] = {1, 0, -1, 0};
    for (int quarter = -8; quarter <= 8; quarter++) {
        struct legal_circle circle = legal_circle_at(quarter * 0.25);
        assert_true(circle.cos == cosine[quarter & 3]);
        assert_true(circle.sin == cosine[(quarter + 3) & 3]);
    }
}

static void angles(void **state)
{
    (void)state;
    double worst = 0;
    for (double turns = -0.4999; turns < 0.5; turns += 0.0000371) {
        double y = 3e7 * sin(TURN * turns);
        double x = 3e7 * cos(TURN * turns);
        worst = fmax(worst, ulps(legal_angle_turns(y, x), atan2(y, x) / TURN));
    }
    print_message("atan2: %.1f ulp\n", worst);
    assert_true(worst <= 3);
}

static void angles_of_the_axes(void **state)
{
    (void)state;
    assert_true(legal_angle_turns(0, 0) == 0);
    assert_true(legal_angle_turns(0, 5) == 0);
    assert_true(legal_angle_turns(5, 0) == 0.25);
    assert_true(legal_angle_turns(-5, 0) == -0.25);
    assert_true(legal_angle_turns(0, -5) == 0.5);
    assert_true(legal_angle_turns(7, 7) == 0.125);
}

static void integers(void **state)
{
    (void)state;
    assert_int_equal(legal_round(2.5), 3);
    assert_int_equal(legal_round(-2.5), -3);
    assert_int_equal(legal_round(2.4999), 2);
    assert_int_equal(legal_round(-0.4), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(square_roots),       cmocka_unit_test(roots_of_squares_are_exact),
        cmocka_unit_test(cosines_and_sines),  cmocka_unit_test(cosines_and_sines_within_a_turn),
        cmocka_unit_test(quarters_are_exact), cmocka_unit_test(angles),
        cmocka_unit_test(angles_of_the_axes), cmocka_unit_test(integers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
