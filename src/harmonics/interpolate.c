#include "harmonics/inside.h"

#include "base/need.h"

/* Codes of 24 bit are floats without loss. */
void harmonics_move(struct harmonics *harmonics, unsigned up)
{
    need(up < HARMONICS_FRAMES);
    for (unsigned from = HARMONICS_FRAMES - up; from-- > 0;) {
        union harmonics_cell *cell = harmonics->cell[from];
        harmonics->cell[from + up][0].value = (float)cell[0].code;
        harmonics->cell[from + up][1].value = (float)cell[1].code;
    }
    harmonics->place += (uint64_t)up << 32;
}

/* A place behind a sample by `fraction` / 2^32; cell[0] is the first sample that counts. Places
 * nearer to the next sample have the same taps, the other way round. */
static inline void one_point(union harmonics_cell (*cell)[2], uint32_t fraction,
                             union harmonics_cell *point)
{
    enum { PHASE_BITS = 7, REST_BITS = 32 - PHASE_BITS };
    bool mirrored = fraction >> 31 != 0;
    uint32_t near = mirrored ? ~fraction : fraction;
    const float *row = harmonics_tap[near >> REST_BITS];
    const float *next = harmonics_tap[(near >> REST_BITS) + 1];
    float rest = (float)(near & ((1u << REST_BITS) - 1)) * (1.0F / (1u << REST_BITS));
    int at = mirrored ? HARMONICS_TAPS - 1 : 0;
    int way = mirrored ? -1 : 1;
    float u = 0;
    float i = 0;
    for (unsigned k = 0; k < HARMONICS_TAPS; k++, at += way) {
        float tap = row[k] + rest * (next[k] - row[k]);
        u += tap * cell[at][0].value;
        i += tap * cell[at][1].value;
    }
    point[0].value = u;
    point[1].value = i;
}

/* Points are nearer to each other than samples, and the last one is at the track's end: each takes
 * a place before all samples that are still needed. */
void harmonics_interpolate(struct harmonics *harmonics, unsigned from, unsigned to)
{
    uint64_t place = harmonics->place;
    for (unsigned k = from; k < to; k++) {
        uint32_t first = (uint32_t)(place >> 32) - (HARMONICS_TAPS / 2 - 1);
        need(first >= k && first <= HARMONICS_FRAMES - HARMONICS_TAPS);
        one_point(&harmonics->cell[first], (uint32_t)place, harmonics->cell[k]);
        place += harmonics->step;
    }
    harmonics->place = place;
}
