/* A whole meter with its clock chip in random lives: cuts with a warning, without one, within any
 * operation of the flash chip; backups that end and are exchanged; operators who set the clock.
 * After each start: what the clock says of itself is true, and the logs tell what happened. */
#include "test/dice.h"
#include "test/meter/life.h"
#include "test/unit.h"
#include "world/rtc.h"

#include <stdlib.h>

enum {
    LIVES = 30,
    DEEDS = 60,
    MINUTE_S = 60,
    DAY_S = 86400,
    ERROR_MS = 30,
    BUSY_MS = 10,
    BUSY_STEPS = 300
};

static const int64_t noon = INT64_C(1800000000000);

static struct rtc_chip chip;
static struct rtc port;
static int64_t true_ms;
static double may_ms; /* be wrong by, while the clock is valid and not doubted */
static uint64_t seed;

static void pass(int64_t ms, bool supplied)
{
    true_ms += ms;
    may_ms += (double)ms * 3e-6;
    rtc_chip_advance(&chip, (uint64_t)ms * 1000, 25, supplied);
}

static void run(struct life *life, int64_t seconds)
{
    for (; seconds > 0; seconds--) {
        pass(1000, true);
        life_run(life, 1);
    }
}

/* Another meter begins; it is busy at first, and stepped as often as it wants. */
static void begin_anew(struct life *life)
{
    life_kill(life, 0);
    for (int i = 0; i < BUSY_STEPS; i++) {
        pass(BUSY_MS, true);
        (void)meter_step(&life->meter, life->meter.now_ms + BUSY_MS);
        nor_advance(&life->nor, 1000 * BUSY_MS);
    }
}

/* Since the start that has just been: down, up. */
static void assert_told(const struct life *life, uint32_t entries)
{
    uint32_t count = event_log_count(&life->meter.events, EVENT_LOG_STANDARD);
    unsigned downs = 0;
    unsigned ups = 0;
    for (uint32_t n = entries + 1; n <= count; n++) {
        struct event event;
        if (event_log_read(&life->meter.events, EVENT_LOG_STANDARD, n, &event) == STORAGE_DONE) {
            downs += event.code == EVENT_POWER_DOWN;
            ups += event.code == EVENT_POWER_UP;
        }
    }
    assert_int_equal(downs, 1);
    assert_int_equal(ups, 1);
}

static void assert_honest(const struct life *life)
{
    const struct clock *clock = &life->meter.clock;
    int64_t error_ms = clock->utc_ms - true_ms;
    assert_int_equal(event_is_raised(&life->meter.events, EVENT_CLOCK_INVALID), !clock->valid);
    if (clock->valid && !clock->doubtful) {
        assert_in_range(llabs(error_ms), 0, (int64_t)may_ms + llabs(clock_slewing_ms(clock)));
    }
    if (!clock->valid) {
        assert_true(error_ms <= (int64_t)may_ms); /* it is late, and no further than it was known */
        assert_true(clock->utc_ms >= noon);
    }
}

/* ---- what may happen ---- */

static void be_cut(struct life *life, bool warned, int64_t away_s)
{
    uint32_t entries = event_log_count(&life->meter.events, EVENT_LOG_STANDARD);
    may_ms += (double)llabs(clock_slewing_ms(&life->meter.clock)) + 2;
    if (warned) {
        assert_int_equal(meter_power_fail(&life->meter), 0);
    }
    pass(away_s * 1000, false);
    begin_anew(life);
    assert_told(life, entries);
}

static void warned(struct life *life)
{
    be_cut(life, true, (int64_t)dice_up_to(&seed, DAY_S));
}

static void sudden(struct life *life)
{
    be_cut(life, false, (int64_t)dice_up_to(&seed, DAY_S));
}

static void torn(struct life *life)
{
    const struct nor_tear tear = {.octets = (uint32_t)dice_up_to(&seed, 60),
                                  .spread = (uint8_t)dice_up_to(&seed, 255),
                                  .seed = dice_up_to(&seed, UINT32_MAX)};
    nor_plan_cut(&life->nor, 1 + dice_up_to(&seed, 20), &tear);
    for (int i = 0; i < 100 && !life->nor.dead; i++) {
        run(life, 1);
    }
    pass((int64_t)dice_up_to(&seed, 1000) * 1000, false);
    begin_anew(life);
}

static void exhausted(struct life *life)
{
    assert_int_equal(meter_power_fail(&life->meter), 0);
    chip.left = 0;
    pass(DAY_S * INT64_C(1000), false);
    rtc_chip_exchange(&chip, false);
    begin_anew(life);
    assert_false(life->meter.clock.valid);
}

/* An operator knows the time. */
static void set_right(struct life *life)
{
    clock_set(&life->meter.clock, true_ms);
    may_ms = ERROR_MS;
    run(life, 2);
    assert_true(life->meter.clock.valid && !life->meter.clock.doubtful);
}

static void corrected(struct life *life)
{
    clock_correct(&life->meter.clock, true_ms);
    may_ms = ERROR_MS;
    run(life, (int64_t)dice_up_to(&seed, 10 * MINUTE_S));
}

static void ordinary(struct life *life)
{
    run(life, (int64_t)dice_up_to(&seed, 20 * MINUTE_S));
}

static void random_lives(void **state)
{
    (void)state;
    static void (*const deeds[])(struct life *) = {ordinary, ordinary,  warned,    sudden,
                                                   torn,     exhausted, set_right, corrected};
    for (uint64_t n = 1; n <= LIVES; n++) {
        struct rtc_chip_config config = rtc_chip_config_default();
        struct life *life = life_begin(product_all[n % PRODUCT_COUNT]->name, noon);
        seed = n;
        true_ms = noon;
        may_ms = ERROR_MS;
        config.error_ppm = 1;
        rtc_chip_open(&chip, &config);
        rtc_chip_set(&chip, noon);
        port = rtc_chip_port(&chip);
        life->setup.rtc = &port;
        life_kill(life, 0);
        run(life, 2 * MINUTE_S);
        for (int i = 0; i < DEEDS; i++) {
            deeds[dice_up_to(&seed, sizeof deeds / sizeof deeds[0] - 1)](life);
            assert_honest(life);
        }
        life_end(life);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_lives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
