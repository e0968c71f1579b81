#include "world/world.h"

#include "base/need.h"
#include "world/frontend.h"
#include "world/house.h"
#include "world/line.h"
#include "world/replay.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* The converters, and what each channel sees in the state before and in the state now. Frames are
 * made in blocks of SYNTH_RUN at fixed places, so that they do not depend on how they are read. */
struct sampler {
    struct frontend frontend;
    struct synth_signal before[FRONTEND_CHANNELS];
    struct synth_signal now[FRONTEND_CHANNELS];
    double values[FRONTEND_CHANNELS][SYNTH_RUN]; /* of the present block */
    uint64_t block;                              /* its first frame; UINT64_MAX: none yet */
};

struct world {
    unsigned phases;
    uint64_t frames;         /* since the beginning */
    struct house *house;     /* of a scenario */
    struct replay *replay;   /* of a recording */
    struct sampler *sampler; /* with a front end */
};

/* ---- the signals of a second ---- */

static void signals_now(struct world *world)
{
    struct sampler *sampler = world->sampler;
    struct phasor spectrum[PHASOR_ORDERS];
    for (unsigned c = 0; c < sampler->frontend.channels; c++) {
        if (c % 2 == 0)
            house_voltage(world->house, c / 2, spectrum);
        else
            house_current(world->house, c / 2, spectrum);
        frontend_signal(&sampler->frontend, c, world->house->now.frequency_hz, spectrum,
                        &sampler->now[c]);
    }
}

/* On to the second that the next frame belongs to. */
static void enter_second(struct world *world)
{
    if (world->house == NULL || world->frames == 0 || world->frames % WORLD_FRAME_HZ != 0)
        return;
    house_second(world->house);
    if (world->sampler == NULL)
        return;
    memcpy(world->sampler->before, world->sampler->now, sizeof world->sampler->now);
    signals_now(world);
}

/* ---- frames ---- */

/* The first frame of a second that is taken at or after `t_s`. */
static size_t frame_at(double t_s)
{
    double frame = ceil(t_s * WORLD_FRAME_HZ - 0.5);
    return frame > 0 ? (size_t)frame : 0;
}

/* Frames `from` .. `to` - 1 of the present second on both channels of a phase, all in one state of
 * the phase and at one frequency. */
static void render_part(struct world *world, unsigned phase, size_t from, size_t to, size_t begin,
                        double values[][SYNTH_RUN])
{
    const struct house *house = world->house;
    double t_s = ((double)from + 0.5) / WORLD_FRAME_HZ;
    double periods = house_periods(house, t_s) - house->scenario->phase[phase].lag;
    bool changed = from >= frame_at(house->takeover_s[phase]);
    bool faster = from >= frame_at(house->takeover_s[0]);
    double step = (faster ? house->now.frequency_hz : house->before.frequency_hz) / WORLD_FRAME_HZ;
    for (unsigned c = 2 * phase; c < 2 * phase + 2; c++) {
        const struct synth_signal *signal =
            changed ? &world->sampler->now[c] : &world->sampler->before[c];
        synth_add(signal, periods, step, to - from, &values[c][from - begin]);
    }
}

/* Frames `begin` .. `end` - 1 of the present second, cut where the frequency and where the phase's
 * state change. */
static void render_phase(struct world *world, unsigned phase, size_t begin, size_t end,
                         double values[][SYNTH_RUN])
{
    size_t cut[3] = {frame_at(world->house->takeover_s[0]),
                     frame_at(world->house->takeover_s[phase]), end};
    size_t from = begin;
    for (int n = 0; n < 3; n++) {
        size_t to = cut[n] < end ? cut[n] : end;
        if (to > from) {
            render_part(world, phase, from, to, begin, values);
            from = to;
        }
    }
}

/* The block that begins with frame `begin` of the present second. */
static void render_block(struct world *world, size_t begin)
{
    for (unsigned p = 0; p < world->phases; p++) {
        memset(world->sampler->values[2 * p], 0, 2 * sizeof world->sampler->values[0]);
        render_phase(world, p, begin, begin + SYNTH_RUN, world->sampler->values);
    }
}

static void house_values(struct world *world)
{
    uint64_t block = world->frames - world->frames % SYNTH_RUN;
    if (world->sampler->block == block)
        return;
    render_block(world, block % WORLD_FRAME_HZ);
    world->sampler->block = block;
}

void world_frames(struct world *world, int32_t *frames, size_t count)
{
    struct sampler *sampler = world->sampler;
    need(sampler != NULL);
    while (count > 0) {
        enter_second(world);
        size_t at = world->frames % SYNTH_RUN;
        size_t run = SYNTH_RUN - at < count ? SYNTH_RUN - at : count;
        if (world->house != NULL)
            house_values(world);
        else
            replay_values(world->replay, at, run, sampler->values);
        frontend_codes(&sampler->frontend, sampler->values, at, run, world->frames, frames);
        world->frames += run;
        frames += run * sampler->frontend.channels;
        count -= run;
    }
}

/* ---- intervals ---- */

/* Squares and powers by their time, of an interval that goes on. */
struct tally {
    double seconds;
    double periods;
    struct house_power power[WORLD_PHASES];
};

static void tally_power(struct house_power *sum, double seconds, const struct house_power *power)
{
    sum->uu += seconds * power->uu;
    sum->ii += seconds * power->ii;
    sum->p += seconds * power->p;
    sum->p1 += seconds * power->p1;
    sum->q1 += seconds * power->q1;
    sum->s += seconds * power->s;
}

/* The part of the present second from `begin_s` to `end_s`. */
static void tally_part(struct tally *tally, const struct house *house, double begin_s, double end_s)
{
    tally->seconds += end_s - begin_s;
    tally->periods += house_periods(house, end_s) - house_periods(house, begin_s);
    for (unsigned p = 0; p < house->phases; p++) {
        double takeover_s = fmax(begin_s, fmin(end_s, house->takeover_s[p]));
        tally_power(&tally->power[p], takeover_s - begin_s, &house->before.power[p]);
        tally_power(&tally->power[p], end_s - takeover_s, &house->now.power[p]);
    }
}

static struct world_phase phase_of(const struct house_power *sum, double seconds, double lag)
{
    return (struct world_phase){
        .u_v = sqrt(sum->uu / seconds),
        .i_a = sqrt(sum->ii / seconds),
        .p_w = sum->p / seconds,
        .p1_w = sum->p1 / seconds,
        .q1_var = sum->q1 / seconds,
        .s_va = sum->s / seconds,
        .angle_ui_deg = phasor_lag_deg((struct phasor){sum->p1, sum->q1}),
        .angle_uu_deg = 360 * lag,
    };
}

static struct world_quantities tally_end(const struct tally *tally, const struct house *house)
{
    struct world_quantities quantities = {.frequency_hz = tally->periods / tally->seconds};
    for (unsigned p = 0; p < house->phases; p++)
        quantities.phase[p] =
            phase_of(&tally->power[p], tally->seconds, house->scenario->phase[p].lag);
    return quantities;
}

void world_interval(struct world *world, uint32_t frames, struct world_quantities *quantities)
{
    if (world->replay != NULL) {
        replay_skip(world->replay, frames);
        world->frames += frames;
        *quantities = world->replay->average;
        return;
    }
    need(frames > 0);
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
    *quantities = tally_end(&tally, world->house);
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
        if (scenario->load[n].phases == 7 || scenario->load[n].phases >> options->phases == 0)
            continue;
        return refuse(error, error_size,
                      "scenario \"%s\": \"%s\" is not on L1, all that this meter has; choose "
                      "another scenario",
                      scenario->title, scenario->load[n].name);
    }
    world->house = malloc(sizeof *world->house);
    if (world->house == NULL)
        return refuse(error, error_size, "out of memory");
    house_begin(world->house, scenario, options->phases, options->seed,
                options->utc_s + 60 * (int64_t)options->local_offset_min);
    if (world->sampler != NULL) {
        signals_now(world);
        memcpy(world->sampler->before, world->sampler->now, sizeof world->sampler->now);
    }
    return 0;
}

static int open_replay(struct world *world, const struct world_options *options, char *error,
                       size_t error_size)
{
    struct replay *replay = malloc(sizeof *replay);
    if (replay == NULL)
        return refuse(error, error_size, "out of memory");
    if (replay_open(replay, options, error, error_size) != 0) {
        free(replay);
        return -1;
    }
    world->replay = replay;
    return 0;
}

static int open_parts(struct world *world, const struct world_options *options, char *error,
                      size_t error_size)
{
    if (options->frontend != NULL) {
        world->sampler = malloc(sizeof *world->sampler);
        if (world->sampler == NULL)
            return refuse(error, error_size, "out of memory");
        world->sampler->frontend =
            frontend_begin(options->frontend, options->phases, options->seed);
        world->sampler->block = UINT64_MAX;
    }
    if (options->recording != NULL)
        return open_replay(world, options, error, error_size);
    return open_house(world, options, error, error_size);
}

int world_open(struct world **world, const struct world_options *options, char *error,
               size_t error_size)
{
    need(options->phases == 1 || options->phases == WORLD_PHASES);
    need((options->scenario != NULL) != (options->recording != NULL));
    *world = calloc(1, sizeof **world);
    if (*world == NULL)
        return refuse(error, error_size, "out of memory");
    (*world)->phases = options->phases;
    if (open_parts(*world, options, error, error_size) == 0)
        return 0;
    world_close(*world);
    *world = NULL;
    return -1;
}

void world_close(struct world *world)
{
    if (world == NULL)
        return;
    if (world->replay != NULL)
        replay_close(world->replay);
    free(world->replay);
    free(world->house);
    free(world->sampler);
    free(world);
}

/* ---- looking at it ---- */

void world_now(const struct world *world, struct world_quantities *quantities)
{
    if (world->replay != NULL) {
        *quantities = world->replay->average;
        return;
    }
    struct tally tally = {.seconds = 1, .periods = world->house->now.frequency_hz};
    memcpy(tally.power, world->house->now.power, sizeof tally.power);
    *quantities = tally_end(&tally, world->house);
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
    if (house == NULL || index >= house->scenario->loads)
        return false;
    *load = (struct world_load){
        .name = house->scenario->load[index].name,
        .p_w = house_load_power(house, (unsigned)index),
        .on = house->load[index].level > 0,
        .position = house->load[index].position,
    };
    return true;
}

int world_load_set(struct world *world, const char *name, enum world_switch position)
{
    struct house *house = world->house;
    for (unsigned n = 0; house != NULL && n < house->scenario->loads; n++) {
        if (strcmp(house->scenario->load[n].name, name) != 0)
            continue;
        house->load[n].position = position;
        house->load[n].switched_s = house->local_s + 1;
        return 0;
    }
    return -1;
}

bool world_loop_get(const struct world *world, struct world_loop *loop)
{
    if (world->replay == NULL)
        return false;
    *loop = (struct world_loop){
        .samples = world->replay->loop.samples,
        .periods = world->replay->loop.periods,
        .rate_hz = world->replay->recording.rate_hz,
    };
    return true;
}
