#include "base/need.h"
#include "harmonics/inside.h"

#include <string.h>

/* The square root of what is not negative, to seven digits: Newton's iteration for its inverse,
 * begun with half the exponent. */
static float root(float x)
{
    uint32_t bits;
    float inverse;
    memcpy(&bits, &x, sizeof bits);
    bits = 0x5f375a86 - (bits >> 1);
    memcpy(&inverse, &bits, sizeof inverse);
    for (int step = 0; step < 3; step++) {
        inverse *= 1.5F - 0.5F * x * inverse * inverse;
    }
    return x > 0 ? x * inverse : 0;
}

/* Below 2^47, in pieces that the processor converts by itself. */
static int64_t rounded(float positive)
{
    const float piece = 65536;
    uint32_t pieces = (uint32_t)(positive / piece);
    float rest = positive - (float)pieces * piece;
    return ((int64_t)pieces << 16) + (int64_t)(uint32_t)(rest + 0.5F);
}

/* NULL: not measured. */
static const struct harmonics_spectrum *spectrum_of(const struct harmonics *harmonics,
                                                    unsigned phase)
{
    need(phase >= 1 && phase <= harmonics->phases);
    const struct harmonics_spectrum *spectrum = &harmonics->spectrum[phase - 1];
    return spectrum->window != 0 ? spectrum : NULL;
}

int harmonics_order(const struct harmonics *harmonics, const struct legal *legal, unsigned phase,
                    unsigned order, int64_t *u_uv, int64_t *i_na)
{
    const struct harmonics_spectrum *spectrum = spectrum_of(harmonics, phase);
    need(order >= 1 && order <= HARMONICS_ORDERS);
    if (!spectrum) {
        return -1;
    }
    struct legal_code code;
    legal_read_code(legal, phase, &code);
    *u_uv = rounded(root(spectrum->uu[order]) * code.u_uv);
    *i_na = rounded(root(spectrum->ii[order]) * code.i_na);
    return 0;
}

/* `least` is of the fundamental, in codes. */
static int thd_ppm(const float *square, float least, int32_t *ppm)
{
    const float most = 1000;
    float sum = 0;
    for (unsigned order = 2; order <= HARMONICS_ORDERS; order++) {
        sum += square[order];
    }
    if (!(square[1] > least * least)) {
        return -1;
    }
    float value = root(sum / square[1]);
    *ppm = (int32_t)rounded((value < most ? value : most) * 1e6F);
    return 0;
}

int harmonics_thd_u_ppm(const struct harmonics *harmonics, const struct legal *legal,
                        unsigned phase, int32_t *ppm)
{
    const struct harmonics_spectrum *spectrum = spectrum_of(harmonics, phase);
    struct legal_code code;
    legal_read_code(legal, phase, &code);
    float least_uv = (float)legal_configuration(legal)->u_nominal_mv * 1e2F;
    return spectrum ? thd_ppm(spectrum->uu, least_uv / code.u_uv, ppm) : -1;
}

int harmonics_thd_i_ppm(const struct harmonics *harmonics, const struct legal *legal,
                        unsigned phase, int32_t *ppm)
{
    const struct harmonics_spectrum *spectrum = spectrum_of(harmonics, phase);
    struct legal_code code;
    legal_read_code(legal, phase, &code);
    float least_na = (float)legal_configuration(legal)->i_start_ua * 5e2F;
    return spectrum ? thd_ppm(spectrum->ii, least_na / code.i_na, ppm) : -1;
}
