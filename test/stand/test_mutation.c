/* An error at any one place of the chain turns a named row of the bench red. Each row is green
 * with the same meter before the error. */
#include "stand/stand.h"
#include "test/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The trial that shows it. */
struct sight {
    enum stand_kind kind;
    enum stand_angle angle;
    double i_a;
    double setting;
};

struct mutation {
    const char *name;
    const char *product;
    void (*mutate)(struct stand_specimen *specimen);
    const char *standard;
    const char *class;
    const char *row;
    struct sight sight;
};

/* ---- errors ---- */

static void voltage_gain(struct stand_specimen *s)
{
    s->frontend.u[0].gain_error += 1e-3;
}

static void current_gain(struct stand_specimen *s)
{
    s->frontend.i[0].gain_error -= 1e-3;
}

static void phase(struct stand_specimen *s)
{
    s->frontend.i[0].lag_us += 2;
}

static void offset(struct stand_specimen *s)
{
    s->frontend.i[0].from_voltage += 4e-6;
}

static void reactive_offset(struct stand_specimen *s)
{
    s->frontend.i[0].from_voltage_capacitive += 3e-3;
}

static void droop(struct stand_specimen *s)
{
    s->config.sinc3 = false;
}

static void temperature_of_gain(struct stand_specimen *s)
{
    s->calibration.phase[0].i_drift = (struct legal_drift){0, 0};
}

static void temperature_of_angle(struct stand_specimen *s)
{
    s->frontend.i[0].lag_ns_per_k += 100;
}

static void lost_sample(struct stand_specimen *s)
{
    s->lose_every = 300;
}

static void wrong_ratio(struct stand_specimen *s)
{
    s->told.current.primary += 1;
}

static void reversed_sensor(struct stand_specimen *s)
{
    s->frontend.i[0].gain_error = -2 - s->frontend.i[0].gain_error;
}

static void plain_core(struct stand_specimen *s)
{
    s->frontend.i[0].sensor = world_sensor_find("ct-plain");
    s->calibration.phase[0].angle_nrad = 0;
}

static const struct world_sensor hot = {.name = "hot", .heating_ppm = 2000};

static void heating(struct stand_specimen *s)
{
    s->frontend.i[0].sensor = &hot;
}

static void core_taken_for_a_delay(struct stand_specimen *s)
{
    for (unsigned p = 0; p < 3; p++) {
        s->calibration.phase[p].angle_nrad += s->calibration.phase[p].core_nrad;
        s->calibration.phase[p].core_nrad = 0;
    }
}

static void deaf_at_the_start(struct stand_specimen *s)
{
    s->config.i_start_ua = 200000;
}

static void never_silent(struct stand_specimen *s)
{
    s->config.i_start_ua = 1;
    s->frontend.i[0].from_voltage += 1e-2;
}

static void swapped_phases(struct stand_specimen *s)
{
    struct world_channel second = s->frontend.i[1];
    s->frontend.i[1] = s->frontend.i[2];
    s->frontend.i[2] = second;
    s->calibration.phase[1].i_gain_ppb += 20000000;
}

#define AVERAGED_1  "Ist <= I <= Imax, PF 1, averaged until 2 sd <= 0.05 %"
#define AVERAGED_05 "Ist <= I <= Imax, PF 0.5i, averaged until 2 sd <= 0.05 %"

static const struct mutation mutations[] = {
    {"gain of U",
     "xs211",
     voltage_gain,
     "watthour",
     "goal",
     AVERAGED_1,
     {STAND_CURVE, STAND_PF_1, 5, 0}},
    {"gain of I",
     "xs211",
     current_gain,
     "watthour",
     "goal",
     AVERAGED_1,
     {STAND_CURVE, STAND_PF_1, 50, 0}},
    {"phase", "xs211", phase, "watthour", "goal", AVERAGED_05, {STAND_CURVE, STAND_PF_05I, 5, 0}},
    {"offset", "xs211", offset, "watthour", "goal", AVERAGED_1, {STAND_CURVE, STAND_PF_1, 0.02, 0}},
    {"reactive offset",
     "xs211",
     reactive_offset,
     "IEC 62053-23",
     "2",
     "0.05 <= I < 0.1, sin 1",
     {STAND_CURVE, STAND_SIN_1, 0.25, 0}},
    {"droop",
     "xs211",
     droop,
     "watthour",
     "goal",
     "5th harmonic in U and I",
     {STAND_FIFTH, STAND_PF_1, 50, 0}},
    {"temperature, gain",
     "xs211",
     temperature_of_gain,
     "watthour",
     "goal",
     "temperature, PF 1",
     {STAND_TEMPERATURE, STAND_PF_1, 5, 17}},
    {"temperature, angle",
     "xs211",
     temperature_of_angle,
     "watthour",
     "goal",
     "temperature, PF 0.5i",
     {STAND_TEMPERATURE, STAND_PF_05I, 5, 17}},
    {"lost sample",
     "xs211",
     lost_sample,
     "watthour",
     "goal",
     AVERAGED_05,
     {STAND_CURVE, STAND_PF_05I, 5, 0}},
    {"wrong ratio",
     "st402c",
     wrong_ratio,
     "watthour",
     "goal",
     "registers of the primary side",
     {STAND_RATIO, STAND_PF_1, 5, 0}},
    {"reversed sensor",
     "xs211",
     reversed_sensor,
     "EN 50470-3",
     "A",
     "Itr <= I <= Imax, PF 1",
     {STAND_CURVE, STAND_PF_1, 5, 0}},
    {"core that does not bear direct current",
     "xs211",
     plain_core,
     "EN 50470-3",
     "A",
     "half waves, Imax / sqrt 2",
     {STAND_HALF_WAVE, STAND_PF_1, 70.71067811865476, 0}},
    {"self-heating",
     "xs211",
     heating,
     "watthour",
     "goal",
     "self-heating at Imax",
     {STAND_HEATING, STAND_PF_1, 100, 0}},
    {"core taken for a delay",
     "st402d",
     core_taken_for_a_delay,
     "EN 50470-3",
     "C",
     "frequency +-2 %, Itr <= I <= Imax, PF 0.5i",
     {STAND_FREQUENCY, STAND_PF_05I, 5, 1.02}},
    {"deaf at the start",
     "xs211",
     deaf_at_the_start,
     "EN 50470-3",
     "B",
     "starting current: registers",
     {STAND_STARTING, STAND_PF_1, 0.02, 0}},
    {"never silent",
     "xs211",
     never_silent,
     "EN 50470-3",
     "B",
     "no load at 1.15 Un: pulses",
     {STAND_NO_LOAD, STAND_PF_1, 0.02, 0}},
    {"one phase's gain",
     "st402d",
     swapped_phases,
     "EN 50470-3",
     "C",
     "single-phase load, Itr <= I <= Imax, PF 1",
     {STAND_SINGLE, STAND_PF_1, 5, 2}},
};

enum { MUTATIONS = sizeof mutations / sizeof mutations[0], PRODUCTS = 3 };

/* Calibrated once for all. */
struct stock {
    const char *names[PRODUCTS];
    struct stand_specimen specimen[PRODUCTS];
};

static int stock_up(void **state)
{
    static struct stock stock = {.names = {"xs211", "st402d", "st402c"}};
    for (unsigned n = 0; n < PRODUCTS; n++) {
        const struct stand_making making = {
            .product = product_find(stock.names[n]), .snr_db = 101, .seed = 1};
        struct stand_protocol protocol;
        struct stand_specimen *specimen = &stock.specimen[n];
        if (stand_make(specimen, &making) != 0 || stand_calibrate(specimen, &protocol) != 0) {
            return -1;
        }
    }
    stock.specimen[2].transformers = (struct legal_transformers){{200, 5}, {20000, 100}};
    stock.specimen[2].told = stock.specimen[2].transformers;
    *state = &stock;
    return 0;
}

static const struct stand_specimen *specimen_of(const struct stock *stock, const char *product)
{
    for (unsigned n = 0; n < PRODUCTS; n++) {
        if (strcmp(stock->names[n], product) == 0) {
            return &stock->specimen[n];
        }
    }
    fail_msg("no %s in stock", product);
    return NULL;
}

/* Runs the trial that shows it and its reference, and gives the verdict on the row. */
static struct stand_verdict verdict_on(const struct stand_specimen *specimen,
                                       const struct mutation *mutation)
{
    static struct stand_programme programme;
    static struct stand_verdict verdicts[STAND_VERDICTS_MAX];
    const struct sight *sight = &mutation->sight;
    stand_plan(&programme, specimen, true);
    int at = stand_find(&programme, sight->kind, sight->angle, sight->i_a, sight->setting);
    assert_true(at >= 0);
    stand_try(specimen, &programme.trial[at], 11);
    if (programme.trial[at].reference >= 0) {
        stand_try(specimen, &programme.trial[programme.trial[at].reference], 12);
    }
    unsigned count = stand_judge(&programme, verdicts);
    for (unsigned n = 0; n < count; n++) {
        const struct stand_requirement *r = &verdicts[n].requirement;
        if (strcmp(r->standard, mutation->standard) == 0 &&
            strcmp(r->class, mutation->class) == 0 && strcmp(r->name, mutation->row) == 0) {
            return verdicts[n];
        }
    }
    fail_msg("%s: there is no such row", mutation->name);
    return (struct stand_verdict){0};
}

static void each_error_turns_its_row_red(void **state)
{
    for (unsigned n = 0; n < MUTATIONS; n++) {
        const struct mutation *mutation = &mutations[n];
        struct stand_specimen specimen = *specimen_of(*state, mutation->product);
        struct stand_verdict before = verdict_on(&specimen, mutation);
        mutation->mutate(&specimen);
        struct stand_verdict after = verdict_on(&specimen, mutation);
        print_message("%-40s %10.4f -> %10.4f, limit %g\n", mutation->name, before.found,
                      after.found, before.requirement.limit);
        assert_false(before.failed);
        assert_true(after.failed);
    }
}

/* What the meter is made immune to turns nothing red. */
static void direct_offsets_turn_nothing_red(void **state)
{
    const struct mutation curve = {"direct offset",
                                   "xs211",
                                   NULL,
                                   "watthour",
                                   "goal",
                                   AVERAGED_1,
                                   {STAND_CURVE, STAND_PF_1, 5, 0}};
    struct stand_specimen specimen = *specimen_of(*state, "xs211");
    specimen.frontend.u[0].offset += 2;
    specimen.frontend.i[0].offset += 1;
    assert_false(verdict_on(&specimen, &curve).failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_error_turns_its_row_red),
        cmocka_unit_test(direct_offsets_turn_nothing_red),
    };
    return cmocka_run_group_tests_name("stand_mutation", tests, stock_up, NULL);
}
