#define _XOPEN_SOURCE 700 /* mkstemp */
#include "test/app/scenario_rig.h"

#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct run_options options; /* outlives the simulation, which looks at it */

/* `path` becomes the name of a file with the text. */
static void write_scenario(char *path, const char *scenario)
{
    int fd = mkstemp(path);
    size_t size = strlen(scenario);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, scenario, size), size);
    assert_int_equal(close(fd), 0);
}

struct simulation *rig_open_named(const char *product, enum run_source source, const char *name)
{
    char error[512];
    options = (struct run_options){
        .product = product_find(product),
        .scenario = name,
        .sampling = WORLD_SAMPLING_SINC3,
        .snr_db = 101,
        .seed = 1,
        .source = source,
        .start_utc_s = RIG_BEGIN_S,
    };
    struct simulation *simulation = calloc(1, sizeof *simulation);
    assert_non_null(simulation);
    if (simulation_open(simulation, &options, error, sizeof error) != 0) {
        fail_msg("%s", error);
    }
    return simulation;
}

struct simulation *rig_open(const char *product, enum run_source source, const char *scenario)
{
    char path[] = "/tmp/watthour-scenario-XXXXXX";
    write_scenario(path, scenario);
    struct simulation *simulation = rig_open_named(product, source, path);
    assert_int_equal(unlink(path), 0);
    return simulation;
}

void rig_close(struct simulation *simulation)
{
    simulation_close(simulation);
    free(simulation);
}

void rig_live_until(struct simulation *simulation, unsigned second)
{
    uint64_t end = (uint64_t)second * WORLD_FRAME_HZ;
    while (simulation->frames < end) {
        assert_true(simulation_advance(simulation, end - simulation->frames) > 0);
    }
}
