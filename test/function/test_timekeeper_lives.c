/* Random lives of a clock and its chip, beside what is true: outages with a warning and without,
 * heat and cold, corrections, chips that jump, stand or do not answer. How wrong the clock may be
 * is reckoned along: what the crystal may be off by, and what each fault may cost. */
#include "function/timekeeper.h"
#include "test/dice.h"
#include "test/unit.h"
#include "world/rtc.h"

#include <stdlib.h>

enum { LIVES = 200, DEEDS = 120, SECOND_MS = 1000, HOUR_S = 3600, FAULT_MS = 110 };

static const struct civil_zone zone = {60, 60, {3, 5, 7, 120, 0, 0}, {10, 5, 7, 180, 0, 0}};
static const int64_t begin_ms = INT64_C(1795258800000);
static const double ppm = 12; /* 5 of the crystal; its thermometer is 1 K off */

static const struct timekeeper_backup battery = {
    .doubtful_mv = 2300, .low_mv = 3000, .life_h = 20 * 8766, .reserve_h = 10 * 8766};
static const struct timekeeper_crystal fork = {.turnover_cc = 2500, .curve_ppb = 34};
static const struct timekeeper_config config = {.backup = &battery, .crystal = &fork};

struct life {
    struct rtc_chip chip;
    struct rtc rtc;
    struct clock clock;
    struct timekeeper keeper;
    struct timekeeper_memory kept; /* by flash, once a minute */
    int64_t true_ms;
    int64_t kept_ms; /* when */
    double temperature_c;
    double may_ms; /* be wrong by, beside what is being slewed */
};

static struct life life;
static uint64_t seed;

static void start(void)
{
    const struct timekeeper_memory memory = life.kept;
    clock_init(&life.clock, &zone);
    timekeeper_init(&life.keeper, &life.rtc, &life.clock, &config);
    timekeeper_begin(&life.keeper, &memory, 0);
}

static void be_born(void)
{
    struct rtc_chip_config crystal = rtc_chip_config_default();
    life = (struct life){.true_ms = begin_ms, .temperature_c = 25, .may_ms = 5};
    crystal.error_ppm = (double)dice_up_to(&seed, 10) - 5;
    crystal.sensor_error_c = (double)dice_up_to(&seed, 2) - 1;
    rtc_chip_open(&life.chip, &crystal);
    rtc_chip_set(&life.chip, begin_ms);
    life.rtc = rtc_chip_port(&life.chip);
    start();
}

static void pass(int64_t ms, bool supplied)
{
    life.true_ms += ms;
    life.may_ms += (double)ms * ppm * 1e-6;
    rtc_chip_advance(&life.chip, (uint64_t)ms * 1000, life.temperature_c, supplied);
}

static void assert_right(void)
{
    int64_t error_ms = llabs(life.clock.utc_ms - life.true_ms);
    int64_t slewed_ms = llabs(clock_slewing_ms(&life.clock));
    assert_true(life.clock.valid);
    if (error_ms > (int64_t)life.may_ms + slewed_ms) {
        fail_msg("seed %u: %d ms wrong, %d allowed, %d slewed", (unsigned)seed, (int)error_ms,
                 (int)life.may_ms, (int)slewed_ms);
    }
}

/* Time never goes back by itself, and never stands. */
static void live(int64_t s)
{
    for (; s > 0; s--) {
        int64_t before_ms = life.clock.utc_ms;
        int64_t ms = 900 + (int64_t)dice_up_to(&seed, 200);
        pass(ms, true);
        timekeeper_step(&life.keeper, ms);
        assert_in_range(life.clock.utc_ms - before_ms, ms * 99 / 100 - FAULT_MS,
                        ms * 101 / 100 + FAULT_MS);
        assert_true(life.clock.utc_ms >= before_ms);
        assert_right();
        if (life.true_ms - life.kept_ms >= 60 * SECOND_MS) {
            life.kept = life.keeper.memory;
            life.kept_ms = life.true_ms;
        }
    }
}

/* ---- what may happen ---- */

/* The chip is trimmed once a minute; until then it goes as in the weather before. */
static void weather(void)
{
    life.temperature_c = (double)dice_up_to(&seed, 70) - 10;
    life.may_ms += 5;
    live(90 + (int64_t)dice_up_to(&seed, HOUR_S));
}

/* The chip is told what was slewed. */
static void warned_outage(void)
{
    bool was_doubtful = life.clock.doubtful;
    timekeeper_power_fail(&life.keeper);
    life.kept = life.keeper.memory;
    life.may_ms += (double)llabs(clock_slewing_ms(&life.clock));
    pass((int64_t)dice_up_to(&seed, 100 * HOUR_S) * SECOND_MS, false);
    start();
    assert_true(life.keeper.start == TIMEKEEPER_WENT_ON || was_doubtful);
    life.may_ms += 2;
}

/* It is not: what was slewed is gone, and the chip may be behind what flash remembers. */
static void sudden_outage(void)
{
    bool was_doubtful = life.clock.doubtful;
    bool slewing = life.keeper.slewed;
    pass((int64_t)dice_up_to(&seed, HOUR_S) * SECOND_MS, false);
    start();
    assert_true(life.keeper.start == TIMEKEEPER_WENT_ON || slewing || was_doubtful);
    life.may_ms += slewing ? 20000 : 2;
}

/* By an operator who knows: within the limit it is slewed, beyond it is set. */
static void correction(void)
{
    bool was_doubtful = life.clock.doubtful;
    int64_t error_ms = llabs(life.clock.utc_ms - life.true_ms);
    clock_correct(&life.clock, life.true_ms);
    live(1);
    bool slews = !was_doubtful && error_ms <= life.clock.limit_s * INT64_C(1000);
    assert_true(error_ms < 10 || slews == (clock_slewing_ms(&life.clock) != 0));
    life.may_ms = 5;
    live((int64_t)dice_up_to(&seed, 2 * HOUR_S));
}

static void await_trust(void)
{
    live(150);
    assert_false(life.clock.other_base);
    assert_false(timekeeper_has_failed(&life.keeper));
}

static void a_jump(void)
{
    int64_t by_ms = (int64_t)dice_up_to(&seed, 2000000) - 1000000;
    bool seen = by_ms < -2000 || by_ms > 2000;
    live(2);
    rtc_chip_set(&life.chip, life.chip.utc_ns / 1000000 + by_ms);
    life.may_ms += FAULT_MS;
    live(3);
    assert_true(!seen || life.clock.other_base);
    await_trust();
}

static void silence(void)
{
    live(2);
    life.chip.broken = true;
    life.may_ms += FAULT_MS;
    live(2 + (int64_t)dice_up_to(&seed, 600));
    assert_true(life.clock.other_base);
    life.chip.broken = false;
    await_trust();
}

/* The chip stands, and runs again. */
static void standing(void)
{
    double error_ppm = life.chip.config.error_ppm;
    live(2);
    life.chip.config.error_ppm = -1e6;
    life.may_ms += FAULT_MS;
    live(20);
    assert_true(life.clock.other_base);
    life.chip.config.error_ppm = error_ppm;
    await_trust();
}

static void random_lives(void **state)
{
    (void)state;
    static void (*const deeds[])(void) = {weather,    weather, warned_outage, sudden_outage,
                                          correction, a_jump,  silence,       standing};
    for (uint64_t n = 1; n <= LIVES; n++) {
        seed = n;
        be_born();
        for (int i = 0; i < DEEDS; i++) {
            deeds[dice_up_to(&seed, sizeof deeds / sizeof deeds[0] - 1)]();
            assert_right();
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_lives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
