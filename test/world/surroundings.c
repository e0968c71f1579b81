#include "test/world/surroundings.h"

#include "world/scenario.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct world_scenario *scenario_of(const char *text)
{
    char error[WORLD_ERROR_SIZE] = "";
    struct json json = {.file = "test", .error = error, .error_size = sizeof error};
    struct world_scenario *scenario = scenario_read(&json, text, strlen(text));
    if (scenario == NULL)
        fail_msg("%s", error);
    return scenario;
}

struct world_scenario *scenario_named(const char *name)
{
    char error[WORLD_ERROR_SIZE] = "";
    struct world_scenario *scenario = NULL;
    if (world_scenario_open(&scenario, name, error, sizeof error) != 0)
        fail_msg("%s", error);
    return scenario;
}

struct world_frontend frontend_of(enum world_sampling sampling)
{
    return (struct world_frontend){
        .sampling = sampling,
        .u_full_scale_mv = 500000,
        .i_full_scale_ma = 170000,
    };
}

static struct world *opened(const struct world_options *options)
{
    char error[WORLD_ERROR_SIZE] = "";
    struct world *world = NULL;
    if (world_open(&world, options, error, sizeof error) != 0)
        fail_msg("%s", error);
    return world;
}

struct world *world_of(const struct world_scenario *scenario, unsigned phases,
                       const struct world_frontend *frontend)
{
    const struct world_options options = {
        .phases = phases,
        .scenario = scenario,
        .frontend = frontend,
        .seed = 1,
        .utc_s = MONDAY_S,
    };
    return opened(&options);
}

struct world *world_at(const struct world_point *point, unsigned phases,
                       const struct world_frontend *frontend)
{
    const struct world_options options = {
        .phases = phases,
        .point = point,
        .frontend = frontend,
        .seed = 1,
    };
    return opened(&options);
}

struct world *world_playing(const struct world_recording *recording, unsigned phases,
                            const struct world_frontend *frontend)
{
    const struct world_options options = {
        .phases = phases,
        .recording = recording,
        .frontend = frontend,
    };
    return opened(&options);
}

void file_write(const char *name, const void *octets, size_t size)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(octets, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

struct part part_of(const int32_t *frames, size_t count, unsigned channels, unsigned channel,
                    double turns)
{
    struct part part = {0};
    for (size_t k = 0; k < count; k++) {
        double angle = 2 * PI * fmod(turns * ((double)k + 0.5), 1);
        double code = frames[k * channels + channel];
        part.in_phase += sqrt(2) * code * sin(angle) / (double)count;
        part.ahead += sqrt(2) * code * cos(angle) / (double)count;
    }
    return part;
}

double part_rms(struct part part)
{
    return hypot(part.in_phase, part.ahead);
}
