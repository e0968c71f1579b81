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
    return run;
}

void meter_close(struct meter_run *run)
{
    world_close(run->world);
    free(run);
}

void meter_window(struct meter_run *run)
{
    enum { FRAMES = 64 };
    int32_t frames[FRAMES * LEGAL_CHANNELS];
    uint32_t last = run->snapshot.window;
    while (run->snapshot.window == last) {
        world_frames(run->world, frames, FRAMES);
        legal_frames(&run->legal, frames, FRAMES);
        legal_read(&run->legal, &run->snapshot);
    }
}

double meter_seconds(struct legal_position place)
{
    return ((double)place.frame + 0.5 + place.fraction / 4294967296.0) / LEGAL_FRAME_HZ;
}
