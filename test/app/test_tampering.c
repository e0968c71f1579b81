/* What a scenario does to a meter (covers, fields) is in its logs: with the time at which it was,
 * also without supply, and once however often the supply comes and goes. */
#include "test/app/scenario_rig.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MOST = 64 };

#define WORLD(disturbances, tampers)                                                               \
    "{\"title\": \"a thief\", \"mains\": {\"voltage_v\": 230, \"frequency_hz\": 50,"               \
    " \"disturbances\": [" disturbances "]}, \"loads\": [], \"tampers\": [" tampers "]}"

/* An entry as it is to be: seconds since the beginning. */
struct entry {
    uint8_t code;
    int64_t at_s;
};

static unsigned read_log(const struct simulation *simulation, enum event_log log,
                         struct entry entries[ENTRIES_MOST])
{
    const struct event_book *book = &simulation->meter.events;
    unsigned count = 0;
    for (uint32_t n = 1; n <= event_log_count(book, log); n++) {
        struct event event;
        assert_int_equal(event_log_read(book, log, n, &event), STORAGE_DONE);
        assert_true(count < ENTRIES_MOST);
        entries[count++] = (struct entry){event.code, (int64_t)event.stamp.utc_s - RIG_BEGIN_S};
    }
    return count;
}

/* The chip's seconds are cut off, and it is read once a second. */
static void assert_log(const struct simulation *simulation, enum event_log log,
                       const struct entry *expected, unsigned count)
{
    struct entry entries[ENTRIES_MOST];
    assert_int_equal(read_log(simulation, log, entries), count);
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(entries[i].code, expected[i].code);
        assert_in_range(entries[i].at_s, expected[i].at_s - 1, expected[i].at_s + 2);
    }
}

static void everything_is_in_the_fraud_log(enum run_source source)
{
    struct simulation *simulation =
        rig_open("st402d", source,
                 WORLD("", "{\"what\": \"terminal_cover\", \"at_s\": [10, 60], \"seconds\": 20},"
                           "{\"what\": \"meter_cover\", \"at_s\": [15], \"seconds\": 30},"
                           "{\"what\": \"field\", \"at_s\": [20], \"seconds\": 3},"
                           "{\"what\": \"emf\", \"at_s\": [50], \"seconds\": 1.5}"));
    static const struct entry expected[] = {
        {EVENT_TERMINAL_COVER_OPEN, 10},
        {EVENT_METER_COVER_OPEN, 15},
        {EVENT_STRONG_FIELD, 20},
        {EVENT_STRONG_FIELD_GONE, 23},
        {EVENT_TERMINAL_COVER_CLOSED, 30},
        {EVENT_METER_COVER_CLOSED, 45},
        {EVENT_STRONG_EMF, 50},
        {EVENT_STRONG_EMF_GONE, 52},
        {EVENT_TERMINAL_COVER_OPEN, 60},
        {EVENT_TERMINAL_COVER_CLOSED, 80},
    };
    rig_live_until(simulation, 90);
    assert_log(simulation, EVENT_LOG_FRAUD, expected, sizeof expected / sizeof expected[0]);
    rig_close(simulation);
}

static void by_samples(void **state)
{
    (void)state;
    everything_is_in_the_fraud_log(RUN_SOURCE_SAMPLES);
}

static void by_phasors(void **state)
{
    (void)state;
    everything_is_in_the_fraud_log(RUN_SOURCE_PHASORS);
}

/* The mains are away from 20 s on, for 40 s; the clock chip feels the cover on its battery. */
static void without_supply_too(void **state)
{
    (void)state;
    struct simulation *simulation =
        rig_open("xs211", RUN_SOURCE_PHASORS,
                 WORLD("{\"at_s\": [20], \"seconds\": 40}",
                       "{\"what\": \"terminal_cover\", \"at_s\": [35], \"seconds\": 10}"));
    static const struct entry expected[] = {{EVENT_TERMINAL_COVER_OPEN, 35},
                                            {EVENT_TERMINAL_COVER_CLOSED, 45}};
    rig_live_until(simulation, 59);
    assert_false(simulation->on);
    rig_live_until(simulation, 70);
    assert_true(simulation->on);
    assert_log(simulation, EVENT_LOG_FRAUD, expected, 2);
    assert_log(simulation, EVENT_LOG_TERMINAL_COVER, expected, 2);
    assert_log(simulation, EVENT_LOG_METER_COVER, NULL, 0);
    rig_close(simulation);
}

/* Open before the supply fails, closed long after: one opening. */
static void what_lasts_over_an_outage_is_one(void **state)
{
    (void)state;
    struct simulation *simulation =
        rig_open("xs211", RUN_SOURCE_PHASORS,
                 WORLD("{\"at_s\": [20, 100, 180], \"seconds\": 40}",
                       "{\"what\": \"meter_cover\", \"at_s\": [10], \"seconds\": 250}"));
    static const struct entry expected[] = {{EVENT_METER_COVER_OPEN, 10},
                                            {EVENT_METER_COVER_CLOSED, 260}};
    rig_live_until(simulation, 300);
    assert_log(simulation, EVENT_LOG_METER_COVER, expected, 2);
    rig_close(simulation);
}

/* The XS211 has no sensor of strong EMF. */
static void what_the_product_cannot_feel_is_not_felt(void **state)
{
    (void)state;
    struct simulation *simulation =
        rig_open("xs211", RUN_SOURCE_PHASORS,
                 WORLD("", "{\"what\": \"emf\", \"at_s\": [5], \"seconds\": 10}"));
    rig_live_until(simulation, 30);
    assert_log(simulation, EVENT_LOG_FRAUD, NULL, 0);
    rig_close(simulation);
}

/* At random, through a day and its random outages: openings and closings take turns, and their
 * times rise. */
static void a_day_of_thieves(void **state)
{
    (void)state;
    struct simulation *simulation =
        rig_open("sm402d", RUN_SOURCE_PHASORS,
                 WORLD("{\"per_day\": 10, \"seconds\": 30, \"seconds_max\": 1800}",
                       "{\"what\": \"terminal_cover\", \"per_day\": 12, \"seconds\": 5,"
                       " \"seconds_max\": 3600}"));
    struct entry entries[ENTRIES_MOST];
    rig_live_until(simulation, 86400);
    while (!simulation->on) {
        rig_live_until(simulation, (unsigned)(simulation->frames / WORLD_FRAME_HZ) + 60);
    }
    unsigned count = read_log(simulation, EVENT_LOG_FRAUD, entries);
    assert_in_range(count, 12, 26); /* several in one outage are one pair */
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(entries[i].code,
                         i % 2 == 0 ? EVENT_TERMINAL_COVER_OPEN : EVENT_TERMINAL_COVER_CLOSED);
        assert_true(i == 0 || entries[i].at_s >= entries[i - 1].at_s);
    }
    rig_close(simulation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_samples),
        cmocka_unit_test(by_phasors),
        cmocka_unit_test(without_supply_too),
        cmocka_unit_test(what_lasts_over_an_outage_is_one),
        cmocka_unit_test(what_the_product_cannot_feel_is_not_felt),
        cmocka_unit_test(a_day_of_thieves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
