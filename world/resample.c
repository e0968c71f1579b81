#include "world/resample.h"

#include "world/phasor.h"
#include "world/world.h"

#include <math.h>
#include <stdlib.h>

enum {
    PHASES = 128,      /* rows of the table for one sample's width */
    ROWS = PHASES + 3, /* one before and two behind for the cubic */
};

#define STOP_DB 150.0

/* Modified Bessel function of the first kind, order 0. */
static double bessel_i0(double x)
{
    double term = 1;
    double sum = 1;
    for (int k = 1; term > 1e-17 * sum; k++) {
        term *= (x / (2 * k)) * (x / (2 * k));
        sum += term;
    }
    return sum;
}

struct resample_design resample_design(double rate_hz)
{
    double pass = fmin(3600, 0.475 * rate_hz);
    double stop = fmin(WORLD_FRAME_HZ / 2.0, 0.525 * rate_hz);
    double transition = TWO_PI * (stop - pass) / rate_hz;
    return (struct resample_design){
        .pass_hz = pass,
        .stop_hz = stop,
        .cutoff_hz = (pass + stop) / 2,
        .beta = 0.1102 * (STOP_DB - 8.7),
        .half_width = ceil((STOP_DB - 8) / (2.285 * transition) / 2),
    };
}

struct kernel {
    struct resample_design design;
    double rate_hz;
    double bottom; /* I0(beta) */
};

/* The impulse response at `t` samples. */
static double kernel_at(const struct kernel *kernel, double t)
{
    double edge = t / kernel->design.half_width;
    if (fabs(edge) >= 1) {
        return 0;
    }
    double window = bessel_i0(kernel->design.beta * sqrt(1 - edge * edge)) / kernel->bottom;
    double cutoff = 2 * kernel->design.cutoff_hz / kernel->rate_hz;
    double x = PI * cutoff * t;
    double sinc = fabs(x) > 1e-12 ? sin(x) / x : 1;
    return cutoff * sinc * window;
}

/* The density of sinc3 at `t` frames: three boxes of one frame, one after the other. */
static double spline_at(double t)
{
    double distance = fabs(t);
    if (distance < 0.5) {
        return 0.75 - distance * distance;
    }
    return 0.5 * (1.5 - distance) * (1.5 - distance);
}

/* Gauss's quadrature with eight points, from -1/2 to 1/2: half of them, the rest by symmetry. */
static const struct {
    double place;
    double weight;
} gauss[4] = {
    {0.4801449282487681, 0.0506142681451881},
    {0.3983332387068134, 0.1111905172266872},
    {0.2627662049581645, 0.1568533229389437},
    {0.0917173212478249, 0.1813418916891810},
};

/* Sinc3 applied to the impulse response. The spline is smooth within each of its three frames, and
 * so is the kernel. */
static double kernel_sinc3(const struct kernel *kernel, double t)
{
    double frame = kernel->rate_hz / WORLD_FRAME_HZ;
    double sum = 0;
    for (int piece = -1; piece <= 1; piece++) {
        for (int n = 0; n < 8; n++) {
            double place = piece + (n < 4 ? gauss[n].place : -gauss[n - 4].place);
            sum += gauss[n % 4].weight * spline_at(place) * kernel_at(kernel, t - place * frame);
        }
    }
    return sum;
}

int resample_open(struct resample *resample, double rate_hz, bool sinc3)
{
    struct kernel kernel = {.design = resample_design(rate_hz), .rate_hz = rate_hz};
    kernel.bottom = bessel_i0(kernel.design.beta);
    double reach = kernel.design.half_width + (sinc3 ? 1.5 * rate_hz / WORLD_FRAME_HZ : 0);
    resample->half = (size_t)ceil(reach) + 1;
    size_t taps = 2 * resample->half;
    resample->table = malloc(ROWS * taps * sizeof(double));
    resample->row = malloc(taps * sizeof(double));
    if (resample->table == NULL || resample->row == NULL) {
        resample_close(resample);
        return -1;
    }
    for (size_t r = 0; r < ROWS; r++) {
        double fraction = ((double)r - 1) / PHASES;
        for (size_t k = 0; k < taps; k++) {
            double t = fraction + (double)resample->half - 1 - (double)k;
            resample->table[r * taps + k] =
                sinc3 ? kernel_sinc3(&kernel, t) : kernel_at(&kernel, t);
        }
    }
    return 0;
}

void resample_close(struct resample *resample)
{
    free(resample->table);
    free(resample->row);
    *resample = (struct resample){0};
}

/* Lagrange's polynomials through four rows, between the second and the third. */
void resample_row(struct resample *resample, double fraction)
{
    double place = fraction * PHASES;
    double whole = floor(place);
    double x = place - whole;
    double a = -x * (x - 1) * (x - 2) / 6;
    double b = (x + 1) * (x - 1) * (x - 2) / 2;
    double c = -(x + 1) * x * (x - 2) / 2;
    double d = (x + 1) * x * (x - 1) / 6;
    size_t taps = 2 * resample->half;
    const double *row = &resample->table[(size_t)whole * taps];
    for (size_t k = 0; k < taps; k++) {
        resample->row[k] =
            a * row[k] + b * row[taps + k] + c * row[2 * taps + k] + d * row[3 * taps + k];
    }
}

/* Four sums side by side: one would wait for each addition. */
double resample_value(const struct resample *resample, const double *samples)
{
    double sum[4] = {0};
    size_t taps = 2 * resample->half;
    size_t k = 0;
    for (; k + 4 <= taps; k += 4) {
        for (size_t l = 0; l < 4; l++) {
            sum[l] += resample->row[k + l] * samples[k + l];
        }
    }
    for (; k < taps; k++) {
        sum[0] += resample->row[k] * samples[k];
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}
