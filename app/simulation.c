#include "app/simulation.h"

#include "app/simulation_feed.h"
#include "app/simulation_rtc.h"
#include "app/simulation_terminals.h"
#include "app/waking.h"

#include "port/posix/entropy.h"
#include "port/posix/push_sender.h"
#include "port/posix/selftest.h"
#include "port/posix/serial.h"

#include "base/need.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    RECOVER_STEP_US = 100,
    PREPARE_STEP_US = 1000,
    PREPARE_STEPS = 60000,
    FRAME_NS = 1000000000 / WORLD_FRAME_HZ,
    US_PER_MS = 1000,
    NS_PER_MS = 1000000,
};

static void print_notice(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "watthour run: %s\n", line);
}

static struct world_frontend make_frontend(const struct simulation *simulation,
                                           const struct run_options *options)
{
    if (simulation->specimen.number != 0) {
        struct stand_specimen made;
        specimen_make(&simulation->specimen, options->product, options->nominal_hz, &made);
        made.frontend.sampling = options->sampling;
        return made.frontend;
    }
    const struct legal_config *legal = &options->product->legal->config;
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

/* What the factory would find on a front end without other errors: the rms of its noise. */
static struct legal_calibration calibrate(const struct simulation *simulation,
                                          const struct run_options *options)
{
    struct legal_calibration calibration = {0};
    if (options->snr_db <= 0 || options->source != RUN_SOURCE_SAMPLES ||
        simulation->specimen.number != 0) {
        return calibration;
    }
    const struct legal_config *legal = &options->product->legal->config;
    double below_full_scale = pow(10, -options->snr_db / 20) / sqrt(2);
    for (int phase = 0; phase < LEGAL_PHASES; phase++) {
        struct legal_calibration_phase *row = &calibration.phase[phase];
        row->u_noise_uv = (uint32_t)lround(legal->u_full_scale_mv * 1e3 * below_full_scale);
        row->i_noise_na = (uint32_t)lround(legal->i_full_scale_ma * 1e6 * below_full_scale);
    }
    return calibration;
}

/* A recording has none. */
static int open_scenario(struct simulation *simulation, const struct run_options *options,
                         char *error, size_t error_size)
{
    const struct legal_config *legal = &options->product->legal->config;
    if (options->recording.path) {
        return 0;
    }
    const char *name = options->scenario
                           ? options->scenario
                           : world_scenario_default(legal->phases, legal->transformers);
    return world_scenario_open(&simulation->scenario, name, error, error_size);
}

static int open_world(struct simulation *simulation, const struct run_options *options, char *error,
                      size_t error_size)
{
    const struct product *product = options->product;
    struct world_frontend frontend = make_frontend(simulation, options);
    struct world_options world = {
        .phases = product->legal->config.phases,
        .frontend = options->source == RUN_SOURCE_SAMPLES ? &frontend : NULL,
        .seed = options->seed,
        .utc_s = simulation->begin_utc_s,
        .local_offset_min = civil_offset_min(&product->zone, simulation->begin_utc_s),
        .notice = print_notice,
    };
    if (options->recording.path) {
        world.recording = &options->recording;
    }
    world.scenario = simulation->scenario;
    return world_open(&simulation->world, &world, error, error_size);
}

static int open_chip(struct simulation *simulation, const struct run_options *options, char *error,
                     size_t error_size)
{
    struct data *data = &simulation->data;
    struct nor_config config = nor_config_default();
    int result = options->data ? data_open(data, options->data, options->product, error, error_size)
                               : nor_open(&data->nor, &config, NULL, error, error_size);
    simulation->stored = result == 0;
    if (simulation->stored && options->data) {
        simulation->fault = posix_fault_take(data->fault_path);
        (void)posix_faults_record(data->fault_path);
    }
    data->flash = nor_port(&data->nor);
    return result;
}

/* Which specimen it is, the data tell, if they do. */
static int settle_specimen(struct simulation *simulation, const struct run_options *options,
                           char *error, size_t error_size)
{
    simulation->specimen = options->specimen;
    return options->data ? specimen_settle(options->data, &options->specimen, &simulation->specimen,
                                           error, error_size)
                         : 0;
}

/* A front end that errs, and a meter that knows nothing of it. */
static void warn_uncalibrated(const struct simulation *simulation)
{
    static const struct legal_calibration none;
    const struct legal_parameters *parameters = legal_parameters(simulation->meter.legal);
    bool errs = simulation->source == RUN_SOURCE_SAMPLES && simulation->specimen.number != 0;
    if (errs && memcmp(&parameters->calibration, &none, sizeof none) == 0) {
        fprintf(stderr,
                "watthour run: specimen %llu is not calibrated and may err by some percent; "
                "'watthour calibrate DIR' does it\n",
                (unsigned long long)simulation->specimen.number);
    }
}

static void set_up_links(struct simulation *simulation, const struct run_options *options)
{
    posix_network_init(&simulation->network, options->address);
    simulation->network.port = options->dlms_port;
    simulation->line = serial_settings();
}

static void open_push(struct simulation *simulation)
{
    posix_push_init(&simulation->posix_push);
    simulation->push_sender = posix_push_port(&simulation->posix_push);
}

static void set_up(struct simulation *simulation, const struct run_options *options)
{
    simulation->calibration = calibrate(simulation, options);
    set_up_links(simulation, options);
    simulation->setup = (struct meter_setup){
        .switches = simulation->switches,
        .switch_count = sizeof simulation->switches / sizeof simulation->switches[0],
        .product = options->product,
        .nominal_hz = options->nominal_hz,
        .sinc3 = options->sampling == WORLD_SAMPLING_SINC3,
        .calibration = &simulation->calibration,
        .serial = options->serial,
        .reading_password = options->password,
        .management_password = options->password,
        .management_low = options->management_low,
        .keys = &options->keys,
        .curves = &simulation->curves,
        .anchor = options->anchor_size > 0 ? options->anchor : NULL,
        .anchor_size = options->anchor_size,
        .entropy = &posix_entropy,
        .rtc = &simulation->rtc,
        .rtc_trim_ppb = rtc_place_trim_ppb(&simulation->place),
        .rtc_capacitor = simulation->place.chip.backup == RTC_CHIP_CAPACITOR,
        .local_port = options->local_port,
        .p1_profile = options->p1_profile,
        .p1_keys = options->p1_encrypted ? &options->p1_keys : NULL,
        .display_keys = options->display_encrypted ? &options->display_keys : NULL,
        .checkpoint_ms = options->checkpoint_ms,
        .flash = &simulation->data.flash,
        .legal = &simulation->legal,
        .harmonics = &simulation->harmonics,
        .port = &posix_meter_port,
        .fault = &simulation->fault,
        .line = &simulation->line,
        .network = &simulation->network.network,
        .push_sender = &simulation->push_sender,
    };
}

/* A meter leaves the factory with its sectors prepared: it can keep what it is told in its first
 * second. */
static void prepare(struct simulation *simulation)
{
    struct meter *meter = &simulation->meter;
    for (int step = 0; step < PREPARE_STEPS; step++) {
        bool storage_works = storage_step(&meter->storage) > 0;
        bool keep_works = journal_step(&simulation->legal.keep.journal) > 0;
        if (!storage_works && !keep_works) {
            return;
        }
        nor_advance(&simulation->data.nor, PREPARE_STEP_US);
    }
}

/* A meter begins, from what the chip holds. Taking that over costs no time of the world. */
static int begin_meter(struct simulation *simulation)
{
    if (meter_init(&simulation->meter, &simulation->setup) != 0) {
        return -1;
    }
    while (meter_recover(&simulation->meter) > 0) {
        nor_advance(&simulation->data.nor, RECOVER_STEP_US);
    }
    prepare(simulation);
    simulation->begun_frame = simulation->frames;
    simulation->step_ms = 0;
    simulation->due_ms = 0;
    simulation->on = true;
    return 0;
}

static int open_parts(struct simulation *simulation, const struct run_options *options, char *error,
                      size_t error_size)
{
    if (open_chip(simulation, options, error, error_size) != 0) {
        return -1;
    }
    if (settle_specimen(simulation, options, error, error_size) != 0 ||
        open_scenario(simulation, options, error, error_size) != 0 ||
        simulation_rtc_open(simulation, options, error, error_size) != 0 ||
        open_world(simulation, options, error, error_size) != 0) {
        return -1;
    }
    simulation->terminals_by_hand = options->terminals;
    simulation->battery_option = options->product->reads_without_mains || options->battery_option;
    set_up(simulation, options);
    if (begin_meter(simulation) != 0) {
        snprintf(error, error_size,
                 "%s: the meter refuses this set-up: no entropy, or a signing key that is none of "
                 "the suite",
                 options->product->name);
        return -1;
    }
    warn_uncalibrated(simulation);
    return 0;
}

int simulation_open(struct simulation *simulation, const struct run_options *options, char *error,
                    size_t error_size)
{
    *simulation = (struct simulation){
        .source = options->source, .seed = options->seed, .speed = options->speed};
    open_push(simulation);
    if (open_parts(simulation, options, error, error_size) != 0) {
        simulation_close(simulation);
        return -1;
    }
    struct supply_config supply = supply_default();
    supply_begin(&simulation->supply,
                 simulation->scenario ? world_scenario_supply(simulation->scenario) : &supply);
    return 0;
}

void simulation_close(struct simulation *simulation)
{
    waking_end(simulation);
    if (simulation->world) {
        world_close(simulation->world);
    }
    if (simulation->scenario) {
        world_scenario_close(simulation->scenario);
    }
    chip_clock_close(&simulation->chip_clock);
    if (simulation->stored) {
        data_close(&simulation->data);
    }
    posix_push_close(&simulation->posix_push);
    simulation->world = NULL;
    simulation->scenario = NULL;
}

/* ---- the supply ---- */

/* What the chip is told to do after the hold-up time is torn. */
static void watch_hold_up(void *context, const struct nor *nor,
                          const struct nor_operation *operation)
{
    struct simulation *simulation = context;
    (void)operation;
    if (nor->now_ns >= simulation->hold_up_ends_ns) {
        nor_plan_cut(&simulation->data.nor, 0, &(struct nor_tear){.seed = simulation->frames});
    }
}

int simulation_power_fail(struct simulation *simulation)
{
    if (!simulation->on) {
        return 0;
    }
    simulation->on = false;
    simulation->failed_frame = simulation->frames;
    simulation->kept = meter_power_fail(&simulation->meter) == 0;
    simulation_rtc_keep(simulation);
    return simulation->kept ? 0 : -1;
}

/* The warning. */
static void fail(struct simulation *simulation)
{
    struct nor *nor = &simulation->data.nor;
    uint64_t hold_up_ms = simulation->supply.config.hold_up_ms;
    simulation->hold_up_ends_ns = nor->now_ns + hold_up_ms * NS_PER_MS;
    nor->watch = watch_hold_up;
    nor->watch_context = simulation;
    (void)simulation_power_fail(simulation);
}

/* The chip has no supply, or is reset: what it was doing is left half done, anywhere. */
static void cut_chip(struct simulation *simulation)
{
    uint64_t chance = (simulation->seed + simulation->frames) * UINT64_C(0x9E3779B97F4A7C15) >> 32;
    struct nor_tear tear = {.erased = (uint16_t)(chance % 1001), .seed = chance};
    nor_cut(&simulation->data.nor, NULL, &tear);
}

static void restart(struct simulation *simulation)
{
    waking_end(simulation);
    simulation->data.nor.watch = NULL;
    nor_power_on(&simulation->data.nor);
    int result = begin_meter(simulation);
    need(result == 0); /* as the first one did */
}

static void follow_supply(struct simulation *simulation, const double u_share[WORLD_PHASES])
{
    enum supply_state before = simulation->supply.state;
    enum supply_state now = supply_look(&simulation->supply, u_share);
    if (now == before) {
        return;
    }
    if (before == SUPPLY_ON) {
        fail(simulation);
    }
    if (before == SUPPLY_FAILING) {
        cut_chip(simulation);
    }
    if (now == SUPPLY_ON) {
        restart(simulation);
    }
}

/* Since a frame. Rounded so that stretches that follow each other add up. */
static int64_t milliseconds_since(const struct simulation *simulation, uint64_t frame)
{
    return (int64_t)(simulation->frames * 1000 / WORLD_FRAME_HZ - frame * 1000 / WORLD_FRAME_HZ);
}

double simulation_outage_s(const struct simulation *simulation)
{
    uint64_t end = simulation->on ? simulation->begun_frame : simulation->frames;
    return (double)(end - simulation->failed_frame) / WORLD_FRAME_HZ;
}

struct clock simulation_clock(const struct simulation *simulation)
{
    struct clock clock = simulation->meter.clock;
    if (!simulation->on) {
        clock_advance(&clock, milliseconds_since(simulation, simulation->failed_frame));
    }
    return clock;
}

/* ---- time ---- */

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Frames until the meter wants to be stepped, so that what it does then it does at that frame. */
static uint64_t until_due(const struct simulation *simulation)
{
    uint64_t begun_ms = simulation->begun_frame * 1000 / WORLD_FRAME_HZ;
    uint64_t due_ms = begun_ms + (uint64_t)simulation->due_ms;
    uint64_t due_frame = (due_ms * WORLD_FRAME_HZ + 999) / 1000;
    return due_frame > simulation->frames ? due_frame - simulation->frames : UINT64_MAX;
}

/* The meter, if it lives, sees what passes. 0: that takes more than `frames`. */
static uint64_t pass(struct simulation *simulation, uint64_t frames, uint64_t steady)
{
    uint64_t count = least(frames, steady);
    if (!simulation->on) {
        struct world_quantities unseen;
        world_interval(simulation->world, (uint32_t)count, &unseen);
    } else if (simulation->source == RUN_SOURCE_SAMPLES) {
        count = least(least(count, FEED_MOST), until_due(simulation));
        feed_frames(simulation, (size_t)count);
    } else if (count == steady) {
        feed_interval(simulation, (uint32_t)count);
    } else {
        return 0;
    }
    return count;
}

static int64_t us_of_frames(uint64_t frames)
{
    return (int64_t)(frames * 1000000 / WORLD_FRAME_HZ);
}

static void step_at(struct simulation *simulation, int64_t ms)
{
    nor_advance(&simulation->data.nor, (uint64_t)(ms - simulation->step_ms) * US_PER_MS);
    simulation->step_ms = ms;
    simulation_rtc_pass(simulation, us_of_frames(simulation->begun_frame) + ms * US_PER_MS);
    int64_t due_ms = meter_step(&simulation->meter, ms);
    simulation_rtc_keep(simulation);
    simulation->due_ms = due_ms > ms ? due_ms : ms + 1;
}

/* The meter is stepped whenever it wants to be, and now; its chip works meanwhile. */
static void step_meter(struct simulation *simulation)
{
    int64_t now_ms = milliseconds_since(simulation, simulation->begun_frame);
    while (simulation->due_ms < now_ms) {
        step_at(simulation, simulation->due_ms);
    }
    step_at(simulation, now_ms);
}

uint64_t simulation_advance(struct simulation *simulation, uint64_t frames)
{
    double u_share[WORLD_PHASES];
    uint64_t steady = world_mains(simulation->world, u_share);
    follow_supply(simulation, u_share);
    simulation_rtc_follow(simulation);
    simulation_terminals_follow(simulation);
    steady = least(steady, supply_steady(&simulation->supply));
    uint64_t count = pass(simulation, frames, steady);
    simulation->frames += count;
    supply_pass(&simulation->supply, count);
    if (simulation->on) {
        step_meter(simulation);
    } else {
        nor_advance(&simulation->data.nor, count * FRAME_NS / 1000);
        simulation_rtc_pass(simulation, us_of_frames(simulation->frames));
        simulation_rtc_keep(simulation);
        waking_step(simulation);
    }
    return count;
}
