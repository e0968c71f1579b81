#include "world/world.h"

#include "base/need.h"
#include "world/inside.h"
#include "world/line.h"
#include "world/point.h"
#include "world/replay.h"
#include "world/sampler.h"
#include "world/tally.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

/* On to the second that the next frame belongs to. */
static void enter_second(struct world *world)
{
    if (world->house == NULL || world->frames / WORLD_FRAME_HZ == world->second) {
        return;
    }
    if (world->sampler != NULL) {
        sampler_leave_second(world->sampler, world->house);
    }
    house_second(world->house);
    if (world->sampler != NULL) {
        sampler_enter_second(world->sampler, world->house);
    }
    world->second++;
}

/* Within the present second; 1: at its end. */
static double time_s(const struct world *world)
{
    return (double)(world->frames - world->second * WORLD_FRAME_HZ) / WORLD_FRAME_HZ;
}

/* What the front end sees of the next frames, which are in one block. */
static void see(struct world *world, size_t at, size_t count)
{
    double(*values)[SYNTH_RUN] = world->sampler->values;
    if (world->house != NULL) {
        sampler_block(world->sampler, world->house, world->frames);
    } else if (world->replay != NULL) {
        replay_values(world->replay, at, count, values);
    } else if (world->sampler->block != world->frames - at) {
        world->sampler->block = world->frames - at;
        point_values(world->point, world->sampler->block, values);
    }
}

void world_frames(struct world *world, int32_t *frames, size_t count)
{
    struct sampler *sampler = world->sampler;
    need(sampler != NULL);
    while (count > 0) {
        enter_second(world);
        size_t at = world->frames % SYNTH_RUN;
        size_t run = SYNTH_RUN - at < count ? SYNTH_RUN - at : count;
        see(world, at, run);
        frontend_codes(&sampler->frontend, sampler->values, at, run, world->frames, frames);
        world->frames += run;
        frames += run * sampler->frontend.channels;
        count -= run;
    }
}

/* Of what is steady: a recording, a point. */
static const struct world_quantities *steady_truth(const struct world *world)
{
    if (world->replay != NULL) {
        return &world->replay->average;
    }
    return world->point != NULL ? &world->point->truth : NULL;
}

static void interval_of_house(struct world *world, uint32_t frames,
                              struct world_quantities *quantities)
{
    struct tally tally = {0};
    while (frames > 0) {
        enter_second(world);
        uint32_t begin = world->frames % WORLD_FRAME_HZ;
        uint32_t run = WORLD_FRAME_HZ - begin;
        run = run < frames ? run : frames;
        tally_part(&tally, world->house, (double)begin / WORLD_FRAME_HZ,
                   (double)(begin + run) / WORLD_FRAME_HZ);
        world->frames += run;
        frames -= run;
    }
    *quantities = tally_means(&tally, world->house);
}

void world_interval(struct world *world, uint32_t frames, struct world_quantities *quantities)
{
    need(frames > 0);
    if (world->house != NULL) {
        interval_of_house(world, frames, quantities);
        return;
    }
    if (world->replay != NULL) {
        replay_skip(world->replay, frames);
    }
    world->frames += frames;
    *quantities = *steady_truth(world);
}

/* ---- opening ---- */

static int refuse(char *error, size_t error_size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int refuse(char *error, size_t error_size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    line_write(error, error_size, format, arguments);
    va_end(arguments);
    return -1;
}

static int open_house(struct world *world, const struct world_options *options, char *error,
                      size_t error_size)
{
    const struct world_scenario *scenario = options->scenario;
    for (unsigned n = 0; n < scenario->loads; n++) {
        if (scenario->load[n].phases == 7 || scenario->load[n].phases >> options->phases == 0) {
            continue;
        }
        return refuse(error, error_size,
                      "scenario \"%s\": \"%s\" is not on L1, all that this meter has; choose "
                      "another scenario",
                      scenario->title, scenario->load[n].name);
    }
    world->house = malloc(sizeof *world->house);
    if (world->house == NULL) {
        return refuse(error, error_size, "out of memory");
    }
    house_begin(world->house, scenario, options->phases, options->seed,
                options->utc_s + 60 * (int64_t)options->local_offset_min);
    if (world->sampler != NULL) {
        sampler_first_second(world->sampler, world->house);
    }
    return 0;
}

static int open_replay(struct world *world, const struct world_options *options, char *error,
                       size_t error_size)
{
    struct replay *replay = malloc(sizeof *replay);
    if (replay == NULL) {
        return refuse(error, error_size, "out of memory");
    }
    if (replay_open(replay, options, error, error_size) != 0) {
        free(replay);
        return -1;
    }
    world->replay = replay;
    return 0;
}

static int open_point(struct world *world, const struct world_options *options, char *error,
                      size_t error_size)
{
    world->point = malloc(sizeof *world->point);
    if (world->point == NULL) {
        return refuse(error, error_size, "out of memory");
    }
    point_begin(world->point, options->point, options->phases,
                world->sampler != NULL ? &world->sampler->frontend : NULL);
    return 0;
}

static int open_parts(struct world *world, const struct world_options *options, char *error,
                      size_t error_size)
{
    if (options->frontend != NULL) {
        world->sampler = malloc(sizeof *world->sampler);
        if (world->sampler == NULL) {
            return refuse(error, error_size, "out of memory");
        }
        sampler_begin(world->sampler, options->frontend, options->phases, options->seed);
    }
    if (options->recording != NULL) {
        return open_replay(world, options, error, error_size);
    }
    if (options->point != NULL) {
        return open_point(world, options, error, error_size);
    }
    return open_house(world, options, error, error_size);
}

int world_open(struct world **world, const struct world_options *options, char *error,
               size_t error_size)
{
    need(options->phases == 1 || options->phases == WORLD_PHASES);
    need((options->scenario != NULL) + (options->recording != NULL) + (options->point != NULL) ==
         1);
    *world = calloc(1, sizeof **world);
    if (*world == NULL) {
        return refuse(error, error_size, "out of memory");
    }
    (*world)->phases = options->phases;
    if (open_parts(*world, options, error, error_size) == 0) {
        return 0;
    }
    world_close(*world);
    *world = NULL;
    return -1;
}

void world_close(struct world *world)
{
    if (world == NULL) {
        return;
    }
    if (world->replay != NULL) {
        replay_close(world->replay);
    }
    free(world->replay);
    free(world->house);
    free(world->point);
    free(world->sampler);
    free(world);
}

/* ---- looking at it ---- */

void world_now(const struct world *world, struct world_quantities *quantities)
{
    if (world->house == NULL) {
        *quantities = *steady_truth(world);
        return;
    }
    struct tally tally = {0};
    tally_now(&tally, world->house, time_s(world));
    *quantities = tally_means(&tally, world->house);
}

/* Whole frames from now until `t_s` of the present second has come; at least 1. */
static uint32_t frames_until(const struct world *world, double t_s)
{
    double frames = ceil((t_s - time_s(world)) * WORLD_FRAME_HZ - 0.5);
    return frames > 1 ? (uint32_t)frames : 1;
}

/* When a disturbance of a phase next begins or ends, within the present second. */
static double next_change_s(const struct house *house, unsigned phase, double t_s)
{
    double residual = house->residual_before[phase];
    for (unsigned n = 0; n < house->parts[phase]; n++) {
        const struct house_part *part = &house->part[phase][n];
        if (part->begin_s > t_s && part->residual != residual) {
            return part->begin_s;
        }
        residual = part->residual;
    }
    return 1;
}

uint32_t world_mains(struct world *world, double u_share[WORLD_PHASES])
{
    for (unsigned p = 0; p < WORLD_PHASES; p++) {
        u_share[p] = world->house == NULL && p < world->phases ? 1 : 0;
    }
    if (world->house == NULL) {
        return WORLD_FRAME_HZ;
    }
    enter_second(world);
    double t_s = time_s(world) + 0.5 / WORLD_FRAME_HZ;
    uint32_t frames = frames_until(world, 1);
    for (unsigned p = 0; p < world->phases; p++) {
        uint32_t steady = frames_until(world, next_change_s(world->house, p, t_s));
        u_share[p] = house_voltage_share(world->house, p, t_s);
        frames = steady < frames ? steady : frames;
    }
    return frames;
}

unsigned world_tampers(struct world *world)
{
    const struct house *house = world->house;
    if (house == NULL || house->scenario->tampers == 0) {
        return 0;
    }
    enter_second(world);
    const struct occasion_second second = {house->seed, house->local_s, house->elapsed_s};
    return tampering_inputs(house->scenario->tamper, house->scenario->tampers, &second);
}

unsigned world_terminals(struct world *world)
{
    const struct house *house = world->house;
    if (house == NULL || house->scenario->terminals == 0) {
        return 0;
    }
    enter_second(world);
    const struct occasion_second second = {house->seed, house->local_s, house->elapsed_s};
    return terminal_levels(house->scenario->terminal, house->scenario->terminals, &second);
}

uint64_t world_time_frames(const struct world *world)
{
    return world->frames;
}

uint64_t world_clipped(const struct world *world)
{
    return world->sampler != NULL ? world->sampler->frontend.clipped : 0;
}

bool world_load_get(const struct world *world, size_t index, struct world_load *load)
{
    const struct house *house = world->house;
    if (house == NULL || index >= house->scenario->loads) {
        return false;
    }
    *load = (struct world_load){
        .name = house->scenario->load[index].name,
        .p_w = house_load_power(house, (unsigned)index, time_s(world)),
        .on = house->load[index].level > 0,
        .position = house->load[index].position,
    };
    return true;
}

int world_load_set(struct world *world, const char *name, enum world_switch position)
{
    struct house *house = world->house;
    for (unsigned n = 0; house != NULL && n < house->scenario->loads; n++) {
        if (strcmp(house->scenario->load[n].name, name) != 0) {
            continue;
        }
        house->load[n].position = position;
        house->load[n].switched_s = house->local_s + 1;
        return 0;
    }
    return -1;
}

bool world_loop_get(const struct world *world, struct world_loop *loop)
{
    if (world->replay == NULL) {
        return false;
    }
    *loop = (struct world_loop){
        .samples = world->replay->loop.samples,
        .periods = world->replay->loop.periods,
        .rate_hz = world->replay->recording.rate_hz,
    };
    return true;
}
