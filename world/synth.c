#include "world/synth.h"

#include <math.h>

/* Oscillators that run side by side: y[k + 1] = 2 cos(angle) y[k] - y[k - 1]. */
enum { LANES = 8 };

struct lanes {
    double twice_cos[LANES];
    double last[LANES];
    double next[LANES];
};

/* The powers of a unit phasor, in rising order. */
struct ladder {
    struct phasor unit;
    struct phasor power;
    unsigned order;
};

static struct ladder ladder_of(double periods)
{
    double angle = TWO_PI * (periods - floor(periods));
    return (struct ladder){.unit = phasor_polar(1, angle), .power = {.re = 1}};
}

static struct phasor ladder_climb(struct ladder *ladder, unsigned order)
{
    for (; ladder->order < order; ladder->order++) {
        ladder->power = phasor_product(ladder->power, ladder->unit);
    }
    return ladder->power;
}

static void lanes_run(struct lanes *lanes, size_t count, double *out)
{
    for (size_t k = 0; k < count; k++) {
        double sum = 0;
        for (unsigned l = 0; l < LANES; l++) {
            double y = lanes->next[l];
            sum += y;
            lanes->next[l] = lanes->twice_cos[l] * y - lanes->last[l];
            lanes->last[l] = y;
        }
        out[k] += sum;
    }
}

void synth_add(const struct synth_signal *signal, double periods, double step, size_t count,
               double *out)
{
    struct ladder start = ladder_of(periods);
    struct ladder turn = ladder_of(step);
    for (unsigned n = 0; n < signal->count; n += LANES) {
        struct lanes lanes = {{0}, {0}, {0}};
        for (unsigned l = 0; l < LANES && n + l < signal->count; l++) {
            unsigned order = signal->order[n + l];
            struct phasor w = ladder_climb(&turn, order);
            struct phasor y = phasor_product(signal->phasor[n + l], ladder_climb(&start, order));
            lanes.twice_cos[l] = 2 * w.re;
            lanes.next[l] = SQRT_2 * y.im;
            lanes.last[l] = SQRT_2 * (y.im * w.re - y.re * w.im);
        }
        lanes_run(&lanes, count, out);
    }
}
