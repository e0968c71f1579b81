/* frames CASE OUT: writes the codes of a made-up recording, for `make arm-test`.
 * frames list: the cases, each with the product that measures it. */
#define _DEFAULT_SOURCE

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { FRAME_HZ = 8192, SECONDS = 10, PHASES = 3, CODE_MAX = 8388607 };

/* Amplitudes are parts of full scale, angles and their steps turns. */
struct recording {
    const char *name;
    const char *product;
    double frequency_hz;
    double drift_hz_per_s;
    double u;
    double i[PHASES];
    double lag[PHASES];
    double harmonic[3]; /* orders 3, 5 and 7, parts of the fundamental, in I; a tenth of it in U */
    double noise;       /* likewise of full scale */
    double doublings;   /* of I, a second */
};

static const struct recording recordings[] = {
    {.name = "clean", .product = "xs211", .frequency_hz = 50, .u = 0.54, .i = {0.4}},
    {.name = "household",
     .product = "xs211",
     .frequency_hz = 49.9,
     .drift_hz_per_s = 0.03,
     .u = 0.54,
     .i = {0.01},
     .lag = {0.1},
     .harmonic = {0.3, 0.2, 0.1},
     .noise = 1e-5,
     .doublings = 0.6},
    {.name = "export",
     .product = "xs211",
     .frequency_hz = 50.2,
     .u = 0.54,
     .i = {0.2},
     .lag = {0.55},
     .harmonic = {0.05, 0.02, 0.01},
     .noise = 1e-6},
    {.name = "sweep",
     .product = "xs211",
     .frequency_hz = 43,
     .drift_hz_per_s = 1.4,
     .u = 0.5,
     .i = {0.3},
     .lag = {-0.2},
     .harmonic = {0.1},
     .noise = 1e-5},
    {.name = "start",
     .product = "xs211",
     .frequency_hz = 50,
     .u = 0.54,
     .i = {5e-5},
     .doublings = 0.4},
    {.name = "overload", .product = "xs211", .frequency_hz = 50, .u = 1.3, .i = {1.7}},
    {.name = "dead", .product = "xs211", .noise = 1e-6},
    {.name = "balanced",
     .product = "st402c",
     .frequency_hz = 50,
     .u = 0.54,
     .i = {0.6, 0.6, 0.6},
     .lag = {0.08, 0.08, 0.08}},
    {.name = "workshop",
     .product = "st402c",
     .frequency_hz = 50.05,
     .drift_hz_per_s = -0.02,
     .u = 0.54,
     .i = {0.5, 0.02, 0.3},
     .lag = {0.1, -0.15, 0.6},
     .harmonic = {0.2, 0.3, 0.1},
     .noise = 1e-5,
     .doublings = -0.4},
    {.name = "mixed",
     .product = "st402c",
     .frequency_hz = 50.9,
     .drift_hz_per_s = 0.2,
     .u = 0.5,
     .i = {0.9, 0.0001, 0.05},
     .lag = {0.5, 0.25, 0.75},
     .harmonic = {0, 0.1, 0.4},
     .noise = 1e-4,
     .doublings = 0.1},
};

/* A small generator of its own, so that a recording is the same everywhere: -1..1, roughly bell. */
static double noise(uint32_t *state)
{
    double sum = 0;
    for (int i = 0; i < 4; i++) {
        *state = *state * 1664525 + 1013904223;
        sum += *state / 4294967296.0 - 0.5;
    }
    return sum;
}

static int32_t code(double value)
{
    double scaled = nearbyint(value * CODE_MAX);
    return (int32_t)fmax(-CODE_MAX - 1.0, fmin(CODE_MAX, scaled));
}

/* A wave at `turn` with harmonics, their parts multiplied by `share`. */
static double wave(const struct recording *r, double turn, double share)
{
    double value = sin(2 * M_PI * turn);
    for (int h = 0; h < 3; h++) {
        value += share * r->harmonic[h] * sin(2 * M_PI * (3 + 2 * h) * turn);
    }
    return value;
}

static unsigned phases_of(const struct recording *r)
{
    return strcmp(r->product, "st402c") == 0 ? 3 : 1;
}

static void one_frame(const struct recording *r, uint32_t k, uint32_t *random, int32_t *frame)
{
    double t = (k + 0.5) / FRAME_HZ;
    double turn = (r->frequency_hz + r->drift_hz_per_s * t / 2) * t;
    for (unsigned p = 0; p < phases_of(r); p++) {
        double at = turn - p / 3.0;
        double i = r->i[p] * exp2(r->doublings * t);
        frame[2 * p] = code(r->u * wave(r, at, 0.1) + r->noise * noise(random));
        frame[2 * p + 1] = code(i * wave(r, at - r->lag[p], 1) + r->noise * noise(random));
    }
}

static int write_recording(const struct recording *r, const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file) {
        perror(path);
        return 1;
    }
    uint32_t random = 1;
    for (uint32_t k = 0; k < SECONDS * FRAME_HZ; k++) {
        int32_t frame[2 * PHASES];
        one_frame(r, k, &random, frame);
        fwrite(frame, sizeof *frame, 2 * (size_t)phases_of(r), file);
    }
    return fclose(file) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof recordings / sizeof *recordings; i++) {
        const struct recording *r = &recordings[i];
        if (argc == 2 && strcmp(argv[1], "list") == 0) {
            printf("%s %s\n", r->name, r->product);
        } else if (argc == 3 && strcmp(argv[1], r->name) == 0) {
            return write_recording(r, argv[2]);
        }
    }
    if (argc == 2 && strcmp(argv[1], "list") == 0) {
        return 0;
    }
    fprintf(stderr, "usage: frames CASE OUT | frames list\n");
    return 2;
}
