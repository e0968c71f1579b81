#include "legal/elementary.h"
#include "legal/steps.h"

/* Powers of the fundamental: P1 + jQ1 = U1 times the conjugate of I1. */
struct fundamental {
    double p;
    double q;
};

static double above_zero(double x)
{
    return x > 0 ? x : 0;
}

/* By what the measured value is multiplied. */
static double factor(int32_t gain_ppb, const struct legal_drift *drift, double warm_k)
{
    return 1 + gain_ppb * 1e-9 + (drift->ppt_per_k + drift->ppt_per_k2 * warm_k) * warm_k * 1e-12;
}

void legal_measure_init(struct legal_scale *scale, const struct legal_config *config,
                        const struct legal_calibration_phase *calibration, double warm_k)
{
    const double turns_per_nrad = 1e-9 / LEGAL_TURN_RADIANS;
    double codes = LEGAL_CODE_MAX + 1.0;
    double u_uv = config->u_full_scale_mv * 1e3 / codes *
                  factor(calibration->u_gain_ppb, &calibration->u_drift, warm_k);
    double i_na = config->i_full_scale_ma * 1e6 / codes *
                  factor(calibration->i_gain_ppb, &calibration->i_drift, warm_k);
    double nominal_uv = config->u_nominal_mv * 1e3;
    double u_noise_uv = calibration->u_noise_uv;
    double i_noise_na = calibration->i_noise_na;
    *scale = (struct legal_scale){
        .u_uv = u_uv,
        .i_na = i_na,
        .p_uw = u_uv * i_na * 1e-9,
        .angle_turns = calibration->angle_nrad_per_k * warm_k * turns_per_nrad,
        .angle_turns_per_hz = calibration->angle_nrad * turns_per_nrad / config->nominal_hz,
        .core_turns_hz = calibration->core_nrad * turns_per_nrad * config->nominal_hz,
        .p_offset = calibration->p_offset_uw / (nominal_uv * nominal_uv),
        .q_offset = calibration->q_offset_uvar / (nominal_uv * nominal_uv),
        .u_noise_uv2 = u_noise_uv * u_noise_uv,
        .i_noise_na2 = i_noise_na * i_noise_na,
    };
}

/* True rms of what swings: mean square less the square of the window's own mean. */
static double rms(double mean, double mean_square, double scale, double noise_power)
{
    double power = mean_square - mean * mean;
    return legal_sqrt(above_zero(power * scale * scale - noise_power));
}

/* Mean power of what is left when the slow means are taken from the samples. These, unlike the
 * window's own, do not swing with where a window happens to begin, so that energy telescopes. */
static double power(const struct legal_past *past, const double *mean)
{
    return mean[LEGAL_UI] - past->u_mean * mean[LEGAL_I] - past->i_mean * mean[LEGAL_U] +
           past->u_mean * past->i_mean;
}

static struct fundamental fundamental(const double *mean)
{
    const double factor = 2.0 / ((double)LEGAL_PHASOR_ONE * LEGAL_PHASOR_ONE);
    double uc = mean[LEGAL_UC];
    double us = mean[LEGAL_US];
    double ic = mean[LEGAL_IC];
    double is = mean[LEGAL_IS];
    return (struct fundamental){
        .p = (uc * ic + us * is) * factor,
        .q = (uc * is - us * ic) * factor,
    };
}

static struct fundamental rotated(struct fundamental f, double turns)
{
    struct legal_circle angle = legal_circle_at(turns);
    return (struct fundamental){
        .p = f.p * angle.cos - f.q * angle.sin,
        .q = f.q * angle.cos + f.p * angle.sin,
    };
}

/* By which the front end shows the current too early. */
static double early_turns(const struct legal_scale *scale, const struct legal_follower *follower)
{
    return scale->angle_turns + scale->angle_turns_per_hz * follower->measured_hz +
           scale->core_turns_hz * follower->measured_s;
}

void legal_measure_waves(const struct legal *legal, unsigned phase,
                         const double mean[LEGAL_PRODUCTS], struct legal_measure *m)
{
    const struct legal_scale *scale = &legal->scale[phase];
    m->u_uv = rms(mean[LEGAL_U], mean[LEGAL_UU], scale->u_uv, scale->u_noise_uv2);
    m->i_na = rms(mean[LEGAL_I], mean[LEGAL_II], scale->i_na, scale->i_noise_na2);
    m->s_uva = m->u_uv * m->i_na * 1e-9;
    m->angle_turns = legal_angle_turns(-mean[LEGAL_US], mean[LEGAL_UC]);
    m->alive = m->u_uv >= legal->config->u_nominal_mv * 1e2; /* 10 % */
}

void legal_measure_powers(const struct legal *legal, unsigned phase,
                          const double mean[LEGAL_PRODUCTS], struct legal_measure *m)
{
    const struct legal_scale *scale = &legal->scale[phase];
    const struct legal_follower *follower = &legal->follower;
    double u_uv2 = m->u_uv * m->u_uv;
    double p_offset_uw = scale->p_offset * u_uv2;
    double q_offset_uvar = scale->q_offset * u_uv2;
    struct fundamental shown = fundamental(mean);
    struct fundamental real = rotated(shown, early_turns(scale, follower));
    double p = power(&legal->past[phase], mean) + real.p - shown.p;
    m->p_uw = p * scale->p_uw - p_offset_uw;
    m->p1_uw = follower->whole ? real.p * scale->p_uw - p_offset_uw : 0;
    m->q1_uvar = follower->whole ? real.q * scale->p_uw - q_offset_uvar : 0;
    m->angle_ui_turns = legal_angle_turns(real.q, real.p);
}

/* One window's means enter with 1/LEGAL_CALMS, or with equal weight as long as there are fewer;
 * none of a window that may not be of whole periods. */
void legal_measure_dc(struct legal *legal, unsigned phase, const double mean[LEGAL_PRODUCTS])
{
    const struct legal_follower *follower = &legal->follower;
    struct legal_past *past = &legal->past[phase];
    if (!follower->calm) {
        return;
    }
    double share = 1.0 / follower->calms;
    past->u_mean += (mean[LEGAL_U] - past->u_mean) * share;
    past->i_mean += (mean[LEGAL_I] - past->i_mean) * share;
}
