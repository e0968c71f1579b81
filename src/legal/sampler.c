#include "legal/steps.h"

/* cppcheck-suppress shiftNegativeLHS ; this is what is asked */
_Static_assert((-1 >> 1) == -1, "right shifts of negative numbers must be arithmetic");

static inline int32_t clamp(int32_t code)
{
    bool fits = (uint32_t)code + (LEGAL_CODE_MAX + 1) <= 2u * LEGAL_CODE_MAX + 1;
    if (fits) {
        return code;
    }
    return code < 0 ? -LEGAL_CODE_MAX - 1 : LEGAL_CODE_MAX;
}

static inline void take(struct legal_sampler *s, const int32_t *frame)
{
    for (unsigned channel = 0; channel < 2u * s->phases; channel++) {
        s->now.x[channel] = clamp(frame[channel]);
    }
}

/* A sinc3 filter's droop within our band is undone by three taps around the frame before. */
static inline void take_without_droop(struct legal_sampler *s, const int32_t *frame)
{
    for (unsigned channel = 0; channel < 2u * s->phases; channel++) {
        int32_t newest = clamp(frame[channel]);
        int32_t oldest = s->before[channel][0];
        int32_t middle = s->before[channel][1];
        s->before[channel][0] = middle;
        s->before[channel][1] = newest;
        s->now.x[channel] = middle + ((2 * middle - oldest - newest + 4) >> 3);
    }
}

/* From Q63 to Q28. Rounded, because a truncation would turn with the phasor and add up to 7e-8. */
static inline int32_t rounded(int64_t q63)
{
    return ((int32_t)(q63 >> 32) + 4) >> 3;
}

/* The phasor goes on by one frame. */
static inline void turn(struct legal_sampler *s)
{
    int64_t c = s->now.c;
    int64_t sn = s->now.s;
    s->now.c -= rounded(c * s->turn.one_minus_cos + sn * s->turn.sin);
    s->now.s += rounded(c * s->turn.sin - sn * s->turn.one_minus_cos);
}

/* Sums run on modulo 2^64; those of a window (at most 2048 frames of 24 x 28 bits, and half a bit
 * from undone droop) are differences that fit into 63 bits. */
static inline void sum_up(uint64_t *sum, int64_t u, int64_t i, int64_t c, int64_t s)
{
    sum[LEGAL_U] += (uint64_t)u;
    sum[LEGAL_I] += (uint64_t)i;
    sum[LEGAL_UU] += (uint64_t)(u * u);
    sum[LEGAL_II] += (uint64_t)(i * i);
    sum[LEGAL_UI] += (uint64_t)(u * i);
    sum[LEGAL_UC] += (uint64_t)(u * c);
    sum[LEGAL_US] += (uint64_t)(u * s);
    sum[LEGAL_IC] += (uint64_t)(i * c);
    sum[LEGAL_IS] += (uint64_t)(i * s);
}

static inline unsigned pulse(struct legal_accumulator *output)
{
    output->level += output->rate;
    if (output->level < LEGAL_PULSE_FULL) {
        return 0;
    }
    output->level -= LEGAL_PULSE_FULL;
    output->count++;
    return 1;
}

void legal_sampler_init(struct legal_sampler *s, const struct legal_config *config,
                        const struct legal_plan *plan)
{
    *s = (struct legal_sampler){
        .phases = config->phases, .sinc3 = config->sinc3, .frame = UINT32_MAX};
    legal_event_take_plan(s, plan);
    legal_zeros_init(s);
    s->frame = 0;
    s->due = 0;
}

unsigned legal_samples(struct legal *legal, const int32_t *frame)
{
    struct legal_sampler *s = &legal->sampler;
    if (legal->rate_wanted != s->rate) {
        legal_rate_take(legal);
    }
    turn(s);
    if (s->sinc3) {
        take_without_droop(s, frame);
    } else {
        take(s, frame);
    }
    for (unsigned phase = 0; phase < s->phases; phase++) {
        const int32_t *x = &s->now.x[2 * phase];
        sum_up(s->sum[phase], x[0], x[1], s->now.c, s->now.s);
    }
    unsigned fired = pulse(&s->pulse[LEGAL_PULSE_ACTIVE]) << LEGAL_PULSE_ACTIVE |
                     pulse(&s->pulse[LEGAL_PULSE_REACTIVE]) << LEGAL_PULSE_REACTIVE;
    if (s->frame == s->due) {
        legal_event(legal);
    }
    s->frame++;
    return fired;
}
