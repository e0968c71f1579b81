/* The interpolation of recordings: flat where it passes, silent where it stops. */
#include "test/world/surroundings.h"

#include "world/resample.h"

#include <math.h>
#include <stdlib.h>

static const double rates[] = {400,  960,   5760,      6400,  7678.48,
                               8192, 15000, 30755.982, 48000, 200000};

enum { RATES = sizeof rates / sizeof *rates };

/* What comes out of a sinusoid of 1 at `hz`, at a place `fraction` behind a sample, beyond the
 * sinusoid times `gain` there: the larger of the errors of its two quadratures. */
static double error_at(struct resample *resample, double rate_hz, double hz, double fraction,
                       double gain)
{
    size_t taps = 2 * resample->half;
    double *samples = malloc(taps * sizeof *samples);
    double error = 0;
    resample_row(resample, fraction);
    for (int quadrature = 0; quadrature < 2; quadrature++) {
        double phase = quadrature * PI / 2;
        for (size_t k = 0; k < taps; k++)
            samples[k] =
                cos(2 * PI * hz / rate_hz * ((double)k - (double)resample->half + 1) + phase);
        double is = gain * cos(2 * PI * hz / rate_hz * fraction + phase);
        error = fmax(error, fabs(resample_value(resample, samples) - is));
    }
    free(samples);
    return error;
}

static const double fractions[] = {0, 1e-9, 0.0039, 0.1234, 0.5, 0.7, 0.999999};

static double worst_at(struct resample *resample, double rate_hz, double hz, double gain)
{
    double worst = 0;
    for (size_t n = 0; n < sizeof fractions / sizeof *fractions; n++)
        worst = fmax(worst, error_at(resample, rate_hz, hz, fractions[n], gain));
    return worst;
}

static void what_passes_is_flat_within_1e_7(void **state)
{
    (void)state;
    for (int r = 0; r < RATES; r++) {
        struct resample resample;
        double pass_hz = fmin(3600, 0.475 * rates[r]);
        double worst = 0;
        assert_int_equal(resample_open(&resample, rates[r], false), 0);
        for (int n = 0; n <= 60; n++)
            worst = fmax(worst, worst_at(&resample, rates[r], pass_hz * n / 60, 1));
        print_message("%9.3f Hz: %4zu taps, worst error in the pass band %.1e\n", rates[r],
                      2 * resample.half, worst);
        assert_true(worst < 1e-7);
        resample_close(&resample);
    }
}

static void what_would_fold_is_stopped_below_1e_7(void **state)
{
    (void)state;
    for (int r = 0; r < RATES; r++) {
        struct resample resample;
        if (rates[r] < 8192)
            continue;
        assert_int_equal(resample_open(&resample, rates[r], false), 0);
        for (int n = 0; n <= 60 && rates[r] > 8192; n++)
            assert_true(worst_at(&resample, rates[r], 4096 + (rates[r] / 2 - 4096) * n / 60, 0) <
                        1e-7);
        resample_close(&resample);
    }
}

static void sinc3_is_in_the_kernel(void **state)
{
    (void)state;
    for (int r = 0; r < RATES; r++) {
        struct resample resample;
        double pass_hz = fmin(3600, 0.475 * rates[r]);
        assert_int_equal(resample_open(&resample, rates[r], true), 0);
        for (int n = 0; n <= 30; n++) {
            double x = PI * pass_hz * n / 30 / WORLD_FRAME_HZ;
            double gain = n > 0 ? pow(sin(x) / x, 3) : 1;
            assert_true(worst_at(&resample, rates[r], pass_hz * n / 30, gain) < 1e-7);
        }
        resample_close(&resample);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_passes_is_flat_within_1e_7),
        cmocka_unit_test(what_would_fold_is_stopped_below_1e_7),
        cmocka_unit_test(sinc3_is_in_the_kernel),
    };
    return cmocka_run_group_tests_name("world_resample", tests, NULL, NULL);
}
