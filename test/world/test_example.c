/* The recording that the project brings along is what its own world makes, and plays as that. */
#include "test/world/surroundings.h"

#include "world/examples/example.h"

#include <math.h>
#include <sndfile.h>
#include <stdlib.h>

#define EXAMPLE WATTHOUR_TEST "/../world/examples/evening.flac"

static void the_file_is_what_the_world_makes(void **state)
{
    (void)state;
    static int32_t made[EXAMPLE_FRAMES * EXAMPLE_CHANNELS];
    static int32_t stored[EXAMPLE_FRAMES * EXAMPLE_CHANNELS];
    SF_INFO info = {0};
    SNDFILE *file = sf_open(EXAMPLE, SFM_READ, &info);
    assert_non_null(file);
    assert_int_equal(info.frames, EXAMPLE_FRAMES);
    assert_int_equal(info.channels, EXAMPLE_CHANNELS);
    assert_int_equal(sf_readf_int(file, stored, EXAMPLE_FRAMES), EXAMPLE_FRAMES);
    sf_close(file);
    assert_int_equal(example_make(made), 0);
    /* Another libm may round another way. */
    for (int n = 0; n < EXAMPLE_FRAMES * EXAMPLE_CHANNELS; n++)
        assert_true(abs(stored[n] / 256 - made[n]) <= 1);
}

static void the_file_plays(void **state)
{
    (void)state;
    const struct world_recording recording = {.path = EXAMPLE};
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    struct world *world = world_playing(&recording, 1, &frontend);
    struct world_quantities q;
    struct world_loop loop;
    world_now(world, &q);
    assert_true(world_loop_get(world, &loop));
    assert_true(loop.periods >= 80 && loop.samples <= EXAMPLE_FRAMES);
    assert_true(fabs(q.frequency_hz - 50) < 0.1);
    assert_true(fabs(q.phase[0].u_v - 230) < 10);
    assert_true(q.phase[0].p_w > 2200 && q.phase[0].p_w < 3500);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_is_what_the_world_makes),
        cmocka_unit_test(the_file_plays),
    };
    return cmocka_run_group_tests_name("world_example", tests, NULL, NULL);
}
