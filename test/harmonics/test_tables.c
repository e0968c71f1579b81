/* The tables against their definitions, in the host's longest arithmetic. */
#include "harmonics/inside.h"
#include "test/unit.h"

#include <math.h>

static long double pi(void)
{
    return acosl(-1);
}

static void a_quarter_of_a_sine(void **state)
{
    (void)state;
    for (int k = 0; k <= HARMONICS_POINTS / 4; k++) {
        float is = (float)sinl(2 * pi() * k / HARMONICS_POINTS);
        if (harmonics_sine[k] != is) {
            fail_msg("%d: %.9g is not %.9g", k, (double)harmonics_sine[k], (double)is);
        }
    }
}

/* I0 as the integral that defines it: the mean of exp(x cos t), which the trapezoidal rule gives to
 * the last digit. */
static long double bessel(long double x)
{
    enum { STEPS = 400 };
    long double sum = 0;
    for (int k = 0; k < STEPS; k++) {
        sum += expl(x * cosl(2 * pi() * k / STEPS));
    }
    return sum / STEPS;
}

static long double kernel(long double x)
{
    const long double beta = 10.06L;
    const long double half = HARMONICS_TAPS / 2;
    long double inside = 1 - x * x / (half * half);
    long double sinc = x == 0 ? 1 : sinl(pi() * x) / (pi() * x);
    return inside > 0 ? sinc * bessel(beta * sqrtl(inside)) : 0;
}

static void taps_are_kaisers(void **state)
{
    (void)state;
    for (int phase = 0; phase <= HARMONICS_TAP_PHASES / 2; phase++) {
        long double tap[HARMONICS_TAPS];
        long double sum = 0;
        for (int k = 0; k < HARMONICS_TAPS; k++) {
            tap[k] =
                kernel(k - (HARMONICS_TAPS / 2 - 1) - (long double)phase / HARMONICS_TAP_PHASES);
            sum += tap[k];
        }
        for (int k = 0; k < HARMONICS_TAPS; k++) {
            double is = (double)(tap[k] / sum);
            double off = fabs((double)harmonics_tap[phase][k] - is);
            if (off > 6e-8 * fabs(is) + 1e-16) {
                fail_msg("%d, %d: %.9g is not %.9g", phase, k, (double)harmonics_tap[phase][k], is);
            }
        }
    }
}

/* Direct current passes as it is, and half way the row is its own mirror. */
static void rows_add_up_to_1(void **state)
{
    (void)state;
    for (int phase = 0; phase <= HARMONICS_TAP_PHASES / 2; phase++) {
        double sum = 0;
        for (int k = 0; k < HARMONICS_TAPS; k++) {
            sum += (double)harmonics_tap[phase][k];
        }
        assert_true(fabs(sum - 1) < 2e-7);
    }
    const float *half_way = harmonics_tap[HARMONICS_TAP_PHASES / 2];
    for (int k = 0; k < HARMONICS_TAPS; k++) {
        assert_true(half_way[k] == half_way[HARMONICS_TAPS - 1 - k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quarter_of_a_sine),
        cmocka_unit_test(taps_are_kaisers),
        cmocka_unit_test(rows_add_up_to_1),
    };
    return cmocka_run_group_tests_name("harmonics_tables", tests, NULL, NULL);
}
