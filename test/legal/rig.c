#include "test/legal/rig.h"

#include <math.h>

#define TURN (2 * 3.14159265358979323846)

struct wave wave_sine(double rms, double hz, double turns)
{
    return (struct wave){.terms = 1, .term = {{rms * sqrt(2), hz, turns}}};
}

double wave_at(const struct wave *wave, double t)
{
    double value = wave->dc;
    for (unsigned k = 0; k < wave->terms; k++) {
        const struct term *term = &wave->term[k];
        value += term->peak * cos(TURN * (term->hz * t + term->turns));
    }
    return value;
}

/* Integral of cos(2 pi (hz t + turns)). */
static double cosine_integral(double hz, double turns, double from, double to)
{
    if (hz == 0) {
        return cos(TURN * turns) * (to - from);
    }
    return (sin(TURN * (hz * to + turns)) - sin(TURN * (hz * from + turns))) / (TURN * hz);
}

double wave_product(const struct wave *a, const struct wave *b, double from, double to)
{
    double sum = 0;
    for (unsigned j = 0; j < a->terms; j++) {
        for (unsigned k = 0; k < b->terms; k++) {
            const struct term *x = &a->term[j];
            const struct term *y = &b->term[k];
            sum += x->peak * y->peak / 2 *
                   (cosine_integral(x->hz - y->hz, x->turns - y->turns, from, to) +
                    cosine_integral(x->hz + y->hz, x->turns + y->turns, from, to));
        }
    }
    return sum;
}

struct rig rig_of(uint8_t phases, uint8_t nominal_hz)
{
    return (struct rig){.config = {
                            .phases = phases,
                            .nominal_hz = nominal_hz,
                            .sum = LEGAL_SUM_VECTOR,
                            .u_nominal_mv = 230000,
                            .u_full_scale_mv = 500000,
                            .i_full_scale_ma = 170000,
                            .i_start_ua = 20000,
                            .pulses_per_kwh = 1000,
                            .pulses_per_kvarh = 1000,
                        }};
}

void rig_begin(struct rig *rig)
{
    rig->frame = 0;
    legal_init(&rig->legal, &rig->config, &rig->calibration);
}

void rig_mains(struct rig *rig, double hz, double u_v, double i_a, double lag_deg)
{
    for (unsigned phase = 0; phase < rig->config.phases; phase++) {
        double turns = 0.1 - phase / 3.0;
        rig->u[phase] = wave_sine(u_v, hz, turns);
        rig->i[phase] = wave_sine(i_a, hz, turns - lag_deg / 360);
    }
}

static int32_t code(double value, double full_scale)
{
    return (int32_t)lrint(value / full_scale * 8388608);
}

static void feed(struct rig *rig)
{
    int32_t frame[LEGAL_CHANNELS];
    double t = (double)rig->frame / LEGAL_FRAME_HZ;
    for (unsigned phase = 0; phase < rig->config.phases; phase++) {
        frame[2 * phase] = code(wave_at(&rig->u[phase], t), rig->config.u_full_scale_mv * 1e-3);
        frame[2 * phase + 1] = code(wave_at(&rig->i[phase], t), rig->config.i_full_scale_ma * 1e-3);
    }
    unsigned fired = legal_samples(&rig->legal, frame);
    rig->fired[LEGAL_PULSE_ACTIVE] += fired >> LEGAL_PULSE_ACTIVE & 1;
    rig->fired[LEGAL_PULSE_REACTIVE] += fired >> LEGAL_PULSE_REACTIVE & 1;
    rig->frame++;
}

void rig_frames(struct rig *rig, int64_t frames)
{
    for (int64_t frame = 0; frame < frames; frame++) {
        feed(rig);
        if (legal_window_due(&rig->legal)) {
            legal_window(&rig->legal);
        }
    }
}

void rig_seconds(struct rig *rig, double seconds)
{
    rig_frames(rig, (int64_t)(seconds * LEGAL_FRAME_HZ));
}

struct legal_snapshot rig_window(struct rig *rig)
{
    while (!legal_window_due(&rig->legal)) {
        feed(rig);
    }
    legal_window(&rig->legal);
    struct legal_snapshot snapshot;
    legal_read(&rig->legal, &snapshot);
    return snapshot;
}

double seconds_of(struct legal_position place)
{
    return ((double)place.frame + place.fraction / 4294967296.0) / LEGAL_FRAME_HZ;
}

double rig_energy_ws(const struct rig *rig, unsigned phase, enum legal_energy energy)
{
    return (double)legal_energy_uws(&rig->legal, phase, energy) * 1e-6;
}
