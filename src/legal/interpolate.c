#include "legal/elementary.h"
#include "legal/spectrum.h"

#include <string.h>

/* Of the Kaiser window: 100 dB. */
static const double kaiser_beta = 10.06;

/* The modified Bessel function I0, by its series; all terms are positive. */
static double bessel(double x)
{
    double term = 1;
    double sum = 1;
    for (int k = 1; term > 1e-17 * sum; k++) {
        term *= x * x / (4.0 * k * k);
        sum += term;
    }
    return sum;
}

/* sin(pi x) / (pi x), windowed; |x| in samples. */
static double kernel(double x)
{
    double half = LEGAL_TAPS / 2.0;
    double inside = 1 - x * x / (half * half);
    if (inside <= 0) {
        return 0;
    }
    double angle = x * LEGAL_TURN_RADIANS / 2;
    double sinc = x * x < 1e-18 ? 1 : legal_circle_at(x / 2).sin / angle;
    return sinc * bessel(kaiser_beta * legal_sqrt(inside));
}

/* Each row adds up to 1, so that direct current passes as it is. */
static void init_row(float *row, double fraction)
{
    double tap[LEGAL_TAPS];
    double sum = 0;
    for (int k = 0; k < LEGAL_TAPS; k++) {
        int place = k - (LEGAL_TAPS / 2 - 1);
        tap[k] = kernel(place - fraction);
        sum += tap[k];
    }
    for (int k = 0; k < LEGAL_TAPS; k++) {
        row[k] = (float)(tap[k] / sum);
    }
}

void legal_scratch_init(struct legal_scratch *scratch)
{
    for (int k = 0; k < LEGAL_POINTS + LEGAL_POINTS / 4; k++) {
        scratch->sine[k] = (float)legal_circle_at((double)k / LEGAL_POINTS).sin;
    }
    for (int phase = 0; phase <= LEGAL_TAP_PHASES; phase++) {
        init_row(scratch->tap[phase], (double)phase / LEGAL_TAP_PHASES);
    }
}

/* Codes of 24 bit are floats without loss; they take the integers' place. */
static void to_floats(struct legal_track *track)
{
    for (unsigned frame = 0; frame < LEGAL_TRACK_FRAMES; frame++) {
        for (unsigned channel = 0; channel < 2; channel++) {
            float value = (float)track->wave[frame][channel];
            memcpy(&track->wave[frame][channel], &value, sizeof value);
        }
    }
}

static inline float value_of(const int32_t *wave)
{
    float value;
    memcpy(&value, wave, sizeof value);
    return value;
}

/* A place behind a sample by `fraction` / 2^32; wave[0] is the first sample that counts. */
static inline void one_point(const struct legal_scratch *scratch, int32_t (*wave)[2],
                             uint32_t fraction, float *point)
{
    enum { PHASE_BITS = 7, REST_BITS = 32 - PHASE_BITS };
    const float *row = scratch->tap[fraction >> REST_BITS];
    const float *next = scratch->tap[(fraction >> REST_BITS) + 1];
    float rest = (float)(fraction & ((1u << REST_BITS) - 1)) * (1.0F / (1u << REST_BITS));
    float u = 0;
    float i = 0;
    for (unsigned k = 0; k < LEGAL_TAPS; k++) {
        float tap = row[k] + rest * (next[k] - row[k]);
        u += tap * value_of(&wave[k][0]);
        i += tap * value_of(&wave[k][1]);
    }
    point[0] = u;
    point[1] = i;
}

/* Places are in frames of the track, Q32; the sample of a frame is in the middle of its cell. */
void legal_interpolate(struct legal_track *track, struct legal_scratch *scratch)
{
    const double q32 = 4294967296.0;
    uint64_t place = (uint64_t)((uint32_t)track->start.frame - track->begin) << 32;
    place += track->start.fraction;
    place -= UINT64_C(1) << 31;
    uint64_t step = (uint64_t)(track->frames / LEGAL_POINTS * q32);
    to_floats(track);
    for (unsigned k = 0; k < LEGAL_POINTS; k++) {
        uint32_t frame = (uint32_t)(place >> 32) - (LEGAL_TAPS / 2 - 1);
        one_point(scratch, &track->wave[frame], (uint32_t)place, scratch->point[k]);
        place += step;
    }
}
