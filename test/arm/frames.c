/* frames CASE OUT: writes the codes of a made-up or a real recording, for `make arm-test`.
 * frames list: the cases, each with the product that measures it. */
#define _DEFAULT_SOURCE

#include "test/arm/measure.h"
#include "world/world.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { FRAME_HZ = 8192, SECONDS = 10, PHASES = 3, CODE_MAX = 8388607 };

/* Amplitudes are parts of full scale, angles and their steps turns. */
struct recording {
    const char *name;
    const char *product;
    const char *file; /* a real one: in WATTHOUR_SHARED/data/waveforms */
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
    {.name = "distorted",
     .product = "st402c",
     .frequency_hz = 50,
     .u = 0.5,
     .i = {0.5, 0.3, 0.1},
     .lag = {0.1, -0.05, 0.3},
     .harmonic = {0.3, 0.2, 0.1}},
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
    {.name = "kettle", .product = "xs211", .file = "fr01_kettle_1kW.csv"},
    {.name = "dimmer", .product = "xs211", .file = "fr03_halogen_dimmed.csv"},
    {.name = "laptop", .product = "xs211", .file = "fr08_laptop.csv"},
    {.name = "generator", .product = "st402c", .file = "br01_3ph_generator.csv"},
    {.name = "dip", .product = "st402c", .file = "ev01_feeder_dip_us.csv"},
};

enum { RECORDINGS = sizeof recordings / sizeof *recordings };

static void path_of(const struct recording *r, char *path, size_t size)
{
    snprintf(path, size, WATTHOUR_SHARED "/data/waveforms/%s", r->file);
}

/* A real recording may not be here. */
static bool available(const struct recording *r)
{
    char path[1024] = "/dev/null";
    if (r->file) {
        path_of(r, path, sizeof path);
    }
    FILE *file = fopen(path, "r");
    if (file) {
        fclose(file);
    }
    return file != NULL;
}

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

static void write_made_up(const struct recording *r, FILE *file)
{
    uint32_t random = 1;
    for (uint32_t k = 0; k < SECONDS * FRAME_HZ; k++) {
        int32_t frame[2 * PHASES];
        one_frame(r, k, &random, frame);
        fwrite(frame, sizeof *frame, 2 * (size_t)phases_of(r), file);
    }
}

/* The recording as the converters of its product see it, again and again. */
static int write_real(const struct recording *r, FILE *file)
{
    char path[1024];
    path_of(r, path, sizeof path);
    struct legal_config config;
    if (!measure_config(r->product, &config)) {
        fprintf(stderr, "%s: no such product\n", r->product);
        return 1;
    }
    const struct world_recording recording = {.path = path};
    const struct world_frontend frontend = {
        .sampling = config.sinc3 ? WORLD_SAMPLING_SINC3 : WORLD_SAMPLING_IDEAL,
        .u_full_scale_mv = config.u_full_scale_mv,
        .i_full_scale_ma = config.i_full_scale_ma,
    };
    const struct world_options options = {
        .phases = phases_of(r), .recording = &recording, .frontend = &frontend, .seed = 1};
    struct world *world = NULL;
    char error[WORLD_ERROR_SIZE];
    if (world_open(&world, &options, error, sizeof error) != 0) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    for (uint32_t k = 0; k < SECONDS * FRAME_HZ; k++) {
        int32_t frame[2 * PHASES];
        world_frames(world, frame, 1);
        fwrite(frame, sizeof *frame, 2 * (size_t)phases_of(r), file);
    }
    world_close(world);
    return 0;
}

static int write_recording(const struct recording *r, const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file) {
        perror(path);
        return 1;
    }
    int result = 0;
    if (r->file) {
        result = write_real(r, file);
    } else {
        write_made_up(r, file);
    }
    return fclose(file) == 0 ? result : 1;
}

static int list(void)
{
    for (size_t i = 0; i < RECORDINGS; i++) {
        if (available(&recordings[i])) {
            printf("%s %s\n", recordings[i].name, recordings[i].product);
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "list") == 0) {
        return list();
    }
    for (size_t i = 0; argc == 3 && i < RECORDINGS; i++) {
        if (strcmp(argv[1], recordings[i].name) == 0) {
            return write_recording(&recordings[i], argv[2]);
        }
    }
    fprintf(stderr, "usage: frames CASE OUT | frames list\n");
    return 2;
}
