#include "legal/steps.h"

static const uint64_t frame_q32 = UINT64_C(1) << 32;

/* A zero is at most this far from where it was expected, or it is sought in several steps: an
 * eighth of a turn in radians, Q20. */
static const int64_t step_limit_q20 = 823550;

static uint32_t frame_of(uint64_t place)
{
    return (uint32_t)(place >> 32);
}

/* A running sum at a place in this frame's cell, of which it holds all; the cell is split evenly.
 */
static uint64_t sum_at(uint64_t sum, int64_t product, uint64_t place)
{
    int64_t right = (int64_t)(frame_q32 - (uint32_t)place) >> 16;
    return sum - (uint64_t)((product >> 16) * right);
}

static uint64_t uu_at(const struct legal_sampler *s, unsigned phase, uint64_t place)
{
    int64_t u = s->now.x[2 * phase];
    return sum_at(s->sum[phase][LEGAL_UU], u * u, place);
}

static void begin_cycle(struct legal_sampler *s, unsigned phase)
{
    struct legal_zeros *zeros = &s->zeros[phase];
    zeros->cycle[zeros->begun % LEGAL_HALVES] = (struct legal_cycle){
        .from = zeros->next,
        .to = zeros->next + 2 * s->pace.half_period,
        .uu = 0 - uu_at(s, phase, zeros->next),
    };
    zeros->begun++;
}

static void end_cycle(struct legal_sampler *s, unsigned phase)
{
    struct legal_zeros *zeros = &s->zeros[phase];
    struct legal_cycle *cycle = &zeros->cycle[zeros->ended % LEGAL_HALVES];
    cycle->uu += uu_at(s, phase, cycle->to);
    zeros->ended++;
}

/* By how much the fundamental of the last period, a * cos + b * sin of the follower's phase, is
 * zero after this frame rather than at it. Radians, Q20. */
static int64_t zero_after_q20(const struct legal_sample *now, int64_t a, int64_t b)
{
    int64_t value = a * now->c + b * now->s;
    int64_t slope = (b * now->c - a * now->s) >> 20;
    int64_t after = slope == 0 ? 0 : -value / slope;
    after = after < step_limit_q20 ? after : step_limit_q20;
    return after > -step_limit_q20 ? after : -step_limit_q20;
}

/* The next zero is half a period after the one that is here, more or less. */
static void expect_next(struct legal_sampler *s, unsigned phase)
{
    struct legal_zeros *zeros = &s->zeros[phase];
    int64_t u = s->now.x[2 * phase];
    uint64_t uc = sum_at(s->sum[phase][LEGAL_UC], u * s->now.c, zeros->next);
    uint64_t us = sum_at(s->sum[phase][LEGAL_US], u * s->now.s, zeros->next);
    int64_t a = (int64_t)(uc - zeros->uc[1]) >> 32;
    int64_t b = (int64_t)(us - zeros->us[1]) >> 32;
    int64_t after = zero_after_q20(&s->now, a, b) * s->pace.radian >> 8;
    zeros->next = s->frame * frame_q32 + frame_q32 / 2 + s->pace.half_period + (uint64_t)after;
    zeros->uc[1] = zeros->uc[0];
    zeros->us[1] = zeros->us[0];
    zeros->uc[0] = uc;
    zeros->us[0] = us;
}

void legal_zeros_event(struct legal_sampler *s)
{
    for (unsigned phase = 0; phase < s->phases; phase++) {
        struct legal_zeros *zeros = &s->zeros[phase];
        bool open = zeros->ended != zeros->begun;
        if (open && s->frame == frame_of(zeros->cycle[zeros->ended % LEGAL_HALVES].to)) {
            end_cycle(s, phase);
        }
        if (s->frame == frame_of(zeros->next)) {
            if (s->pace.known) {
                begin_cycle(s, phase);
            }
            expect_next(s, phase);
        }
    }
}

static uint32_t earlier(uint32_t a, uint32_t b)
{
    return legal_ahead(a, b) < 0 ? b : a;
}

uint32_t legal_zeros_due(const struct legal_sampler *s, uint32_t due)
{
    for (unsigned phase = 0; phase < s->phases; phase++) {
        const struct legal_zeros *zeros = &s->zeros[phase];
        due = earlier(due, frame_of(zeros->next));
        if (zeros->ended != zeros->begun) {
            due = earlier(due, frame_of(zeros->cycle[zeros->ended % LEGAL_HALVES].to));
        }
    }
    return due;
}
