/* The grid of issue "the living meter": every current, angle and frequency, worst single window. */
#include "test/legal/rig.h"
#include "test/unit.h"

#include <math.h>

static const double currents_a[] = {0.02, 0.05, 0.1, 0.25, 1, 5, 20, 60, 100};
static const double lags_deg[] = {0, 60, -36.8698976458, 75.5224878141, 90, 180, 210};
static const double hz_50[] = {42.5, 43.7, 45, 47.3, 49.99, 50, 50.01, 52.5, 55.1, 57.5};
static const double hz_60[] = {51, 53.3, 56.25, 59.98, 60, 61.7, 64, 66.6, 69};

enum { CURRENTS = 9, LAGS = 7, FREQUENCIES_50 = 10, FREQUENCIES_60 = 9, WINDOWS = 6 };

/* Worst errors of U, I, P and Q1; of P and Q1 relative to S. */
struct worst {
    double u;
    double i;
    double p;
    double q;
};

static void keep_worst(double *worst, double error)
{
    *worst = fmax(*worst, fabs(error));
}

static void compare(struct worst *worst, const struct legal_phase *phase, double u, double i,
                    double lag_deg)
{
    double lag = lag_deg / 180 * 3.14159265358979323846;
    double s = u * i;
    keep_worst(&worst->u, (double)phase->u_uv * 1e-6 / u - 1);
    keep_worst(&worst->i, (double)phase->i_na * 1e-9 / i - 1);
    keep_worst(&worst->p, (double)phase->p_uw * 1e-6 / s - cos(lag));
    keep_worst(&worst->q, (double)phase->q1_uvar * 1e-6 / s - sin(lag));
}

static void measure_point(struct rig *rig, double hz, double current, double lag,
                          struct worst *worst)
{
    rig_begin(rig);
    rig_mains(rig, hz, 230, current, lag);
    rig_seconds(rig, 2);
    for (int window = 0; window < WINDOWS; window++) {
        struct legal_snapshot snapshot = rig_window(rig);
        compare(worst, &snapshot.phase[0], 230, current, lag);
    }
}

static struct worst measure_grid(struct rig *rig, const double *hz, int frequencies, double from_a,
                                 double to_a)
{
    struct worst worst = {0};
    for (int f = 0; f < frequencies; f++) {
        for (int i = 0; i < CURRENTS; i++) {
            for (int l = 0; l < LAGS && currents_a[i] >= from_a && currents_a[i] < to_a; l++) {
                measure_point(rig, hz[f], currents_a[i], lags_deg[l], &worst);
            }
        }
    }
    print_message("%2d Hz %6.2f A to %6.2f A: worst U %.1e I %.1e P %.1e Q1 %.1e\n",
                  rig->config.nominal_hz, from_a, to_a, worst.u, worst.i, worst.p, worst.q);
    return worst;
}

static bool within(const struct worst *worst, double limit)
{
    return worst->u <= limit && worst->i <= limit && worst->p <= limit && worst->q <= limit;
}

static bool low_currents_good(struct rig *rig, const double *hz, int frequencies)
{
    struct worst worst = measure_grid(rig, hz, frequencies, 0.02, 0.25);
    return within(&worst, 5e-5);
}

static bool high_currents_good(struct rig *rig, const double *hz, int frequencies)
{
    struct worst worst = measure_grid(rig, hz, frequencies, 0.25, 101);
    return within(&worst, 1e-5);
}

static void accurate_at_50_hz(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    assert_true(high_currents_good(&rig, hz_50, FREQUENCIES_50));
    assert_true(low_currents_good(&rig, hz_50, FREQUENCIES_50));
}

static void accurate_at_60_hz(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 60);
    assert_true(high_currents_good(&rig, hz_60, FREQUENCIES_60));
    assert_true(low_currents_good(&rig, hz_60, FREQUENCIES_60));
}

/* The check itself is checked: an error of 0.01 % in the chain must not pass. */
static void finds_a_gain_error_of_100_ppm(void **state)
{
    (void)state;
    for (int channel = 0; channel < 2; channel++) {
        struct rig rig = rig_of(1, 50);
        *(channel == 0 ? &rig.calibration.phase[0].u_gain_ppb
                       : &rig.calibration.phase[0].i_gain_ppb) = 100000;
        assert_false(high_currents_good(&rig, &hz_50[5], 1));
        assert_false(low_currents_good(&rig, &hz_50[5], 1));
    }
}

static void finds_an_angle_error_of_100_urad(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig.calibration.phase[0].angle_nrad = 100000;
    assert_false(high_currents_good(&rig, &hz_50[5], 1));
    assert_false(low_currents_good(&rig, &hz_50[5], 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accurate_at_50_hz),
        cmocka_unit_test(accurate_at_60_hz),
        cmocka_unit_test(finds_a_gain_error_of_100_ppm),
        cmocka_unit_test(finds_an_angle_error_of_100_urad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
