#include "app/simulation.h"

#include <math.h>
#include <stdio.h>

enum { FRAMES_AT_ONCE = 256, RECOVER_STEP_US = 100, FRAME_NS = 1000000000 / WORLD_FRAME_HZ };

static void print_notice(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "watthour run: %s\n", line);
}

static struct world_frontend make_frontend(const struct run_options *options)
{
    const struct legal_config *legal = &options->product->legal;
    struct world_frontend frontend = {
        .sampling = options->sampling,
        .u_full_scale_mv = legal->u_full_scale_mv,
        .i_full_scale_ma = legal->i_full_scale_ma,
    };
    for (int phase = 0; phase < WORLD_PHASES; phase++) {
        frontend.u[phase].snr_db = options->snr_db;
        frontend.i[phase].snr_db = options->snr_db;
    }
    return frontend;
}

/* What the factory would find on this front end: the rms of its noise. */
static struct legal_calibration calibrate(const struct run_options *options)
{
    struct legal_calibration calibration = {0};
    if (options->snr_db <= 0 || options->source != RUN_SOURCE_SAMPLES) {
        return calibration;
    }
    const struct legal_config *legal = &options->product->legal;
    double below_full_scale = pow(10, -options->snr_db / 20) / sqrt(2);
    for (int phase = 0; phase < LEGAL_PHASES; phase++) {
        struct legal_calibration_phase *row = &calibration.phase[phase];
        row->u_noise_uv = (uint32_t)lround(legal->u_full_scale_mv * 1e3 * below_full_scale);
        row->i_noise_na = (uint32_t)lround(legal->i_full_scale_ma * 1e6 * below_full_scale);
    }
    return calibration;
}

static int open_world(struct simulation *simulation, const struct run_options *options, char *error,
                      size_t error_size)
{
    const struct product *product = options->product;
    struct world_frontend frontend = make_frontend(options);
    struct world_options world = {
        .phases = product->legal.phases,
        .frontend = options->source == RUN_SOURCE_SAMPLES ? &frontend : NULL,
        .seed = options->seed,
        .utc_s = options->start_utc_s,
        .local_offset_min = civil_offset_min(&product->zone, options->start_utc_s),
        .notice = print_notice,
    };
    if (options->recording.path) {
        world.recording = &options->recording;
    } else {
        const char *name =
            options->scenario
                ? options->scenario
                : world_scenario_default(product->legal.phases, product->current_transformers);
        if (world_scenario_open(&simulation->scenario, name, error, error_size) != 0) {
            return -1;
        }
        world.scenario = simulation->scenario;
    }
    return world_open(&simulation->world, &world, error, error_size);
}

static void recover(struct simulation *simulation)
{
    while (meter_recover(&simulation->meter) > 0) {
        nor_advance(&simulation->data.nor, RECOVER_STEP_US);
    }
}

int simulation_open(struct simulation *simulation, const struct run_options *options, char *error,
                    size_t error_size)
{
    *simulation = (struct simulation){.source = options->source};
    struct legal_calibration calibration = calibrate(options);
    struct meter_setup setup = {
        .product = options->product,
        .nominal_hz = options->nominal_hz,
        .sinc3 = options->sampling == WORLD_SAMPLING_SINC3,
        .calibration = &calibration,
        .serial = options->serial,
        .reading_password = options->password,
        .management_password = options->password,
        .utc_ms = options->start_utc_s * 1000,
        .checkpoint_ms = options->checkpoint_ms,
    };
    if (options->data) {
        if (data_open(&simulation->data, options->data, options->product, error, error_size) != 0) {
            return -1;
        }
        simulation->stored = true;
        setup.flash = &simulation->data.flash;
    }
    if (meter_init(&simulation->meter, &setup) != 0) {
        snprintf(error, error_size, "%s: the meter refuses this set-up", options->product->name);
        simulation_close(simulation);
        return -1;
    }
    recover(simulation);
    if (open_world(simulation, options, error, error_size) != 0) {
        simulation_close(simulation);
        return -1;
    }
    return 0;
}

int simulation_power_fail(struct simulation *simulation)
{
    return meter_power_fail(&simulation->meter);
}

void simulation_close(struct simulation *simulation)
{
    if (simulation->world) {
        world_close(simulation->world);
    }
    if (simulation->scenario) {
        world_scenario_close(simulation->scenario);
    }
    if (simulation->stored) {
        data_close(&simulation->data);
    }
    simulation->world = NULL;
    simulation->scenario = NULL;
}

static void take_frames(struct simulation *simulation, size_t count)
{
    int32_t frames[FRAMES_AT_ONCE * LEGAL_CHANNELS];
    world_frames(simulation->world, frames, count);
    legal_frames(&simulation->meter.legal, frames, count);
}

static int32_t to_udeg(double degrees)
{
    return (int32_t)(llround(degrees * 1e6) % 360000000);
}

static struct legal_phase to_legal(const struct world_phase *truth)
{
    return (struct legal_phase){
        .u_uv = llround(truth->u_v * 1e6),
        .i_na = llround(truth->i_a * 1e9),
        .p_uw = llround(truth->p_w * 1e6),
        .p1_uw = llround(truth->p1_w * 1e6),
        .q1_uvar = llround(truth->q1_var * 1e6),
        .angle_ui_udeg = to_udeg(truth->angle_ui_deg),
        .angle_uu_udeg = to_udeg(truth->angle_uu_deg),
    };
}

static void take_second(struct simulation *simulation)
{
    struct world_quantities truth;
    world_interval(simulation->world, WORLD_FRAME_HZ, &truth);
    struct legal_interval interval = {
        .frames = WORLD_FRAME_HZ,
        .f_uhz = llround(truth.frequency_hz * 1e6),
    };
    for (int phase = 0; phase < LEGAL_PHASES; phase++) {
        interval.phase[phase] = to_legal(&truth.phase[phase]);
    }
    legal_direct(&simulation->meter.legal, &interval, NULL);
}

uint64_t simulation_advance(struct simulation *simulation, uint64_t frames)
{
    uint64_t count = frames < FRAMES_AT_ONCE ? frames : FRAMES_AT_ONCE;
    if (simulation->source == RUN_SOURCE_SAMPLES) {
        take_frames(simulation, (size_t)count);
    } else if (frames >= WORLD_FRAME_HZ) {
        count = WORLD_FRAME_HZ;
        take_second(simulation);
    } else {
        return 0;
    }
    simulation->frames += count;
    if (simulation->stored) {
        nor_advance(&simulation->data.nor, count * FRAME_NS / 1000);
    }
    (void)meter_step(&simulation->meter, (int64_t)(simulation->frames * 1000 / WORLD_FRAME_HZ));
    return count;
}
