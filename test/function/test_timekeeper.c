/* The clock by its chip: starts, drift and temperature, corrections, chips that fail. */
#include "function/timekeeper.h"
#include "test/unit.h"
#include "world/rtc.h"

#include <math.h>
#include <stdlib.h>

enum { SECOND_MS = 1000, DAY_S = 86400, MONTH_S = 30 * DAY_S };

static const struct civil_zone central_europe = {
    60, 60, {3, 5, 7, 120, 0, 0}, {10, 5, 7, 180, 0, 0}};
static const int64_t begin_ms = INT64_C(1795258800000); /* 2026-11-21T11:00:00Z */

static const struct timekeeper_backup battery = {
    .doubtful_mv = 2300, .low_mv = 3000, .life_h = 20 * 8766, .reserve_h = 10 * 8766};
static const struct timekeeper_backup capacitor = {
    .rechargeable = true, .doubtful_mv = 1700, .reserve_h = 168};
static const struct timekeeper_crystal fork = {.turnover_cc = 2500, .curve_ppb = 34};
static const struct timekeeper_crystal uncompensated = {.turnover_cc = 2500};

/* A meter as far as time goes, and what is true. */
static struct world {
    struct rtc_chip chip;
    struct rtc rtc;
    struct clock clock;
    struct timekeeper keeper;
    struct timekeeper_config config;
    int64_t true_ms;
    double temperature_c;
} world;

static void start(void)
{
    struct timekeeper_memory memory = world.keeper.memory;
    clock_init(&world.clock, &central_europe);
    timekeeper_init(&world.keeper, &world.rtc, &world.clock, &world.config);
    timekeeper_begin(&world.keeper, &memory, 0);
}

static int set_up(void **state)
{
    (void)state;
    struct rtc_chip_config config = rtc_chip_config_default();
    world = (struct world){.true_ms = begin_ms, .temperature_c = 25};
    world.config = (struct timekeeper_config){.backup = &battery, .crystal = &fork};
    rtc_chip_open(&world.chip, &config);
    rtc_chip_set(&world.chip, begin_ms);
    world.rtc = rtc_chip_port(&world.chip);
    start();
    return 0;
}

static void run_by(int64_t ms, int64_t step_ms)
{
    for (; ms > 0; ms -= step_ms) {
        int64_t now_ms = ms < step_ms ? ms : step_ms;
        world.true_ms += now_ms;
        rtc_chip_advance(&world.chip, (uint64_t)now_ms * 1000, world.temperature_c, true);
        timekeeper_step(&world.keeper, now_ms);
    }
}

static void run(int64_t s)
{
    run_by(s * SECOND_MS, SECOND_MS);
}

/* The supply fails, with a warning, and comes back. */
static void cut(int64_t s)
{
    timekeeper_power_fail(&world.keeper);
    world.true_ms += s * SECOND_MS;
    rtc_chip_advance(&world.chip, (uint64_t)s * 1000000, world.temperature_c, false);
    start();
}

static double error_s(void)
{
    return (double)(world.clock.utc_ms - world.true_ms) / SECOND_MS;
}

static void goes_on_through_outages(void **state)
{
    (void)state;
    for (int64_t s = 1; s < 100000; s *= 3) {
        run(100);
        cut(s);
        assert_int_equal(world.keeper.start, TIMEKEEPER_WENT_ON);
        assert_true(world.clock.valid && !world.clock.doubtful);
        assert_true(fabs(error_s()) < 0.1);
        assert_true(llabs(world.keeper.outage_ms - s * SECOND_MS) < 50);
    }
    assert_in_range(world.keeper.memory.used_s, 88562, 88582);
    assert_null(clock_change_next(&world.clock, &(uint32_t){0}));
}

static void an_empty_backup_loses_time(void **state)
{
    (void)state;
    run(100);
    int64_t last_ms = world.clock.utc_ms;
    world.chip.left = 0;
    cut(3600);
    uint32_t seen = 0;
    assert_int_equal(world.keeper.start, TIMEKEEPER_LOST);
    assert_int_equal(clock_change_next(&world.clock, &seen)->cause, CLOCK_LOST);
    assert_false(world.clock.valid);
    assert_true(world.clock.utc_ms == last_ms);
    run(100);
    assert_true(world.clock.utc_ms == last_ms + 100000);
    rtc_chip_exchange(&world.chip, true);
    cut(10); /* nobody knows the time: the chip must not come back with a guess */
    assert_int_equal(world.keeper.start, TIMEKEEPER_LOST);
    clock_correct(&world.clock, world.true_ms);
    run(10);
    cut(3600);
    assert_int_equal(world.keeper.start, TIMEKEEPER_WENT_ON);
    assert_true(fabs(error_s()) < 0.1);
}

static void a_weak_backup_is_doubted(void **state)
{
    (void)state;
    run(10);
    world.chip.left = 0.01;
    cut(60);
    assert_int_equal(world.keeper.start, TIMEKEEPER_DOUBTFUL);
    assert_true(world.clock.valid && world.clock.doubtful);
    clock_correct(&world.clock, world.true_ms); /* jumps: what is doubtful is not slewed */
    assert_false(world.clock.doubtful);
    assert_int_equal(clock_slewing_ms(&world.clock), 0);
}

static void a_chip_behind_is_doubted(void **state)
{
    (void)state;
    run(1000);
    rtc_chip_set(&world.chip, begin_ms);
    start();
    assert_int_equal(world.keeper.start, TIMEKEEPER_DOUBTFUL);
}

/* What the data sheet of the crystal and the factory's calibration leave. */
static double drift_of_a_month_s(double temperature_c, const struct timekeeper_crystal *crystal,
                                 double left_ppm)
{
    (void)set_up(NULL);
    world.chip.config.error_ppm = 20;
    world.config.trim_ppb = (int32_t)((left_ppm - 20) * 1000);
    world.config.crystal = crystal;
    world.temperature_c = temperature_c;
    rtc_chip_advance(&world.chip, 0, temperature_c, true);
    start();
    run_by(MONTH_S * INT64_C(1000), 20 * SECOND_MS);
    return error_s();
}

static void drift_at_room_temperature(void **state)
{
    (void)state;
    for (double left_ppm = -3; left_ppm <= 3; left_ppm += 1.5) {
        double drift_s = drift_of_a_month_s(23, &fork, left_ppm);
        assert_true(fabs(drift_s) <= 15);
        assert_true(fabs(drift_s - left_ppm * MONTH_S * 1e-6) < 0.5 * MONTH_S * 1e-6 + 0.1);
    }
}

static void temperature_is_compensated(void **state)
{
    (void)state;
    static const double temperatures_c[] = {-25, -10, 5, 40, 60};
    for (size_t i = 0; i < sizeof temperatures_c / sizeof temperatures_c[0]; i++) {
        double away = temperatures_c[i] - 25;
        double plain_s = drift_of_a_month_s(temperatures_c[i], &uncompensated, 0);
        assert_true(fabs(plain_s + 0.034 * away * away * MONTH_S * 1e-6) < 2);
        assert_true(fabs(drift_of_a_month_s(temperatures_c[i], &fork, 0)) < 2);
    }
}

/* Told the time each day, a clock is never further off than a day's drift and the slew. */
static void resynchronised_it_is_better(void **state)
{
    (void)state;
    (void)drift_of_a_month_s(23, &fork, 3);
    double most_s = 0;
    for (int day = 0; day < 30; day++) {
        clock_correct(&world.clock, world.true_ms);
        assert_true(day == 0 || clock_slewing_ms(&world.clock) != 0);
        run_by(DAY_S * INT64_C(1000), 20 * SECOND_MS);
        most_s = fmax(most_s, fabs(error_s()));
    }
    assert_true(most_s < 1);
}

/* The chip learns what the clock was told: at once, when it has slewed, and at a power failure. */
static void the_chip_follows_the_clock(void **state)
{
    (void)state;
    clock_correct(&world.clock, begin_ms + 86400000);
    run(1);
    assert_true(llabs(world.chip.utc_ns / 1000000 - world.clock.utc_ms) <= 1);
    clock_shift(&world.clock, 5);
    run(1000);
    assert_true(llabs(world.chip.utc_ns / 1000000 + 1000 - world.clock.utc_ms) <= 2);
    cut(10);
    assert_true(llabs(world.clock.utc_ms - begin_ms - 86400000 - 1011000 - 1000) <= 3);
    clock_shift(&world.clock, 5);
    run(6000);
    assert_true(llabs(world.chip.utc_ns / 1000000 - world.clock.utc_ms) <= 1);
}

/* While the chip is not to be trusted time goes by the processor, and says so. */
static void a_chip_that_fails(void **state)
{
    (void)state;
    run(100);
    for (int kind = 0; kind < 4; kind++) {
        assert_false(world.clock.other_base);
        switch (kind) {
        case 0:
            rtc_chip_set(&world.chip, world.true_ms + 10000);
            break;
        case 1:
            rtc_chip_set(&world.chip, world.true_ms - 10000);
            break;
        case 2:
            world.chip.kept = false;
            break;
        default:
            world.chip.broken = true;
            break;
        }
        run(30);
        assert_true(world.clock.other_base && timekeeper_has_failed(&world.keeper));
        assert_true(fabs(error_s()) < 0.1);
        if (kind == 3) {
            run(1000);
            assert_true(timekeeper_has_failed(&world.keeper));
            world.chip.broken = false;
        }
        run(70);
        assert_false(timekeeper_has_failed(&world.keeper));
        assert_true(fabs(error_s()) < 0.1);
    }
    cut(100);
    assert_true(fabs(error_s()) < 0.1);
}

/* However often the meter is stepped, it is a minute. */
static void probation_is_served_in_steps_of_any_length(void **state)
{
    (void)state;
    static const int64_t steps_ms[] = {7, 10, 250, 999, 1000, 1001, 5000};
    for (size_t i = 0; i < sizeof steps_ms / sizeof steps_ms[0]; i++) {
        run(1);
        rtc_chip_set(&world.chip, world.true_ms + 10000);
        run_by(steps_ms[i], steps_ms[i]);
        assert_true(timekeeper_has_failed(&world.keeper));
        run_by(59 * SECOND_MS - steps_ms[i], steps_ms[i]);
        assert_true(timekeeper_has_failed(&world.keeper));
        run_by(2 * SECOND_MS + steps_ms[i], steps_ms[i]);
        assert_false(timekeeper_has_failed(&world.keeper));
    }
}

/* A chip that stands, or runs a hundredth too fast, never jumps far. */
static void a_chip_that_goes_astray(void **state)
{
    (void)state;
    run(1000);
    world.chip.config.error_ppm = 10000;
    run(3600);
    assert_true(world.clock.other_base);
    assert_true(fabs(error_s()) < 0.5);
    clock_set(&world.clock, world.true_ms);
    world.chip.config.error_ppm = -1e6;
    run(3600);
    assert_true(world.clock.other_base);
    assert_true(fabs(error_s()) < 0.5);
}

static void a_chip_that_never_answers(void **state)
{
    (void)state;
    world.chip.broken = true;
    start();
    assert_int_equal(world.keeper.start, TIMEKEEPER_LOST);
    assert_true(timekeeper_has_failed(&world.keeper));
    clock_correct(&world.clock, world.true_ms);
    run(1000);
    assert_true(world.clock.valid && world.clock.other_base);
    assert_true(fabs(error_s()) < 0.1);
}

static void the_backup_is_watched(void **state)
{
    (void)state;
    run(1);
    assert_false(timekeeper_backup_low(&world.keeper));
    assert_int_equal(timekeeper_backup_left_h(&world.keeper), 87660);
    world.chip.left = 0.06;
    run(1);
    assert_true(timekeeper_backup_low(&world.keeper));
    assert_false(timekeeper_backup_replace(&world.keeper));
    world.keeper.memory.used_s = UINT32_C(87660) * 3600;
    assert_int_equal(timekeeper_backup_left_h(&world.keeper), 0);
    assert_true(timekeeper_backup_replace(&world.keeper));
    timekeeper_backup_installed(&world.keeper, begin_ms / 1000);
    assert_false(timekeeper_backup_replace(&world.keeper));
    world.keeper.memory.installed_s = begin_ms / 1000 - INT64_C(20) * 8766 * 3600;
    assert_true(timekeeper_backup_replace(&world.keeper));
}

static void a_capacitor_is_not_replaced(void **state)
{
    (void)state;
    world.config.backup = &capacitor;
    start();
    world.chip.left = 0.06;
    world.keeper.memory.used_s = UINT32_MAX;
    run(1);
    assert_false(timekeeper_backup_low(&world.keeper));
    assert_false(timekeeper_backup_replace(&world.keeper));
    assert_int_equal(timekeeper_backup_left_h(&world.keeper), 168);
}

static void without_a_chip_the_processor_counts(void **state)
{
    (void)state;
    clock_init(&world.clock, &central_europe);
    timekeeper_init(&world.keeper, NULL, &world.clock, &world.config);
    timekeeper_begin(&world.keeper, &(struct timekeeper_memory){0}, begin_ms);
    timekeeper_step(&world.keeper, 12345);
    assert_true(world.clock.utc_ms == begin_ms + 12345);
    assert_true(world.clock.valid && !world.clock.other_base);
    assert_false(timekeeper_backup_low(&world.keeper));
    timekeeper_power_fail(&world.keeper);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(goes_on_through_outages, set_up),
        cmocka_unit_test_setup(an_empty_backup_loses_time, set_up),
        cmocka_unit_test_setup(a_weak_backup_is_doubted, set_up),
        cmocka_unit_test_setup(a_chip_behind_is_doubted, set_up),
        cmocka_unit_test(drift_at_room_temperature),
        cmocka_unit_test(temperature_is_compensated),
        cmocka_unit_test_setup(resynchronised_it_is_better, set_up),
        cmocka_unit_test_setup(the_chip_follows_the_clock, set_up),
        cmocka_unit_test_setup(a_chip_that_fails, set_up),
        cmocka_unit_test_setup(a_chip_that_goes_astray, set_up),
        cmocka_unit_test_setup(probation_is_served_in_steps_of_any_length, set_up),
        cmocka_unit_test_setup(a_chip_that_never_answers, set_up),
        cmocka_unit_test_setup(the_backup_is_watched, set_up),
        cmocka_unit_test_setup(a_capacitor_is_not_replaced, set_up),
        cmocka_unit_test_setup(without_a_chip_the_processor_counts, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
