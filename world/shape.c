#include "world/shape.h"

#include <math.h>

static void resistive(const struct shape *shape, const struct phasor *u, struct phasor *i)
{
    double conductance = shape->power_w / (u[1].re * u[1].re);
    for (unsigned h = 1; h < PHASOR_ORDERS; h++) {
        phasor_add(&i[h], conductance, u[h]);
    }
}

static void capacitor(const struct shape *shape, const struct phasor *u, struct phasor *i)
{
    double susceptance = shape->reactive_var / (u[1].re * u[1].re);
    for (unsigned h = 1; h < PHASOR_ORDERS; h++) {
        i[h] = phasor_product(u[h], (struct phasor){.im = h * susceptance});
    }
}

/* The Fourier integrals of sin(x) from the firing angle to the end of each half period. */
static struct phasor dimmer_order(unsigned h, double firing)
{
    if (h == 1) {
        return (struct phasor){.re = (PI - firing + 0.5 * sin(2 * firing)) / PI,
                               .im = -sin(firing) * sin(firing) / PI};
    }
    double below = h - 1.0;
    double above = h + 1.0;
    return (struct phasor){
        .re = (sin(above * firing) / above - sin(below * firing) / below) / PI,
        .im = ((1 - cos(below * firing)) / below - (1 - cos(above * firing)) / above) / PI,
    };
}

static void dimmer(const struct shape *shape, const struct phasor *u, struct phasor *i)
{
    for (unsigned h = 1; h < PHASOR_ORDERS; h += 2) {
        phasor_add(&i[h], shape->power_w / u[1].re, dimmer_order(h, shape->firing_deg * DEGREES));
    }
}

/* The Fourier integral of one half-cosine pulse of `width`, centred. */
static double pulse_order(unsigned h, double width)
{
    double k = PI / width;
    if (fabs(k - h) < 1e-9) {
        return width / 2;
    }
    return 2 * k * cos(h * width / 2) / (k * k - (double)h * h);
}

static void rectifier(const struct shape *shape, const struct phasor *u, struct phasor *i)
{
    double width = shape->conduction_deg * DEGREES;
    double centre = PI / 2 - shape->lead_deg * DEGREES;
    double scale = shape->power_w / (u[1].re * pulse_order(1, width) * sin(centre));
    for (unsigned h = 1; h < PHASOR_ORDERS; h += 2) {
        i[h] = phasor_polar(scale * pulse_order(h, width), PI / 2 - h * centre);
    }
}

static struct phasor fundamental(const struct shape *shape, const struct phasor *u)
{
    double lag = acos(shape->power_factor) * (shape->capacitive ? -1 : 1);
    return phasor_polar(shape->power_w / (u[1].re * shape->power_factor), -lag);
}

/* Harmonics of the voltage meet the leakage reactance, about a fifth of the motor's impedance. */
static void motor(const struct shape *shape, const struct phasor *u, struct phasor *i)
{
    double leakage = 0.2 * u[1].re * u[1].re * shape->power_factor / shape->power_w;
    i[1] = fundamental(shape, u);
    for (unsigned h = 2; h < PHASOR_ORDERS; h++) {
        i[h] = phasor_product(u[h], (struct phasor){.im = -1 / (h * leakage)});
    }
}

static void converter(const struct shape *shape, const struct phasor *u, struct phasor *i)
{
    i[1] = fundamental(shape, u);
    for (unsigned n = 0; n < shape->harmonics; n++) {
        const struct shape_harmonic *harmonic = &shape->harmonic[n];
        phasor_add(&i[harmonic->order], shape->power_w / (u[1].re * shape->power_factor),
                   phasor_polar(harmonic->share, harmonic->angle));
    }
}

struct shape_row {
    void (*current)(const struct shape *shape, const struct phasor *u, struct phasor *i);
    bool follows;
};

static const struct shape_row rows[SHAPE_KINDS] = {
    [SHAPE_RESISTIVE] = {resistive, true}, [SHAPE_CAPACITOR] = {capacitor, true},
    [SHAPE_DIMMER] = {dimmer, true},       [SHAPE_RECTIFIER] = {rectifier, false},
    [SHAPE_MOTOR] = {motor, false},        [SHAPE_CONVERTER] = {converter, false},
};

void shape_current(const struct shape *shape, const struct phasor *u, struct phasor *i)
{
    for (unsigned h = 0; h < PHASOR_ORDERS; h++) {
        i[h] = (struct phasor){0};
    }
    rows[shape->kind].current(shape, u, i);
}

bool shape_follows(enum shape_kind kind)
{
    return rows[kind].follows;
}
