#include "world/point.h"

#include <math.h>
#include <string.h>

/* An order of a current, in multiples of the base frequency: rms phasor against the zero crossing
 * of the phase's voltage. */
struct waveform {
    double step; /* base frequency by fundamental */
    unsigned orders;
    struct phasor (*order)(unsigned n);
    double direct; /* by the peak of the full sine */
};

/* ---- the waveforms of the standards; each for a full sine of rms 1 ---- */

/* Sine in the second and the fourth quarter: the Fourier integrals from 90 to 180 degrees. */
static struct phasor phase_fired(unsigned n)
{
    if (n % 2 == 0) {
        return (struct phasor){0};
    }
    if (n == 1) {
        return (struct phasor){.re = 0.5, .im = -1 / PI};
    }
    double above = n + 1.0;
    double below = n - 1.0;
    return (struct phasor){
        .re = (sin(above * PI / 2) / above - sin(below * PI / 2) / below) / PI,
        .im = ((1 - cos(below * PI / 2)) / below - (1 - cos(above * PI / 2)) / above) / PI,
    };
}

/* sin / 2 + 1 / pi - (2 / pi) * sum of cos(n x) / (n^2 - 1), n even. */
static struct phasor half_wave(unsigned n)
{
    if (n == 1) {
        return (struct phasor){.re = 0.5};
    }
    double square = (double)n * n;
    return (struct phasor){.im = n % 2 == 0 ? -2 / (PI * (square - 1)) : 0};
}

/* sin(4 x) during the first half of the period of sin(x): its part at order n. */
static struct phasor burst(unsigned n)
{
    if (n == POINT_BASE) {
        return (struct phasor){.re = 0.5};
    }
    double square = POINT_BASE * POINT_BASE - (double)n * n;
    return (struct phasor){.im = n % 2 == 1 ? 2 * POINT_BASE / (PI * square) : 0};
}

static const struct waveform waveforms[] = {
    [WORLD_WAVEFORM_PHASE_FIRED] = {1, POINT_BANKS *PHASOR_ORDERS - 1, phase_fired, 0},
    [WORLD_WAVEFORM_HALF_WAVE] = {1, 2 * PHASOR_ORDERS, half_wave, 1 / PI},
    [WORLD_WAVEFORM_BURST] = {1.0 / POINT_BASE, 4 * PHASOR_ORDERS, burst, 0},
};

/* ---- signals ---- */

static void add_order(struct point_signal *signal, unsigned order, struct phasor phasor)
{
    if (signal->banks == 0 || signal->bank[signal->banks - 1].count == PHASOR_ORDERS) {
        signal->bank[signal->banks++].count = 0;
    }
    struct synth_signal *bank = &signal->bank[signal->banks - 1];
    bank->order[bank->count] = (uint16_t)order;
    bank->phasor[bank->count++] = phasor;
}

/* What a channel shows of an order that is `n` times the signal's base frequency. */
static void pass_order(struct point *point, const struct frontend *frontend, unsigned channel,
                       unsigned n, struct phasor phasor)
{
    struct point_signal *signal = &point->signal[channel];
    double hz = n * signal->step * point->config.frequency_hz;
    bool heard =
        frontend->sampling == WORLD_SAMPLING_SINC3 || n * signal->step <= WORLD_ORDERS_TRUE;
    if (heard && fabs(phasor.re) + fabs(phasor.im) > 0) {
        add_order(signal, n, phasor_product(phasor, frontend_response(frontend, channel, hz)));
    }
}

static void pass_voltage(struct point *point, const struct frontend *frontend, unsigned p)
{
    const struct world_point_phase *phase = &point->config.phase[p];
    point->signal[2 * p].step = 1;
    pass_order(point, frontend, 2 * p, 1, (struct phasor){.re = phase->u_v});
    for (unsigned n = 0; n < phase->harmonics; n++) {
        const struct world_point_harmonic *h = &phase->harmonic[n];
        pass_order(point, frontend, 2 * p, h->order,
                   phasor_polar(phase->u_v * h->u_share, h->u_deg * DEGREES));
    }
}

static void pass_sine(struct point *point, const struct frontend *frontend, unsigned p)
{
    const struct world_point_phase *phase = &point->config.phase[p];
    pass_order(point, frontend, 2 * p + 1, 1, phasor_polar(phase->i_a, -phase->lag_deg * DEGREES));
    for (unsigned n = 0; n < phase->harmonics; n++) {
        const struct world_point_harmonic *h = &phase->harmonic[n];
        pass_order(point, frontend, 2 * p + 1, h->order,
                   phasor_polar(phase->i_a * h->i_share, h->i_deg * DEGREES));
    }
}

static void pass_current(struct point *point, const struct frontend *frontend, unsigned p)
{
    const struct world_point_phase *phase = &point->config.phase[p];
    struct point_signal *signal = &point->signal[2 * p + 1];
    const struct waveform *waveform = &waveforms[phase->waveform];
    signal->step = waveform->order ? waveform->step : 1;
    signal->direct = phase->i_direct_a + waveform->direct * SQRT_2 * phase->i_a;
    if (!waveform->order) {
        pass_sine(point, frontend, p);
        return;
    }
    for (unsigned n = 1; n <= waveform->orders; n++) {
        struct phasor unit = waveform->order(n);
        pass_order(point, frontend, 2 * p + 1, n,
                   (struct phasor){phase->i_a * unit.re, phase->i_a * unit.im});
    }
}

/* ---- what is true ---- */

/* The fundamental of the current, and its mean square without direct current. */
static struct phasor current_fundamental(const struct world_point_phase *phase, double *square)
{
    const struct waveform *waveform = &waveforms[phase->waveform];
    if (!waveform->order) {
        *square = phase->i_a * phase->i_a;
        return phasor_polar(phase->i_a, -phase->lag_deg * DEGREES);
    }
    double direct = waveform->direct * SQRT_2;
    *square = phase->i_a * phase->i_a * (0.5 - direct * direct);
    struct phasor unit = waveform->order((unsigned)lround(1 / waveform->step));
    return (struct phasor){phase->i_a * unit.re, phase->i_a * unit.im};
}

static struct world_phase truth_of(const struct world_point_phase *phase)
{
    double ii;
    double uu = phase->u_v * phase->u_v;
    struct phasor i = current_fundamental(phase, &ii);
    struct phasor u = {.re = phase->u_v};
    double p1_w = phasor_active(u, i);
    double p_w = p1_w;
    for (unsigned n = 0; n < phase->harmonics; n++) {
        const struct world_point_harmonic *h = &phase->harmonic[n];
        double u_v = phase->u_v * h->u_share;
        double i_a = phase->i_a * h->i_share;
        uu += u_v * u_v;
        ii += i_a * i_a;
        p_w += u_v * i_a * cos((h->u_deg - h->i_deg) * DEGREES);
    }
    return (struct world_phase){
        .u_v = sqrt(uu),
        .i_a = sqrt(ii),
        .p_w = p_w,
        .p1_w = p1_w,
        .q1_var = phasor_reactive(u, i),
        .s_va = sqrt(uu * ii),
        .angle_ui_deg = phasor_lag_deg((struct phasor){p1_w, phasor_reactive(u, i)}),
        .angle_uu_deg = fmod(360 - phase->u_deg, 360),
    };
}

void point_begin(struct point *point, const struct world_point *config, unsigned phases,
                 const struct frontend *frontend)
{
    memset(point, 0, sizeof *point);
    point->config = *config;
    point->phases = phases;
    point->truth.frequency_hz = config->frequency_hz;
    for (unsigned p = 0; p < phases; p++) {
        point->truth.phase[p] = truth_of(&config->phase[p]);
        if (frontend) {
            pass_voltage(point, frontend, p);
            pass_current(point, frontend, p);
        }
    }
}

/* ---- values ---- */

void point_values(const struct point *point, uint64_t first, double values[][SYNTH_RUN])
{
    double hz = point->config.frequency_hz;
    double periods = hz * ((double)first + 0.5) / WORLD_FRAME_HZ;
    for (unsigned c = 0; c < 2 * point->phases; c++) {
        const struct point_signal *signal = &point->signal[c];
        double begin = periods + point->config.phase[c / 2].u_deg / 360;
        for (size_t k = 0; k < SYNTH_RUN; k++) {
            values[c][k] = signal->direct;
        }
        for (unsigned bank = 0; bank < signal->banks; bank++) {
            synth_add(&signal->bank[bank], begin * signal->step, hz * signal->step / WORLD_FRAME_HZ,
                      SYNTH_RUN, values[c]);
        }
    }
}
