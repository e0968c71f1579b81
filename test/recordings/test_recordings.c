/* Real recordings against a reference of their own: accuracy as the meter's windows show it. */
#include "test/recordings/meter.h"
#include "test/recordings/published.h"
#include "test/recordings/reference.h"
#include "test/unit.h"

#include <math.h>
#include <stdio.h>

/* In the first window the meter finds the frequency; then it can tell direct current. */
enum { SETTLING = 1, WINDOWS = 50 };

static const char *const steady[] = {
    "fr01_kettle_1kW",       "fr03_halogen_dimmed", "fr05_cfl_28W",       "fr08_laptop",
    "cn01_induction_cooker", "pt01_rectifier_C",    "br01_3ph_generator", "us01_ev_kia",
};

enum { STEADY = sizeof steady / sizeof *steady };

/* Errors of U and I relative, of P and Q1 by S. */
struct errors {
    double u;
    double i;
    double p;
    double q;
};

static const cJSON *phase_json(const cJSON *json, const char *name, unsigned phase)
{
    static const char *const names[] = {"L1", "L2", "L3"};
    const cJSON *phases =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(json, name), "phases");
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(phases, names[phase]);
    assert_non_null(item);
    return item;
}

/* The limits of the issue, or three times what the reference's own two methods differ by. */
static struct errors limits_of(const cJSON *json, const char *name, unsigned phase)
{
    const cJSON *delta = cJSON_GetObjectItemCaseSensitive(phase_json(json, name, phase), "delta");
    return (struct errors){
        .u = fmax(1e-5, 3 * published_number(delta, "U")),
        .i = fmax(5e-5, 3 * published_number(delta, "I")),
        .p = fmax(5e-5, 3 * published_number(delta, "P_over_S")),
        .q = fmax(2e-4, 3 * published_number(delta, "Q1_over_S")),
    };
}

/* The part of its limit that the worst of four errors takes. */
static double share_of(struct errors error, struct errors limit)
{
    return fmax(fmax(fabs(error.u) / limit.u, fabs(error.i) / limit.i),
                fmax(fabs(error.p) / limit.p, fabs(error.q) / limit.q));
}

static struct errors against(const struct reference_values *value,
                             const struct reference_values *is)
{
    return (struct errors){
        .u = value->u_v / is->u_v - 1,
        .i = value->i_a / is->i_a - 1,
        .p = (value->p_w - is->p_w) / is->s_va,
        .q = (value->q1_var - is->q1_var) / is->s_va,
    };
}

static void print_errors(const char *name, unsigned phase, const char *what, struct errors e)
{
    print_message("%-22s L%u  %-9s U %+9.1e  I %+9.1e  P/S %+9.1e  Q1/S %+9.1e\n", name, phase + 1,
                  what, e.u, e.i, e.p, e.q);
}

static struct reference_values measured(const struct legal_phase *phase)
{
    return (struct reference_values){
        .u_v = (double)phase->u_uv * 1e-6,
        .i_a = (double)phase->i_na * 1e-9,
        .p_w = (double)phase->p_uw * 1e-6,
        .q1_var = (double)phase->q1_uvar * 1e-6,
        .s_va = (double)phase->s_uva * 1e-6,
    };
}

static struct errors worst_of(struct errors a, struct errors b)
{
    return (struct errors){
        .u = fmax(a.u, fabs(b.u)),
        .i = fmax(a.i, fabs(b.i)),
        .p = fmax(a.p, fabs(b.p)),
        .q = fmax(a.q, fabs(b.q)),
    };
}

/* A recording and the meter that measures it. */
struct play {
    struct reference reference;
    struct meter_run *run;
    double periods; /* of a window */
};

static struct play play_open(const char *name, double gain_error)
{
    char path[256];
    struct play play = {0};
    snprintf(path, sizeof path, PUBLISHED_FOLDER "%s.csv", name);
    assert_int_equal(reference_read(&play.reference, path), 0);
    play.run =
        meter_open(path, play.reference.phases, (unsigned)play.reference.nominal_hz, gain_error);
    play.periods = play.reference.nominal_hz > 55 ? 12 : 10;
    reference_limit(&play.reference, play.run->loop.samples);
    return play;
}

static void play_close(struct play *play)
{
    meter_close(play->run);
    reference_free(&play->reference);
}

/* The worst error of any window on each phase. */
static void worst_windows(struct play *play, unsigned windows, struct errors *worst)
{
    for (unsigned n = 0; n < SETTLING + windows; n++) {
        meter_window(play->run);
        if (n < SETTLING)
            continue;
        const struct legal_snapshot *snapshot = &play->run->snapshot;
        assert_true(snapshot->locked);
        for (unsigned p = 0; p < play->reference.phases; p++) {
            struct reference_values is =
                reference_over(&play->reference, p, meter_seconds(snapshot->start),
                               meter_seconds(snapshot->end), play->periods);
            struct reference_values value = measured(&snapshot->phase[p]);
            worst[p] = worst_of(worst[p], against(&value, &is));
        }
    }
}

/* The largest share of its limit that any quantity of the recording takes in any window. */
static double judge(const cJSON *json, const char *name, double gain_error, unsigned windows)
{
    struct play play = play_open(name, gain_error);
    struct errors worst[REFERENCE_PHASES] = {{.u = 0}};
    worst_windows(&play, windows, worst);
    double share = 0;
    for (unsigned p = 0; p < play.reference.phases; p++) {
        share = fmax(share, share_of(worst[p], limits_of(json, name, p)));
        print_errors(name, p, "worst", worst[p]);
    }
    play_close(&play);
    return share;
}

static void every_window_agrees(void **state)
{
    const cJSON *json = published_or_skip(state);
    print_message("worst error of any of %d windows against the band-limited reference\n", WINDOWS);
    for (int n = 0; n < STEADY; n++) {
        double share = judge(json, steady[n], 0, WINDOWS);
        if (!(share <= 1))
            fail_msg("%s: an error is %.2f times its limit", steady[n], share);
    }
}

/* The comparison above is worth something only if it finds a small fault. */
static void a_small_gain_error_is_found(void **state)
{
    const cJSON *json = published_or_skip(state);
    for (int n = 0; n < STEADY; n++) {
        double share = judge(json, steady[n], 1e-4, 3);
        if (!(share > 1))
            fail_msg("%s: a gain error of 0.01 %% goes unnoticed", steady[n]);
    }
}

/* ---- the reference itself ---- */

static struct reference_values published(const cJSON *json, const char *name, unsigned phase)
{
    const cJSON *a = cJSON_GetObjectItemCaseSensitive(phase_json(json, name, phase), "A");
    return (struct reference_values){
        .u_v = published_number(a, "U"),
        .i_a = published_number(a, "I"),
        .p_w = published_number(a, "P"),
        .q1_var = published_number(a, "Q1"),
        .s_va = published_number(a, "S"),
    };
}

/* Without limit and over the very samples that the published values are of. */
static void reference_agrees_with_the_published_values(void **state)
{
    const cJSON *json = published_or_skip(state);
    for (int n = 0; n < STEADY; n++) {
        struct play play = play_open(steady[n], 0);
        for (unsigned p = 0; p < play.reference.phases; p++) {
            const cJSON *phase = phase_json(json, steady[n], p);
            const cJSON *span = cJSON_GetObjectItemCaseSensitive(phase, "window_samples");
            struct reference_values value = reference_unlimited(
                &play.reference, p, cJSON_GetArrayItem(span, 0)->valuedouble,
                cJSON_GetArrayItem(span, 1)->valuedouble, published_number(phase, "periods"));
            struct reference_values is = published(json, steady[n], p);
            struct errors error = against(&value, &is);
            print_errors(steady[n], p, "reference", error);
            assert_true(share_of(error, limits_of(json, steady[n], p)) < 1);
        }
        play_close(&play);
    }
}

/* ---- what the band limit costs ---- */

/* The limit itself may take away, never add. What the published values differ by beyond it is that
 * they cover another part of the recording than the loop. */
static void cost_of(const cJSON *json, const char *name)
{
    struct play play = play_open(name, 0);
    const struct world_loop *loop = &play.run->loop;
    double turn_s = (double)loop->samples / loop->rate_hz;
    for (unsigned p = 0; p < play.reference.phases; p++) {
        double periods = (double)loop->periods;
        struct reference_values limited = reference_over(&play.reference, p, 0, turn_s, periods);
        struct reference_values whole =
            reference_unlimited(&play.reference, p, 0, (double)loop->samples, periods);
        struct reference_values file = published(json, name, p);
        struct errors cost = against(&limited, &whole);
        print_errors(name, p, "limit", cost);
        print_errors(name, p, "published", against(&limited, &file));
        assert_true(cost.u <= 1e-7 && cost.u > -1e-3);
        assert_true(cost.i <= 1e-7 && cost.i > -1e-1);
        assert_true(fabs(cost.p) < 1e-3 && fabs(cost.q) < 1e-5);
    }
    play_close(&play);
}

static void what_the_band_limit_costs(void **state)
{
    const cJSON *json = published_or_skip(state);
    print_message("the loop in the meter's band against the loop without limit (limit) and against "
                  "reference.json (published)\n");
    for (int n = 0; n < STEADY; n++)
        cost_of(json, steady[n]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_window_agrees),
        cmocka_unit_test(a_small_gain_error_is_found),
        cmocka_unit_test(reference_agrees_with_the_published_values),
        cmocka_unit_test(what_the_band_limit_costs),
    };
    return cmocka_run_group_tests_name("recordings", tests, published_setup, published_teardown);
}
