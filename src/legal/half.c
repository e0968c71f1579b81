#include "legal/elementary.h"
#include "legal/steps.h"

#include "base/need.h"

/* A half needs the zero two before it, and the oldest of all is the next to be written over. */
static const uint32_t oldest_age = LEGAL_HALVES - 4;

static uint32_t zeros_seen(const struct legal *legal, unsigned phase)
{
    need(phase >= 1 && phase <= legal->config->phases);
    return *(const volatile uint32_t *)&legal->sampler.zeros[phase - 1];
}

static const struct legal_zero_seen *zero_seen(const struct legal *legal, unsigned phase,
                                               uint32_t number)
{
    return &legal->sampler.seen[phase - 1][(number - 1) % LEGAL_HALVES];
}

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

static int64_t rms_uv(const struct legal *legal, unsigned phase, const struct legal_zero_seen *from,
                      const struct legal_zero_seen *to)
{
    double frames = (double)(int64_t)(to->at - from->at) / 4294967296.0;
    double mean = legal->past[phase - 1].u_mean;
    double power = (double)(int64_t)(to->uu - from->uu) / frames - mean * mean;
    return legal_round(legal_sqrt(power) * legal->scale[phase - 1].u_uv);
}

uint32_t legal_halves(const struct legal *legal, unsigned phase)
{
    return zeros_seen(legal, phase);
}

int legal_half(const struct legal *legal, unsigned phase, uint32_t number, struct legal_half *half)
{
    if (number < 3 || zeros_seen(legal, phase) - number > oldest_age) {
        return -1;
    }
    uint32_t writes;
    do {
        writes = legal_read_begin(legal);
        const struct legal_zero_seen from = *zero_seen(legal, phase, number - 2);
        const struct legal_zero_seen to = *zero_seen(legal, phase, number);
        half->u_uv = rms_uv(legal, phase, &from, &to);
        half->end = unwrapped(legal, to.at);
    } while (legal_read_interrupted(legal, writes));
    return zeros_seen(legal, phase) - number > oldest_age ? -1 : 0;
}
