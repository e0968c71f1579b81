/* Samples through the metrology core, and the phasors' own quantities: both see the same. */
#include "test/world/surroundings.h"

#include "legal/legal.h"

#include <math.h>
#include <stdlib.h>

enum { SECOND = WORLD_FRAME_HZ, PIECE = 64, LOADS = 6 };

/* A meter on the samples, and a second world of the same seed that only counts. */
struct pair {
    unsigned phases;
    struct world_scenario *scenario;
    struct world *sampled;
    struct world *counted;
    struct legal_config config;
    struct legal *legal;
    struct legal_snapshot snapshot;
    struct world_quantities first; /* what was true at the beginning */
    double periods;                /* of L1 that `counted` has seen */
    double energy[WORLD_PHASES];   /* Ws */
    double reactive[WORLD_PHASES];
};

static struct pair pair_of(struct world_scenario *scenario, unsigned phases)
{
    const struct world_frontend frontend = frontend_of(WORLD_SAMPLING_IDEAL);
    struct pair pair = {
        .phases = phases,
        .scenario = scenario,
        .sampled = world_of(scenario, phases, &frontend),
        .counted = world_of(scenario, phases, NULL),
        .config =
            {
                .phases = (uint8_t)phases,
                .nominal_hz = 50,
                .sum = LEGAL_SUM_PHASES,
                .u_nominal_mv = 230000,
                .u_full_scale_mv = frontend.u_full_scale_mv,
                .i_full_scale_ma = frontend.i_full_scale_ma,
                .i_start_ua = 20000,
                .pulses_per_kwh = 1000,
                .pulses_per_kvarh = 1000,
            },
        .legal = calloc(1, sizeof(struct legal)),
    };
    return pair;
}

/* Only now has `pair` its place in memory. */
static void pair_begin(struct pair *pair)
{
    const struct legal_calibration ideal = {0};
    legal_init(pair->legal, &pair->config, &ideal);
    world_now(pair->counted, &pair->first);
}

static void pair_close(struct pair *pair)
{
    world_close(pair->sampled);
    world_close(pair->counted);
    world_scenario_close(pair->scenario);
    free(pair->legal);
}

static void pair_window(struct pair *pair)
{
    int32_t frames[PIECE * LEGAL_CHANNELS];
    uint32_t last = pair->snapshot.window;
    while (pair->snapshot.window == last) {
        world_frames(pair->sampled, frames, PIECE);
        legal_frames(pair->legal, frames, PIECE);
        legal_read(pair->legal, &pair->snapshot);
    }
}

static double seconds_of(struct legal_position place)
{
    return ((double)place.frame + 0.5 + place.fraction / 4294967296.0) / SECOND;
}

static void pair_count(struct pair *pair, uint32_t frames)
{
    struct world_quantities q;
    world_interval(pair->counted, frames, &q);
    double seconds = (double)frames / SECOND;
    pair->periods += q.frequency_hz * seconds;
    for (unsigned p = 0; p < pair->phases; p++) {
        pair->energy[p] += q.phase[p].p_w * seconds;
        pair->reactive[p] += q.phase[p].q1_var * seconds;
    }
}

/* Brings `counted` to the whole frame before the window's end; returns what is left of it. */
static double pair_catch_up(struct pair *pair)
{
    double end_s = seconds_of(pair->snapshot.end);
    while ((double)world_time_frames(pair->counted) + 1 <= end_s * SECOND) {
        double left = floor(end_s * SECOND) - (double)world_time_frames(pair->counted);
        pair_count(pair, left < SECOND ? (uint32_t)left : SECOND);
    }
    return end_s - (double)world_time_frames(pair->counted) / SECOND;
}

/* ---- windows ---- */

static const char constant[] =
    "{\"title\": \"t\", \"mains\": {\"voltage_v\": 230, \"frequency_hz\": 50.1, \"harmonics\": ["
    "  {\"order\": 3, \"percent\": 1, \"angle_deg\": 10},"
    "  {\"order\": 5, \"percent\": 3, \"angle_deg\": 170},"
    "  {\"order\": 11, \"percent\": 1, \"angle_deg\": 70}],"
    " \"phases\": [{}, {\"voltage_percent\": 98, \"angle_deg\": -121}, {}]},"
    "\"loads\": ["
    " {\"name\": \"kettle\", \"phase\": \"all\", \"when\": {\"kind\": \"always\"},"
    "  \"current\": {\"kind\": \"resistive\", \"power_w\": 2000}},"
    " {\"name\": \"dimmer\", \"phase\": \"all\", \"when\": {\"kind\": \"always\"},"
    "  \"current\": {\"kind\": \"dimmer\", \"power_w\": 900, \"firing_deg\": 90}},"
    " {\"name\": \"rectifier\", \"phase\": \"all\", \"when\": {\"kind\": \"always\"},"
    "  \"current\": {\"kind\": \"rectifier\", \"power_w\": 500, \"conduction_deg\": 50,"
    "    \"lead_deg\": 8}},"
    " {\"name\": \"motor\", \"phase\": \"all\", \"when\": {\"kind\": \"always\"},"
    "  \"current\": {\"kind\": \"motor\", \"power_w\": 800, \"power_factor\": 0.6}},"
    " {\"name\": \"roof\", \"phase\": \"all\", \"when\": {\"kind\": \"always\"},"
    "  \"current\": {\"kind\": \"converter\", \"power_w\": -3000, \"power_factor\": 1,"
    "    \"harmonics\": [{\"order\": 5, \"percent\": 4}]}},"
    " {\"name\": \"filter\", \"phase\": \"all\", \"when\": {\"kind\": \"always\"},"
    "  \"current\": {\"kind\": \"capacitor\", \"reactive_var\": 300}}]}";

static void assert_near(double value, double is, double scale, const char *what)
{
    if (!(fabs(value - is) <= 1e-6 * scale))
        fail_msg("%s: %.9g instead of %.9g", what, value, is);
}

/* Means of windows that follow each other: what one edge gives to a window it takes from the next,
 * so that a single window of a waveform this sharp may be off by a few 1e-6. */
struct means {
    double frequency_hz;
    struct world_phase phase[WORLD_PHASES];
};

static void add_window(const struct pair *pair, struct means *means, double share)
{
    means->frequency_hz += share * (double)pair->snapshot.f_uhz * 1e-6;
    for (unsigned p = 0; p < pair->phases; p++) {
        const struct legal_phase *phase = &pair->snapshot.phase[p];
        struct world_phase *mean = &means->phase[p];
        mean->u_v += share * (double)phase->u_uv * 1e-6;
        mean->i_a += share * (double)phase->i_na * 1e-9;
        mean->p_w += share * (double)phase->p_uw * 1e-6;
        mean->p1_w += share * (double)phase->p1_uw * 1e-6;
        mean->q1_var += share * (double)phase->q1_uvar * 1e-6;
        mean->s_va += share * (double)phase->s_uva * 1e-6;
    }
}

static void compare_means(const struct pair *pair, const struct means *means)
{
    struct world_quantities q;
    world_now(pair->counted, &q);
    assert_near(means->frequency_hz, q.frequency_hz, q.frequency_hz, "f");
    for (unsigned p = 0; p < pair->phases; p++) {
        const struct world_phase *mean = &means->phase[p];
        const struct world_phase *is = &q.phase[p];
        assert_near(mean->u_v, is->u_v, is->u_v, "U");
        assert_near(mean->i_a, is->i_a, is->i_a, "I");
        assert_near(mean->p_w, is->p_w, is->s_va, "P");
        assert_near(mean->p1_w, is->p1_w, is->s_va, "P1");
        assert_near(mean->q1_var, is->q1_var, is->s_va, "Q1");
        assert_near(mean->s_va, is->s_va, is->s_va, "S");
    }
}

/* Of a single window, as angles cannot be averaged. */
static void compare_angles(const struct pair *pair)
{
    struct world_quantities q;
    world_now(pair->counted, &q);
    for (unsigned p = 0; p < pair->phases; p++) {
        const struct legal_phase *phase = &pair->snapshot.phase[p];
        double ui = remainder(phase->angle_ui_udeg * 1e-6 - q.phase[p].angle_ui_deg, 360);
        double uu = remainder(phase->angle_uu_udeg * 1e-6 - q.phase[p].angle_uu_deg, 360);
        assert_near(ui, 0, 360, "angle U-I apart by");
        assert_near(uu, 0, 360, "angle U-U apart by");
    }
}

static void switch_loads(struct pair *pair, int alone)
{
    static const char *const names[LOADS] = {"kettle", "dimmer", "rectifier",
                                             "motor",  "roof",   "filter"};
    for (int n = 0; n < LOADS; n++) {
        enum world_switch position =
            alone == n || alone == LOADS ? WORLD_SWITCH_ON : WORLD_SWITCH_OFF;
        world_load_set(pair->sampled, names[n], position);
        world_load_set(pair->counted, names[n], position);
    }
}

/* Each load alone, then all of them. */
static void windows_agree(void **state)
{
    (void)state;
    enum { WINDOWS = 25, SETTLING = 10 };
    struct pair pair = pair_of(scenario_of(constant), 3);
    pair_begin(&pair);
    for (int alone = 0; alone <= LOADS; alone++) {
        struct means means = {.frequency_hz = 0};
        switch_loads(&pair, alone);
        for (int n = 0; n < SETTLING + WINDOWS; n++) {
            pair_window(&pair);
            if (n >= SETTLING)
                add_window(&pair, &means, 1.0 / WINDOWS);
        }
        pair_catch_up(&pair);
        compare_means(&pair, &means);
        compare_angles(&pair);
    }
    pair_close(&pair);
}

/* ---- energy ---- */

/* What has flowed since the phase's last rising zero crossing beyond the mean power, by its
 * fundamental: u i = P - P cos 2a - Q sin 2a. */
static double ripple(double p_w, double q_var, double turns, double frequency_hz)
{
    double twice = 4 * PI * turns;
    return -(p_w * sin(twice) + q_var * (1 - cos(twice))) / (4 * PI * frequency_hz);
}

static double measured_energy(const struct pair *pair, unsigned phase)
{
    return (double)(legal_energy_uws(pair->legal, phase, LEGAL_ENERGY_A_IMPORT) -
                    legal_energy_uws(pair->legal, phase, LEGAL_ENERGY_A_EXPORT)) *
           1e-6;
}

/* States last whole periods of their phase: what is left of the ripple is what the first and the
 * last period lack. */
static void compare_energy(struct pair *pair, double tolerance)
{
    double left_s = pair_catch_up(pair);
    struct world_quantities q;
    world_now(pair->counted, &q);
    double turns = pair->periods + q.frequency_hz * left_s;
    for (unsigned p = 0; p < pair->phases; p++) {
        const struct world_phase *phase = &q.phase[p];
        const struct world_phase *first = &pair->first.phase[p];
        double lag = phase->angle_uu_deg / 360;
        double is = pair->energy[p] + phase->p_w * left_s +
                    ripple(phase->p1_w, phase->q1_var, turns - lag, q.frequency_hz) -
                    ripple(first->p1_w, first->q1_var, -lag, pair->first.frequency_hz);
        double value = measured_energy(pair, p + 1);
        print_message("L%u: %.3f Ws by samples, %.3f Ws by phasors, apart by %.1e\n", p + 1, value,
                      is, value / is - 1);
        assert_true(fabs(value / is - 1) < tolerance);
    }
}

static void run_until(struct pair *pair, double seconds)
{
    while (seconds_of(pair->snapshot.end) < seconds)
        pair_window(pair);
}

/* An hour of a household in the morning; the frequency and the voltage walk, loads come and go. */
static void an_hour_s_energy_agrees(void **state)
{
    (void)state;
    struct pair pair = pair_of(scenario_named("household"), 1);
    pair_begin(&pair);
    run_until(&pair, 3600);
    compare_energy(&pair, 1e-7);
    pair_close(&pair);
}

static void three_phases_agree(void **state)
{
    (void)state;
    struct pair pair = pair_of(scenario_named("villa"), 3);
    pair_begin(&pair);
    world_load_set(pair.sampled, "car charger", WORLD_SWITCH_ON);
    world_load_set(pair.counted, "car charger", WORLD_SWITCH_ON);
    run_until(&pair, 1800);
    compare_energy(&pair, 1e-7);
    pair_close(&pair);
}

/* A kettle that is switched every second or two: the changes themselves cost nothing. */
static void switching_costs_nothing(void **state)
{
    (void)state;
    struct pair pair = pair_of(scenario_named("household"), 1);
    pair_begin(&pair);
    for (int n = 0; n < 400; n++) {
        enum world_switch position = n % 2 == 0 ? WORLD_SWITCH_ON : WORLD_SWITCH_OFF;
        world_load_set(pair.sampled, "kettle", position);
        world_load_set(pair.counted, "kettle", position);
        run_until(&pair, 1.5 * n);
        pair_catch_up(&pair);
    }
    run_until(&pair, 601);
    compare_energy(&pair, 1e-7);
    pair_close(&pair);
}

/* Interruptions, dips and swells, often in the middle of a second, together and on single phases.
 * Where the mains come back just before a window ends, the meter may see less than its starting
 * limit in it: 2.3 VA for at most 0.2 s. */
static const char disturbed[] =
    "{\"title\": \"t\", \"mains\": {\"voltage_v\": 230, \"frequency_hz\": 50,"
    " \"voltage_walk\": {\"step_percent\": 0.1, \"limit_percent\": 5},"
    " \"frequency_walk\": {\"step_mhz\": 2, \"limit_mhz\": 100},"
    " \"harmonics\": [{\"order\": 5, \"percent\": 3, \"angle_deg\": 170}],"
    " \"disturbances\": ["
    "  {\"at_s\": [0, 7, 7.5, 31.013], \"seconds\": 0.25},"
    "  {\"per_day\": 1440, \"seconds\": 0.02, \"seconds_max\": 3},"
    "  {\"per_day\": 1440, \"seconds\": 0.02, \"seconds_max\": 0.3},"
    "  {\"per_day\": 1440, \"phase\": 1, \"seconds\": 0.5, \"seconds_max\": 30},"
    "  {\"per_day\": 1440, \"phase\": 2, \"voltage_percent\": 40, \"seconds\": 0.1,"
    "   \"seconds_max\": 10},"
    "  {\"per_day\": 1440, \"phase\": 3, \"voltage_percent\": 120, \"seconds\": 0.1,"
    "   \"seconds_max\": 10}]},"
    "\"loads\": ["
    " {\"name\": \"heater\", \"phase\": \"all\", \"when\": {\"kind\": \"always\", "
    "\"vary_percent\": 20},"
    "  \"current\": {\"kind\": \"resistive\", \"power_w\": 2000}},"
    " {\"name\": \"motor\", \"phase\": \"all\", \"when\": {\"kind\": \"always\"},"
    "  \"current\": {\"kind\": \"motor\", \"power_w\": 800, \"power_factor\": 0.6}},"
    " {\"name\": \"rectifier\", \"phase\": \"all\", \"when\": {\"kind\": \"always\"},"
    "  \"current\": {\"kind\": \"rectifier\", \"power_w\": 500, \"conduction_deg\": 50,"
    "    \"lead_deg\": 8}}]}";

static void disturbed_mains_agree(void **state)
{
    (void)state;
    for (unsigned phases = 1; phases <= 3; phases += 2) {
        struct pair pair = pair_of(scenario_of(disturbed), phases);
        pair_begin(&pair);
        run_until(&pair, 1800.5);
        compare_energy(&pair, 1e-6);
        pair_close(&pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_agree),         cmocka_unit_test(an_hour_s_energy_agrees),
        cmocka_unit_test(three_phases_agree),    cmocka_unit_test(switching_costs_nothing),
        cmocka_unit_test(disturbed_mains_agree),
    };
    return cmocka_run_group_tests_name("world_paths", tests, NULL, NULL);
}
