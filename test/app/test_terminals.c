/* Terminals that switch tariffs: by a scenario, by hand and by an option, with supply and behind an
 * outage; energy goes to the rate that they say. */
#include "app/simulation_terminals.h"
#include "test/app/scenario_rig.h"
#include "test/unit.h"

#include <string.h>

#define WORLD(disturbances, terminals)                                                             \
    "{\"title\": \"ripple control\", \"mains\": {\"voltage_v\": 230, \"frequency_hz\": 50,"        \
    " \"disturbances\": [" disturbances "]}, \"loads\": [{\"name\": \"kettle\", \"current\":"      \
    " {\"kind\": \"resistive\", \"power_w\": 2000}, \"when\": {\"kind\": \"always\"}}],"           \
    " \"terminals\": [" terminals "]}"

/* As a client puts them in use. */
static void use(struct simulation *simulation, uint8_t count)
{
    assert_int_equal(tariff_use_inputs(&simulation->meter.tariff, count), 0);
}

static void assert_rate(const struct simulation *simulation, uint8_t rate)
{
    assert_int_equal(simulation->meter.tariff.rates[TARIFF_ENERGY], rate);
}

/* Rates 1, 2, 6 and 5 in turn: terminals 1 and 3 overlap. What each has is its seconds of 2 kW. */
static void a_scenario_switches(enum run_source source)
{
    struct simulation *simulation =
        rig_open("sm402d", source,
                 WORLD("", "{\"terminal\": 1, \"at_s\": [20], \"seconds\": 40},"
                           "{\"terminal\": 3, \"at_s\": [40], \"seconds\": 50}"));
    static const struct {
        unsigned second;
        uint8_t rate;
    } expected[] = {{15, 1}, {30, 2}, {50, 6}, {70, 5}, {100, 1}};
    static const double seconds[9] = {0, 20 + 30, 20, 0, 0, 30, 20, 0, 0};
    rig_live_until(simulation, 1);
    use(simulation, 3);
    for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        rig_live_until(simulation, expected[i].second);
        assert_rate(simulation, expected[i].rate);
    }
    rig_live_until(simulation, 120);
    int64_t sum_uws = 0;
    for (uint8_t rate = 1; rate <= 8; rate++) {
        int64_t uws = legal_rate_energy_uws(simulation->meter.legal, rate, LEGAL_ENERGY_A_IMPORT);
        double found_s = (double)uws / 2000e6;
        assert_true(found_s > seconds[rate] - 3 && found_s < seconds[rate] + 3);
        sum_uws += uws;
    }
    assert_true(sum_uws == legal_energy_uws(simulation->meter.legal, 0, LEGAL_ENERGY_A_IMPORT));
    rig_close(simulation);
}

static void by_samples(void **state)
{
    (void)state;
    a_scenario_switches(RUN_SOURCE_SAMPLES);
}

static void by_phasors(void **state)
{
    (void)state;
    a_scenario_switches(RUN_SOURCE_PHASORS);
}

/* The supply fails from 20 to 30; the terminal gets voltage meanwhile. */
static void behind_an_outage(void **state)
{
    (void)state;
    struct simulation *simulation = rig_open(
        "sm402d", RUN_SOURCE_PHASORS,
        WORLD("{\"phase\": \"all\", \"at_s\": [20], \"seconds\": 10, \"voltage_percent\": 0}",
              "{\"terminal\": 2, \"at_s\": [25], \"seconds\": 30}"));
    rig_live_until(simulation, 10);
    use(simulation, 2);
    rig_live_until(simulation, 15);
    assert_rate(simulation, 1);
    rig_live_until(simulation, 40);
    assert_true(simulation->on);
    assert_rate(simulation, 3);
    rig_live_until(simulation, 60);
    assert_rate(simulation, 1);
    rig_close(simulation);
}

/* Somebody's hand and the scenario: voltage is there if either gives it. */
static void by_hand(void **state)
{
    (void)state;
    struct simulation *simulation =
        rig_open("st402d", RUN_SOURCE_PHASORS,
                 WORLD("", "{\"terminal\": 1, \"at_s\": [20], \"seconds\": 10}"));
    rig_live_until(simulation, 1);
    use(simulation, 1);
    assert_int_equal(simulation_terminals(simulation), 3);
    simulation_terminals_put(simulation, 0, true);
    rig_live_until(simulation, 5);
    assert_true(simulation_terminals_live(simulation, 0));
    assert_rate(simulation, 2);
    simulation_terminals_put(simulation, 0, false);
    rig_live_until(simulation, 10);
    assert_rate(simulation, 1);
    rig_live_until(simulation, 25);
    simulation_terminals_put(simulation, 0, false);
    rig_live_until(simulation, 27);
    assert_rate(simulation, 2);
    rig_close(simulation);
}

/* A meter without terminals feels nothing. */
static void none(void **state)
{
    (void)state;
    struct simulation *simulation =
        rig_open("xs211", RUN_SOURCE_PHASORS,
                 WORLD("", "{\"terminal\": 1, \"at_s\": [2], \"seconds\": 100}"));
    assert_int_equal(simulation_terminals(simulation), 0);
    rig_live_until(simulation, 10);
    assert_int_equal(simulation->meter.tariff.levels, 0);
    assert_rate(simulation, 1);
    rig_close(simulation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_samples),
        cmocka_unit_test(by_phasors),
        cmocka_unit_test(behind_an_outage),
        cmocka_unit_test(by_hand),
        cmocka_unit_test(none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
