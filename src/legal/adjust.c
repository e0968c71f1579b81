#include "legal/adjust.h"

#include "base/need.h"
#include "legal/elementary.h"
#include "legal/steps.h"

#include <string.h>

static const double ppb = 1e9;
static const double ppt = 1e12;
static const double radian_nrad = 1e9;
static const double least_warm_k = 5; /* nearer temperatures tell nothing */

void legal_adjust_init(struct legal_adjust *adjust)
{
    *adjust = (struct legal_adjust){0};
}

void legal_adjust_begin(struct legal_adjust *adjust, const struct legal *legal)
{
    struct legal_snapshot snapshot;
    legal_read(legal, &snapshot);
    adjust->windows = 0;
    adjust->last = snapshot.window;
    adjust->hz = 0;
    memset(adjust->uu, 0, sizeof adjust->uu);
    memset(adjust->ii, 0, sizeof adjust->ii);
    memset(adjust->p, 0, sizeof adjust->p);
    memset(adjust->q, 0, sizeof adjust->q);
}

void legal_adjust_collect(struct legal_adjust *adjust, const struct legal *legal)
{
    struct legal_snapshot snapshot;
    legal_read(legal, &snapshot);
    if (snapshot.window == adjust->last || !snapshot.locked) {
        return;
    }
    adjust->last = snapshot.window;
    adjust->windows++;
    adjust->hz += (double)snapshot.f_uhz * 1e-6;
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        const struct legal_phase *shown = &snapshot.phase[phase];
        adjust->uu[phase] += (double)shown->u_uv * (double)shown->u_uv;
        adjust->ii[phase] += (double)shown->i_na * (double)shown->i_na;
        adjust->p[phase] += (double)shown->p1_uw;
        adjust->q[phase] += (double)shown->q1_uvar;
    }
}

/* ---- what is wrong ---- */

static double length(double x, double y)
{
    return legal_sqrt(x * x + y * y);
}

/* From turns; the shorter way round. */
static double radians(double turns)
{
    return (turns - (double)legal_round(turns)) * LEGAL_TURN_RADIANS;
}

/* The current's share is taken from the fundamental's apparent power: it does not depend on the
 * angle, and noise does not add to it. */
static struct legal_deviation deviation_of(const struct legal_adjust *adjust, unsigned phase,
                                           const struct legal_reference *reference)
{
    double windows = adjust->windows;
    double p = adjust->p[phase] / windows;
    double q = adjust->q[phase] / windows;
    double p_true = (double)reference->p1_uw;
    double q_true = (double)reference->q1_uvar;
    double u = (double)reference->u_uv / legal_sqrt(adjust->uu[phase] / windows);
    double s = length(p_true, q_true) / length(p, q);
    return (struct legal_deviation){
        .u = u - 1,
        .i = s / u - 1,
        .angle = radians(legal_angle_turns(q_true, p_true) - legal_angle_turns(q, p)),
        .p_uw = p - p_true,
        .q_uvar = q - q_true,
    };
}

/* ---- what becomes of it ---- */

struct step_context {
    const struct legal_adjust *adjust;
    const struct legal *legal;
    unsigned phase;
};

static int32_t fitted(double value)
{
    const double limit = 2147483647;
    double held = value > limit ? limit : value < -limit ? -limit : value;
    return (int32_t)legal_round(held);
}

/* 1 + gain grows by the factor 1 + deviation. */
static int32_t gained(int32_t gain_ppb, double deviation)
{
    return fitted(gain_ppb + (ppb + gain_ppb) * deviation);
}

static void adjust_gain(const struct step_context *context, struct legal_calibration_phase *c)
{
    const struct legal_deviation *found = &context->adjust->found[context->phase];
    c->u_gain_ppb = gained(c->u_gain_ppb, found->u);
    c->i_gain_ppb = gained(c->i_gain_ppb, found->i);
}

static void adjust_angle(const struct step_context *context, struct legal_calibration_phase *c)
{
    const struct legal_deviation *found = &context->adjust->found[context->phase];
    c->angle_nrad = fitted(c->angle_nrad + found->angle * radian_nrad);
}

/* At nominal frequency the sum stays; what is seen at another one is
 * core * (f0 / f - f / f0). */
static void adjust_frequency(const struct step_context *context, struct legal_calibration_phase *c)
{
    const struct legal_deviation *found = &context->adjust->found[context->phase];
    double relative =
        context->adjust->hz / context->adjust->windows / context->legal->config->nominal_hz;
    double core = found->angle * radian_nrad / (1 / relative - relative);
    c->core_nrad = fitted(c->core_nrad + core);
    c->angle_nrad = fitted(c->angle_nrad - core);
}

/* What shows without a current is noise, and what creeps in. */
static void adjust_offset(const struct step_context *context, struct legal_calibration_phase *c)
{
    const struct legal_adjust *adjust = context->adjust;
    const struct legal_deviation *found = &adjust->found[context->phase];
    double noise_na = c->i_noise_na;
    double shown_na2 = adjust->ii[context->phase] / adjust->windows;
    c->p_offset_uw = fitted(c->p_offset_uw + found->p_uw);
    c->q_offset_uvar = fitted(c->q_offset_uvar + found->q_uvar);
    c->i_noise_na = (uint32_t)fitted(legal_sqrt(noise_na * noise_na + shown_na2));
}

/* The curve a * k + b * k^2 through what two knots show; the line through that of one. */
static void curve(const double k[LEGAL_ADJUST_KNOTS], const double shown[LEGAL_ADJUST_KNOTS],
                  unsigned knots, double *a, double *b)
{
    *b = knots > 1 ? (shown[0] / k[0] - shown[1] / k[1]) / (k[0] - k[1]) : 0;
    *a = shown[0] / k[0] - *b * k[0];
}

static struct legal_drift drifted(const struct legal_adjust *adjust, unsigned phase, bool current)
{
    double k[LEGAL_ADJUST_KNOTS];
    double shown[LEGAL_ADJUST_KNOTS];
    need(adjust->knots >= 1 && adjust->knots <= LEGAL_ADJUST_KNOTS);
    for (unsigned knot = 0; knot < adjust->knots; knot++) {
        const struct legal_deviation *at = &adjust->knot[knot].phase[phase];
        k[knot] = adjust->knot[knot].warm_k;
        shown[knot] = current ? at->i : at->u;
    }
    double a;
    double b;
    curve(k, shown, adjust->knots, &a, &b);
    return (struct legal_drift){fitted(a * ppt), fitted(b * ppt)};
}

static void adjust_temperature(const struct step_context *context,
                               struct legal_calibration_phase *c)
{
    const struct legal_adjust *adjust = context->adjust;
    c->u_drift = drifted(adjust, context->phase, false);
    c->i_drift = drifted(adjust, context->phase, true);
    double slope = 0;
    for (unsigned knot = 0; knot < adjust->knots; knot++) {
        const struct legal_knot *at = &adjust->knot[knot];
        slope += at->phase[context->phase].angle / at->warm_k / adjust->knots;
    }
    c->angle_nrad_per_k = fitted(slope * radian_nrad);
}

/* By how much a drift has to change a gain at a temperature so that `deviation` goes. */
static double mended(const struct legal_drift *drift, int32_t gain_ppb, double k, double deviation)
{
    double share = (drift->ppt_per_k * k + drift->ppt_per_k2 * k * k) / ppt;
    return share + (1 + gain_ppb / ppb + share) * deviation;
}

/* Against a meter without drift: what its present drift already mends is added. */
static void add_knot(struct legal_adjust *adjust, const struct legal *legal)
{
    struct legal_knot *knot = &adjust->knot[adjust->knots++];
    double k = (legal->temperature_mc - LEGAL_REFERENCE_MC) * 1e-3;
    knot->warm_k = k;
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        const struct legal_calibration_phase *c = &legal->parameters.calibration.phase[phase];
        const struct legal_deviation *found = &adjust->found[phase];
        knot->phase[phase] = (struct legal_deviation){
            .u = mended(&c->u_drift, c->u_gain_ppb, k, found->u),
            .i = mended(&c->i_drift, c->i_gain_ppb, k, found->i),
            .angle = found->angle + c->angle_nrad_per_k * k / radian_nrad,
        };
    }
}

static void (*const steps[LEGAL_STEPS])(const struct step_context *context,
                                        struct legal_calibration_phase *c) = {
    [LEGAL_STEP_GAIN] = adjust_gain,
    [LEGAL_STEP_ANGLE] = adjust_angle,
    [LEGAL_STEP_FREQUENCY] = adjust_frequency,
    [LEGAL_STEP_OFFSET] = adjust_offset,
    [LEGAL_STEP_TEMPERATURE] = adjust_temperature,
};

/* A temperature that is not yet known, and far enough from those that are. */
static bool new_temperature(const struct legal_adjust *adjust, const struct legal *legal)
{
    double k = (legal->temperature_mc - LEGAL_REFERENCE_MC) * 1e-3;
    bool is_new = k * k >= least_warm_k * least_warm_k && adjust->knots < LEGAL_ADJUST_KNOTS;
    for (unsigned knot = 0; knot < adjust->knots; knot++) {
        double apart = k - adjust->knot[knot].warm_k;
        is_new = is_new && apart * apart >= least_warm_k * least_warm_k;
    }
    return is_new;
}

int legal_adjust_end(struct legal_adjust *adjust, struct legal *legal, enum legal_step step,
                     const struct legal_reference reference[LEGAL_PHASES])
{
    struct legal_calibration calibration = legal->parameters.calibration;
    if (legal->parameters.sealed) {
        return legal_calibrate(legal, &calibration);
    }
    if (adjust->windows < LEGAL_ADJUST_WINDOWS) {
        return LEGAL_ADJUST_TOO_FEW;
    }
    if (step == LEGAL_STEP_TEMPERATURE && !new_temperature(adjust, legal)) {
        return LEGAL_ADJUST_NO_TEMPERATURE;
    }
    const struct legal_adjust before = *adjust;
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        adjust->found[phase] = deviation_of(adjust, phase, &reference[phase]);
    }
    if (step == LEGAL_STEP_TEMPERATURE) {
        add_knot(adjust, legal);
    }
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        const struct step_context context = {adjust, legal, phase};
        steps[step](&context, &calibration.phase[phase]);
    }
    int result = legal_calibrate(legal, &calibration);
    if (result != LEGAL_SET) {
        *adjust = before;
    }
    return result;
}
