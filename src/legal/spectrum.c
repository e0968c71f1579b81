#include "legal/spectrum.h"

#include "base/need.h"
#include "legal/elementary.h"
#include "legal/steps.h"

/* U and I are the real and the imaginary part of one transform: line k and its mirror tell both. */
static void add_line(const struct legal_scratch *scratch, unsigned k, float *uu, float *ii)
{
    const float *line = scratch->point[legal_transform_place(k)];
    const float *mirror = scratch->point[legal_transform_place(LEGAL_POINTS - k)];
    float u_re = line[0] + mirror[0];
    float u_im = line[1] - mirror[1];
    float i_re = line[1] + mirror[1];
    float i_im = line[0] - mirror[0];
    *uu += u_re * u_re + u_im * u_im;
    *ii += i_re * i_re + i_im * i_im;
}

/* What sinc3 and the three taps that undo its droop leave of a power at x = pi f / 8192 Hz,
 * inverted: 1 / (sinc^3 (1 + sin^2 / 2))^2. */
static float undone(float x)
{
    static const float term[] = {1.0F / 6, 1.0F / 120, 1.0F / 5040, 1.0F / 362880};
    float square = x * x;
    float sinc =
        1 - square * (term[0] - square * (term[1] - square * (term[2] - square * term[3])));
    float sine = x * sinc;
    float passes = sinc * sinc * sinc * (1 + sine * sine * 0.5F);
    return 1 / (passes * passes);
}

void legal_spectrum_of(struct legal *legal, struct legal_track *track,
                       struct legal_scratch *scratch)
{
    /* A line's rms is sqrt(2) / N of the transform's; U and I come twice as large. */
    const float to_rms = 0.5F / ((float)LEGAL_POINTS * LEGAL_POINTS);
    struct legal_spectrum *spectrum = &legal->harmonics->spectrum[track->phase];
    unsigned periods = (unsigned)legal_window_periods(legal->config);
    float x = (float)(LEGAL_TURN_RADIANS / 2 * periods / track->frames);
    legal_interpolate(track, scratch);
    legal_transform(scratch);
    for (unsigned order = 1; order <= LEGAL_ORDERS; order++) {
        float uu = 0;
        float ii = 0;
        for (unsigned k = order * periods - 1; k <= order * periods + 1; k++) {
            add_line(scratch, k, &uu, &ii);
        }
        float factor = legal->config->sinc3 ? to_rms * undone((float)order * x) : to_rms;
        spectrum->uu[order] = uu * factor;
        spectrum->ii[order] = ii * factor;
    }
    spectrum->window = track->window;
}

/* ---- reading ---- */

static const struct legal_spectrum *spectrum_of(const struct legal *legal, unsigned phase)
{
    need(phase >= 1 && phase <= legal->config->phases);
    const struct legal_spectrum *spectrum =
        legal->harmonics ? &legal->harmonics->spectrum[phase - 1] : NULL;
    return spectrum && spectrum->window != 0 ? spectrum : NULL;
}

int legal_harmonic(const struct legal *legal, unsigned phase, unsigned order, int64_t *u_uv,
                   int64_t *i_na)
{
    const struct legal_spectrum *spectrum = spectrum_of(legal, phase);
    need(order >= 1 && order <= LEGAL_ORDERS);
    if (!spectrum) {
        return -1;
    }
    struct legal_scale scale;
    uint32_t writes;
    do {
        writes = legal_read_begin(legal);
        scale = legal->scale[phase - 1];
    } while (legal_read_interrupted(legal, writes));
    *u_uv = legal_round(legal_sqrt((double)spectrum->uu[order]) * scale.u_uv);
    *i_na = legal_round(legal_sqrt((double)spectrum->ii[order]) * scale.i_na);
    return 0;
}

static int thd_ppm(const float *square, double least, int32_t *ppm)
{
    const double most_ppm = 1e9;
    double sum = 0;
    for (unsigned order = 2; order <= LEGAL_ORDERS; order++) {
        sum += (double)square[order];
    }
    if (!((double)square[1] > least)) {
        return -1;
    }
    double value = legal_sqrt(sum / (double)square[1]) * 1e6;
    *ppm = (int32_t)legal_round(value < most_ppm ? value : most_ppm);
    return 0;
}

int legal_thd_u_ppm(const struct legal *legal, unsigned phase, int32_t *ppm)
{
    const struct legal_spectrum *spectrum = spectrum_of(legal, phase);
    double least_codes = legal->config->u_nominal_mv * 1e2 / legal->scale[phase - 1].u_uv;
    return spectrum ? thd_ppm(spectrum->uu, least_codes * least_codes, ppm) : -1;
}

int legal_thd_i_ppm(const struct legal *legal, unsigned phase, int32_t *ppm)
{
    const struct legal_spectrum *spectrum = spectrum_of(legal, phase);
    double least_codes = legal->config->i_start_ua * 5e2 / legal->scale[phase - 1].i_na;
    return spectrum ? thd_ppm(spectrum->ii, least_codes * least_codes, ppm) : -1;
}
