#include "harmonics/inside.h"

/* Parts of the analysis, one behind the other. */
enum {
    INTERPOLATIONS = 5,
    TRANSFORM = INTERPOLATIONS,
    LINES = TRANSFORM + HARMONICS_TRANSFORM_PARTS,
};

_Static_assert(LINES == HARMONICS_PARTS - 1, "the lines are the last part");

/* U and I are the real and the imaginary part of one transform: line k and its mirror tell both. */
static void add_line(union harmonics_cell (*point)[2], unsigned k, float *uu, float *ii)
{
    const union harmonics_cell *line = point[harmonics_transform_place(k)];
    const union harmonics_cell *mirror = point[harmonics_transform_place(HARMONICS_POINTS - k)];
    float u_re = line[0].value + mirror[0].value;
    float u_im = line[1].value - mirror[1].value;
    float i_re = line[1].value + mirror[1].value;
    float i_im = line[0].value - mirror[0].value;
    *uu += u_re * u_re + u_im * u_im;
    *ii += i_re * i_re + i_im * i_im;
}

/* What sinc3 leaves of a power at x = pi f / 8192 Hz, inverted: 1 / sinc^6. */
static float undone(float x)
{
    static const float term[] = {1.0F / 6, 1.0F / 120, 1.0F / 5040, 1.0F / 362880};
    float square = x * x;
    float sinc =
        1 - square * (term[0] - square * (term[1] - square * (term[2] - square * term[3])));
    float passes = sinc * sinc * sinc;
    return 1 / (passes * passes);
}

static void find_orders(struct harmonics *harmonics)
{
    /* A line's rms is sqrt(2) / N of the transform's; U and I come twice as large. */
    const float to_rms = 0.5F / ((float)HARMONICS_POINTS * HARMONICS_POINTS);
    const float pi = 3.14159265F;
    const float q32 = 4294967296.0F;
    struct harmonics_spectrum *spectrum = &harmonics->spectrum[harmonics->phase];
    unsigned periods = harmonics->periods;
    float frames = (float)harmonics->step * (HARMONICS_POINTS / q32);
    float x = pi * (float)periods / frames;
    for (unsigned order = 1; order <= HARMONICS_ORDERS; order++) {
        float uu = 0;
        float ii = 0;
        for (unsigned k = order * periods - 1; k <= order * periods + 1; k++) {
            add_line(harmonics->cell, k, &uu, &ii);
        }
        float factor = harmonics->sinc3 ? to_rms * undone((float)order * x) : to_rms;
        spectrum->uu[order] = uu * factor;
        spectrum->ii[order] = ii * factor;
    }
    spectrum->window = harmonics->window;
}

bool harmonics_analyse(struct harmonics *harmonics)
{
    unsigned part = harmonics->part++;
    if (part < INTERPOLATIONS) {
        harmonics_interpolate(harmonics, part * HARMONICS_POINTS / INTERPOLATIONS,
                              (part + 1) * HARMONICS_POINTS / INTERPOLATIONS);
    } else if (part < LINES) {
        harmonics_transform(harmonics->cell, part - TRANSFORM);
    } else {
        find_orders(harmonics);
    }
    return part >= LINES;
}
