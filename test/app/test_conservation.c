/* Nothing is lost or made in any of the worlds that come with the meter: what it counts is what a
 * twin of its world says was there, phases add up to the total and rates too, and nothing falls. */
#include "base/civil.h"
#include "test/app/scenario_rig.h"
#include "test/unit.h"

#include <inttypes.h>
#include <math.h>

enum { QUARTER_S = 900, LIFE_S = 6 * 3600 };

/* Of what has flown either way; the phasors are the twin's, so that hardly more than rounding is
 * left. */
static const double share = 0.000001;
static const double begin_lost_s = 1; /* whenever a meter begins or ends */
static const double uws_per_ws = 1e6;

struct life {
    struct simulation *simulation;
    struct world *twin;
    unsigned phases;
    bool on;
    unsigned begins;
    double most_w;                /* of a phase */
    double net_ws[WORLD_PHASES];  /* as the twin has it, while the meter lived */
    double flow_ws[WORLD_PHASES]; /* either way */
    int64_t before_uws[WORLD_PHASES + 1][LEGAL_ENERGIES];
};

static void open_life(struct life *life, const char *product, const char *world)
{
    char error[512];
    *life = (struct life){.simulation = rig_open_named(product, RUN_SOURCE_PHASORS, world)};
    const struct product *page = life->simulation->meter.product;
    life->phases = page->legal->config.phases;
    struct world_options twin = {
        .phases = life->phases,
        .scenario = life->simulation->scenario,
        .seed = life->simulation->seed,
        .utc_s = life->simulation->begin_utc_s,
        .local_offset_min = civil_offset_min(&page->zone, life->simulation->begin_utc_s),
    };
    assert_int_equal(world_open(&life->twin, &twin, error, sizeof error), 0);
}

static void close_life(struct life *life)
{
    world_close(life->twin);
    rig_close(life->simulation);
}

/* The next second. A meter that begins or ends in it may have part of it. */
static void live_a_second(struct life *life, unsigned second)
{
    struct world_quantities truth;
    rig_live_until(life->simulation, second);
    world_interval(life->twin, WORLD_FRAME_HZ, &truth);
    life->begins += life->simulation->on != life->on;
    life->on = life->simulation->on;
    for (unsigned phase = 0; life->on && phase < life->phases; phase++) {
        double p_w = truth.phase[phase].p_w;
        life->net_ws[phase] += p_w;
        life->flow_ws[phase] += fabs(p_w);
        life->most_w = fmax(life->most_w, fabs(p_w));
    }
}

static int64_t energy(const struct life *life, unsigned phase, enum legal_energy kind)
{
    return legal_energy_uws(life->simulation->meter.legal, phase, kind);
}

static int64_t net_uws(const struct life *life, unsigned phase)
{
    return energy(life, phase, LEGAL_ENERGY_A_IMPORT) - energy(life, phase, LEGAL_ENERGY_A_EXPORT);
}

static void assert_truth(const struct life *life)
{
    for (unsigned phase = 0; phase < life->phases; phase++) {
        double counted_ws = (double)net_uws(life, phase + 1) / uws_per_ws;
        double margin_ws =
            share * life->flow_ws[phase] + begin_lost_s * life->begins * life->most_w;
        if (fabs(counted_ws - life->net_ws[phase]) > margin_ws) {
            fail_msg("phase %u has %.1f Ws, and %.1f Ws were there", phase + 1, counted_ws,
                     life->net_ws[phase]);
        }
    }
}

static void assert_phases_add_up(const struct life *life)
{
    int64_t sum_uws = 0;
    for (unsigned phase = 1; phase <= life->phases; phase++) {
        sum_uws += net_uws(life, phase);
    }
    assert_int_equal(sum_uws, net_uws(life, 0));
}

static void assert_rates_add_up(const struct life *life)
{
    for (int kind = 0; kind < LEGAL_ENERGIES; kind++) {
        int64_t sum_uws = 0;
        for (unsigned rate = 1; rate <= LEGAL_RATES; rate++) {
            sum_uws +=
                legal_rate_energy_uws(life->simulation->meter.legal, rate, (enum legal_energy)kind);
        }
        assert_int_equal(sum_uws, energy(life, 0, (enum legal_energy)kind));
    }
}

static void assert_nothing_falls(struct life *life)
{
    for (unsigned phase = 0; phase <= life->phases; phase++) {
        for (int kind = 0; kind < LEGAL_ENERGIES; kind++) {
            int64_t now_uws = energy(life, phase, (enum legal_energy)kind);
            assert_true(now_uws >= life->before_uws[phase][kind]);
            life->before_uws[phase][kind] = now_uws;
        }
    }
}

static void live_in(const char *product, const char *world)
{
    struct life life;
    open_life(&life, product, world);
    for (unsigned second = 1; second <= LIFE_S; second++) {
        live_a_second(&life, second);
        if (second % QUARTER_S == 0 && life.on) {
            assert_truth(&life);
            assert_phases_add_up(&life);
            assert_rates_add_up(&life);
            assert_nothing_falls(&life);
        }
    }
    assert_true(life.flow_ws[0] >
                3600 * 20); /* 20 Wh at least: something was there to be counted */
    close_life(&life);
}

static void worlds_of_one_phase(void **state)
{
    static const char *const worlds[] = {"household", "restless", "steady"};
    (void)state;
    for (size_t i = 0; i < sizeof worlds / sizeof worlds[0]; i++) {
        live_in("xs211", worlds[i]);
        live_in("sm402d", worlds[i]);
    }
}

static void worlds_of_three_phases(void **state)
{
    static const char *const worlds[] = {"household", "restless", "steady", "villa", "workshop"};
    (void)state;
    for (size_t i = 0; i < sizeof worlds / sizeof worlds[0]; i++) {
        live_in("st402d", worlds[i]);
        live_in("st402c", worlds[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worlds_of_one_phase),
        cmocka_unit_test(worlds_of_three_phases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
