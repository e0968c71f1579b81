/* What the front end adds: direct current, noise, clipping, droop, errors of gain and angle. */
#include "test/legal/rig.h"
#include "test/unit.h"

#include <math.h>
#include <string.h>

#define TURN (2 * 3.14159265358979323846)

static void assert_near(double found, double right, double tolerance)
{
    if (!(fabs(found - right) <= tolerance)) {
        fail_msg("%.9g is not %.9g within %.1e", found, right, tolerance);
    }
}

static void direct_current_does_not_count(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_begin(&rig);
    rig_mains(&rig, 49.8, 230, 2, 60);
    rig.u[0].dc = 3;
    rig.i[0].dc = -1.5;
    rig_seconds(&rig, 3);
    struct legal_snapshot first = rig_window(&rig);
    assert_near((double)first.phase[0].u_uv, 230e6, 230);
    assert_near((double)first.phase[0].i_na, 2e9, 5e3);
    assert_near((double)first.phase[0].p_uw, 230e6, 1e3);
    double before_ws = rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_IMPORT);
    rig_seconds(&rig, 5);
    struct legal_snapshot last = rig_window(&rig);
    double seconds = seconds_of(last.end) - seconds_of(first.end);
    double found_ws = rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_IMPORT) - before_ws;
    assert_near(found_ws / (230 * seconds), 1, 1e-6);
}

/* It would show as 5e-4 of S. */
static void direct_current_is_known_at_once(void **state)
{
    (void)state;
    for (double hz = 48; hz < 52; hz += 0.37) {
        struct rig rig = rig_of(1, 50);
        rig_begin(&rig);
        rig_mains(&rig, hz, 230, 2, 60);
        rig.u[0].dc = 0.5;
        rig.i[0].dc = -0.5;
        rig_window(&rig);
        rig_window(&rig);
        for (int window = 3; window < 12; window++) {
            struct legal_snapshot snapshot = rig_window(&rig);
            assert_true(snapshot.locked);
            assert_near((double)snapshot.phase[0].p_uw / 460e6, 0.5, 1e-4);
            assert_near((double)snapshot.phase[0].q1_uvar / 460e6, sqrt(0.75), 1e-4);
        }
    }
}

/* A half-wave rectified load has direct current of its own; with none in U it carries no power. */
static void half_wave_load(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_begin(&rig);
    rig_mains(&rig, 50.2, 230, 0, 0);
    double peak = 20;
    struct wave *i = &rig.i[0];
    i->dc = peak / 3.14159265358979323846;
    i->terms = WAVE_TERMS;
    i->term[0] = (struct term){peak / 2, 50.2, 0.1};
    for (unsigned k = 1; k < WAVE_TERMS; k++) {
        double sign = k & 1 ? 2 : -2;
        double part = sign / (3.14159265358979323846 * (4.0 * k * k - 1));
        i->term[k] = (struct term){peak * part, 2 * k * 50.2, 2 * k * 0.1};
    }
    rig_seconds(&rig, 3);
    struct legal_snapshot snapshot = rig_window(&rig);
    assert_near((double)snapshot.phase[0].p_uw * 1e-6, 230 * peak / 2 / sqrt(2), 0.005);
    assert_near((double)snapshot.phase[0].q1_uvar * 1e-6, 0, 0.005);
}

/* Roughly normal, of rms 1. */
static double noise(uint32_t *seed)
{
    double sum = 0;
    for (int k = 0; k < 12; k++) {
        *seed = *seed * 1664525 + 1013904223;
        sum += *seed / 4294967296.0 - 0.5;
    }
    return sum;
}

/* Mean rms current of 10 s at 20 mA with 1.07 mA of noise (101 dB). */
static double current_under_noise_a(uint32_t subtracted_na)
{
    struct rig rig = rig_of(1, 50);
    rig.calibration.phase[0].i_noise_na = subtracted_na;
    rig_begin(&rig);
    uint32_t seed = 7;
    double sum = 0;
    uint32_t windows = 0;
    for (int k = 0; k < 10 * LEGAL_FRAME_HZ; k++) {
        double angle = TURN * 50.0 * k / LEGAL_FRAME_HZ;
        double i = 0.02 * sqrt(2) * cos(angle) + 1.07e-3 * noise(&seed);
        int32_t frame[] = {(int32_t)lrint(230 * sqrt(2) * cos(angle) / 500 * 8388608),
                           (int32_t)lrint(i / 170 * 8388608)};
        legal_frames(&rig.legal, frame, 1);
        struct legal_snapshot snapshot;
        legal_read(&rig.legal, &snapshot);
        if (snapshot.window != windows) {
            sum += (double)snapshot.phase[0].i_na * 1e-9;
            windows = snapshot.window;
        }
    }
    return sum / windows;
}

static void noise_power_is_subtracted(void **state)
{
    (void)state;
    assert_near(current_under_noise_a(0) / 0.02 - 1, 1.43e-3, 4e-4);
    assert_near(current_under_noise_a(1070000) / 0.02 - 1, 0, 4e-4);
}

static void noise_alone_is_no_current(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig.calibration.phase[0].i_noise_na = 2000000;
    rig_begin(&rig);
    rig_mains(&rig, 50, 230, 0.001, 0);
    rig_seconds(&rig, 2);
    assert_true(rig_window(&rig).phase[0].i_na == 0);
}

/* The front end shows 0.7 % too much, 0.4 % too little, and the current 10 us too early. */
static void calibration_corrects_gain_and_angle(void **state)
{
    (void)state;
    static const double frequencies[] = {45, 50, 55};
    for (int f = 0; f < 3; f++) {
        for (int lag_deg = 0; lag_deg < 360; lag_deg += 45) {
            double hz = frequencies[f];
            double delay_s = 10e-6;
            struct rig rig = rig_of(1, 50);
            rig.calibration.phase[0] = (struct legal_calibration_phase){
                .u_gain_ppb = (int32_t)lrint((1 / 1.007 - 1) * 1e9),
                .i_gain_ppb = (int32_t)lrint((1 / 0.996 - 1) * 1e9),
                .angle_nrad = (int32_t)lrint(TURN * 50 * delay_s * 1e9),
            };
            rig_begin(&rig);
            rig_mains(&rig, hz, 230 * 1.007, 10 * 0.996, lag_deg - 360 * hz * delay_s);
            rig_seconds(&rig, 2);
            struct legal_snapshot snapshot = rig_window(&rig);
            double lag = TURN * lag_deg / 360;
            assert_near((double)snapshot.phase[0].u_uv, 230e6, 100);
            assert_near((double)snapshot.phase[0].i_na, 10e9, 5e3);
            assert_near((double)snapshot.phase[0].p_uw, 2300e6 * cos(lag), 3e3);
            assert_near((double)snapshot.phase[0].p1_uw, 2300e6 * cos(lag), 3e3);
            assert_near((double)snapshot.phase[0].q1_uvar, 2300e6 * sin(lag), 3e3);
        }
    }
}

static void offsets_are_subtracted(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig.calibration.phase[0].p_offset_uw = 27600;
    rig.calibration.phase[0].q_offset_uvar = -4600;
    rig_begin(&rig);
    rig_mains(&rig, 50, 230, 1, 30);
    rig_seconds(&rig, 2);
    struct legal_snapshot snapshot = rig_window(&rig);
    assert_near((double)snapshot.phase[0].p_uw, 230e6 * sqrt(0.75) - 27600, 100);
    assert_near((double)snapshot.phase[0].p1_uw, 230e6 * sqrt(0.75) - 27600, 100);
    assert_near((double)snapshot.phase[0].q1_uvar, 115e6 + 4600, 100);
}

/* A sinc3 decimator's droop at hz, against direct current. */
static double sinc3(double hz)
{
    double x = 3.14159265358979323846 * hz / LEGAL_FRAME_HZ;
    return pow(sin(x) / x, 3);
}

/* EN 50470-3's 5th harmonic, P5 = 4 % of P1, behind a sinc3 filter: the error of P beyond that of
 * the fundamental alone, which calibration takes away. */
static double fifth_harmonic_error(bool undo)
{
    double error[2];
    for (int harmonic = 0; harmonic < 2; harmonic++) {
        struct rig rig = rig_of(1, 50);
        rig.config.sinc3 = undo;
        rig_begin(&rig);
        double droop1 = sinc3(50);
        double droop5 = sinc3(250);
        rig_mains(&rig, 50, 230 * droop1, 50 * droop1, 0);
        rig.u[0].terms = 1u + (unsigned)harmonic;
        rig.i[0].terms = 1u + (unsigned)harmonic;
        rig.u[0].term[1] = (struct term){0.1 * 230 * sqrt(2) * droop5, 250, 0.5};
        rig.i[0].term[1] = (struct term){0.4 * 50 * sqrt(2) * droop5, 250, 0.5};
        rig_seconds(&rig, 2);
        double right_w = 230 * 50 * (harmonic ? 1.04 : 1);
        error[harmonic] = (double)rig_window(&rig).phase[0].p_uw * 1e-6 / right_w - 1;
    }
    return error[1] - error[0];
}

static void droop_is_undone(void **state)
{
    (void)state;
    double with_droop = fifth_harmonic_error(false);
    double undone = fifth_harmonic_error(true);
    print_message("5th harmonic: %+.1e with droop, %+.1e undone\n", with_droop, undone);
    assert_true(with_droop < -2e-4);
    assert_true(fabs(undone) < 3e-6);
}

/* Positions are those of the samples that were given, with the droop's delay or without. */
static void droop_does_not_shift_positions(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig.config.sinc3 = true;
    rig_begin(&rig);
    rig_mains(&rig, 50, 230, 5, 0);
    rig_seconds(&rig, 2);
    struct legal_half half;
    assert_int_equal(legal_half(&rig.legal, 1, legal_halves(&rig.legal, 1), &half), 0);
    assert_near(wave_at(&rig.u[0], seconds_of(half.end)), 0, 0.01);
}

static void clipping_is_clipping(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig.config.u_full_scale_mv = 300000;
    rig_begin(&rig);
    rig_mains(&rig, 50, 400, 500, 0);
    rig_seconds(&rig, 3);
    struct legal_snapshot snapshot = rig_window(&rig);
    assert_true(snapshot.locked);
    assert_true(snapshot.phase[0].u_uv > 230000000 && snapshot.phase[0].u_uv < 300000000);
    assert_true(snapshot.phase[0].i_na > 140000000000 && snapshot.phase[0].i_na < 170000000000);
    assert_true(snapshot.phase[0].p_uw <= snapshot.phase[0].s_uva);
}

/* Whatever an int32_t holds is taken for the nearest code. */
static void extreme_codes_are_clamped(void **state)
{
    (void)state;
    static const int32_t extremes[][2] = {
        {INT32_MIN, -8388608}, {INT32_MAX, 8388607}, {-8388609, -8388608}, {8388608, 8388607}};
    for (int sinc = 0; sinc < 2; sinc++) {
        for (int pair = 0; pair < 4; pair++) {
            struct legal_snapshot snapshot[2] = {0};
            for (int wild = 0; wild < 2; wild++) {
                struct rig rig = rig_of(1, 50);
                rig.config.sinc3 = sinc;
                rig_begin(&rig);
                for (int k = 0; k < 5 * LEGAL_FRAME_HZ; k++) {
                    int32_t code = extremes[pair][wild];
                    int32_t frame[] = {k / 80 & 1 ? 0 : code, k / 50 & 1 ? 0 : code};
                    legal_frames(&rig.legal, frame, 1);
                }
                legal_read(&rig.legal, &snapshot[wild]);
            }
            assert_int_equal(snapshot[0].window, snapshot[1].window);
            assert_true(snapshot[0].phase[0].i_na == snapshot[1].phase[0].i_na);
        }
    }
}

static void random_codes_do_no_harm(void **state)
{
    (void)state;
    for (int sinc = 0; sinc < 2; sinc++) {
        struct rig rig = rig_of(3, 60);
        rig.config.sinc3 = sinc;
        rig_begin(&rig);
        uint32_t seed = 3;
        for (int k = 0; k < 20 * LEGAL_FRAME_HZ; k++) {
            int32_t frame[LEGAL_CHANNELS];
            for (int channel = 0; channel < LEGAL_CHANNELS; channel++) {
                seed = seed * 1664525 + 1013904223;
                frame[channel] = (int32_t)(seed >> (k / 8192 % 10));
            }
            legal_frames(&rig.legal, frame, 1);
        }
        struct legal_snapshot snapshot;
        legal_read(&rig.legal, &snapshot);
        assert_in_range(snapshot.window, 80, 125);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(direct_current_does_not_count),
        cmocka_unit_test(direct_current_is_known_at_once),
        cmocka_unit_test(half_wave_load),
        cmocka_unit_test(noise_power_is_subtracted),
        cmocka_unit_test(noise_alone_is_no_current),
        cmocka_unit_test(calibration_corrects_gain_and_angle),
        cmocka_unit_test(offsets_are_subtracted),
        cmocka_unit_test(droop_is_undone),
        cmocka_unit_test(droop_does_not_shift_positions),
        cmocka_unit_test(clipping_is_clipping),
        cmocka_unit_test(extreme_codes_are_clamped),
        cmocka_unit_test(random_codes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
