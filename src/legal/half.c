#include "legal/elementary.h"
#include "legal/steps.h"

#include "base/need.h"

/* Up to five are under way, and the oldest of all is the next to be written over. */
static const uint32_t oldest_age = LEGAL_HALVES - 6;

/* The sampler's axis is modulo 2^32 frames; the window under way tells which. */
static struct legal_position unwrapped(const struct legal *legal, uint64_t at)
{
    int64_t near = legal->follower.start.frame;
    struct legal_position place = {
        .frame = near + (int32_t)((uint32_t)(at >> 32) - (uint32_t)near),
        .fraction = (uint32_t)at,
    };
    return legal_position_shown(legal, place);
}

static int64_t rms_uv(const struct legal *legal, unsigned phase, const struct legal_cycle *cycle)
{
    double frames = (double)(int64_t)(cycle->to - cycle->from) / 4294967296.0;
    double mean = legal->past[phase - 1].u_mean;
    double power = (double)(int64_t)cycle->uu / frames - mean * mean;
    return legal_round(legal_sqrt(power) * legal->scale[phase - 1].u_uv);
}

uint32_t legal_halves(const struct legal *legal, unsigned phase)
{
    need(phase >= 1 && phase <= legal->config->phases);
    return *(const volatile uint32_t *)&legal->sampler.zeros[phase - 1].ended;
}

int legal_half(const struct legal *legal, unsigned phase, uint32_t number, struct legal_half *half)
{
    if (number < 1 || legal_halves(legal, phase) - number > oldest_age) {
        return -1;
    }
    uint32_t writes;
    do {
        writes = legal_read_begin(legal);
        const struct legal_cycle cycle =
            legal->sampler.zeros[phase - 1].cycle[(number - 1) % LEGAL_HALVES];
        half->u_uv = rms_uv(legal, phase, &cycle);
        half->begin = unwrapped(legal, cycle.from);
        half->end = unwrapped(legal, cycle.to);
    } while (legal_read_interrupted(legal, writes));
    return legal_halves(legal, phase) - number > oldest_age ? -1 : 0;
}
