/* A whole meter on mains that fail: short cuts leave no trace; after longer ones another meter
 * begins from the flash chip and its registers go on; both ways of reading the world. The truth is
 * that of a second world of the same seed. */
#include "app/simulation.h"
#include "test/world/surroundings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND = WORLD_FRAME_HZ, TEXT = 2048, HOUR_S = 3600 };

static const char *file = "outages.json"; /* another one for the day, which may run at once */

/* ---- a meter, its world, and the truth beside it ---- */

struct bed {
    struct run_options options;
    struct simulation simulation;
    struct world *truth;
    double truth_ws; /* of all phases, import */
    int64_t last_uws;
    unsigned failures;
    unsigned returns;
};

/* 230 V, 50 Hz; a heater and a motor on each phase, which come and go. */
static void write_world(const char *disturbances, const char *supply)
{
    char text[TEXT];
    int size = snprintf(
        text, sizeof text,
        "{\"title\": \"t\", \"supply\": {%s}, \"mains\": {\"voltage_v\": 230,"
        " \"frequency_hz\": 50, \"voltage_walk\": {\"step_percent\": 0.1, \"limit_percent\": 5},"
        " \"frequency_walk\": {\"step_mhz\": 2, \"limit_mhz\": 80}, \"disturbances\": [%s]},"
        " \"loads\": [{\"name\": \"heater\", \"phase\": \"all\","
        "  \"when\": {\"kind\": \"always\", \"vary_percent\": 30},"
        "  \"current\": {\"kind\": \"resistive\", \"power_w\": 1200}},"
        " {\"name\": \"motor\", \"phase\": \"all\","
        "  \"when\": {\"kind\": \"thermostat\", \"cycle_minutes\": 3, \"on_percent\": 50},"
        "  \"current\": {\"kind\": \"motor\", \"power_w\": 500, \"power_factor\": 0.7}}]}",
        supply, disturbances);
    assert_in_range(size, 1, TEXT - 1);
    file_write(file, text, (size_t)size);
}

/* Another rate every 50 s in the first minutes after MONDAY_S, which is one o'clock here. */
static void program_rates(struct tariff *tariff)
{
    struct calendar *calendar = &tariff->passive;
    const struct calendar_name name = {1, {'x'}};
    *calendar = calendar_in(calendar->switches, calendar->switch_room);
    calendar->season_count = calendar->week_count = calendar->day_count = 1;
    calendar->seasons[0] =
        (struct calendar_season){name, {CALENDAR_ANY_YEAR, 1, 1, CALENDAR_ANY}, name};
    calendar->weeks[0].name = name;
    calendar->switch_count = 11;
    calendar->days[0].count = 11;
    for (unsigned i = 0; i < 11; i++) {
        calendar->switches[i] = calendar_switch_at(1, (uint8_t)(i * 50 / 60),
                                                   (uint8_t)(i * 50 % 60), (uint8_t)(1 + i % 8));
    }
    assert_int_equal(tariff_activate(tariff), CALENDAR_GOOD);
}

static struct bed *new_bed(const char *product, enum run_source source, uint64_t seed)
{
    struct bed *bed = calloc(1, sizeof *bed);
    assert_non_null(bed);
    bed->options = (struct run_options){
        .product = product_find(product),
        .checkpoint_ms = 10000,
        .scenario = file,
        .sampling = WORLD_SAMPLING_IDEAL,
        .source = source,
        .seed = seed,
        .nominal_hz = 50,
        .serial = 1,
        .start_utc_s = MONDAY_S,
    };
    char error[WORLD_ERROR_SIZE] = "";
    if (simulation_open(&bed->simulation, &bed->options, error, sizeof error) != 0)
        fail_msg("%s", error);
    program_rates(&bed->simulation.meter.tariff);
    const struct world_options options = {
        .phases = bed->options.product->legal->config.phases,
        .scenario = bed->simulation.scenario,
        .seed = seed,
        .utc_s = MONDAY_S,
        .local_offset_min = 60,
    };
    assert_int_equal(world_open(&bed->truth, &options, error, sizeof error), 0);
    remove(file);
    return bed;
}

/* Whatever happened, the rates add up to the total. */
static void assert_rates_add_up(const struct legal *legal)
{
    for (int energy = 0; energy < LEGAL_ENERGIES; energy++) {
        int64_t sum = 0;
        for (unsigned rate = 1; rate <= LEGAL_RATES; rate++) {
            sum += legal_rate_energy_uws(legal, rate, (enum legal_energy)energy);
        }
        assert_true(sum == legal_energy_uws(legal, 0, (enum legal_energy)energy));
    }
}

static void end_bed(struct bed *bed)
{
    assert_rates_add_up(bed->simulation.meter.legal);
    world_close(bed->truth);
    simulation_close(&bed->simulation);
    free(bed);
}

static int64_t register_uws(const struct bed *bed)
{
    return legal_energy_uws(bed->simulation.meter.legal, 0, LEGAL_ENERGY_A_IMPORT);
}

static void follow_truth(struct bed *bed, uint64_t frames)
{
    struct world_quantities q;
    world_interval(bed->truth, (uint32_t)frames, &q);
    for (unsigned p = 0; p < WORLD_PHASES; p++)
        bed->truth_ws += q.phase[p].p_w * (double)frames / SECOND;
}

/* One step; the laws hold at every one. Between two window ends the register lags behind, and
 * within a period what has flowed is up to p / (4 pi f) ahead of the mean power. */
static void step(struct bed *bed, uint64_t end_frame)
{
    struct simulation *simulation = &bed->simulation;
    bool was_on = simulation->on;
    uint64_t passed = simulation_advance(simulation, end_frame - simulation->frames);
    assert_true(passed > 0);
    follow_truth(bed, passed);
    int64_t uws = register_uws(bed);
    bed->failures += was_on && !simulation->on;
    bed->returns += !was_on && simulation->on;
    assert_true(uws >= bed->last_uws);
    assert_true((double)uws * 1e-6 <= bed->truth_ws * (1 + 1e-6) + 10);
    bed->last_uws = uws;
}

/* With phasors, to the end of that second. */
static void run_until(struct bed *bed, double seconds)
{
    seconds = bed->options.source == RUN_SOURCE_PHASORS ? ceil(seconds) : seconds;
    uint64_t end_frame = (uint64_t)(seconds * SECOND);
    while (bed->simulation.frames < end_frame)
        step(bed, end_frame);
}

/* By how much the register differs from the truth, once everything has been counted. To be asked
 * while nothing flows. */
static double final_error_ws(struct bed *bed)
{
    assert_int_equal(simulation_power_fail(&bed->simulation), 0);
    return (double)register_uws(bed) * 1e-6 - bed->truth_ws;
}

/* ---- cuts that the reserve bridges ---- */

static void no_trace(const char *product, enum run_source source, uint64_t seed)
{
    write_world("{\"per_day\": 1440, \"seconds\": 0.02, \"seconds_max\": 0.28},"
                "{\"at_s\": [600], \"seconds\": 9}",
                "");
    struct bed *bed = new_bed(product, source, seed);
    run_until(bed, 600.25);
    assert_int_equal(bed->failures, source == RUN_SOURCE_PHASORS); /* the last cut */
    assert_int_equal(bed->simulation.begun_frame, 0);
    double error_ws = final_error_ws(bed);
    print_message("%s by %s: %.3f Ws of %.0f Ws\n", product,
                  source == RUN_SOURCE_SAMPLES ? "samples" : "phasors", error_ws, bed->truth_ws);
    assert_true(fabs(error_ws) < 1);
    end_bed(bed);
}

static void short_cuts_leave_no_trace(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        no_trace("xs211", RUN_SOURCE_SAMPLES, seed);
        no_trace("xs211", RUN_SOURCE_PHASORS, seed);
    }
    no_trace("st402d", RUN_SOURCE_SAMPLES, 1);
    no_trace("sm402d", RUN_SOURCE_PHASORS, 1);
}

/* ---- longer ones ---- */

/* The cut itself: the register just after it is what it was when the meter failed, and nothing is
 * missing from either side of it. */
static void exact_gap(enum run_source source, double at_s, double seconds)
{
    char cuts[TEXT];
    snprintf(cuts, sizeof cuts,
             "{\"at_s\": [%.4f], \"seconds\": %.4f}, {\"at_s\": [60], \"seconds\": 9}", at_s,
             seconds);
    write_world(cuts, "");
    struct bed *bed = new_bed("xs211", source, 1);
    while (bed->failures == 0)
        step(bed, 60 * SECOND);
    double before_ws = (double)register_uws(bed) * 1e-6 - bed->truth_ws;
    int64_t failed_uws = register_uws(bed);
    struct clock clock = simulation_clock(&bed->simulation);
    int64_t failed_ms = clock.utc_ms - INT64_C(1000) * MONDAY_S;
    assert_true(fabs((double)failed_ms / 1000 - at_s - 0.3) < 0.1);
    while (bed->returns == 0)
        step(bed, 60 * SECOND);
    assert_int_equal(legal_part_found(bed->simulation.meter.part), LEGAL_KEEP_WHOLE);
    assert_true(source == RUN_SOURCE_PHASORS || register_uws(bed) == failed_uws);
    double gone_s = simulation_outage_s(&bed->simulation);
    assert_true(fabs(gone_s - (seconds - 0.3)) < 0.03);
    run_until(bed, 60.25);
    clock = simulation_clock(&bed->simulation);
    assert_int_equal(clock.utc_ms,
                     INT64_C(1000) * MONDAY_S + (int64_t)bed->simulation.frames * 1000 / SECOND);
    double after_ws = final_error_ws(bed);
    print_message("%.1f s without mains: %.4f Ws before it, %.4f Ws after it\n", seconds, before_ws,
                  after_ws);
    assert_true(fabs(before_ws) < 0.1 && fabs(after_ws) < 0.1);
    end_bed(bed);
}

static void registers_go_on_after_a_long_cut(void **state)
{
    (void)state;
    for (int n = 0; n < 6; n++) {
        exact_gap(RUN_SOURCE_SAMPLES, 12.3 + n * 3.0417, 0.36 + n * 2.717);
        exact_gap(RUN_SOURCE_PHASORS, 12.3 + n * 3.0417, 0.36 + n * 2.717);
    }
}

/* The mains come back while the supply still holds up: another meter all the same. */
static void back_within_the_hold_up(void **state)
{
    (void)state;
    write_world("{\"at_s\": [5], \"seconds\": 0.36}", "\"hold_up_ms\": 1000");
    struct bed *bed = new_bed("xs211", RUN_SOURCE_SAMPLES, 1);
    run_until(bed, 10);
    assert_int_equal(bed->failures, 1);
    assert_int_equal(bed->returns, 1);
    assert_int_equal(legal_part_found(bed->simulation.meter.part), LEGAL_KEEP_WHOLE);
    end_bed(bed);
}

/* Without any time to write, what is lost is at most what came after the last checkpoint. */
static void without_hold_up_the_last_checkpoint_counts(void **state)
{
    (void)state;
    write_world("{\"per_day\": 1440, \"seconds\": 0.5, \"seconds_max\": 30}", "\"hold_up_ms\": 0");
    struct bed *bed = new_bed("xs211", RUN_SOURCE_SAMPLES, 1);
    enum { PERIOD_S = 10, SLACK_S = 2, MOST_W = 3000 };
    while (bed->returns < 20) {
        bool was_on = bed->simulation.on;
        int64_t failed_uws = bed->last_uws;
        bed->last_uws = 0; /* it may fall here, and only here */
        step(bed, UINT64_MAX);
        int64_t least_uws = was_on || !bed->simulation.on
                                ? failed_uws
                                : failed_uws - INT64_C(1000000) * MOST_W * (PERIOD_S + SLACK_S);
        assert_true(bed->last_uws >= least_uws);
        assert_true(bed->simulation.on || !bed->simulation.kept);
    }
    assert_true(register_uws(bed) > 0);
    end_bed(bed);
}

/* A three-phase meter lives as long as one phase does. */
static void one_phase_is_enough(void **state)
{
    (void)state;
    write_world("{\"phase\": 1, \"at_s\": [5], \"seconds\": 10},"
                "{\"phase\": 2, \"at_s\": [8], \"seconds\": 10},"
                "{\"phase\": 3, \"at_s\": [11], \"seconds\": 10}",
                "");
    struct bed *bed = new_bed("st402d", RUN_SOURCE_SAMPLES, 1);
    run_until(bed, 11);
    assert_int_equal(bed->failures, 0);
    run_until(bed, 30);
    assert_int_equal(bed->failures, 1);
    assert_int_equal(bed->returns, 1);
    assert_true(fabs(simulation_outage_s(&bed->simulation) - 3.7) < 0.05);
    end_bed(bed);
}

/* ---- many of them ---- */

/* 50 interruptions of random length. */
static void restless(const char *product, enum run_source source, int seconds, int per_day)
{
    char cuts[TEXT];
    double longest_s = 0.5 * DAY_S / per_day;
    snprintf(cuts, sizeof cuts,
             "{\"per_day\": %d, \"seconds\": 0.02, \"seconds_max\": %.3f},"
             "{\"at_s\": [%d], \"seconds\": 9}",
             per_day, longest_s, seconds);
    write_world(cuts, "");
    struct bed *bed = new_bed(product, source, 7);
    run_until(bed, seconds + 0.25);
    assert_in_range(bed->failures, 45, 52);
    double error_ws = final_error_ws(bed);
    print_message("%s by %s, %d s: %u failures, %.3f Ws of %.0f Ws\n", product,
                  source == RUN_SOURCE_SAMPLES ? "samples" : "phasors", seconds, bed->failures,
                  error_ws, bed->truth_ws);
    assert_true(fabs(error_ws) < 1e-6 * bed->truth_ws);
    end_bed(bed);
}

static void a_restless_day(void **state)
{
    (void)state;
    static const char *const products[] = {"xs211", "sm402d", "st402d", "st402c"};
    for (int n = 0; n < 4; n++)
        restless(products[n], RUN_SOURCE_PHASORS, DAY_S, 50);
}

static void a_restless_hour(void **state)
{
    (void)state;
    restless("xs211", RUN_SOURCE_SAMPLES, HOUR_S, 1200);
    restless("st402d", RUN_SOURCE_SAMPLES, HOUR_S, 1200);
}

static void a_restless_day_of_samples(void **state)
{
    (void)state;
    restless("xs211", RUN_SOURCE_SAMPLES, DAY_S, 50);
}

/* With an argument: what takes long. */
int main(int argc, char **argv)
{
    (void)argv;
    const struct CMUnitTest long_tests[] = {cmocka_unit_test(a_restless_day_of_samples)};
    if (argc > 1) {
        file = "outages_day.json";
        return cmocka_run_group_tests_name("world_outages_day", long_tests, NULL, NULL);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_cuts_leave_no_trace),
        cmocka_unit_test(registers_go_on_after_a_long_cut),
        cmocka_unit_test(back_within_the_hold_up),
        cmocka_unit_test(without_hold_up_the_last_checkpoint_counts),
        cmocka_unit_test(one_phase_is_enough),
        cmocka_unit_test(a_restless_day),
        cmocka_unit_test(a_restless_hour),
    };
    return cmocka_run_group_tests_name("world_outages", tests, NULL, NULL);
}
