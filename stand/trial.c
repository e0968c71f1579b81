#include "quantity/quantity.h"
#include "stand/stand.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES_AT_ONCE = 64 };

static const double ws_per_uwh = 3600e-6;

/* A trial on its way. */
struct run {
    const struct stand_specimen *specimen;
    struct stand_trial *trial;
    struct world *world;
    struct legal *legal;
    struct legal_snapshot snapshot;
    uint64_t frames;
    uint64_t lost;
    double power_ws; /* of the windows, W times s */
    double sum_w;
    double square_w;
    unsigned windows;
};

/* What the registers have counted. */
struct reading {
    double energy_ws;
    double seconds;
    double pulses;
};

/* ---- the registers ---- */

static double signed_energy_ws(const struct legal *legal, bool reactive)
{
    static const int sign[LEGAL_ENERGIES] = {
        [LEGAL_ENERGY_A_IMPORT] = 1, [LEGAL_ENERGY_A_EXPORT] = -1, [LEGAL_ENERGY_R1] = 1,
        [LEGAL_ENERGY_R2] = 1,       [LEGAL_ENERGY_R3] = -1,       [LEGAL_ENERGY_R4] = -1,
    };
    unsigned from = reactive ? LEGAL_ENERGY_R1 : LEGAL_ENERGY_A_IMPORT;
    unsigned to = reactive ? LEGAL_ENERGY_R4 : LEGAL_ENERGY_A_EXPORT;
    int64_t uws = 0;
    for (unsigned energy = from; energy <= to; energy++) {
        uws += sign[energy] * legal_energy_uws(legal, 0, (enum legal_energy)energy);
    }
    return (double)uws * 1e-6;
}

/* Of the primary side, as everybody reads it. */
static double primary_energy_ws(const struct legal *legal)
{
    const struct quantity_source source = {.legal = legal};
    const struct quantity quantity = {QUANTITY_A_IMPORT, 0, 0};
    struct quantity_value value = {0};
    (void)quantity_read(&source, quantity, &value);
    return (double)value.value * ws_per_uwh;
}

static double seconds_at(struct legal_position place)
{
    return ((double)place.frame + place.fraction / 4294967296.0) / LEGAL_FRAME_HZ;
}

/* The bench's own time: it goes on where the meter loses frames. */
static double bench_seconds(const struct run *run)
{
    return seconds_at(run->snapshot.end) + (double)run->lost / LEGAL_FRAME_HZ;
}

static struct reading read_registers(const struct run *run)
{
    bool reactive = stand_angle_reactive(run->trial->angle);
    bool primary = run->trial->kind == STAND_RATIO;
    return (struct reading){
        .energy_ws =
            primary ? primary_energy_ws(run->legal) : signed_energy_ws(run->legal, reactive),
        .seconds = bench_seconds(run),
        .pulses = legal_pulses(run->legal, reactive ? LEGAL_PULSE_REACTIVE : LEGAL_PULSE_ACTIVE),
    };
}

/* ---- running ---- */

/* The frames of a front end that loses some. */
static void feed(struct run *run, const int32_t *frame)
{
    run->frames++;
    unsigned every = run->specimen->lose_every;
    if (every != 0 && run->frames % every == 0) {
        run->lost++;
        return;
    }
    legal_samples(run->legal, frame);
    if (legal_window_due(run->legal)) {
        legal_window(run->legal);
    }
}

static void note_window(struct run *run)
{
    struct legal_snapshot snapshot;
    legal_read(run->legal, &snapshot);
    if (snapshot.window == run->snapshot.window) {
        return;
    }
    const struct legal_total *total = &snapshot.total;
    bool reactive = stand_angle_reactive(run->trial->angle);
    double w = (double)(reactive ? total->q1_uvar : total->p_uw) * 1e-6;
    run->power_ws += w * (seconds_at(snapshot.end) - seconds_at(snapshot.start));
    run->sum_w += w;
    run->square_w += w * w;
    run->windows++;
    run->snapshot = snapshot;
}

/* For at least so long: whole windows, and an even number of them, so that bursts of two periods in
 * four are whole too. */
static void pass(struct run *run, double seconds)
{
    size_t channels = 2u * run->specimen->config.phases;
    double end = seconds_at(run->snapshot.end) + seconds;
    run->power_ws = 0;
    run->sum_w = 0;
    run->square_w = 0;
    run->windows = 0;
    while (seconds_at(run->snapshot.end) < end || run->windows % 2 != 0) {
        int32_t frames[FRAMES_AT_ONCE * LEGAL_CHANNELS];
        world_frames(run->world, frames, FRAMES_AT_ONCE);
        for (size_t k = 0; k < FRAMES_AT_ONCE; k++) {
            feed(run, &frames[k * channels]);
        }
        note_window(run);
    }
}

/* ---- the result ---- */

static double truth_w(const struct run *run, const struct world_quantities *truth)
{
    bool reactive = stand_angle_reactive(run->trial->angle);
    double sum = 0;
    for (unsigned p = 0; p < run->specimen->config.phases; p++) {
        sum += reactive ? truth->phase[p].q1_var : truth->phase[p].p_w;
    }
    if (run->trial->kind == STAND_RATIO) {
        const struct legal_transformers *t = &run->specimen->transformers;
        sum *= (double)t->current.primary / t->current.secondary;
        sum *= (double)t->voltage.primary / t->voltage.secondary;
    }
    return sum;
}

static double rms_noise(const struct world_channel *channel, double full_scale)
{
    double codes = full_scale / 8388608;
    double sensor_db = channel->sensor ? channel->sensor->noise_db : 0;
    double noise = full_scale / sqrt(2) * pow(10, -(channel->snr_db - sensor_db) / 20);
    noise = channel->snr_db > 0 ? noise : 0;
    return sqrt(noise * noise + codes * codes / 12);
}

/* The noise formula: of a mean power over `seconds`, W. */
static double formula_w(const struct run *run, const struct world_quantities *truth, double seconds)
{
    const struct world_frontend *frontend = &run->specimen->frontend;
    double sum = 0;
    for (unsigned p = 0; p < run->specimen->config.phases; p++) {
        double u = rms_noise(&frontend->u[p], frontend->u_full_scale_mv * 1e-3);
        double i = rms_noise(&frontend->i[p], frontend->i_full_scale_ma * 1e-3);
        double of_i = truth->phase[p].u_v * i;
        double of_u = truth->phase[p].i_a * u;
        sum += of_i * of_i + of_u * of_u + u * i * u * i;
    }
    return sqrt(sum / (LEGAL_FRAME_HZ * seconds));
}

static double spread_w(const struct run *run)
{
    double n = run->windows;
    double mean = run->sum_w / n;
    double variance = (run->square_w - n * mean * mean) / (n - 1);
    return sqrt(fmax(variance, 0) / n);
}

static void errors_of_loaded_phase(const struct run *run, const struct world_quantities *truth,
                                   struct stand_result *result)
{
    for (unsigned p = 0; p < run->specimen->config.phases; p++) {
        const struct world_phase *is = &truth->phase[p];
        if (is->i_a > 0 && is->u_v > 0) {
            result->u_error = (double)run->snapshot.phase[p].u_uv * 1e-6 / is->u_v - 1;
            result->i_error = (double)run->snapshot.phase[p].i_na * 1e-9 / is->i_a - 1;
            return;
        }
    }
}

/* Below the starting current registers may stand still: what the windows measured counts there. */
static void conclude(struct run *run, const struct reading *before)
{
    struct stand_result *result = &run->trial->result;
    struct reading after = read_registers(run);
    struct world_quantities truth;
    world_now(run->world, &truth);
    double w = truth_w(run, &truth);
    bool below = run->trial->i_a < stand_currents_of(run->specimen).start * 0.99;
    result->seconds = after.seconds - before->seconds;
    result->energy_ws = after.energy_ws - before->energy_ws;
    result->truth_ws = w * result->seconds;
    result->pulses = after.pulses - before->pulses;
    result->clipped = world_clipped(run->world);
    result->f_error_hz = (double)run->snapshot.f_uhz * 1e-6 - truth.frequency_hz;
    double measured = below ? run->power_ws : result->energy_ws;
    if (w != 0) {
        result->error = measured / result->truth_ws - 1;
        result->sd = spread_w(run) / fabs(w);
        result->sd_formula = formula_w(run, &truth, result->seconds) / fabs(w);
    }
    errors_of_loaded_phase(run, &truth, result);
}

static void measure(struct run *run)
{
    const struct stand_specimen *specimen = run->specimen;
    legal_init(run->legal, &specimen->config, &specimen->calibration);
    if (run->trial->kind == STAND_TEMPERATURE) {
        legal_set_temperature(run->legal,
                              LEGAL_REFERENCE_MC + (int32_t)lround(1000 * run->trial->setting));
    }
    if (run->trial->kind == STAND_RATIO) {
        (void)legal_set_transformers(run->legal, &specimen->told);
    }
    pass(run, run->trial->settle_s);
    struct reading before = read_registers(run);
    pass(run, run->trial->seconds);
    conclude(run, &before);
}

void stand_try(const struct stand_specimen *specimen, struct stand_trial *trial, uint64_t seed)
{
    struct run run = {.specimen = specimen, .trial = trial, .legal = calloc(1, sizeof *run.legal)};
    struct world_frontend frontend = specimen->frontend;
    frontend.temperature_k = trial->kind == STAND_TEMPERATURE ? trial->setting : 0;
    const struct world_options options = {
        .phases = specimen->config.phases,
        .point = &trial->point,
        .frontend = &frontend,
        .seed = seed,
    };
    char error[WORLD_ERROR_SIZE];
    trial->result = (struct stand_result){0};
    if (!run.legal || world_open(&run.world, &options, error, sizeof error) != 0) {
        trial->result.failed = true;
        free(run.legal);
        return;
    }
    measure(&run);
    world_close(run.world);
    free(run.legal);
}
