/* Any text as a scenario: it is refused with one line, or a house lives by it. */
#include "world/scenario.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void check(bool right)
{
    if (!right)
        abort();
}

static void live(const struct world_scenario *scenario)
{
    const struct world_frontend frontend = {
        .sampling = WORLD_SAMPLING_SINC3, .u_full_scale_mv = 500000, .i_full_scale_ma = 170000};
    const struct world_options options = {
        .phases = 3, .scenario = scenario, .frontend = &frontend, .utc_s = 1763337600};
    char error[WORLD_ERROR_SIZE];
    struct world *world = NULL;
    check(world_open(&world, &options, error, sizeof error) == 0);
    for (int n = 0; n < 4; n++) {
        int32_t frames[6 * 20];
        struct world_quantities q;
        world_frames(world, frames, 20);
        world_interval(world, 2 * WORLD_FRAME_HZ, &q);
        for (int p = 0; p < 3; p++)
            check(isfinite(q.phase[p].p_w) && isfinite(q.phase[p].i_a) && q.phase[p].u_v >= 0);
    }
    world_close(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char error[WORLD_ERROR_SIZE] = "";
    struct json json = {.file = "input", .error = error, .error_size = sizeof error};
    struct world_scenario *scenario = scenario_read(&json, (const char *)data, size);
    if (scenario != NULL)
        live(scenario);
    else
        check(error[0] != '\0' && strchr(error, '\n') == NULL);
    world_scenario_close(scenario);
    return 0;
}
