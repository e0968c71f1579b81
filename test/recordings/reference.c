#include "test/recordings/reference.h"

#include "test/recordings/spectrum.h"

#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TURN 6.28318530717958647693

/* ---- the file ---- */

enum { LINE_MAX_LENGTH = 1024 };

static void read_key(struct reference *reference, const char *line)
{
    sscanf(line, "# sample_rate_hz: %lf", &reference->rate_hz);
    sscanf(line, "# nominal_hz: %lf", &reference->nominal_hz);
    sscanf(line, "# phases: %u", &reference->phases);
}

/* The shared recordings have their columns as u1,i1 or u1,u2,u3,i1,i2,i3. */
static void read_values(struct reference *reference, const char *line)
{
    double v[6] = {0};
    int count = sscanf(line, "%lf,%lf,%lf,%lf,%lf,%lf", &v[0], &v[1], &v[2], &v[3], &v[4], &v[5]);
    for (int c = 0; c < count; c++) {
        int phase = count == 6 ? c % 3 : 0;
        int kind = count == 6 ? c / 3 : c;
        reference->recorded[2 * phase + kind][reference->samples] = v[c];
    }
    reference->samples += count > 0;
}

int reference_read(struct reference *reference, const char *path)
{
    char line[LINE_MAX_LENGTH];
    FILE *file = fopen(path, "r");
    *reference = (struct reference){0};
    if (file == NULL)
        return -1;
    size_t lines = 0;
    while (fgets(line, sizeof line, file) != NULL)
        lines++;
    for (int c = 0; c < 2 * REFERENCE_PHASES; c++)
        reference->recorded[c] = calloc(lines, sizeof(double));
    rewind(file);
    while (fgets(line, sizeof line, file) != NULL) {
        read_key(reference, line);
        read_values(reference, line);
    }
    fclose(file);
    return 0;
}

void reference_free(struct reference *reference)
{
    for (int c = 0; c < 2 * REFERENCE_PHASES; c++) {
        free(reference->recorded[c]);
        free(reference->limited[c]);
    }
}

/* ---- the band ---- */

/* I0 as an integral over its angle; the trapezium is exact on a full turn. */
static double bessel_i0(double x)
{
    enum { STEPS = 96 };
    double sum = 0;
    for (int n = 0; n < STEPS; n++)
        sum += exp(x * cos(TURN * n / STEPS));
    return sum / STEPS;
}

/* What is documented: flat to `pass`, nothing from `stop`, between them the transform of a sinc
 * under a Kaiser window of 150 dB. */
struct band {
    double rate_hz;
    double pass_hz;
    double stop_hz;
    double half_width;
    size_t steps;
    double *response; /* at steps of half_width / steps */
};

static struct band band_of(double rate_hz)
{
    const double attenuation_db = 150;
    struct band band = {
        .rate_hz = rate_hz,
        .pass_hz = fmin(3600, 0.475 * rate_hz),
        .stop_hz = fmin(4096, 0.525 * rate_hz),
    };
    double transition = TURN * (band.stop_hz - band.pass_hz) / rate_hz;
    band.half_width = ceil((attenuation_db - 8) / (2.285 * transition) / 2);
    band.steps = (size_t)band.half_width * 16;
    band.response = calloc(band.steps + 1, sizeof(double));
    double beta = 0.1102 * (attenuation_db - 8.7);
    for (size_t n = 0; n <= band.steps; n++) {
        double edge = (double)n / (double)band.steps;
        double t = edge * band.half_width;
        double x = TURN * (band.pass_hz + band.stop_hz) / 2 / rate_hz * t;
        band.response[n] =
            (n == 0 ? 1 : sin(x) / x) * bessel_i0(beta * sqrt(1 - edge * edge)) / bessel_i0(beta);
    }
    return band;
}

/* Relative to its value at 0 Hz. */
static double transform(const struct band *band, double frequency_hz)
{
    double angle = TURN * frequency_hz / band->rate_hz * band->half_width / (double)band->steps;
    double sum = band->response[0] / 2;
    for (size_t n = 1; n <= band->steps; n++)
        sum += band->response[n] * cos(angle * (double)n);
    return sum;
}

static void limit_lines(const struct band *band, double spacing_hz, double complex *line,
                        size_t lines)
{
    double whole = transform(band, 0);
    for (size_t k = 0; k < lines; k++) {
        double frequency = spacing_hz * (double)k;
        if (frequency > band->stop_hz)
            line[k] = 0;
        else if (frequency > band->pass_hz)
            line[k] *= transform(band, frequency) / whole;
    }
}

void reference_limit(struct reference *reference, size_t loop)
{
    struct band band = band_of(reference->rate_hz);
    double spacing_hz = reference->rate_hz / (double)loop;
    /* Above half the rate stand the images of what is below. */
    size_t lines = (size_t)(band.stop_hz / spacing_hz) + 1;
    double complex *line = calloc(lines, sizeof *line);
    reference->loop = loop;
    for (unsigned c = 0; c < 2 * reference->phases; c++) {
        reference->limited[c] = calloc(REFERENCE_POINTS, sizeof(double));
        spectrum_lines(reference->recorded[c], loop, line, lines);
        limit_lines(&band, spacing_hz, line, lines);
        spectrum_signal(line, lines, reference->limited[c], REFERENCE_POINTS);
    }
    free(line);
    free(band.response);
}

/* ---- integrals ---- */

/* A voltage and a current at equal steps, going round after `count` of them, and a part of them. */
struct span {
    const double *u;
    const double *i;
    long count;
    double from;
    double to;
    double step; /* of the fundamental's angle */
    double cos_step;
    double sin_step;
};

static struct span span_of(const double *u, const double *i, size_t count, double from, double to,
                           double periods)
{
    double step = TURN * periods / (to - from);
    return (struct span){
        .u = u,
        .i = i,
        .count = (long)count,
        .from = from,
        .to = to,
        .step = step,
        .cos_step = cos(step),
        .sin_step = sin(step),
    };
}

enum sum { SUM_U, SUM_I, SUM_UU, SUM_II, SUM_UI, SUM_UC, SUM_US, SUM_IC, SUM_IS, SUMS };

/* A step of a span, and the fundamental's cosine and sine there. */
struct cursor {
    long n;
    double c;
    double s;
};

/* The products that are summed, at the cursor, which moves on. */
static void products_next(const struct span *span, struct cursor *cursor, double *value)
{
    long at = cursor->n++ % span->count;
    at += at < 0 ? span->count : 0;
    double u = span->u[at];
    double i = span->i[at];
    double c = cursor->c;
    double s = cursor->s;
    const double all[SUMS] = {u, i, u * u, i * i, u * i, u * c, u * s, i * c, i * s};
    memcpy(value, all, sizeof all);
    cursor->c = c * span->cos_step - s * span->sin_step;
    cursor->s = s * span->cos_step + c * span->sin_step;
}

/* The integral from a to b (0 <= a <= b <= 1) of the cubic through values at -1, 0, 1, 2. */
static double cubic(const double v[4], double a, double b)
{
    double c1 = -v[0] / 3 - v[1] / 2 + v[2] - v[3] / 6;
    double c2 = (v[0] + v[2]) / 2 - v[1];
    double c3 = (v[3] - v[0]) / 6 + (v[1] - v[2]) / 2;
    double upper = b * (v[1] + b * (c1 / 2 + b * (c2 / 3 + b * c3 / 4)));
    return upper - a * (v[1] + a * (c1 / 2 + a * (c2 / 3 + a * c3 / 4)));
}

static void integrate(const struct span *span, double *sum)
{
    double value[4][SUMS];
    long first = (long)floor(span->from);
    double angle = span->step * ((double)first - 1 - span->from);
    struct cursor cursor = {.n = first - 1, .c = cos(angle), .s = sin(angle)};
    for (int k = 1; k < 4; k++)
        products_next(span, &cursor, value[k]);
    memset(sum, 0, SUMS * sizeof *sum);
    for (long n = first; (double)n < span->to; n++) {
        memmove(value[0], value[1], 3 * sizeof value[0]);
        products_next(span, &cursor, value[3]);
        double a = fmax(0, span->from - (double)n);
        double b = fmin(1, span->to - (double)n);
        for (int p = 0; p < SUMS; p++) {
            const double v[4] = {value[0][p], value[1][p], value[2][p], value[3][p]};
            sum[p] += cubic(v, a, b);
        }
    }
}

/* DC is removed. */
static struct reference_values values_of(const struct span *span)
{
    double mean[SUMS];
    integrate(span, mean);
    for (int p = 0; p < SUMS; p++)
        mean[p] /= span->to - span->from;
    struct reference_values values = {
        .u_v = sqrt(mean[SUM_UU] - mean[SUM_U] * mean[SUM_U]),
        .i_a = sqrt(mean[SUM_II] - mean[SUM_I] * mean[SUM_I]),
        .p_w = mean[SUM_UI] - mean[SUM_U] * mean[SUM_I],
        .q1_var = 2 * (mean[SUM_UC] * mean[SUM_IS] - mean[SUM_US] * mean[SUM_IC]),
    };
    values.s_va = values.u_v * values.i_a;
    return values;
}

static struct span limited_span(const struct reference *reference, unsigned phase, double from_s,
                                double to_s, double periods)
{
    double steps_per_s = REFERENCE_POINTS * reference->rate_hz / (double)reference->loop;
    return span_of(reference->limited[2 * phase], reference->limited[2 * phase + 1],
                   REFERENCE_POINTS, from_s * steps_per_s, to_s * steps_per_s, periods);
}

struct reference_values reference_over(const struct reference *reference, unsigned phase,
                                       double from_s, double to_s, double periods)
{
    struct span span = limited_span(reference, phase, from_s, to_s, periods);
    return values_of(&span);
}

/* A signal that is given by equal steps, at any place between them: the cubic through four. */
static double between(const double *signal, long count, double place)
{
    long n = (long)floor(place);
    double x = place - (double)n;
    double v[4];
    for (long k = -1; k <= 2; k++) {
        long at = (n + k) % count;
        v[k + 1] = signal[at < 0 ? at + count : at];
    }
    double c1 = -v[0] / 3 - v[1] / 2 + v[2] - v[3] / 6;
    double c2 = (v[0] + v[2]) / 2 - v[1];
    double c3 = (v[3] - v[0]) / 6 + (v[1] - v[2]) / 2;
    return v[1] + x * (c1 + x * (c2 + x * c3));
}

/* Of `points` samples of so many periods, with `beside` lines on either side of each harmonic. */
static double distortion_of(double complex *x, size_t points, unsigned periods, unsigned beside)
{
    enum { ORDERS = 40 };
    double first = 0;
    double others = 0;
    spectrum_fft(x, points, -1);
    for (unsigned order = 1; order <= ORDERS; order++) {
        for (unsigned k = order * periods - beside; k <= order * periods + beside; k++)
            *(order == 1 ? &first : &others) += creal(x[k] * conj(x[k]));
    }
    return sqrt(others / first);
}

/* The span on a grid of its own, so that its lines are a transform's. */
static double distortion(const double *signal, double from, double to, unsigned periods)
{
    enum { POINTS = 1 << 14 };
    double complex *x = calloc(POINTS, sizeof *x);
    for (int n = 0; n < POINTS; n++)
        x[n] = between(signal, REFERENCE_POINTS, from + (to - from) * n / POINTS);
    double value = distortion_of(x, POINTS, periods, 1);
    free(x);
    return value;
}

static double loop_distortion(const double *signal, unsigned periods)
{
    double complex *x = calloc(REFERENCE_POINTS, sizeof *x);
    for (int n = 0; n < REFERENCE_POINTS; n++)
        x[n] = signal[n];
    double value = distortion_of(x, REFERENCE_POINTS, periods, 0);
    free(x);
    return value;
}

struct reference_distortion reference_distortion_of_loop(const struct reference *reference,
                                                         unsigned phase, unsigned periods)
{
    return (struct reference_distortion){
        .u = loop_distortion(reference->limited[2 * phase], periods),
        .i = loop_distortion(reference->limited[2 * phase + 1], periods),
    };
}

struct reference_distortion reference_distortion_over(const struct reference *reference,
                                                      unsigned phase, double from_s, double to_s,
                                                      unsigned periods)
{
    struct span span = limited_span(reference, phase, from_s, to_s, periods);
    return (struct reference_distortion){
        .u = distortion(span.u, span.from, span.to, periods),
        .i = distortion(span.i, span.from, span.to, periods),
    };
}

double reference_rms(const struct reference *reference, unsigned phase, double from_s, double to_s)
{
    struct span span = limited_span(reference, phase, from_s, to_s, 1);
    double sum[SUMS];
    integrate(&span, sum);
    return sqrt(sum[SUM_UU] / (span.to - span.from));
}

double reference_angle_turns(const struct reference *reference, unsigned phase, double from_s,
                             double to_s)
{
    struct span span = limited_span(reference, phase, from_s, to_s, 1);
    double sum[SUMS];
    integrate(&span, sum);
    return atan2(-sum[SUM_US], sum[SUM_UC]) / TURN;
}

struct reference_values reference_unlimited(const struct reference *reference, unsigned phase,
                                            double from, double to, double periods)
{
    size_t length = (size_t)(to - from);
    struct span span =
        span_of(reference->recorded[2 * phase], reference->recorded[2 * phase + 1],
                length == reference->loop ? length : reference->samples, from, to, periods);
    return values_of(&span);
}
