#include "world/frontend.h"

#include "world/random.h"

#include <math.h>

#define CODES_FULL_SCALE 8388608.0 /* 2^23 */

/* Stream of random numbers, apart from those of the house. */
enum { STREAM_NOISE = 1000 };

const struct world_channel *frontend_channel(const struct frontend *frontend, unsigned channel)
{
    const struct world_channel *of_kind =
        channel % 2 == 0 ? frontend->config.u : frontend->config.i;
    return &of_kind[channel / 2];
}

struct frontend frontend_begin(const struct world_frontend *config, unsigned phases, uint64_t seed)
{
    struct frontend frontend = {.config = *config, .channels = 2 * phases, .seed = seed};
    for (unsigned c = 0; c < frontend.channels; c++) {
        const struct world_channel *channel = frontend_channel(&frontend, c);
        double full_scale = c % 2 == 0 ? config->u_full_scale_mv : config->i_full_scale_ma;
        frontend.codes_per_unit[c] =
            (1 + channel->gain_error) * CODES_FULL_SCALE * 1000 / full_scale;
        if (channel->snr_db > 0) {
            frontend.noise_codes[c] = CODES_FULL_SCALE / SQRT_2 * pow(10, -channel->snr_db / 20);
        }
    }
    return frontend;
}

double frontend_sinc3(double frequency_hz)
{
    double x = PI * frequency_hz / WORLD_FRAME_HZ;
    double sinc = x > 0 ? sin(x) / x : 1;
    return sinc * sinc * sinc;
}

static double passes(enum world_sampling sampling, unsigned order, double frequency_hz)
{
    if (sampling == WORLD_SAMPLING_SINC3) {
        return frontend_sinc3(order * frequency_hz);
    }
    return order <= WORLD_ORDERS_TRUE ? 1 : 0;
}

void frontend_signal(const struct frontend *frontend, unsigned channel, double frequency_hz,
                     const struct phasor *spectrum, struct synth_signal *signal)
{
    double lag = TWO_PI * frequency_hz * frontend_channel(frontend, channel)->lag_us * 1e-6;
    struct phasor turn = phasor_polar(1, -lag);
    struct phasor turned = {.re = 1};
    signal->count = 0;
    for (unsigned h = 1; h < PHASOR_ORDERS; h++) {
        turned = phasor_product(turned, turn);
        double factor = passes(frontend->config.sampling, h, frequency_hz);
        if (!(fabs(factor * spectrum[h].re) + fabs(factor * spectrum[h].im) > 0)) {
            continue;
        }
        struct phasor out = phasor_product(spectrum[h], turned);
        signal->order[signal->count] = (uint16_t)h;
        signal->phasor[signal->count++] =
            (struct phasor){.re = factor * out.re, .im = factor * out.im};
    }
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
    double u = frontend->noise_codes[2 * phase];
    double i = frontend->noise_codes[2 * phase + 1];
    if (!(u > 0 || i > 0)) {
        return (struct random_pair){0};
    }
    struct random_pair pair =
        random_normal(random_hash(frontend->seed, STREAM_NOISE + phase, frame));
    return (struct random_pair){.a = u * pair.a, .b = i * pair.b};
}

void frontend_codes(struct frontend *frontend, double values[][SYNTH_RUN], size_t at, size_t count,
                    uint64_t first, int32_t *frames)
{
    const double *scale = frontend->codes_per_unit;
    for (size_t k = 0; k < count; k++) {
        int32_t *frame = &frames[k * frontend->channels];
        for (unsigned c = 0; c < frontend->channels; c += 2) {
            struct random_pair added = noise(frontend, c / 2, first + k);
            frame[c] = code_of(frontend, values[c][at + k] * scale[c] + added.a);
            frame[c + 1] = code_of(frontend, values[c + 1][at + k] * scale[c + 1] + added.b);
        }
    }
}
