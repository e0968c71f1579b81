#include "test/recordings/meter.h"

#include "test/unit.h"

#include <stdlib.h>

struct meter_run *meter_open(const char *path, unsigned phases, unsigned nominal_hz,
                             double gain_error)
{
    struct meter_run *run = calloc(1, sizeof *run);
    run->config = (struct legal_config){
        .phases = (uint8_t)phases,
        .nominal_hz = (uint8_t)nominal_hz,
        .u_nominal_mv = 230000,
        .u_full_scale_mv = 500000,
        .i_full_scale_ma = 170000,
        .i_start_ua = 20000,
        .pulses_per_kwh = 1000,
        .pulses_per_kvarh = 1000,
    };
    struct world_frontend frontend = {
        .u_full_scale_mv = run->config.u_full_scale_mv,
        .i_full_scale_ma = run->config.i_full_scale_ma,
    };
    for (unsigned p = 0; p < phases; p++)
        frontend.u[p].gain_error = gain_error;
    const struct world_recording recording = {.path = path};
    const struct world_options options = {
        .phases = phases,
        .recording = &recording,
        .frontend = &frontend,
    };
    char error[WORLD_ERROR_SIZE] = "";
    if (world_open(&run->world, &options, error, sizeof error) != 0)
        fail_msg("%s", error);
    assert_true(world_loop_get(run->world, &run->loop));
    const struct legal_calibration ideal = {0};
    legal_init(&run->legal, &run->config, &ideal);
    harmonics_begin(&run->harmonics, &run->config);
    return run;
}

void meter_close(struct meter_run *run)
{
    world_close(run->world);
    free(run);
}

static void live(struct meter_run *run)
{
    enum { FRAMES = 64 };
    int32_t frames[FRAMES * LEGAL_CHANNELS];
    world_frames(run->world, frames, FRAMES);
    for (unsigned n = 0; n < FRAMES; n++) {
        const int32_t *frame = frames + (size_t)n * 2 * run->config.phases;
        legal_frames(&run->legal, frame, 1);
        harmonics_take(&run->harmonics, frame);
    }
    legal_read(&run->legal, &run->snapshot);
}

void meter_window(struct meter_run *run)
{
    uint32_t last = run->snapshot.window;
    while (run->snapshot.window == last) {
        live(run);
    }
}

/* The newest of the phases' spectra. */
static unsigned newest(const struct meter_run *run)
{
    unsigned phase = 0;
    for (unsigned p = 1; p < run->config.phases; p++) {
        const struct harmonics_spectrum *spectrum = run->harmonics.spectrum;
        phase = spectrum[p].window > spectrum[phase].window ? p : phase;
    }
    return phase;
}

unsigned meter_harmonics(struct meter_run *run, double *from_s, double *to_s)
{
    uint32_t last = run->harmonics.spectrum[newest(run)].window;
    while (run->harmonics.spectrum[newest(run)].window == last) {
        live(run);
        while (harmonics_step(&run->harmonics, &run->legal) == 0) {
        }
    }
    unsigned phase = newest(run);
    assert_int_equal(run->harmonics.spectrum[phase].window, run->snapshot.window);
    double middle_s = (meter_seconds(run->snapshot.start) + meter_seconds(run->snapshot.end)) / 2;
    double length_s = run->harmonics.periods / (double)run->snapshot.f_uhz * 1e6;
    *from_s = middle_s - length_s / 2;
    *to_s = middle_s + length_s / 2;
    return phase;
}

double meter_seconds(struct legal_position place)
{
    return ((double)place.frame + 0.5 + place.fraction / 4294967296.0) / LEGAL_FRAME_HZ;
}
