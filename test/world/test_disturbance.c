/* Interruptions, dips and swells of the mains: when and how deep they are, that a seed repeats
 * them, and that frames, phasors and world_mains() tell the same. */
#include "test/world/surroundings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND = WORLD_FRAME_HZ, TEXT = 1024 };

/* 230 V, 50 Hz and a heater of 1000 W on each phase, with these disturbances. */
static struct world_scenario *disturbed_by(const char *disturbances)
{
    char text[TEXT];
    int size = snprintf(text, sizeof text,
                        "{\"title\": \"t\", \"mains\": {\"voltage_v\": 230, \"frequency_hz\": 50,"
                        " \"disturbances\": [%s]}, \"loads\": [{\"name\": \"heater\","
                        " \"phase\": \"all\", \"when\": {\"kind\": \"always\"},"
                        " \"current\": {\"kind\": \"resistive\", \"power_w\": 1000}}]}",
                        disturbances);
    assert_in_range(size, 1, TEXT - 1);
    return scenario_of(text);
}

/* A stretch of frames in which a phase has the same share of its voltage. */
struct stretch {
    uint64_t begin;
    uint64_t frames;
    double u_share;
};

/* Moves on to where the share of the phase is another. */
static struct stretch next_stretch(struct world *world, unsigned phase, uint64_t limit)
{
    double u_share[WORLD_PHASES];
    uint32_t steady = world_mains(world, u_share);
    struct stretch stretch = {.begin = world_time_frames(world), .u_share = u_share[phase]};
    while (fabs(u_share[phase] - stretch.u_share) < 1e-12 && stretch.frames < limit) {
        struct world_quantities q;
        world_interval(world, steady, &q);
        if (steady > SECOND / 50)
            assert_true(fabs(q.phase[phase].u_v - 230 * stretch.u_share) < 0.1 * 230);
        stretch.frames += steady;
        steady = world_mains(world, u_share);
    }
    return stretch;
}

/* Whole periods: it begins and ends within one after what was asked for. */
static void assert_cut(struct stretch cut, double at_s, double seconds, double u_share)
{
    double period = SECOND / 50.0;
    double begin = (double)cut.begin - at_s * SECOND;
    double end = begin + (double)cut.frames - seconds * SECOND;
    assert_true(begin > -1 && begin < period + 1);
    assert_true(end > -1 && end < period + 1);
    assert_true(fabs(cut.u_share - u_share) < 1e-12);
}

static void what_is_listed_takes_place(void **state)
{
    (void)state;
    struct world_scenario *scenario =
        disturbed_by("{\"at_s\": [7.513, 2], \"seconds\": 0.25},"
                     "{\"phase\": 2, \"at_s\": [4.2], \"seconds\": 1.3, \"voltage_percent\": 40},"
                     "{\"phase\": 3, \"at_s\": [4.2], \"seconds\": 30, \"voltage_percent\": 120}");
    struct world *world = world_of(scenario, 3, NULL);
    (void)next_stretch(world, 0, UINT64_MAX);
    assert_cut(next_stretch(world, 0, UINT64_MAX), 2, 0.25, 0);
    (void)next_stretch(world, 0, UINT64_MAX);
    assert_cut(next_stretch(world, 0, UINT64_MAX), 7.513, 0.25, 0);
    world_close(world);
    world = world_of(scenario, 3, NULL);
    (void)next_stretch(world, 1, UINT64_MAX);
    assert_cut(next_stretch(world, 1, UINT64_MAX), 2, 0.25, 0);
    (void)next_stretch(world, 1, UINT64_MAX);
    assert_cut(next_stretch(world, 1, UINT64_MAX), 4.2, 1.3, 0.4);
    world_close(world);
    world = world_of(scenario, 3, NULL);
    for (int n = 0; n < 3; n++)
        (void)next_stretch(world, 2, UINT64_MAX);
    assert_true(fabs(next_stretch(world, 2, UINT64_MAX).u_share - 1.2) < 1e-12);
    assert_cut(next_stretch(world, 2, UINT64_MAX), 7.513, 0.25, 0); /* both at once */
    world_close(world);
    world_scenario_close(scenario);
}

/* Dead from the first frame on. */
static void a_world_may_begin_in_the_dark(void **state)
{
    (void)state;
    struct world_scenario *scenario = disturbed_by("{\"at_s\": [0], \"seconds\": 3.1}");
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    struct world *world = world_of(scenario, 3, &frontend);
    static int32_t frames[6 * 3 * SECOND];
    static const int32_t dead[6 * 3 * SECOND];
    world_frames(world, frames, 3 * SECOND);
    assert_memory_equal(frames, dead, sizeof frames);
    struct world_quantities q;
    world_now(world, &q);
    assert_true(q.phase[0].u_v < 1e-9 && q.phase[2].p_w < 1e-9);
    struct world_load load;
    assert_true(world_load_get(world, 0, &load));
    assert_true(load.on && load.p_w < 1e-9);
    world_interval(world, SECOND, &q);
    world_now(world, &q);
    assert_true(world_load_get(world, 0, &load));
    assert_true(fabs(q.phase[0].u_v - 230) < 1e-6 && fabs(load.p_w - 3000) < 1e-6);
    world_close(world);
    world_scenario_close(scenario);
}

/* Frames are dead, or not, exactly where world_mains() says so. */
static void frames_follow_the_mains(void **state)
{
    (void)state;
    struct world_scenario *scenario =
        disturbed_by("{\"per_day\": 1440, \"seconds\": 0.02, \"seconds_max\": 0.3},"
                     "{\"per_day\": 1440, \"phase\": 2, \"seconds\": 0.02, \"seconds_max\": 9}");
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    struct world *world = world_of(scenario, 3, &frontend);
    static int32_t frames[6 * SECOND];
    unsigned changes = 0;
    while (world_time_frames(world) < 600 * SECOND) {
        double u_share[WORLD_PHASES];
        uint32_t steady = world_mains(world, u_share);
        changes += world_time_frames(world) % SECOND != 0;
        world_frames(world, frames, steady);
        for (unsigned p = 0; p < WORLD_PHASES; p++) {
            int32_t largest = 0;
            for (uint32_t k = 0; k < steady; k++)
                largest = frames[6 * k + 2 * p] > largest ? frames[6 * k + 2 * p] : largest;
            assert_true(u_share[p] > 0 || largest == 0);
            assert_true(!(u_share[p] > 0) || largest > 0 || steady < SECOND / 50);
        }
    }
    assert_in_range(changes, 30, 200);
    world_close(world);
    world_scenario_close(scenario);
}

static const char mixed[] =
    "{\"per_day\": 1440, \"seconds\": 0.02, \"seconds_max\": 3},"
    "{\"per_day\": 1440, \"phase\": 1, \"seconds\": 0.1, \"seconds_max\": 9, "
    "\"voltage_percent\": 40},"
    "{\"per_day\": 1440, \"phase\": 3, \"seconds\": 1, \"seconds_max\": 30, "
    "\"voltage_percent\": 110}";

/* However it is read, at any frame: after a stretch of phasors, after another seed's detour. */
static void frames_do_not_depend_on_the_way(void **state)
{
    (void)state;
    struct world_scenario *scenario = disturbed_by(mixed);
    struct world_frontend frontend = frontend_of(WORLD_SAMPLING_SINC3);
    struct world *straight = world_of(scenario, 3, &frontend);
    struct world *winding = world_of(scenario, 3, &frontend);
    static int32_t a[6 * SECOND];
    static int32_t b[6 * SECOND];
    for (uint32_t n = 1; n < 400; n++) {
        uint32_t skipped = 1 + n * 7919 % SECOND;
        uint32_t read = 1 + n * 104729 % SECOND;
        struct world_quantities q;
        world_frames(straight, a, skipped);
        world_frames(straight, a, read);
        world_interval(winding, skipped, &q);
        world_frames(winding, b, read);
        assert_memory_equal(a, b, 6 * read * sizeof *a);
    }
    world_close(straight);
    world_close(winding);
    world_scenario_close(scenario);
}

/* The energy of a day by seconds, and by pieces of any length. */
static void an_interval_is_the_sum_of_its_parts(void **state)
{
    (void)state;
    struct world_scenario *scenario = disturbed_by(mixed);
    struct world *seconds = world_of(scenario, 3, NULL);
    struct world *pieces = world_of(scenario, 3, NULL);
    const uint32_t frames = 3600 * SECOND;
    double of_seconds = 0;
    double of_pieces = 0;
    struct world_quantities q;
    for (uint32_t s = 0; s < 3600; s++) {
        world_interval(seconds, SECOND, &q);
        of_seconds += q.phase[0].p_w * SECOND;
    }
    for (uint32_t done = 0; done < frames;) {
        uint32_t part = 1 + done % 30011;
        part = part < frames - done ? part : frames - done;
        world_interval(pieces, part, &q);
        of_pieces += q.phase[0].p_w * part;
        done += part;
    }
    assert_true(of_seconds < 0.95 * 1000 * frames);
    assert_true(fabs(of_pieces / of_seconds - 1) < 1e-10);
    world_close(seconds);
    world_close(pieces);
    world_scenario_close(scenario);
}

/* Counts the interruptions of a day and adds their frames. */
static unsigned day_of(const struct world_scenario *scenario, uint64_t seed, uint64_t *dead)
{
    const struct world_options options = {
        .phases = 1, .scenario = scenario, .seed = seed, .utc_s = MONDAY_S};
    char error[WORLD_ERROR_SIZE];
    struct world *world = NULL;
    assert_int_equal(world_open(&world, &options, error, sizeof error), 0);
    unsigned count = 0;
    for (*dead = 0; world_time_frames(world) < (uint64_t)DAY_S * SECOND;) {
        struct stretch stretch = next_stretch(world, 0, (uint64_t)DAY_S * SECOND);
        if (stretch.u_share > 0)
            continue;
        count++;
        *dead += stretch.frames;
    }
    world_close(world);
    return count;
}

static void a_rate_is_kept_and_a_seed_repeats(void **state)
{
    (void)state;
    struct world_scenario *scenario =
        disturbed_by("{\"per_day\": 50, \"seconds\": 0.1, \"seconds_max\": 20}");
    uint64_t dead[3];
    assert_in_range(day_of(scenario, 1, &dead[0]), 49, 51); /* one may span midnight */
    assert_in_range(day_of(scenario, 1, &dead[1]), 49, 51);
    assert_in_range(day_of(scenario, 2, &dead[2]), 49, 51);
    assert_int_equal(dead[0], dead[1]);
    assert_int_not_equal(dead[0], dead[2]);
    assert_in_range(dead[0], 5 * 50 * SECOND, 15 * 50 * SECOND);
    world_scenario_close(scenario);
    unsigned days = 0;
    scenario = disturbed_by("{\"per_day\": 0.5, \"seconds\": 5}");
    for (uint64_t seed = 0; seed < 40; seed++)
        days += day_of(scenario, seed, &dead[0]);
    assert_in_range(days, 10, 30);
    world_scenario_close(scenario);
}

/* Loads that hold their power stop below 30 % of the voltage; what follows it goes on. */
static void loads_answer_to_a_dip(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_of(
        "{\"title\": \"t\", \"mains\": {\"voltage_v\": 200, \"frequency_hz\": 50,"
        " \"disturbances\": [{\"at_s\": [2], \"seconds\": 5, \"voltage_percent\": 50},"
        "  {\"at_s\": [10], \"seconds\": 5, \"voltage_percent\": 20}]}, \"loads\": ["
        " {\"name\": \"a\", \"when\": {\"kind\": \"always\"},"
        "  \"current\": {\"kind\": \"resistive\", \"power_w\": 1000}},"
        " {\"name\": \"b\", \"when\": {\"kind\": \"always\"},"
        "  \"current\": {\"kind\": \"converter\", \"power_w\": 100, \"power_factor\": 1}}]}");
    static const double power[] = {1100, 350, 1100, 40, 1100};
    struct world *world = world_of(scenario, 1, NULL);
    for (int n = 0; n < 5; n++) {
        struct world_quantities q;
        world_interval(world, SECOND, &q);
        world_interval(world, SECOND / 2, &q);
        assert_true(fabs(q.phase[0].p_w - power[n]) < 1e-6);
        world_interval(world, 5 * SECOND / 2, &q);
    }
    world_close(world);
    world_scenario_close(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_listed_takes_place),
        cmocka_unit_test(a_world_may_begin_in_the_dark),
        cmocka_unit_test(frames_follow_the_mains),
        cmocka_unit_test(frames_do_not_depend_on_the_way),
        cmocka_unit_test(an_interval_is_the_sum_of_its_parts),
        cmocka_unit_test(a_rate_is_kept_and_a_seed_repeats),
        cmocka_unit_test(loads_answer_to_a_dip),
    };
    return cmocka_run_group_tests_name("world_disturbance", tests, NULL, NULL);
}
