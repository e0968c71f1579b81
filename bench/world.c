/* How fast surroundings are made: seconds of the world in a second of one core. */
#include "world/world.h"
#include "bench/bench.h"
#include "legal/legal.h"

#include <stdlib.h>

enum { SECOND = WORLD_FRAME_HZ, BLOCK = 1024 };

/* What is measured: a scenario or, without one, the recording. */
struct view {
    const char *name;
    const char *scenario;
    unsigned phases;
    enum world_sampling sampling;
    double snr_db;
    bool metrology; /* with the metrology core behind it */
    double goal;
};

static const struct view views[] = {
    {"world.sinus_ideal_1ph", "steady", 1, WORLD_SAMPLING_IDEAL, 0, false, BENCH_NO_GOAL},
    {"world.household_ideal_1ph", "household", 1, WORLD_SAMPLING_IDEAL, 0, false, BENCH_NO_GOAL},
    {"world.household_sinc3_1ph", "household", 1, WORLD_SAMPLING_SINC3, 0, false, 20},
    {"world.household_sinc3_noise_1ph", "household", 1, WORLD_SAMPLING_SINC3, 101, false, 20},
    {"world.household_sinc3_metered_1ph", "household", 1, WORLD_SAMPLING_SINC3, 101, true, 20},
    {"world.villa_sinc3_noise_3ph", "villa", 3, WORLD_SAMPLING_SINC3, 101, false, BENCH_NO_GOAL},
    {"world.replay_1ph", NULL, 1, WORLD_SAMPLING_IDEAL, 0, false, BENCH_NO_GOAL},
    {"world.replay_3ph", NULL, 3, WORLD_SAMPLING_IDEAL, 0, false, BENCH_NO_GOAL},
};

static void fail(const char *line)
{
    fprintf(stderr, "bench_world: %s\n", line);
    exit(1);
}

static struct world *open_world(const struct view *view, const struct world_scenario *scenario,
                                const struct world_frontend *frontend)
{
    char error[WORLD_ERROR_SIZE];
    struct world *world = NULL;
    const struct world_recording recording = {.path = "world/examples/evening.flac"};
    const struct world_options options = {
        .phases = view->phases,
        .scenario = scenario,
        .recording = scenario == NULL ? &recording : NULL,
        .frontend = frontend,
        .seed = 1,
        .utc_s = 1763400600, /* an evening */
    };
    if (world_open(&world, &options, error, sizeof error) != 0)
        fail(error);
    return world;
}

static struct world_scenario *open_scenario(const char *name)
{
    char error[WORLD_ERROR_SIZE];
    struct world_scenario *scenario = NULL;
    if (name != NULL && world_scenario_open(&scenario, name, error, sizeof error) != 0)
        fail(error);
    return scenario;
}

static struct legal *open_meter(const struct view *view)
{
    static const struct legal_config config = {
        .phases = 1,
        .nominal_hz = 50,
        .sinc3 = true,
        .u_nominal_mv = 230000,
        .u_full_scale_mv = 500000,
        .i_full_scale_ma = 170000,
        .i_start_ua = 20000,
        .pulses_per_kwh = 1000,
        .pulses_per_kvarh = 1000,
    };
    static const struct legal_calibration ideal;
    struct legal *legal = view->metrology ? calloc(1, sizeof *legal) : NULL;
    if (legal != NULL)
        legal_init(legal, &config, &ideal);
    return legal;
}

/* Seconds of the world in a second. */
static double factor_of(const struct view *view)
{
    struct world_frontend frontend = {
        .sampling = view->sampling, .u_full_scale_mv = 500000, .i_full_scale_ma = 170000};
    for (unsigned p = 0; p < view->phases; p++)
        frontend.u[p].snr_db = frontend.i[p].snr_db = view->snr_db;
    struct world_scenario *scenario = open_scenario(view->scenario);
    struct world *world = open_world(view, scenario, &frontend);
    struct legal *legal = open_meter(view);
    static int32_t frames[BLOCK * 2 * WORLD_PHASES];
    double begin = bench_now_s();
    double spent = 0;
    while (spent < 0.5) {
        world_frames(world, frames, BLOCK);
        if (legal != NULL)
            legal_frames(legal, frames, BLOCK);
        spent = bench_now_s() - begin;
    }
    double factor = (double)world_time_frames(world) / SECOND / spent;
    free(legal);
    world_close(world);
    world_scenario_close(scenario);
    return factor;
}

/* Microseconds that a second costs on the cheap path. */
static double interval_us(const char *name, unsigned phases)
{
    enum { SECONDS = 200000 };
    const struct view view = {.scenario = name, .phases = phases};
    struct world_scenario *scenario = open_scenario(name);
    struct world *world = open_world(&view, scenario, NULL);
    struct world_quantities quantities;
    double begin = bench_now_s();
    for (int s = 0; s < SECONDS; s++)
        world_interval(world, SECOND, &quantities);
    double spent = bench_now_s() - begin;
    world_close(world);
    world_scenario_close(scenario);
    return spent / SECONDS * 1e6;
}

int main(void)
{
    struct bench bench = bench_begin("world");
    for (size_t n = 0; n < sizeof views / sizeof *views; n++)
        bench_higher(&bench, views[n].name, factor_of(&views[n]), "x real time", views[n].goal);
    double household_us = interval_us("household", 1);
    bench_lower(&bench, "world.interval_1ph", household_us, "us/s", BENCH_NO_GOAL);
    bench_lower(&bench, "world.interval_3ph", interval_us("villa", 3), "us/s", BENCH_NO_GOAL);
    bench_lower(&bench, "world.year_1ph", household_us * 365 * 86400 * 1e-6, "s", BENCH_NO_GOAL);
    return bench_end(&bench);
}
