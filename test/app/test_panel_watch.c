/* What the panel remembers of a running meter, against sums of its registers kept beside. */
#include "app/panel_watch.h"
#include "test/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTE_S = 60, DAY_S = 86400, MINUTES_MOST = 2000 };

static struct run_options options;
static struct simulation *simulation;
static struct panel_watch watch;

static void begin(enum run_source source, int64_t utc_s)
{
    char error[512];
    options = (struct run_options){
        .product = product_find("st402d"),
        .scenario = "villa",
        .source = source,
        .address = "127.0.0.1",
        .sampling = WORLD_SAMPLING_IDEAL,
        .speed = 1,
        .seed = 1,
        .nominal_hz = 50,
        .start_utc_s = utc_s,
    };
    simulation = calloc(1, sizeof *simulation);
    assert_non_null(simulation);
    if (simulation_open(simulation, &options, error, sizeof error) != 0) {
        fail_msg("%s", error);
    }
    panel_watch_open(&watch, simulation);
}

static int end(void **state)
{
    (void)state;
    panel_watch_close(&watch);
    simulation_close(simulation);
    free(simulation);
    return 0;
}

static void live(int64_t seconds)
{
    uint64_t until = simulation->frames + (uint64_t)seconds * WORLD_FRAME_HZ;
    while (simulation->frames < until) {
        (void)simulation_advance(simulation, until - simulation->frames);
        panel_watch_step(&watch);
    }
}

static int64_t register_uwh(enum quantity_kind kind, uint8_t rate)
{
    struct quantity_value value;
    struct quantity energy = {.kind = (uint8_t)kind};
    energy.e = rate;
    assert_int_equal(quantity_read(&simulation->meter.source, energy, &value), 0);
    return value.value;
}

/* ---- minutes ---- */

static double minute_w(uint64_t minute)
{
    return (double)watch.minutes_w[minute % WATCH_MINUTES];
}

/* The mean power of each minute is what the registers moved by in it, for as long as it is kept. */
static void minutes_are_what_was_counted(void **state)
{
    (void)state;
    static double expected_w[MINUTES_MOST];
    begin(RUN_SOURCE_PHASORS, 1795219200);
    for (int minute = 0; minute < MINUTES_MOST; minute++) {
        int64_t before_uwh = register_uwh(QUANTITY_A_NET, 0);
        live(MINUTE_S);
        int64_t moved_uwh = register_uwh(QUANTITY_A_NET, 0) - before_uwh;
        expected_w[minute] = (double)moved_uwh / 1e6 * 60;
    }
    assert_int_equal(watch.minute_count, MINUTES_MOST);
    for (int minute = MINUTES_MOST - WATCH_MINUTES; minute < MINUTES_MOST; minute++) {
        double off_w = minute_w((uint64_t)minute) - expected_w[minute];
        assert_true(fabs(off_w) <= 1e-6 * fabs(expected_w[minute]) + 1e-3);
    }
}

/* A minute that the meter did not live through has no power. */
static void minutes_without_supply_have_none(void **state)
{
    (void)state;
    begin(RUN_SOURCE_PHASORS, 1795219200);
    live(2 * MINUTE_S);
    assert_int_equal(world_incident(simulation->world, 0, 0, 90), 0);
    live(4 * MINUTE_S);
    assert_int_equal(watch.minute_count, 6);
    assert_false(isnan(minute_w(0)) || isnan(minute_w(1)));
    assert_true(isnan(minute_w(2)) && isnan(minute_w(3)));
    assert_false(isnan(minute_w(4)) || isnan(minute_w(5)));
}

/* A meter that is seldom looked at: the minutes of one step share what they had. */
static void late_steps_share(void **state)
{
    (void)state;
    begin(RUN_SOURCE_PHASORS, 1795219200);
    live(MINUTE_S);
    int64_t before_uwh = register_uwh(QUANTITY_A_NET, 0);
    uint64_t until = simulation->frames + UINT64_C(5) * MINUTE_S * WORLD_FRAME_HZ;
    while (simulation->frames < until) {
        (void)simulation_advance(simulation, until - simulation->frames);
    }
    panel_watch_step(&watch);
    double mean_w = (double)(register_uwh(QUANTITY_A_NET, 0) - before_uwh) / 1e6 * 60 / 5;
    assert_int_equal(watch.minute_count, 6);
    for (uint64_t minute = 1; minute < 6; minute++) {
        assert_true(fabs(minute_w(minute) - mean_w) <= 1e-6 * fabs(mean_w) + 1e-3);
    }
}

/* ---- today ---- */

static void assert_today(const int64_t at_midnight_uwh[1 + LEGAL_RATES])
{
    double sum_wh = 0;
    for (uint8_t rate = 0; rate <= LEGAL_RATES; rate++) {
        double wh = panel_watch_today_wh(&watch, QUANTITY_A_IMPORT, rate);
        double moved_wh =
            (double)(register_uwh(QUANTITY_A_IMPORT, rate) - at_midnight_uwh[rate]) / 1e6;
        assert_true(fabs(wh - moved_wh) < 1e-6);
        sum_wh += rate > 0 ? wh : 0;
    }
    assert_true(fabs(sum_wh - panel_watch_today_wh(&watch, QUANTITY_A_IMPORT, 0)) < 1e-3);
}

/* Rates add up to all, and the count begins anew at local midnight: 23:00 UTC in winter. */
static void today_begins_at_midnight(void **state)
{
    (void)state;
    int64_t at_midnight_uwh[1 + LEGAL_RATES] = {0};
    begin(RUN_SOURCE_PHASORS, 1795219200); /* 00:00 UTC: 01:00 of local time */
    live(22 * 3600);
    assert_today(at_midnight_uwh);
    assert_true(panel_watch_today_wh(&watch, QUANTITY_A_IMPORT, 0) > 1000);
    live(3600);
    assert_true(panel_watch_today_wh(&watch, QUANTITY_A_IMPORT, 0) < 5);
    for (uint8_t rate = 0; rate <= LEGAL_RATES; rate++) {
        at_midnight_uwh[rate] = watch.day_uwh[0][rate];
    }
    for (int hour = 0; hour < 20; hour++) {
        live(3600);
        assert_today(at_midnight_uwh);
    }
}

/* ---- waveforms ---- */

static void waves_are_there_when_there_is_supply(void **state)
{
    (void)state;
    static int16_t wave[LEGAL_CHANNELS][WATCH_POINTS];
    begin(RUN_SOURCE_SAMPLES, 1795219200);
    assert_false(panel_watch_wave(&watch, wave));
    live(2);
    assert_true(panel_watch_wave(&watch, wave));
    for (int i = 0; i < 40; i++) {
        assert_int_equal(world_incident(simulation->world, 0, 0, 3), 0);
        live(2);
        assert_int_equal(panel_watch_wave(&watch, wave), simulation->on);
        live(4);
        assert_true(panel_watch_wave(&watch, wave));
    }
}

/* The curve rises through zero where it begins, and a period later, too: whatever the frequency. */
static void waves_begin_at_a_zero(void **state)
{
    (void)state;
    static int16_t wave[LEGAL_CHANNELS][WATCH_POINTS];
    begin(RUN_SOURCE_SAMPLES, 1795219200);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(world_frequency_shift(simulation->world, i * 0.05 - 0.5), 0);
        live(2);
        assert_true(panel_watch_wave(&watch, wave));
        int16_t most = 0;
        for (int at = 0; at < WATCH_POINTS; at++) {
            most = wave[0][at] > most ? wave[0][at] : most;
        }
        assert_in_range(wave[0][0] + most / 20, 0, most / 8);
        assert_true(wave[0][WATCH_POINTS / 8] > most / 2);
        assert_true(wave[0][3 * WATCH_POINTS / 8] < -most / 2);
        assert_true(abs(wave[0][WATCH_POINTS / 2]) < most / 4);
    }
}

#define TEST(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(minutes_are_what_was_counted),
        TEST(minutes_without_supply_have_none),
        TEST(late_steps_share),
        TEST(today_begins_at_midnight),
        TEST(waves_are_there_when_there_is_supply),
        TEST(waves_begin_at_a_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
