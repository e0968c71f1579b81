/* Harmonics against waves whose orders are known. */
#include "test/harmonics/bed.h"
#include "test/unit.h"

#include <math.h>
#include <stdlib.h>

static void orders_are_found_at_any_frequency(void **state)
{
    (void)state;
    const double hz[] = {42.6, 47.3, 50, 50.37, 57.4, 59, 60, 61};
    for (size_t n = 0; n < sizeof hz / sizeof hz[0]; n++) {
        for (int sinc3 = 0; sinc3 < 2; sinc3++) {
            struct bed *bed = bed_new(3, hz[n], sinc3 != 0);
            for (int order = 2; order <= HARMONICS_ORDERS; order++) {
                bed->u[order] = 23.0 / order;
                bed->i[order] = 6.0 / order;
            }
            (void)bed_live(bed, 4, 50);
            bed_assert_orders(bed);
            free(bed);
        }
    }
}

static void a_pure_sine_has_no_distortion(void **state)
{
    (void)state;
    struct bed *bed = bed_new(1, 50, true);
    int32_t ppm;
    (void)bed_live(bed, 3, 50);
    assert_int_equal(harmonics_thd_u_ppm(&bed->harmonics, &bed->legal, 1, &ppm), 0);
    assert_true(ppm < 10);
    free(bed);
}

/* 5 Hz beside the 7th order is in its subgroup, 10 and 15 Hz beside are in none. */
static void subgroups_take_the_neighbours(void **state)
{
    (void)state;
    for (int beside = -15; beside <= 15; beside += 5) {
        struct bed *bed = bed_new(1, 50, false);
        int64_t u_uv;
        int64_t i_na;
        bed->line_v = 10;
        bed->line_hz = 350 + beside;
        (void)bed_live(bed, 3, 50);
        assert_int_equal(harmonics_order(&bed->harmonics, &bed->legal, 1, 7, &u_uv, &i_na), 0);
        assert_true(fabs((double)u_uv * 1e-6 - (abs(beside) <= 5 ? 10 : 0)) < 0.02);
        free(bed);
    }
}

/* Most that is taken for distortion of a sine, looked at 20 times a second. */
static int32_t worst_thd_ppm(struct bed *bed, double seconds)
{
    int32_t worst_ppm = 0;
    for (int look = 0; look < (int)(20 * seconds); look++) {
        int32_t ppm;
        (void)bed_live(bed, 0.05, 50);
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
    struct bed *bed = bed_new(1, 50, false);
    (void)bed_live(bed, 3, 50);
    for (int n = 0; n < 4; n++) {
        bed->walk_hz_per_s = n % 2 == 0 ? 0.1 : -0.1;
        assert_true(worst_thd_ppm(bed, 6) < 800);
    }
    free(bed);
}

/* Each phase has its own orders, which are found under its name and no other. */
static void phases_are_told_apart(void **state)
{
    (void)state;
    struct bed *bed = bed_new(3, 50.3, false);
    (void)bed_live(bed, 2, 50);
    for (unsigned p = 1; p <= 3; p++) {
        int64_t u_uv;
        int64_t i_na;
        bed->only_phase = p;
        bed->u[9] = 12;
        (void)bed_live(bed, 3, 50);
        for (unsigned other = 1; other <= 3; other++) {
            assert_int_equal(harmonics_order(&bed->harmonics, &bed->legal, other, 9, &u_uv, &i_na),
                             0);
            assert_true(fabs((double)u_uv * 1e-6 - (other == p ? 12 : 0)) < 2e-3);
        }
    }
    free(bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_are_found_at_any_frequency),
        cmocka_unit_test(a_pure_sine_has_no_distortion),
        cmocka_unit_test(subgroups_take_the_neighbours),
        cmocka_unit_test(a_frequency_that_walks_distorts_little),
        cmocka_unit_test(phases_are_told_apart),
    };
    return cmocka_run_group_tests_name("harmonics", tests, NULL, NULL);
}
