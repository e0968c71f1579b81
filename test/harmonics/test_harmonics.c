/* Harmonics against waves whose orders are known. */
#include "harmonics/harmonics.h"
#include "test/unit.h"

#include <math.h>
#include <stdlib.h>

static const double u_codes = 8388608 / 500.0;
static const double i_codes = 8388608 / 170.0;

/* A meter, and waves of 40 orders on all its phases, and one line beside. */
struct bed {
    struct legal_config config;
    struct legal legal;
    struct harmonics harmonics;
    double hz;
    double walk_hz_per_s;
    double turns; /* of the mains, since the beginning */
    double u[HARMONICS_ORDERS + 1];
    double i[HARMONICS_ORDERS + 1];
    double line_v;
    double line_hz;
    unsigned only_phase; /* that has any beside the first; 0: all have */
    long frame;
};

static struct bed *new_bed(uint8_t phases, double hz, bool sinc3)
{
    const struct legal_calibration ideal = {0};
    struct bed *bed = calloc(1, sizeof *bed);
    bed->config = (struct legal_config){
        .phases = phases,
        .nominal_hz = hz > 58 ? 60 : 50,
        .sinc3 = sinc3,
        .u_nominal_mv = 230000,
        .u_full_scale_mv = 500000,
        .i_full_scale_ma = 170000,
        .i_start_ua = 20000,
        .pulses_per_kwh = 1000,
        .pulses_per_kvarh = 1000,
    };
    bed->hz = hz;
    bed->u[1] = 230;
    bed->i[1] = 10;
    legal_init(&bed->legal, &bed->config, &ideal);
    harmonics_begin(&bed->harmonics, &bed->config);
    return bed;
}

static double droop(const struct bed *bed, double hz)
{
    double x = acos(-1) * hz / LEGAL_FRAME_HZ;
    return bed->config.sinc3 ? pow(sin(x) / x, 3) : 1;
}

static void feed(struct bed *bed)
{
    int32_t frame[LEGAL_CHANNELS];
    double turn = 2 * acos(-1);
    double t = (double)bed->frame++ / LEGAL_FRAME_HZ;
    for (unsigned p = 0; p < bed->config.phases; p++) {
        double u = bed->line_v * sqrt(2) * cos(turn * bed->line_hz * t);
        double i = 0;
        bool pure = bed->only_phase != 0 && bed->only_phase != p + 1;
        for (int order = 1; order <= (pure ? 1 : HARMONICS_ORDERS); order++) {
            double angle = order * turn * (bed->turns - p / 3.0);
            double passes = droop(bed, order * bed->hz) * sqrt(2);
            u += passes * bed->u[order] * cos(angle + order);
            i += passes * bed->i[order] * cos(angle - 0.3 * order * order);
        }
        frame[2 * p] = (int32_t)lrint(u * u_codes);
        frame[2 * p + 1] = (int32_t)lrint(i * i_codes);
    }
    bed->hz += bed->walk_hz_per_s / LEGAL_FRAME_HZ;
    bed->turns += bed->hz / LEGAL_FRAME_HZ;
    legal_samples(&bed->legal, frame);
    harmonics_take(&bed->harmonics, frame);
    if (legal_window_due(&bed->legal)) {
        legal_window(&bed->legal);
    }
}

/* All windows that were analysed, by their numbers. */
static uint32_t newest_window(const struct bed *bed)
{
    uint32_t newest = 0;
    for (unsigned p = 0; p < bed->config.phases; p++) {
        uint32_t window = bed->harmonics.spectrum[p].window;
        newest = window > newest ? window : newest;
    }
    return newest;
}

/* The main loop comes by every `every` frames; returns the windows analysed. */
static unsigned live(struct bed *bed, double seconds, unsigned every)
{
    unsigned analysed = 0;
    long end = bed->frame + (long)(seconds * LEGAL_FRAME_HZ);
    while (bed->frame < end) {
        feed(bed);
        if (bed->frame % every == 0) {
            uint32_t before = newest_window(bed);
            (void)harmonics_step(&bed->harmonics, &bed->legal);
            analysed += newest_window(bed) != before;
        }
    }
    return analysed;
}

/* Each order within 1e-5 of the fundamental, THD within 0.01 percentage points. */
static void assert_orders(const struct bed *bed)
{
    for (unsigned p = 1; p <= bed->config.phases; p++) {
        double uu = 0;
        double ii = 0;
        for (unsigned order = 1; order <= HARMONICS_ORDERS; order++) {
            int64_t u_uv;
            int64_t i_na;
            assert_int_equal(harmonics_order(&bed->harmonics, &bed->legal, p, order, &u_uv, &i_na),
                             0);
            assert_true(fabs((double)u_uv * 1e-6 - bed->u[order]) < 1e-5 * bed->u[1]);
            assert_true(fabs((double)i_na * 1e-9 - bed->i[order]) < 1e-5 * bed->i[1]);
            uu += order > 1 ? bed->u[order] * bed->u[order] : 0;
            ii += order > 1 ? bed->i[order] * bed->i[order] : 0;
        }
        int32_t ppm;
        assert_int_equal(harmonics_thd_u_ppm(&bed->harmonics, &bed->legal, p, &ppm), 0);
        assert_true(fabs(ppm - 1e6 * sqrt(uu) / bed->u[1]) < 100);
        assert_int_equal(harmonics_thd_i_ppm(&bed->harmonics, &bed->legal, p, &ppm), 0);
        assert_true(fabs(ppm - 1e6 * sqrt(ii) / bed->i[1]) < 100);
    }
}

static void orders_are_found_at_any_frequency(void **state)
{
    (void)state;
    const double hz[] = {42.6, 47.3, 50, 50.37, 57.4, 59, 60, 61};
    for (size_t n = 0; n < sizeof hz / sizeof hz[0]; n++) {
        for (int sinc3 = 0; sinc3 < 2; sinc3++) {
            struct bed *bed = new_bed(3, hz[n], sinc3 != 0);
            for (int order = 2; order <= HARMONICS_ORDERS; order++) {
                bed->u[order] = 23.0 / order;
                bed->i[order] = 6.0 / order;
            }
            (void)live(bed, 4, 50);
            assert_orders(bed);
            free(bed);
        }
    }
}

static void a_pure_sine_has_no_distortion(void **state)
{
    (void)state;
    struct bed *bed = new_bed(1, 50, true);
    int32_t ppm;
    (void)live(bed, 3, 50);
    assert_int_equal(harmonics_thd_u_ppm(&bed->harmonics, &bed->legal, 1, &ppm), 0);
    assert_true(ppm < 10);
    free(bed);
}

/* 5 Hz beside the 7th order is in its subgroup, 15 Hz beside is in none. */
static void subgroups_take_the_neighbours(void **state)
{
    (void)state;
    for (int beside = 5; beside <= 15; beside += 10) {
        struct bed *bed = new_bed(1, 50, false);
        int64_t u_uv;
        int64_t i_na;
        bed->line_v = 10;
        bed->line_hz = 350 + beside;
        (void)live(bed, 3, 50);
        assert_int_equal(harmonics_order(&bed->harmonics, &bed->legal, 1, 7, &u_uv, &i_na), 0);
        assert_true(fabs((double)u_uv * 1e-6 - (beside == 5 ? 10 : 0)) < 0.02);
        free(bed);
    }
}

/* Every second window, as the track is used up by the one before. */
static void every_second_window_is_one_phases_turn(void **state)
{
    (void)state;
    struct bed *bed = new_bed(3, 50, false);
    unsigned analysed = live(bed, 10, 50);
    assert_true(analysed >= 22 && analysed <= 25);
    uint32_t newest = bed->harmonics.spectrum[0].window;
    uint32_t oldest = newest;
    for (unsigned p = 0; p < 3; p++) {
        uint32_t window = bed->harmonics.spectrum[p].window;
        newest = window > newest ? window : newest;
        oldest = window < oldest ? window : oldest;
    }
    assert_int_equal(newest - oldest, 4);
    free(bed);
}

/* A main loop that comes every sixth of a second misses windows, and shows those that it has
 * rightly.
 */
static void a_late_main_loop_misses_windows(void **state)
{
    (void)state;
    struct bed *bed = new_bed(1, 49.3, false);
    bed->u[5] = 11.5;
    unsigned analysed = live(bed, 20, LEGAL_FRAME_HZ / 6);
    assert_true(analysed >= 3 && analysed <= 10);
    assert_orders(bed);
    free(bed);
}

static void the_same_whenever_it_is_analysed(void **state)
{
    (void)state;
    struct bed *prompt = new_bed(3, 50.1, true);
    struct bed *slow = new_bed(3, 50.1, true);
    prompt->u[3] = slow->u[3] = 20;
    (void)live(prompt, 8, 1);
    (void)live(slow, 8, 100);
    for (unsigned p = 0; p < 3; p++) {
        const struct harmonics_spectrum *one = &prompt->harmonics.spectrum[p];
        const struct harmonics_spectrum *other = &slow->harmonics.spectrum[p];
        if (one->window == other->window) {
            assert_memory_equal(one, other, sizeof *one);
        }
    }
    assert_int_equal(prompt->harmonics.spectrum[1].window, slow->harmonics.spectrum[1].window);
    free(prompt);
    free(slow);
}

/* Most that is taken for distortion of a sine, looked at 20 times a second. */
static int32_t worst_thd_ppm(struct bed *bed, double seconds)
{
    int32_t worst_ppm = 0;
    for (int look = 0; look < (int)(20 * seconds); look++) {
        int32_t ppm;
        (void)live(bed, 0.05, 50);
        assert_int_equal(harmonics_thd_u_ppm(&bed->harmonics, &bed->legal, 1, &ppm), 0);
        worst_ppm = ppm > worst_ppm ? ppm : worst_ppm;
    }
    return worst_ppm;
}

/* The periods are those of the window's own frequency: only what that walks within it stands beside
 * the fundamental. 0.1 Hz a second is a large system in trouble. */
static void a_frequency_that_walks_distorts_little(void **state)
{
    (void)state;
    struct bed *bed = new_bed(1, 50, false);
    (void)live(bed, 3, 50);
    for (int n = 0; n < 4; n++) {
        bed->walk_hz_per_s = n % 2 == 0 ? 0.1 : -0.1;
        assert_true(worst_thd_ppm(bed, 6) < 800);
    }
    free(bed);
}

/* After any jump every order is right again, the window of the jump having gone by. */
static void after_a_jump_of_the_frequency_all_is_right(void **state)
{
    (void)state;
    const double to_hz[] = {50.2, 49.7, 46, 53, 57.4, 42.6, 50};
    struct bed *bed = new_bed(1, 50, false);
    bed->u[11] = 4;
    (void)live(bed, 3, 50);
    for (size_t n = 0; n < sizeof to_hz / sizeof to_hz[0]; n++) {
        bed->hz = to_hz[n];
        (void)live(bed, 4, 50);
        assert_orders(bed);
    }
    free(bed);
}

/* Each phase has its own orders, which are found under its name and no other. */
static void phases_are_told_apart(void **state)
{
    (void)state;
    struct bed *bed = new_bed(3, 50.3, false);
    (void)live(bed, 2, 50);
    for (unsigned p = 1; p <= 3; p++) {
        int64_t u_uv;
        int64_t i_na;
        bed->only_phase = p;
        bed->u[9] = 12;
        (void)live(bed, 3, 50);
        for (unsigned other = 1; other <= 3; other++) {
            assert_int_equal(harmonics_order(&bed->harmonics, &bed->legal, other, 9, &u_uv, &i_na),
                             0);
            assert_true(fabs((double)u_uv * 1e-6 - (other == p ? 12 : 0)) < 2e-3);
        }
    }
    free(bed);
}

static void nothing_is_there_before_it_is_measured(void **state)
{
    (void)state;
    struct bed *bed = new_bed(1, 50, false);
    int64_t u_uv;
    int64_t i_na;
    int32_t ppm;
    assert_int_equal(harmonics_order(&bed->harmonics, &bed->legal, 1, 1, &u_uv, &i_na), -1);
    assert_int_equal(harmonics_thd_u_ppm(&bed->harmonics, &bed->legal, 1, &ppm), -1);
    bed->i[1] = 0;
    (void)live(bed, 2, 50);
    assert_int_equal(harmonics_thd_u_ppm(&bed->harmonics, &bed->legal, 1, &ppm), 0);
    assert_int_equal(harmonics_thd_i_ppm(&bed->harmonics, &bed->legal, 1, &ppm), -1);
    free(bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_are_found_at_any_frequency),
        cmocka_unit_test(a_pure_sine_has_no_distortion),
        cmocka_unit_test(subgroups_take_the_neighbours),
        cmocka_unit_test(every_second_window_is_one_phases_turn),
        cmocka_unit_test(a_late_main_loop_misses_windows),
        cmocka_unit_test(the_same_whenever_it_is_analysed),
        cmocka_unit_test(a_frequency_that_walks_distorts_little),
        cmocka_unit_test(after_a_jump_of_the_frequency_all_is_right),
        cmocka_unit_test(phases_are_told_apart),
        cmocka_unit_test(nothing_is_there_before_it_is_measured),
    };
    return cmocka_run_group_tests_name("harmonics", tests, NULL, NULL);
}
