/* A hand on the mains: voltage, frequency, incidents, while the world runs. */
#include "test/world/surroundings.h"

#include <math.h>
#include <string.h>

static const char quiet[] =
    "{\"title\": \"t\", \"mains\": {\"voltage_v\": 230, \"frequency_hz\": 50},"
    " \"loads\": [{\"name\": \"heater\", \"phase\": \"all\", \"when\": {\"kind\": \"always\"},"
    " \"current\": {\"kind\": \"resistive\", \"power_w\": 1150}}]}";

static struct world_scenario *scenario;
static struct world *world;

static int set_up(void **state)
{
    (void)state;
    scenario = scenario_of(quiet);
    world = world_of(scenario, 3, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(world);
    world_scenario_close(scenario);
    return 0;
}

static struct world_quantities seconds(unsigned count)
{
    struct world_quantities q;
    world_interval(world, count * WORLD_FRAME_HZ, &q);
    return q;
}

static void assert_volts(const struct world_quantities *q, double l1, double l2, double l3)
{
    assert_true(fabs(q->phase[0].u_v - l1) < 1e-9);
    assert_true(fabs(q->phase[1].u_v - l2) < 1e-9);
    assert_true(fabs(q->phase[2].u_v - l3) < 1e-9);
}

static void voltage_follows(void **state)
{
    (void)state;
    seconds(2);
    assert_int_equal(world_voltage_set(world, 0, 0.9), 0);
    assert_int_equal(world_voltage_set(world, 2, 1.1), 0);
    seconds(2);
    struct world_quantities q = seconds(1);
    assert_volts(&q, 207, 253, 207);
    assert_true(fabs(q.phase[0].p_w - 1150 * 0.81) < 1e-6);
    assert_int_equal(world_voltage_set(world, 0, 1), 0);
    seconds(2);
    q = seconds(1);
    assert_volts(&q, 230, 230, 230);
}

static void frequency_follows_within_limits(void **state)
{
    (void)state;
    assert_int_equal(world_frequency_shift(world, 0.25), 0);
    seconds(2);
    assert_true(fabs(seconds(1).frequency_hz - 50.25) < 1e-9);
    assert_int_equal(world_frequency_shift(world, -10), 0);
    seconds(2);
    assert_true(fabs(seconds(1).frequency_hz - 40) < 1e-9);
}

/* It begins with the next second and lasts whole periods. */
static void an_incident_lasts_as_long_as_it_was_asked_to(void **state)
{
    (void)state;
    double share[WORLD_PHASES];
    seconds(3);
    assert_int_equal(world_incident(world, 1, 0.4, 0.5), 0);
    struct world_quantities q = seconds(2);
    double dip_s = 2 * (1 - (q.phase[0].u_v / 230) * (q.phase[0].u_v / 230)) / (1 - 0.16);
    assert_true(fabs(dip_s - 0.5) < 0.021);
    assert_true(fabs(q.phase[1].u_v - 230) < 1e-9);
    q = seconds(1);
    assert_volts(&q, 230, 230, 230);
    world_mains(world, share);
    assert_true(fabs(share[0] - 1) < 1e-9);
}

static void a_cut_lasts_until_calm(void **state)
{
    (void)state;
    struct world_hand hand;
    world_hand_get(world, &hand);
    assert_false(hand.cut);
    assert_int_equal(world_incident(world, 0, 0, INFINITY), 0);
    world_hand_get(world, &hand);
    assert_true(hand.cut);
    seconds(100);
    struct world_quantities q = seconds(1);
    assert_volts(&q, 0, 0, 0);
    world_calm(world);
    seconds(2);
    q = seconds(1);
    assert_volts(&q, 230, 230, 230);
    world_hand_get(world, &hand);
    assert_false(hand.cut);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    assert_int_equal(world_voltage_set(world, 8, 1), -1);
    assert_int_equal(world_voltage_set(world, 1, 1.51), -1);
    assert_int_equal(world_voltage_set(world, 1, -0.1), -1);
    assert_int_equal(world_voltage_set(world, 1, NAN), -1);
    assert_int_equal(world_frequency_shift(world, 10.1), -1);
    assert_int_equal(world_frequency_shift(world, NAN), -1);
    assert_int_equal(world_incident(world, 0, 0, 0.01), -1);
    assert_int_equal(world_incident(world, 0, 0, NAN), -1);
    assert_int_equal(world_incident(world, 0, 2, 1), -1);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(world_incident(world, 0, 0.9, 1), 0);
    }
    assert_int_equal(world_incident(world, 0, 0.9, 1), -1);
    seconds(4);
    assert_int_equal(world_incident(world, 0, 0.9, 1), 0); /* those are over */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(voltage_follows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(frequency_follows_within_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_incident_lasts_as_long_as_it_was_asked_to, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_cut_lasts_until_calm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
