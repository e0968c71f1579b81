/* A leap year of a whole meter: two changes of daylight saving, 200 power cuts, a battery that ends
 * and is exchanged, a head end that tells the time once a month. The laws are looked at every day,
 * and the year is lived twice: it leaves the same octets. */
#include "base/crc32.h"
#include "test/dice.h"
#include "test/meter/life.h"
#include "test/unit.h"
#include "world/climate.h"
#include "world/rtc.h"

#include <math.h>
#include <stdlib.h>

enum {
    DAYS = 366,
    STEP_S = 60,
    STEPS_OF_DAY = 86400 / STEP_S,
    CUTS = 200,
    BATTERY_ENDS = 200, /* on this day, */
    TOLD = 203,         /* three days later somebody sets the clock, and puts in another one */
    SYNC_DAYS = 30,
    CHECKPOINT_S = 3600,
};

static const int64_t begin_ms = INT64_C(1830297600000); /* 2028-01-01T00:00:00Z */

static struct year {
    struct life *life;
    struct rtc_chip chip;
    struct rtc rtc;
    int64_t true_ms;
    int64_t told_ms; /* when the clock was right last */
    double fed_wh;   /* what the meter has been given */
    double lost_wh;  /* of it, at most, by cuts without warning */
    int64_t counted_uws;
    uint32_t seen;
    unsigned savings, losses, cuts;
    uint64_t dice;
} year;

static void pass_ms(int64_t ms, bool supplied)
{
    static const struct climate attic = {.mean_c = 15, .yearly_c = 15, .daily_c = 8};
    year.true_ms += ms;
    rtc_chip_advance(&year.chip, (uint64_t)ms * 1000, climate_c(&attic, year.true_ms / 1000),
                     supplied);
    nor_advance(&year.life->nor, (uint64_t)ms * 1000);
}

static void read_changes(void)
{
    const struct clock_change *change;
    while ((change = clock_change_next(&year.life->meter.clock, &year.seen)) != NULL) {
        year.savings += change->cause == CLOCK_SAVING;
        year.losses += change->cause == CLOCK_LOST;
    }
}

/* A meter that is busy is stepped as soon as it likes; otherwise it is made to wait a minute. */
static void work(void)
{
    struct meter *meter = &year.life->meter;
    int64_t now_ms = meter->now_ms;
    int64_t end_ms = now_ms + STEP_S * 1000;
    while (now_ms < end_ms) {
        int64_t due_ms = meter_step(meter, now_ms);
        int64_t next_ms = due_ms - now_ms < 1000 ? due_ms : end_ms;
        next_ms = next_ms > now_ms ? next_ms : now_ms + 1;
        next_ms = next_ms < end_ms ? next_ms : end_ms;
        pass_ms(next_ms - now_ms, true);
        now_ms = next_ms;
    }
    (void)meter_step(meter, end_ms);
}

static void step(void)
{
    struct meter *meter = &year.life->meter;
    struct legal_interval interval = year.life->second;
    interval.frames = STEP_S * LEGAL_FRAME_HZ;
    legal_direct(meter->legal, &interval, NULL);
    year.fed_wh += 1150.0 * STEP_S / 3600;
    work();
    read_changes();
}

/* One in four comes without warning. What came since the last checkpoint is lost then. */
static void cut(void)
{
    int64_t s = 1 + dice_roll(&year.dice, 6 * 3600);
    bool warned = dice_roll(&year.dice, 4) != 0;
    if (warned) {
        assert_int_equal(meter_power_fail(&year.life->meter), 0);
    } else {
        year.lost_wh += 1150.0 * (CHECKPOINT_S + STEP_S) / 3600;
    }
    pass_ms(s * 1000, false);
    life_kill(year.life, 0);
    year.seen = 0;
    read_changes();
    year.cuts++;
}

static void assert_time(unsigned day)
{
    const struct clock *clock = &year.life->meter.clock;
    double error_s = (double)(clock->utc_ms - year.true_ms) / 1000;
    double since_days = (double)(year.true_ms - year.told_ms) / 86400e3;
    bool lost = day >= BATTERY_ENDS && day < TOLD;
    struct clock_reading now = clock_read(clock);
    assert_int_equal(now.valid, !lost);
    assert_false(now.other_base);
    if (!lost && fabs(error_s) > 1 + 0.5 * since_days) {
        fail_msg("day %u: %.1f s off, %.1f days after it was told", day, error_s, since_days);
    }
    if (lost) {
        assert_true(error_s < 0 && error_s > -7 * 86400.0); /* it lags, by what it missed */
    }
    assert_int_equal(now.offset_min, civil_offset_min(&clock->zone, clock->utc_ms / 1000));
    assert_int_equal(event_is_raised(&year.life->meter.events, EVENT_CLOCK_INVALID), lost);
}

static void assert_energy(void)
{
    int64_t uws = legal_energy_uws(year.life->meter.legal, 0, LEGAL_ENERGY_A_IMPORT);
    double wh = (double)uws / 3600e6;
    assert_true(uws >= year.counted_uws);
    assert_true(wh <= year.fed_wh + 0.01);
    assert_true(wh >= year.fed_wh - year.lost_wh - 0.01);
    year.counted_uws = uws;
}

static void tell_time(void)
{
    clock_correct(&year.life->meter.clock, year.true_ms);
    year.told_ms = year.true_ms;
}

static void live_day(unsigned day)
{
    unsigned cuts_today = (day + 1) * CUTS / DAYS - day * CUTS / DAYS;
    if (day % SYNC_DAYS == 0 && day != 0 && (day < BATTERY_ENDS || day >= TOLD)) {
        tell_time();
    }
    if (day == TOLD) {
        rtc_chip_exchange(&year.chip, true);
        timekeeper_backup_installed(&year.life->meter.timekeeper, year.true_ms / 1000);
        tell_time();
    }
    if (day == BATTERY_ENDS) {
        year.chip.left = 0;
        cut();
    }
    unsigned at = cuts_today > 0 ? dice_roll(&year.dice, STEPS_OF_DAY / 2) : STEPS_OF_DAY;
    for (unsigned n = 0; n < STEPS_OF_DAY; n++) {
        step();
        if (n == at && day != BATTERY_ENDS) {
            cut();
        }
    }
    assert_time(day);
    assert_energy();
}

/* What the year leaves on the chip. */
static uint32_t live(void)
{
    struct rtc_chip_config config = rtc_chip_config_default();
    config.error_ppm = 12;
    config.turnover_c = 26.5;
    config.sensor_error_c = 0.5;
    year = (struct year){.true_ms = begin_ms, .told_ms = begin_ms, .dice = 2028};
    rtc_chip_open(&year.chip, &config);
    rtc_chip_set(&year.chip, begin_ms);
    year.rtc = rtc_chip_port(&year.chip);
    year.life = life_begin("xs211", begin_ms);
    year.life->nor.config.program_min_us = 10; /* nobody waits for the chip here */
    year.life->nor.config.program_max_us = 30;
    year.life->setup.rtc = &year.rtc;
    year.life->setup.checkpoint_ms = CHECKPOINT_S * 1000;
    year.life->setup.rtc_trim_ppb = 1500 - 12000;
    life_kill(year.life, 0);
    for (unsigned day = 0; day < DAYS; day++) {
        live_day(day);
    }
    uint32_t crc = 0;
    const struct nor *nor = &year.life->nor;
    for (uint32_t at = 0; at < nor->config.size; at++) {
        uint8_t octet = nor_peek(nor, at);
        crc = crc32(crc, &octet, 1);
    }
    life_end(year.life);
    return crc;
}

static void a_leap_year_twice(void **state)
{
    (void)state;
    uint32_t first = live();
    assert_int_equal(year.savings, 2);
    assert_true(year.losses >= 1); /* at each start until it was told */
    assert_in_range(year.cuts, CUTS, CUTS + 1);
    int64_t energy_uws = year.counted_uws;
    uint32_t second = live();
    assert_int_equal(first, second);
    assert_true(energy_uws == year.counted_uws);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_leap_year_twice)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
