#include "harmonics/inside.h"

/* In the sample interrupt, on the target with privilege: who can write to this memory shall not be
 * able to have it written elsewhere. */
void harmonics_take(struct harmonics *harmonics, const int32_t *frame)
{
    uint32_t now = harmonics->frame;
    harmonics->frame = now + 1;
    uint32_t place = now - harmonics->begin;
    if (harmonics->state != HARMONICS_RECORDING || place >= HARMONICS_FRAMES) {
        return;
    }
    unsigned phase = harmonics->phase;
    const int32_t *of = frame + 2 * (phase < LEGAL_PHASES ? phase : 0);
    harmonics->cell[place][0].code = of[0];
    harmonics->cell[place][1].code = of[1];
}
