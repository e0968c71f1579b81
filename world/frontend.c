#include "world/frontend.h"

#include "world/random.h"

#include <math.h>

#define CODES_FULL_SCALE 8388608.0 /* 2^23 */
#define MODULATOR_HZ     2097152.0 /* 256 times the frames */
#define HEAT_S           30.0      /* in which a sensor becomes warm */
#define SATURATED        2000.0    /* so much faster is a saturated core magnetised */

/* Stream of random numbers, apart from those of the house. */
enum { STREAM_NOISE = 1000 };

static const struct world_sensor ideal_sensor = {.name = "ideal"};

static const struct world_sensor *sensor_of(const struct world_channel *channel)
{
    return channel->sensor != NULL ? channel->sensor : &ideal_sensor;
}

static double drift(const struct world_drift *drift, double k)
{
    return drift->ppm_per_k * 1e-6 * k + drift->ppb_per_k2 * 1e-9 * k * k;
}

static struct frontend_channel begin_channel(const struct world_channel *config, double full_scale,
                                             double warm_k)
{
    const struct world_sensor *sensor = sensor_of(config);
    double gain = (1 + config->gain_error) *
                  (1 + drift(&config->gain_drift, warm_k) + drift(&sensor->gain, warm_k));
    double ideal = CODES_FULL_SCALE / full_scale;
    double corner_hz = sensor->lowest_hz * (1 + sensor->corner_percent_per_k * warm_k / 100);
    struct frontend_channel channel = {
        .config = *config,
        .full_scale = full_scale,
        .codes_per_unit = gain * ideal,
        .offset_codes = (config->offset + config->offset_per_k * warm_k) * ideal,
        .lag_s = config->lag_us * 1e-6 + config->lag_ns_per_k * 1e-9 * warm_k,
        .inductive_s = sensor->inductive_us * 1e-6,
        .core_step = PI * corner_hz / WORLD_FRAME_HZ,
    };
    channel.config.sensor = sensor;
    if (config->snr_db > 0) {
        double snr_db = config->snr_db - sensor->noise_db;
        channel.noise_codes = CODES_FULL_SCALE / SQRT_2 * pow(10, -snr_db / 20);
    }
    return channel;
}

double frontend_lag_s(const struct world_channel *channel, double warm_k)
{
    double lag_s = channel->lag_us * 1e-6 + channel->lag_ns_per_k * 1e-9 * warm_k;
    return lag_s - sensor_of(channel)->inductive_us * 1e-6;
}

struct frontend frontend_begin(const struct world_frontend *config, unsigned phases, uint64_t seed)
{
    struct frontend frontend = {.sampling = config->sampling, .channels = 2 * phases, .seed = seed};
    for (unsigned p = 0; p < phases; p++) {
        frontend.channel[2 * p] =
            begin_channel(&config->u[p], config->u_full_scale_mv * 1e-3, config->temperature_k);
        frontend.channel[2 * p + 1] =
            begin_channel(&config->i[p], config->i_full_scale_ma * 1e-3, config->temperature_k);
    }
    return frontend;
}

/* ---- what depends on frequency ---- */

/* Three running means over one frame of what the modulator gives. */
double frontend_sinc3(double frequency_hz)
{
    double length = MODULATOR_HZ / WORLD_FRAME_HZ;
    double one = sin(PI * frequency_hz / MODULATOR_HZ) * length;
    double mean = fabs(one) > 0 ? sin(PI * frequency_hz / WORLD_FRAME_HZ) / one : 1;
    return mean * mean * mean;
}

struct phasor frontend_response(const struct frontend *frontend, unsigned channel,
                                double frequency_hz)
{
    const struct frontend_channel *of = &frontend->channel[channel];
    double filter = frontend->sampling == WORLD_SAMPLING_SINC3 ? frontend_sinc3(frequency_hz) : 1;
    struct phasor late = phasor_polar(filter, -TWO_PI * frequency_hz * of->lag_s);
    struct phasor inductive = {.re = 1, .im = TWO_PI * frequency_hz * of->inductive_s};
    return phasor_product(late, inductive);
}

static bool passes(enum world_sampling sampling, unsigned order)
{
    return sampling == WORLD_SAMPLING_SINC3 || order <= WORLD_ORDERS_TRUE;
}

void frontend_signal(const struct frontend *frontend, unsigned channel, double frequency_hz,
                     const struct phasor *spectrum, struct synth_signal *signal)
{
    signal->count = 0;
    for (unsigned h = 1; h < PHASOR_ORDERS; h++) {
        bool there = fabs(spectrum[h].re) + fabs(spectrum[h].im) > 0;
        if (!there || !passes(frontend->sampling, h)) {
            continue;
        }
        struct phasor response = frontend_response(frontend, channel, h * frequency_hz);
        signal->order[signal->count] = (uint16_t)h;
        signal->phasor[signal->count++] = phasor_product(spectrum[h], response);
    }
}

/* ---- what depends on time ---- */

/* A core, or an integrator with a drift stop: what flows through the winding is what is not needed
 * to magnetise it; dm/dt = omega (i - m), by the trapezoidal rule. */
static double through_core(struct frontend_channel *channel, double value)
{
    const struct world_sensor *sensor = channel->config.sensor;
    bool saturated = sensor->core_a > 0 && fabs(channel->core_a) > sensor->core_a;
    double step = channel->core_step * (saturated ? SATURATED : 1);
    double both = channel->before + value;
    channel->before = value;
    channel->core_a = (channel->core_a * (1 - step) + both * step) / (1 + step);
    return value - channel->core_a;
}

static double warmed(struct frontend_channel *channel, double value)
{
    double share = 2 * value * value / (channel->full_scale * channel->full_scale);
    channel->heat += (share - channel->heat) / (HEAT_S * WORLD_FRAME_HZ);
    return value * (1 + channel->config.sensor->heating_ppm * 1e-6 * channel->heat);
}

static double shown(struct frontend_channel *channel, double value)
{
    if (channel->core_step > 0) {
        value = through_core(channel, value);
    }
    if (channel->config.sensor->heating_ppm != 0) {
        value = warmed(channel, value);
    }
    return value * channel->codes_per_unit + channel->offset_codes;
}

/* What a channel shows of its neighbours. */
static double crosstalk(const struct frontend *frontend, unsigned phase, const double *codes)
{
    const double per_quarter = WORLD_FRAME_HZ / (TWO_PI * 50);
    const struct frontend_channel *u = &frontend->channel[2 * phase];
    const struct world_channel *i = &frontend->channel[2 * phase + 1].config;
    double before = frontend->channels > 2 && phase > 0 ? codes[2 * phase - 1] : 0;
    return i->from_voltage * codes[2 * phase] +
           i->from_voltage_capacitive * (codes[2 * phase] - u->codes_before) * per_quarter +
           i->from_current * before;
}

static int32_t code_of(struct frontend *frontend, double value)
{
    double rounded = floor(value + 0.5);
    if (rounded >= -WORLD_CODE_MAX && rounded <= WORLD_CODE_MAX) {
        return (int32_t)rounded;
    }
    frontend->clipped++;
    return value > 0 ? WORLD_CODE_MAX : -WORLD_CODE_MAX;
}

/* Voltage and current of a phase share a pair of random numbers. */
static struct random_pair noise(const struct frontend *frontend, unsigned phase, uint64_t frame)
{
    double u = frontend->channel[2 * phase].noise_codes;
    double i = frontend->channel[2 * phase + 1].noise_codes;
    if (!(u > 0 || i > 0)) {
        return (struct random_pair){0};
    }
    struct random_pair pair =
        random_normal(random_hash(frontend->seed, STREAM_NOISE + phase, frame));
    return (struct random_pair){.a = u * pair.a, .b = i * pair.b};
}

static void one_frame(struct frontend *frontend, const double *codes, uint64_t number,
                      int32_t *frame)
{
    for (unsigned p = 0; p < frontend->channels / 2; p++) {
        struct random_pair added = noise(frontend, p, number);
        double i = codes[2 * p + 1] + crosstalk(frontend, p, codes);
        frame[2 * p] = code_of(frontend, codes[2 * p] + added.a);
        frame[2 * p + 1] = code_of(frontend, i + added.b);
        frontend->channel[2 * p].codes_before = codes[2 * p];
    }
}

void frontend_codes(struct frontend *frontend, double values[][SYNTH_RUN], size_t at, size_t count,
                    uint64_t first, int32_t *frames)
{
    for (size_t k = 0; k < count; k++) {
        double codes[FRONTEND_CHANNELS];
        for (unsigned c = 0; c < frontend->channels; c++) {
            codes[c] = shown(&frontend->channel[c], values[c][at + k]);
        }
        one_frame(frontend, codes, first + k, &frames[k * frontend->channels]);
    }
}
