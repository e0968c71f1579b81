#include "base/need.h"
#include "stand/stand.h"

#include <math.h>

/* How long a trial takes: until noise leaves so little, or so long. */
struct pace {
    double sd;
    double least_s;
    double most_s;
    double spread_s; /* at least, where the windows' spread is looked at */
};

static const struct pace thorough = {5e-5, 20, 1000, 200};
static const struct pace brief = {2e-4, 4, 40, 10};

static const struct {
    const char *name;
    double deg;
    bool reactive;
} angles[STAND_ANGLES] = {
    [STAND_PF_1] = {"PF 1", 0, false},
    [STAND_PF_05I] = {"PF 0.5i", 60, false},
    [STAND_PF_08C] = {"PF 0.8c", -36.86989764584402, false},
    [STAND_PF_025I] = {"PF 0.25i", 75.52248781407008, false},
    [STAND_PF_05C] = {"PF 0.5c", -60, false},
    [STAND_SIN_1] = {"sin 1", 90, true},
    [STAND_SIN_05] = {"sin 0.5", 30, true},
    [STAND_SIN_025] = {"sin 0.25", 14.477512185929925, true},
};

const char *stand_angle_name(enum stand_angle angle)
{
    return angles[angle].name;
}

double stand_angle_deg(enum stand_angle angle)
{
    return angles[angle].deg;
}

bool stand_angle_reactive(enum stand_angle angle)
{
    return angles[angle].reactive;
}

struct stand_currents stand_currents_of(const struct stand_specimen *specimen)
{
    double start = specimen->product->legal->config.i_start_ua * 1e-6;
    if (specimen->product->legal->config.transformers) {
        return (struct stand_currents){start, 0.05, 0.25, 5, 6};
    }
    return (struct stand_currents){start, 0.25, 0.5, 5, 100};
}

/* At which influences are looked at, and loads on one phase. */
static const enum stand_angle influenced[] = {STAND_PF_1, STAND_PF_05I, STAND_SIN_1, STAND_SIN_05};

/* ---- planning ---- */

struct plan {
    struct stand_programme *programme;
    const struct stand_specimen *specimen;
    const struct pace *pace;
    struct stand_currents currents;
};

static double noise_of_current(const struct stand_specimen *specimen)
{
    const struct world_channel *i = &specimen->frontend.i[0];
    double sensor_db = i->sensor ? i->sensor->noise_db : 0;
    double full = specimen->frontend.i_full_scale_ma * 1e-3 / sqrt(2);
    return i->snr_db > 0 ? full * pow(10, -(i->snr_db - sensor_db) / 20) : 0;
}

static double seconds_of(const struct plan *plan, enum stand_kind kind, enum stand_angle angle,
                         double i_a)
{
    double share = stand_angle_reactive(angle) ? sin(stand_angle_deg(angle) * acos(-1) / 180)
                                               : cos(stand_angle_deg(angle) * acos(-1) / 180);
    double phases = plan->specimen->config.phases;
    double sd = noise_of_current(plan->specimen) / (i_a * share * sqrt(phases * LEGAL_FRAME_HZ));
    double needed = sd * sd / (plan->pace->sd * plan->pace->sd);
    bool spread =
        kind == STAND_CURVE && i_a <= plan->currents.transition && !(angle > STAND_PF_05I);
    double least = spread ? plan->pace->spread_s : plan->pace->least_s;
    return fmax(least, fmin(needed, plan->pace->most_s));
}

static struct world_point balanced(const struct plan *plan, double i_a, double lag_deg)
{
    struct world_point point = {.frequency_hz = plan->specimen->config.nominal_hz};
    for (unsigned p = 0; p < plan->specimen->config.phases; p++) {
        point.phase[p] = (struct world_point_phase){
            .u_v = plan->specimen->config.u_nominal_mv * 1e-3,
            .u_deg = -120.0 * p,
            .i_a = i_a,
            .lag_deg = lag_deg,
        };
    }
    return point;
}

static struct stand_trial *add(struct plan *plan, enum stand_kind kind, enum stand_angle angle,
                               double i_a, double setting)
{
    struct stand_programme *programme = plan->programme;
    need(programme->count < STAND_TRIALS_MAX);
    struct stand_trial *trial = &programme->trial[programme->count++];
    *trial = (struct stand_trial){
        .kind = kind,
        .angle = angle,
        .i_a = i_a,
        .setting = setting,
        .seconds = seconds_of(plan, kind, angle, i_a),
        .settle_s = 5,
        .reference = kind == STAND_CURVE ? -1 : stand_find(programme, STAND_CURVE, angle, i_a, 0),
        .point = balanced(plan, i_a, stand_angle_deg(angle)),
    };
    return trial;
}

int stand_find(const struct stand_programme *programme, enum stand_kind kind,
               enum stand_angle angle, double i_a, double setting)
{
    for (unsigned n = 0; n < programme->count; n++) {
        const struct stand_trial *trial = &programme->trial[n];
        if (trial->kind == kind && trial->angle == angle && fabs(trial->i_a - i_a) < 1e-9 &&
            fabs(trial->setting - setting) < 1e-9) {
            return (int)n;
        }
    }
    return -1;
}

/* ---- load curves ---- */

static void plan_curves(struct plan *plan)
{
    const struct stand_currents *c = &plan->currents;
    bool transformers = plan->specimen->product->legal->config.transformers;
    const double direct[] = {c->least, c->transition, 1, c->reference, 10, 50, c->most};
    const double secondary[] = {c->least, 0.1, c->transition, 0.5, 1, c->reference, c->most};
    const double *currents = transformers ? secondary : direct;
    (void)add(plan, STAND_CURVE, STAND_PF_1, c->start / 2, 0);
    (void)add(plan, STAND_CURVE, STAND_PF_1, c->start, 0);
    (void)add(plan, STAND_CURVE, STAND_PF_05I, c->start / 2, 0);
    (void)add(plan, STAND_CURVE, STAND_PF_05I, c->start, 0);
    for (unsigned n = 0; n < sizeof direct / sizeof direct[0]; n++) {
        for (unsigned angle = 0; angle < STAND_ANGLES; angle++) {
            (void)add(plan, STAND_CURVE, (enum stand_angle)angle, currents[n], 0);
        }
    }
}

static void plan_single(struct plan *plan)
{
    const double currents[] = {plan->currents.transition, plan->currents.reference,
                               plan->currents.most};
    for (unsigned n = 0; n < 3; n++) {
        for (unsigned loaded = 0; loaded < plan->specimen->config.phases; loaded++) {
            for (unsigned a = 0; a < sizeof influenced / sizeof influenced[0]; a++) {
                struct stand_trial *trial =
                    add(plan, STAND_SINGLE, influenced[a], currents[n], loaded + 1.0);
                for (unsigned p = 0; p < plan->specimen->config.phases; p++) {
                    trial->point.phase[p].i_a = p == loaded ? currents[n] : 0;
                }
            }
        }
    }
}

/* ---- influences ---- */

/* Both ends of a setting, at the currents that the standards name. */
static void plan_setting(struct plan *plan, enum stand_kind kind, const double *settings,
                         unsigned count)
{
    const double currents[] = {plan->currents.least, plan->currents.transition,
                               plan->currents.reference, plan->currents.most};
    for (unsigned n = 0; n < count; n++) {
        for (unsigned i = 0; i < sizeof currents / sizeof currents[0]; i++) {
            for (unsigned a = 0; a < sizeof influenced / sizeof influenced[0]; a++) {
                bool asked = (influenced[a] == STAND_PF_1 || i > 0) &&
                             (!stand_angle_reactive(influenced[a]) || i == 2);
                if (asked) {
                    (void)add(plan, kind, influenced[a], currents[i], settings[n]);
                }
            }
        }
    }
}

static void each_phase(struct stand_trial *trial, unsigned phases, double u_factor)
{
    for (unsigned p = 0; p < phases; p++) {
        trial->point.phase[p].u_v *= u_factor;
    }
}

static void plan_influences(struct plan *plan)
{
    static const double voltages[] = {0.9, 1.1};
    static const double wide[] = {110.0 / 230, 0.8, 1.15};
    static const double frequencies[] = {0.98, 1.02};
    static const double warm_k[] = {-63, -43, -23, 17, 32, 47};
    unsigned first = plan->programme->count;
    plan_setting(plan, STAND_VOLTAGE, voltages, 2);
    plan_setting(plan, STAND_WIDE, wide, sizeof wide / sizeof wide[0]);
    plan_setting(plan, STAND_FREQUENCY, frequencies, 2);
    plan_setting(plan, STAND_TEMPERATURE, warm_k, sizeof warm_k / sizeof warm_k[0]);
    for (unsigned n = first; n < plan->programme->count; n++) {
        struct stand_trial *trial = &plan->programme->trial[n];
        if (trial->kind == STAND_VOLTAGE || trial->kind == STAND_WIDE) {
            each_phase(trial, plan->specimen->config.phases, trial->setting);
        }
        if (trial->kind == STAND_FREQUENCY) {
            trial->point.frequency_hz *= trial->setting;
        }
    }
}

static void plan_waveform(struct plan *plan, enum stand_kind kind, enum world_waveform waveform,
                          double i_a, double reference_a)
{
    struct stand_trial *trial = add(plan, kind, STAND_PF_1, i_a, 0);
    trial->seconds = fmax(trial->seconds, 20);
    trial->reference = stand_find(plan->programme, STAND_CURVE, STAND_PF_1, reference_a, 0);
    for (unsigned p = 0; p < plan->specimen->config.phases; p++) {
        trial->point.phase[p].waveform = waveform;
    }
}

/* In phase at the positive zero crossing: 10 % of U, 40 % of I; and the same where the fundamental
 * is all reactive, whose energy must not notice. */
static void plan_fifth(struct plan *plan, enum stand_angle angle)
{
    const struct world_point_harmonic fifth = {.order = 5, .u_share = 0.1, .i_share = 0.4};
    double i_a = plan->specimen->product->legal->config.transformers ? plan->currents.reference
                                                                     : plan->currents.most / 2;
    struct stand_trial *trial = add(plan, STAND_FIFTH, angle, i_a, 0);
    for (unsigned p = 0; p < plan->specimen->config.phases; p++) {
        trial->point.phase[p].harmonics = 1;
        trial->point.phase[p].harmonic[0] = fifth;
    }
}

static void plan_waveforms(struct plan *plan)
{
    const struct stand_currents *c = &plan->currents;
    plan_fifth(plan, STAND_PF_1);
    plan_fifth(plan, STAND_SIN_1);
    plan_waveform(plan, STAND_PHASE_FIRED, WORLD_WAVEFORM_PHASE_FIRED, c->reference / 2,
                  c->reference);
    plan_waveform(plan, STAND_BURST, WORLD_WAVEFORM_BURST, c->reference / 2, c->reference);
    if (!plan->specimen->product->legal->config.transformers) {
        plan_waveform(plan, STAND_HALF_WAVE, WORLD_WAVEFORM_HALF_WAVE, c->most / sqrt(2), 50);
    }
}

static void plan_phases(struct plan *plan)
{
    unsigned phases = plan->specimen->config.phases;
    if (phases == 1) {
        return;
    }
    plan_single(plan);
    struct stand_trial *reversed =
        add(plan, STAND_REVERSED, STAND_PF_1, plan->currents.transition, 0);
    for (unsigned p = 0; p < phases; p++) {
        reversed->point.phase[p].u_deg = 120.0 * p;
    }
    for (unsigned dead = 1; dead < phases; dead++) {
        struct stand_trial *trial =
            add(plan, STAND_UNBALANCE, STAND_PF_1, plan->currents.reference, dead);
        for (unsigned p = phases - dead; p < phases; p++) {
            trial->point.phase[p].u_v = 0;
            trial->point.phase[p].i_a = 0;
        }
    }
}

/* ---- what is not an influence ---- */

/* The starting current, and none at all. */
static void plan_least(struct plan *plan, enum stand_angle angle)
{
    double start_a = plan->currents.start;
    add(plan, STAND_STARTING, angle, start_a, 0)->settle_s = 0.5;
    struct stand_trial *none = add(plan, STAND_NO_LOAD, angle, start_a, 0);
    none->seconds = plan->pace == &thorough ? 600 : 60;
    for (unsigned p = 0; p < plan->specimen->config.phases; p++) {
        none->point.phase[p].u_v *= 1.15;
        none->point.phase[p].i_a = 0;
    }
}

static void plan_others(struct plan *plan)
{
    const struct stand_currents *c = &plan->currents;
    add(plan, STAND_HEATING, STAND_PF_1, c->most, 0)->settle_s = 150;
    add(plan, STAND_HEATING, STAND_PF_05I, c->most, 0)->settle_s = 150;
    (void)add(plan, STAND_REPEAT, STAND_PF_1, c->transition, 1);
    (void)add(plan, STAND_REPEAT, STAND_PF_1, c->transition, 2);
    plan_least(plan, STAND_PF_1);
    plan_least(plan, STAND_SIN_1);
    if (plan->specimen->config.transformers) {
        (void)add(plan, STAND_RATIO, STAND_PF_1, c->reference, 0);
    }
}

void stand_plan(struct stand_programme *programme, const struct stand_specimen *specimen,
                bool quick)
{
    struct plan plan = {
        .programme = programme,
        .specimen = specimen,
        .pace = quick ? &brief : &thorough,
        .currents = stand_currents_of(specimen),
    };
    programme->specimen = specimen;
    programme->count = 0;
    plan_curves(&plan);
    plan_influences(&plan);
    plan_waveforms(&plan);
    plan_phases(&plan);
    plan_others(&plan);
}
