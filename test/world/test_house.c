/* Households: rhythm, energy, repeatability, switches; walks of the mains; shapes of currents. */
#include "test/world/surroundings.h"

#include "world/shape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND = WORLD_FRAME_HZ };

static struct world *house_of(const struct world_scenario *scenario, unsigned phases, uint64_t seed,
                              int64_t utc_s)
{
    const struct world_options options = {
        .phases = phases,
        .scenario = scenario,
        .seed = seed,
        .utc_s = utc_s,
    };
    char error[WORLD_ERROR_SIZE];
    struct world *world = NULL;
    assert_int_equal(world_open(&world, &options, error, sizeof error), 0);
    return world;
}

/* Energy of all phases, import and export apart, in kWh. */
struct day {
    double import;
    double export;
};

static struct day day_of(struct world *world, unsigned phases)
{
    struct day day = {0};
    struct world_quantities q;
    for (int s = 0; s < DAY_S; s++) {
        world_interval(world, SECOND, &q);
        double p = 0;
        for (unsigned n = 0; n < phases; n++)
            p += q.phase[n].p_w;
        *(p > 0 ? &day.import : &day.export) += fabs(p) / 3.6e6;
    }
    return day;
}

/* ---- energy ---- */

static void a_household_uses_5_to_25_kwh_a_day(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_named("household");
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct world *world = house_of(scenario, 1, seed, MONDAY_S);
        for (int day = 0; day < 10; day++) {
            struct day energy = day_of(world, 1);
            assert_true(energy.import > 5 && energy.import < 25);
            assert_true(energy.export < 1e-9);
        }
        world_close(world);
    }
    world_scenario_close(scenario);
}

static void a_seed_repeats_and_another_differs(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_named("household");
    struct world *a = house_of(scenario, 1, 5, MONDAY_S);
    struct world *b = house_of(scenario, 1, 5, MONDAY_S);
    struct world *c = house_of(scenario, 1, 6, MONDAY_S);
    double of_a = 0;
    double of_c = 0;
    for (int s = 0; s < DAY_S; s++) {
        struct world_quantities q[3];
        world_interval(a, SECOND, &q[0]);
        world_interval(b, SECOND, &q[1]);
        world_interval(c, SECOND, &q[2]);
        assert_memory_equal(&q[0], &q[1], sizeof q[0]);
        of_a += q[0].phase[0].p_w;
        of_c += q[2].phase[0].p_w;
    }
    assert_true(fabs(of_a / of_c - 1) > 1e-3);
    world_close(a);
    world_close(b);
    world_close(c);
    world_scenario_close(scenario);
}

/* What a day brings does not depend on when one began to look. */
static void a_day_is_the_same_from_wherever_one_comes(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_of(
        "{\"title\": \"t\", \"mains\": {\"voltage_v\": 230, \"frequency_hz\": 50}, \"loads\": [{"
        "\"name\": \"a\", \"current\": {\"kind\": \"resistive\", \"power_w\": 1000}, \"when\": {"
        "\"kind\": \"uses\", \"per_day\": 9, \"minutes_min\": 5, \"minutes_max\": 300}}]}");
    struct world *early = house_of(scenario, 1, 3, MONDAY_S);
    struct world *late = house_of(scenario, 1, 3, MONDAY_S + DAY_S);
    day_of(early, 1);
    double first = day_of(early, 1).import;
    double second = day_of(late, 1).import;
    assert_true(first > 1 && fabs(first - second) < 1e-5);
    world_close(early);
    world_close(late);
    world_scenario_close(scenario);
}

static void an_interval_is_the_sum_of_its_parts(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_named("villa");
    struct world *whole = house_of(scenario, 3, 2, MONDAY_S + 7 * 3600);
    struct world *parts = house_of(scenario, 3, 2, MONDAY_S + 7 * 3600);
    const uint32_t frames = 1200 * SECOND;
    struct world_quantities q;
    struct world_quantities sum = {0};
    for (uint32_t done = 0; done < frames;) {
        uint32_t part = 1 + done % 30011;
        part = part < frames - done ? part : frames - done;
        world_interval(parts, part, &q);
        double share = (double)part / frames;
        sum.frequency_hz += share * q.frequency_hz;
        for (int p = 0; p < 3; p++) {
            sum.phase[p].u_v += share * q.phase[p].u_v * q.phase[p].u_v;
            sum.phase[p].i_a += share * q.phase[p].i_a * q.phase[p].i_a;
            sum.phase[p].p_w += share * q.phase[p].p_w;
            sum.phase[p].q1_var += share * q.phase[p].q1_var;
            sum.phase[p].s_va += share * q.phase[p].s_va;
        }
        done += part;
    }
    world_interval(whole, frames, &q);
    assert_true(fabs(q.frequency_hz / sum.frequency_hz - 1) < 1e-12);
    for (int p = 0; p < 3; p++) {
        assert_true(fabs(q.phase[p].u_v / sqrt(sum.phase[p].u_v) - 1) < 1e-12);
        assert_true(fabs(q.phase[p].i_a / sqrt(sum.phase[p].i_a) - 1) < 1e-12);
        assert_true(fabs(q.phase[p].p_w - sum.phase[p].p_w) < 1e-10 * q.phase[p].s_va);
        assert_true(fabs(q.phase[p].q1_var - sum.phase[p].q1_var) < 1e-10 * q.phase[p].s_va);
        assert_true(fabs(q.phase[p].s_va / sum.phase[p].s_va - 1) < 1e-12);
    }
    world_close(whole);
    world_close(parts);
    world_scenario_close(scenario);
}

/* ---- rhythm ---- */

static double power_of(const struct world *world, const char *name)
{
    struct world_load load;
    for (size_t n = 0; world_load_get(world, n, &load); n++) {
        if (strcmp(load.name, name) == 0)
            return load.p_w;
    }
    fail_msg("no load \"%s\"", name);
    return 0;
}

static void a_kettle_boils_by_day(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_named("household");
    struct world *world = house_of(scenario, 1, 1, MONDAY_S);
    int seconds[24] = {0};
    struct world_quantities q;
    for (int s = 0; s < 20 * DAY_S; s++) {
        world_interval(world, SECOND, &q);
        seconds[s / 3600 % 24] += power_of(world, "kettle") > 1000;
    }
    int night = seconds[0] + seconds[1] + seconds[2] + seconds[3] + seconds[4];
    int morning = seconds[6] + seconds[7] + seconds[8];
    assert_int_equal(night, 0);
    assert_true(morning > 20 * 60);
    world_close(world);
    world_scenario_close(scenario);
}

static void local_time_rules_the_day(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_named("household");
    struct world_options options = {
        .phases = 1, .scenario = scenario, .seed = 1, .utc_s = MONDAY_S};
    char error[WORLD_ERROR_SIZE];
    struct world *world[2];
    struct world_quantities q[2];
    assert_int_equal(world_open(&world[0], &options, error, sizeof error), 0);
    options.utc_s -= 7200;
    options.local_offset_min = 120;
    assert_int_equal(world_open(&world[1], &options, error, sizeof error), 0);
    for (int hour = 0; hour < 24; hour++) {
        world_interval(world[0], 3600 * SECOND, &q[0]);
        world_interval(world[1], 3600 * SECOND, &q[1]);
        assert_memory_equal(&q[0], &q[1], sizeof q[0]);
    }
    world_close(world[0]);
    world_close(world[1]);
    world_scenario_close(scenario);
}

static void a_fridge_is_on_for_its_share(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_named("household");
    struct world *world = house_of(scenario, 1, 1, MONDAY_S);
    struct world_quantities q;
    int on = 0;
    int starts = 0;
    double most = 0;
    bool was_on = false;
    for (int s = 0; s < 10 * DAY_S; s++) {
        world_interval(world, SECOND, &q);
        double p = power_of(world, "fridge");
        on += p > 0;
        starts += p > 0 && !was_on;
        was_on = p > 0;
        most = fmax(most, p);
    }
    assert_true(fabs(on / (10.0 * DAY_S) - 0.38) < 0.02);
    assert_true(abs(starts - 10 * 24 * 60 / 42) <= 1);
    assert_true(most > 3 * 95);
    world_close(world);
    world_scenario_close(scenario);
}

static void the_sun_feeds_in_by_day(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_named("villa");
    const int64_t midsummer_s = 1782000000 / DAY_S * DAY_S; /* in June 2026 */
    struct world *world = house_of(scenario, 3, 1, midsummer_s);
    struct world_quantities q;
    double fed[24];
    for (int hour = 0; hour < 24; hour++) {
        world_interval(world, 3600 * SECOND, &q);
        fed[hour] = -power_of(world, "solar roof");
    }
    assert_true(fed[0] == 0 && fed[2] == 0 && fed[22] == 0);
    assert_true(fed[12] > 2000 && fed[12] < 8200);
    world_close(world);
    struct world *winter = house_of(scenario, 3, 1, MONDAY_S);
    struct world *summer = house_of(scenario, 3, 1, midsummer_s);
    assert_true(day_of(summer, 3).export > 2 * day_of(winter, 3).export);
    world_close(winter);
    world_close(summer);
    world_scenario_close(scenario);
}

static void a_workshop_rests_on_sundays_and_keeps_below_6_a(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_named("workshop");
    struct world *world = house_of(scenario, 3, 1, MONDAY_S);
    struct world_quantities q;
    double energy[7] = {0};
    double most = 0;
    for (int s = 0; s < 28 * DAY_S; s++) {
        world_interval(world, SECOND, &q);
        for (int p = 0; p < 3; p++) {
            energy[s / DAY_S % 7] += q.phase[p].p_w;
            most = fmax(most, q.phase[p].i_a);
        }
    }
    assert_true(energy[6] < 0.7 * energy[0] && energy[5] < 0.7 * energy[4]);
    assert_true(most > 3 && most <= 6);
    world_close(world);
    world_scenario_close(scenario);
}

/* ---- switches ---- */

static void a_load_is_switched_by_name(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_named("household");
    struct world *world = house_of(scenario, 1, 1, MONDAY_S + 2 * 3600);
    struct world_quantities q;
    world_interval(world, SECOND, &q);
    double before = q.phase[0].p_w;
    assert_int_equal(world_load_set(world, "kettle", WORLD_SWITCH_ON), 0);
    world_interval(world, 2 * SECOND, &q);
    world_interval(world, SECOND, &q);
    assert_true(fabs(q.phase[0].p_w - before - 2000) < 100);
    assert_int_equal(world_load_set(world, "kettle", WORLD_SWITCH_OFF), 0);
    world_interval(world, 2 * SECOND, &q);
    world_interval(world, SECOND, &q);
    assert_true(fabs(q.phase[0].p_w - before) < 100);
    assert_int_equal(world_load_set(world, "kettle", WORLD_SWITCH_AUTO), 0);
    assert_int_equal(world_load_set(world, "samovar", WORLD_SWITCH_ON), -1);
    struct world_load load;
    assert_true(world_load_get(world, 0, &load));
    assert_string_equal(load.name, "kettle");
    assert_int_equal(load.position, WORLD_SWITCH_AUTO);
    assert_false(world_load_get(world, 10, &load));
    world_close(world);
    world_scenario_close(scenario);
}

static void loads_add_up_to_the_phase(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_named("villa");
    struct world *world = house_of(scenario, 3, 9, MONDAY_S + 12 * 3600);
    for (int n = 0; n < 600; n++) {
        struct world_quantities q;
        struct world_load load;
        double loads = 0;
        world_interval(world, 60 * SECOND, &q);
        world_now(world, &q);
        for (size_t l = 0; world_load_get(world, l, &load); l++)
            loads += load.p_w;
        double phases = q.phase[0].p_w + q.phase[1].p_w + q.phase[2].p_w;
        assert_true(fabs(loads - phases) < 1e-6 * (fabs(phases) + 100));
    }
    world_close(world);
    world_scenario_close(scenario);
}

/* ---- mains ---- */

static void mains_wander_within_their_limits(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_named("household");
    struct world *world = house_of(scenario, 1, 1, MONDAY_S);
    struct world_quantities q;
    double f[2] = {60, 40};
    double u[2] = {300, 100};
    double last = 50;
    for (int s = 0; s < 3 * DAY_S; s++) {
        world_interval(world, SECOND, &q);
        f[0] = fmin(f[0], q.frequency_hz);
        f[1] = fmax(f[1], q.frequency_hz);
        u[0] = fmin(u[0], q.phase[0].u_v);
        u[1] = fmax(u[1], q.phase[0].u_v);
        assert_true(fabs(q.frequency_hz - last) <= 0.0030001);
        last = q.frequency_hz;
    }
    assert_true(f[0] >= 49.95 - 1e-9 && f[1] <= 50.05 + 1e-9);
    assert_true(f[0] < 49.97 && f[1] > 50.03);
    double harmonics = 1.0002; /* rms with 1.7 % of harmonics */
    assert_true(u[0] >= 230 * 0.96 && u[1] <= 230 * 1.04 * harmonics);
    assert_true(u[0] < 230 * 0.98 && u[1] > 230 * 1.02);
    world_close(world);
    world_scenario_close(scenario);
}

static void unbalance_and_dead_phases_are_as_told(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_of(
        "{\"title\": \"t\", \"mains\": {\"voltage_v\": 120, \"frequency_hz\": 60, \"phases\": ["
        "{\"voltage_percent\": 110}, {\"voltage_percent\": 0}, {\"angle_deg\": -235}]},"
        "\"loads\": ["
        "{\"name\": \"a\", \"phase\": \"all\", \"when\": {\"kind\": \"always\"},"
        " \"current\": {\"kind\": \"resistive\", \"power_w\": 1200}},"
        "{\"name\": \"b\", \"phase\": \"all\", \"when\": {\"kind\": \"always\"},"
        " \"current\": {\"kind\": \"motor\", \"power_w\": 120, \"power_factor\": 0.6}}]}");
    struct world *world = house_of(scenario, 3, 1, MONDAY_S);
    struct world_quantities q;
    world_interval(world, SECOND, &q);
    assert_true(fabs(q.frequency_hz - 60) < 1e-9);
    assert_true(fabs(q.phase[0].u_v - 132) < 1e-9 && q.phase[1].u_v == 0);
    assert_true(fabs(q.phase[0].p_w - 1200 * 1.21 - 120) < 1e-6);
    assert_true(fabs(q.phase[0].q1_var - 160) < 1e-6);
    assert_true(q.phase[1].i_a == 0 && q.phase[1].p_w == 0);
    assert_true(fabs(q.phase[2].angle_uu_deg - 235) < 1e-9);
    assert_true(fabs(q.phase[2].i_a - hypot(1320, 160) / 120) < 1e-6);
    assert_true(fabs(q.phase[2].angle_ui_deg - atan2(160, 1320) * 180 / PI) < 1e-6);
    world_close(world);
    world_scenario_close(scenario);
}

/* ---- shapes ---- */

/* The waveforms by their definitions, against the angle of the voltage. */
static double dimmer_wave(double angle)
{
    return fmod(angle, PI) >= 100 * PI / 180 ? sin(angle) : 0;
}

static double rectifier_wave(double angle)
{
    double from_centre = fmod(angle, PI) - (PI / 2 - 8 * PI / 180);
    double width = 50 * PI / 180;
    double pulse = fabs(from_centre) < width / 2 ? cos(PI * from_centre / width) : 0;
    return angle < PI ? pulse : -pulse;
}

/* Their Fourier integrals by brute force, scaled so that the fundamental is that of the shape. */
static void compare(double (*wave)(double angle), const struct phasor *i)
{
    enum { STEPS = 720000 };
    struct phasor line[64] = {{0, 0}};
    for (int n = 0; n < STEPS; n++) {
        double angle = 2 * PI * (n + 0.5) / STEPS;
        double value = wave(angle);
        for (unsigned h = 1; h < 64 && (value < 0 || value > 0); h++) {
            line[h].re += value * sin(h * angle) / STEPS;
            line[h].im += value * cos(h * angle) / STEPS;
        }
    }
    double scale = i[1].re / line[1].re;
    for (unsigned h = 1; h < 64; h++) {
        assert_true(fabs(i[h].re - scale * line[h].re) < 2e-5 * i[1].re);
        assert_true(fabs(i[h].im - scale * line[h].im) < 2e-5 * i[1].re);
    }
}

static void shapes_are_what_their_names_say(void **state)
{
    (void)state;
    struct phasor u[PHASOR_ORDERS] = {[1] = {.re = 230}};
    struct phasor i[PHASOR_ORDERS];
    const struct shape dimmer = {.kind = SHAPE_DIMMER, .power_w = 230, .firing_deg = 100};
    shape_current(&dimmer, u, i);
    compare(dimmer_wave, i);
    /* What is left of a resistor behind the firing angle. */
    double left = 1 - 100.0 / 180 + sin(200 * PI / 180) / (2 * PI);
    assert_true(fabs(i[1].re - left) < 1e-12);
    const struct shape rectifier = {
        .kind = SHAPE_RECTIFIER, .power_w = 100, .conduction_deg = 50, .lead_deg = 8};
    shape_current(&rectifier, u, i);
    compare(rectifier_wave, i);
    assert_true(fabs(230 * i[1].re - 100) < 1e-9);
}

static void linear_shapes_follow_the_voltage_s_harmonics(void **state)
{
    (void)state;
    struct phasor u[PHASOR_ORDERS] = {[1] = {.re = 200}, [5] = {.re = 6, .im = 8}};
    struct phasor i[PHASOR_ORDERS];
    const struct shape resistive = {.kind = SHAPE_RESISTIVE, .power_w = 400};
    shape_current(&resistive, u, i);
    assert_true(fabs(i[1].re - 2) < 1e-12 && fabs(i[5].im - 0.08) < 1e-12);
    const struct shape capacitor = {.kind = SHAPE_CAPACITOR, .reactive_var = 400};
    shape_current(&capacitor, u, i);
    assert_true(fabs(i[1].im - 2) < 1e-12 && fabs(i[5].re + 0.4) < 1e-12);
    const struct shape motor = {.kind = SHAPE_MOTOR, .power_w = 300, .power_factor = 0.6};
    shape_current(&motor, u, i);
    assert_true(fabs(i[1].re - 1.5) < 1e-12 && fabs(i[1].im + 2) < 1e-12);
    assert_true(phasor_reactive(u[5], i[5]) > 0 && fabs(phasor_active(u[5], i[5])) < 1e-12);
    const struct shape roof = {.kind = SHAPE_CONVERTER, .power_w = -500, .power_factor = 1};
    shape_current(&roof, u, i);
    assert_true(fabs(i[1].re + 2.5) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_household_uses_5_to_25_kwh_a_day),
        cmocka_unit_test(a_seed_repeats_and_another_differs),
        cmocka_unit_test(a_day_is_the_same_from_wherever_one_comes),
        cmocka_unit_test(an_interval_is_the_sum_of_its_parts),
        cmocka_unit_test(a_kettle_boils_by_day),
        cmocka_unit_test(local_time_rules_the_day),
        cmocka_unit_test(a_fridge_is_on_for_its_share),
        cmocka_unit_test(the_sun_feeds_in_by_day),
        cmocka_unit_test(a_workshop_rests_on_sundays_and_keeps_below_6_a),
        cmocka_unit_test(a_load_is_switched_by_name),
        cmocka_unit_test(loads_add_up_to_the_phase),
        cmocka_unit_test(mains_wander_within_their_limits),
        cmocka_unit_test(unbalance_and_dead_phases_are_as_told),
        cmocka_unit_test(shapes_are_what_their_names_say),
        cmocka_unit_test(linear_shapes_follow_the_voltage_s_harmonics),
    };
    return cmocka_run_group_tests_name("world_house", tests, NULL, NULL);
}
