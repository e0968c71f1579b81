/* The meter's power supply: the reserve, the warning, the hold-up, the return. */
#include "test/world/surroundings.h"

#include "world/scenario.h"
#include "world/supply.h"

enum {
    RESERVE = 2458, /* 300 ms, rounded up */
    HOLD_UP = 164,  /* 20 ms */
};

static const double fed[WORLD_PHASES] = {1, 0, 0};
static const double unfed[WORLD_PHASES] = {0.49, 0, 0.2};

static struct supply begun(void)
{
    struct supply_config config = supply_default();
    struct supply supply;
    supply_begin(&supply, &config);
    return supply;
}

/* The mains are gone for so many frames, in pieces of at most `piece`; gives the state after them,
 * while the mains are still gone. */
static enum supply_state gone(struct supply *supply, uint64_t frames, uint64_t piece)
{
    enum supply_state last = supply->state;
    for (uint64_t left = frames; left > 0;) {
        enum supply_state state = supply_look(supply, unfed);
        assert_true(state >= last);
        last = state;
        uint64_t run = supply_steady(supply);
        run = run < piece ? run : piece;
        run = run < left ? run : left;
        assert_true(run > 0);
        supply_pass(supply, run);
        left -= run;
    }
    return last;
}

static void short_cuts_are_not_noticed(void **state)
{
    (void)state;
    struct supply supply = begun();
    for (uint64_t cut = 1; cut <= RESERVE; cut++) {
        assert_int_equal(gone(&supply, cut, 1 + cut % 300), SUPPLY_ON);
        assert_int_equal(supply_look(&supply, fed), SUPPLY_ON);
        assert_true(supply_steady(&supply) == UINT64_MAX);
        supply_pass(&supply, 1);
    }
}

static void longer_ones_warn_and_switch_off(void **state)
{
    (void)state;
    for (uint64_t piece = 1; piece < 3000; piece += 71) {
        struct supply supply = begun();
        assert_int_equal(gone(&supply, RESERVE, piece), SUPPLY_ON);
        assert_int_equal(supply_look(&supply, unfed), SUPPLY_FAILING);
        assert_int_equal(supply_steady(&supply), HOLD_UP);
        assert_int_equal(gone(&supply, HOLD_UP, piece), SUPPLY_FAILING);
        assert_int_equal(supply_look(&supply, unfed), SUPPLY_OFF);
        assert_int_equal(gone(&supply, 1000000, 8192), SUPPLY_OFF);
        assert_int_equal(supply_look(&supply, fed), SUPPLY_ON);
    }
}

static void the_reserve_is_full_again_at_once(void **state)
{
    (void)state;
    struct supply supply = begun();
    assert_int_equal(gone(&supply, RESERVE + 1, 5000), SUPPLY_FAILING);
    assert_int_equal(supply_look(&supply, fed), SUPPLY_ON); /* within the hold-up */
    supply_pass(&supply, 1);
    assert_int_equal(gone(&supply, RESERVE, 5000), SUPPLY_ON);
}

static void any_phase_feeds_it(void **state)
{
    (void)state;
    struct supply supply = begun();
    for (int p = 0; p < WORLD_PHASES; p++) {
        double u_share[WORLD_PHASES] = {0};
        u_share[p] = 0.5;
        (void)supply_look(&supply, u_share);
        supply_pass(&supply, 10 * RESERVE);
        assert_int_equal(supply_look(&supply, u_share), SUPPLY_ON);
        assert_int_equal(supply.unfed_frames, 0);
    }
}

/* No reserve and no hold-up: each still lasts a frame, so that whoever steps it comes on. */
static void a_supply_without_anything_in_it(void **state)
{
    (void)state;
    const struct supply_config config = {.least_share = 0.8};
    struct supply supply;
    supply_begin(&supply, &config);
    assert_int_equal(supply_look(&supply, unfed), SUPPLY_FAILING);
    assert_int_equal(supply_steady(&supply), 1);
    supply_pass(&supply, 1);
    assert_int_equal(supply_look(&supply, unfed), SUPPLY_OFF);
}

static void a_scenario_may_say_what_it_is_like(void **state)
{
    (void)state;
    struct world_scenario *scenario =
        scenario_of("{\"title\": \"t\", \"mains\": {\"voltage_v\": 230, \"frequency_hz\": 50},"
                    " \"supply\": {\"reserve_ms\": 50, \"hold_up_ms\": 3, \"least_percent\": 80}}");
    const struct supply_config *config = world_scenario_supply(scenario);
    assert_int_equal(config->reserve_ms, 50);
    assert_int_equal(config->hold_up_ms, 3);
    assert_true(config->least_share > 0.799 && config->least_share < 0.801);
    world_scenario_close(scenario);
    scenario = scenario_named("household");
    config = world_scenario_supply(scenario);
    assert_int_equal(config->reserve_ms, 300);
    assert_int_equal(config->hold_up_ms, 20);
    world_scenario_close(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_cuts_are_not_noticed),
        cmocka_unit_test(longer_ones_warn_and_switch_off),
        cmocka_unit_test(the_reserve_is_full_again_at_once),
        cmocka_unit_test(any_phase_feeds_it),
        cmocka_unit_test(a_supply_without_anything_in_it),
        cmocka_unit_test(a_scenario_may_say_what_it_is_like),
    };
    return cmocka_run_group_tests_name("world_supply", tests, NULL, NULL);
}
