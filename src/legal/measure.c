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

void legal_measure_init(struct legal_scale *scale, const struct legal_config *config,
                        const struct legal_calibration_phase *calibration)
{
    double codes = LEGAL_CODE_MAX + 1.0;
    double u_uv = config->u_full_scale_mv * 1e3 / codes * (1 + calibration->u_gain_ppb * 1e-9);
    double i_na = config->i_full_scale_ma * 1e6 / codes * (1 + calibration->i_gain_ppb * 1e-9);
    double u_noise_uv = calibration->u_noise_uv;
    double i_noise_na = calibration->i_noise_na;
    *scale = (struct legal_scale){
        .u_uv = u_uv,
        .i_na = i_na,
        .p_uw = u_uv * i_na * 1e-9,
        .angle_turns_per_hz =
            calibration->angle_nrad * 1e-9 / LEGAL_TURN_RADIANS / config->nominal_hz,
        .p_offset_uw = calibration->p_offset_uw,
        .q_offset_uvar = calibration->q_offset_uvar,
        .u_noise_uv2 = u_noise_uv * u_noise_uv,
        .i_noise_na2 = i_noise_na * i_noise_na,
    };
}

/* True rms of what swings: mean square less the square of the window's own mean. */
static double rms(double integral, double square_integral, double frames, double scale,
                  double noise_power)
{
    double mean = integral / frames;
    double power = square_integral / frames - mean * mean;
    return legal_sqrt(above_zero(power * scale * scale - noise_power));
}

/* Mean power of what is left when the slow means are taken from the samples. These, unlike the
 * window's own, do not swing with where a window happens to begin, so that energy telescopes. */
static double power(const struct legal_past *past, const double *integral, double frames)
{
    double product =
        integral[LEGAL_UI] - past->u_mean * integral[LEGAL_I] - past->i_mean * integral[LEGAL_U];
    return product / frames + past->u_mean * past->i_mean;
}

static struct fundamental fundamental(const double *integral, double frames)
{
    double factor = 2.0 / ((double)LEGAL_PHASOR_ONE * LEGAL_PHASOR_ONE) / (frames * frames);
    double uc = integral[LEGAL_UC];
    double us = integral[LEGAL_US];
    double ic = integral[LEGAL_IC];
    double is = integral[LEGAL_IS];
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

void legal_measure(const struct legal *legal, unsigned phase, const double integral[LEGAL_PRODUCTS],
                   struct legal_measure *m)
{
    const struct legal_scale *scale = &legal->scale[phase];
    double frames = legal_follower_frames(&legal->follower);
    struct fundamental shown = fundamental(integral, frames);
    struct fundamental real = rotated(shown, scale->angle_turns_per_hz * legal->follower.hz);
    double p = power(&legal->past[phase], integral, frames) + real.p - shown.p;
    m->u_uv = rms(integral[LEGAL_U], integral[LEGAL_UU], frames, scale->u_uv, scale->u_noise_uv2);
    m->i_na = rms(integral[LEGAL_I], integral[LEGAL_II], frames, scale->i_na, scale->i_noise_na2);
    m->p_uw = p * scale->p_uw - scale->p_offset_uw;
    m->p1_uw = real.p * scale->p_uw - scale->p_offset_uw;
    m->q1_uvar = real.q * scale->p_uw - scale->q_offset_uvar;
    m->s_uva = m->u_uv * m->i_na * 1e-9;
    m->angle_ui_turns = legal_angle_turns(real.q, real.p);
    m->angle_turns = legal_angle_turns(-integral[LEGAL_US], integral[LEGAL_UC]);
    m->alive = m->u_uv >= legal->config->u_nominal_mv * 1e2; /* 10 % */
}

/* One window's means enter with 1/16, or with equal weight as long as there are fewer; none do
 * while the windows are not of whole periods. */
void legal_measure_means(struct legal *legal, unsigned phase, const double integral[LEGAL_PRODUCTS])
{
    struct legal_past *past = &legal->past[phase];
    uint32_t locked = legal->follower.locked;
    if (locked == 0) {
        return;
    }
    double weight = locked < 16 ? 1.0 / locked : 1.0 / 16;
    double frames = legal_follower_frames(&legal->follower);
    past->u_mean += (integral[LEGAL_U] / frames - past->u_mean) * weight;
    past->i_mean += (integral[LEGAL_I] / frames - past->i_mean) * weight;
}
