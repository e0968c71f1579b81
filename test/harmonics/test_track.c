/* When windows are recorded and analysed: a track for one window, phases in turn, a main loop that
 * comes when it can. */
#include "harmonics/inside.h"
#include "test/harmonics/bed.h"
#include "test/unit.h"

#include <stdlib.h>

/* Every second window, as the track is used up by the one before. */
static void every_second_window_is_one_phases_turn(void **state)
{
    (void)state;
    struct bed *bed = bed_new(3, 50, false);
    unsigned analysed = bed_live(bed, 10, 50);
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
    struct bed *bed = bed_new(1, 49.3, false);
    bed->u[5] = 11.5;
    unsigned analysed = bed_live(bed, 20, LEGAL_FRAME_HZ / 6);
    assert_true(analysed >= 3 && analysed <= 10);
    bed_assert_orders(bed);
    free(bed);
}

static void the_same_whenever_it_is_analysed(void **state)
{
    (void)state;
    struct bed *prompt = bed_new(3, 50.1, true);
    struct bed *slow = bed_new(3, 50.1, true);
    prompt->u[3] = slow->u[3] = 20;
    (void)bed_live(prompt, 8, 1);
    (void)bed_live(slow, 8, 100);
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

static void nothing_is_there_before_it_is_measured(void **state)
{
    (void)state;
    struct bed *bed = bed_new(1, 50, false);
    int64_t u_uv;
    int64_t i_na;
    int32_t ppm;
    assert_int_equal(harmonics_order(&bed->harmonics, &bed->legal, 1, 1, &u_uv, &i_na), -1);
    assert_int_equal(harmonics_thd_u_ppm(&bed->harmonics, &bed->legal, 1, &ppm), -1);
    bed->i[1] = 0;
    (void)bed_live(bed, 2, 50);
    assert_int_equal(harmonics_thd_u_ppm(&bed->harmonics, &bed->legal, 1, &ppm), 0);
    assert_int_equal(harmonics_thd_i_ppm(&bed->harmonics, &bed->legal, 1, &ppm), -1);
    free(bed);
}

/* After any jump every order is right again, the window of the jump having gone by. */
static void after_a_jump_of_the_frequency_all_is_right(void **state)
{
    (void)state;
    const double to_hz[] = {50.2, 49.7, 46, 53, 57.4, 42.6, 50};
    struct bed *bed = bed_new(1, 50, false);
    bed->u[11] = 4;
    (void)bed_live(bed, 3, 50);
    for (size_t n = 0; n < sizeof to_hz / sizeof to_hz[0]; n++) {
        bed->hz = to_hz[n];
        (void)bed_live(bed, 4, 50);
        bed_assert_orders(bed);
    }
    free(bed);
}

/* Who comes only when harmonics_step() wants it finds as many windows as who comes with every
 * frame, and comes seldom. */
static void it_says_when_to_come(void **state)
{
    (void)state;
    struct bed *every = bed_new(3, 50.2, false);
    struct bed *told = bed_new(3, 50.2, false);
    long due = 0;
    unsigned calls = 0;
    unsigned analysed = bed_live(every, 10, 1);
    (void)bed_live(told, 0.001, 100000);
    while (told->frame < every->frame) {
        bed_feed(told);
        if (told->frame >= due) {
            uint32_t before = bed_newest(told);
            due = told->frame + (long)harmonics_step(&told->harmonics, &told->legal);
            analysed -= bed_newest(told) != before;
            calls++;
        }
    }
    assert_true(analysed <= 1);
    assert_true(calls < 25 * (HARMONICS_PARTS + 6));
    free(every);
    free(told);
}

/* An analysis is over after so many steps, each of which wants the next at once. */
static void an_analysis_has_its_parts(void **state)
{
    (void)state;
    struct bed *bed = bed_new(1, 50, false);
    (void)bed_live(bed, 2, 1);
    while (bed->harmonics.state != HARMONICS_ANALYSING) {
        (void)bed_live(bed, 1.1 / LEGAL_FRAME_HZ, 1);
    }
    uint32_t before = bed_newest(bed);
    for (int part = 0; part < HARMONICS_PARTS; part++) {
        assert_int_equal(bed_newest(bed), before);
        assert_int_equal(harmonics_step(&bed->harmonics, &bed->legal), 0);
    }
    assert_int_not_equal(bed_newest(bed), before);
    assert_int_equal(bed->harmonics.state, HARMONICS_IDLE);
    free(bed);
}

/* Without a voltage no frequency is known, and no window has ten periods; when it is back they are
 * measured again. */
static void without_mains_nothing_is_new(void **state)
{
    (void)state;
    struct bed *bed = bed_new(3, 50, false);
    struct legal_snapshot snapshot;
    (void)bed_live(bed, 3, 50);
    for (int n = 0; n < 5; n++) {
        bed->u[1] = 0;
        (void)bed_live(bed, 1 + 0.13 * n, 50);
        legal_read(&bed->legal, &snapshot);
        uint32_t newest = bed_newest(bed);
        assert_false(snapshot.locked);
        assert_true(newest + 4 <= snapshot.window);
        (void)bed_live(bed, 2, 50);
        assert_int_equal(bed_newest(bed), newest);
        bed->u[1] = 230;
        (void)bed_live(bed, 3, 50);
        assert_true(bed_newest(bed) > snapshot.window);
        bed_assert_orders(bed);
    }
    free(bed);
}

/* The thresholds below which distortion says nothing: a tenth of nominal, half of starting. */
static void distortion_wants_a_fundamental(void **state)
{
    (void)state;
    const double factor[] = {0.99, 1.01};
    for (int n = 0; n < 2; n++) {
        struct bed *bed = bed_new(1, 50, false);
        int32_t ppm;
        (void)bed_live(bed, 2, 50);
        bed->i[1] = 0.010 * factor[n];
        (void)bed_live(bed, 2, 50);
        assert_int_equal(harmonics_thd_i_ppm(&bed->harmonics, &bed->legal, 1, &ppm), n - 1);
        assert_int_equal(harmonics_thd_u_ppm(&bed->harmonics, &bed->legal, 1, &ppm), 0);
        float tenth = (float)(0.1 * factor[n]); /* of 230 V; alone it would end the windows, too */
        bed->harmonics.spectrum[0].uu[1] *= tenth * tenth;
        assert_int_equal(harmonics_thd_u_ppm(&bed->harmonics, &bed->legal, 1, &ppm), n - 1);
        free(bed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_second_window_is_one_phases_turn),
        cmocka_unit_test(a_late_main_loop_misses_windows),
        cmocka_unit_test(the_same_whenever_it_is_analysed),
        cmocka_unit_test(nothing_is_there_before_it_is_measured),
        cmocka_unit_test(after_a_jump_of_the_frequency_all_is_right),
        cmocka_unit_test(it_says_when_to_come),
        cmocka_unit_test(an_analysis_has_its_parts),
        cmocka_unit_test(without_mains_nothing_is_new),
        cmocka_unit_test(distortion_wants_a_fundamental),
    };
    return cmocka_run_group_tests_name("harmonics_track", tests, NULL, NULL);
}
