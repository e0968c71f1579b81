#include "world/examples/example.h"

#include "world/world.h"

int example_make(int32_t frames[EXAMPLE_FRAMES * EXAMPLE_CHANNELS])
{
    static const char *const on[] = {"kettle", "dimmer", "television", "computers", "fridge"};
    char error[WORLD_ERROR_SIZE];
    struct world_scenario *scenario = NULL;
    struct world *world = NULL;
    const struct world_frontend frontend = {.u_full_scale_mv = 1000 * EXAMPLE_U_FULL_SCALE_V,
                                            .i_full_scale_ma = 1000 * EXAMPLE_I_FULL_SCALE_A};
    if (world_scenario_open(&scenario, "household", error, sizeof error) != 0) {
        return -1;
    }
    const struct world_options options = {
        .phases = 1, .scenario = scenario, .frontend = &frontend, .seed = 1};
    int result = world_open(&world, &options, error, sizeof error);
    if (result == 0) {
        struct world_quantities settled;
        for (unsigned n = 0; n < sizeof on / sizeof *on; n++) {
            result += world_load_set(world, on[n], WORLD_SWITCH_ON);
        }
        world_interval(world, 10 * WORLD_FRAME_HZ, &settled);
        world_frames(world, frames, EXAMPLE_FRAMES);
    }
    world_close(world);
    world_scenario_close(scenario);
    return result == 0 ? 0 : -1;
}
