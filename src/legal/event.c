#include "legal/steps.h"

#include "base/need.h"

#include <stdatomic.h>
#include <string.h>

/* Frames from a to b, which are never 2^31 apart. */
static int32_t ahead(uint32_t a, uint32_t b)
{
    return (int32_t)(b - a);
}

static void hand_over(struct legal *legal)
{
    struct legal_sampler *s = &legal->sampler;
    memcpy(legal->edge.sum, s->sum, sizeof s->sum);
    legal->edge.crossings = s->crossings;
    s->crossings.count = 0;
    atomic_signal_fence(memory_order_seq_cst);
    legal->due = true;
}

/* A zero lies in this frame's cell: u is small there, so that the cell may be split evenly. */
static void note_zero(struct legal_sampler *s, unsigned phase)
{
    struct legal_zero *zero = &s->zero[phase];
    int64_t u = s->now.x[2 * phase];
    uint64_t right = (UINT64_C(1) << 32) - (uint32_t)zero->at;
    uint64_t uu_right = ((uint64_t)(u * u) >> 16) * right >> 16;
    s->seen[phase][s->zeros[phase] % LEGAL_HALVES] = (struct legal_zero_seen){
        .at = zero->at,
        .uu = s->sum[phase][LEGAL_UU] - uu_right,
    };
    s->zeros[phase]++;
    zero->at += zero->half_period;
}

/* The new place of the next zero is the one nearest to the old, so that none is lost or doubled. */
static void correct_zero(struct legal_zero *zero, const struct legal_zero *planned, uint32_t frame)
{
    int64_t period = (int64_t)planned->half_period;
    int64_t correction = (int64_t)(planned->at - zero->at) % period;
    if (correction > period / 2) {
        correction -= period;
    } else if (correction < -period / 2) {
        correction += period;
    }
    uint64_t earliest = (uint64_t)(frame + 1) << 32;
    uint64_t at = zero->at + (uint64_t)correction;
    zero->at = (int64_t)(at - earliest) < 0 ? earliest : at;
    zero->half_period = planned->half_period;
}

void legal_event_take_plan(struct legal_sampler *s, const struct legal_plan *plan)
{
    s->turn = plan->turn;
    s->now.c = plan->c;
    s->now.s = plan->s;
    s->edge = plan->edge;
    s->effect = plan->effect;
    s->watched = plan->watched;
    s->level = plan->level;
    for (unsigned output = 0; output < LEGAL_PULSES; output++) {
        s->pulse[output].rate = plan->rate[output];
    }
    for (unsigned phase = 0; phase < s->phases; phase++) {
        correct_zero(&s->zero[phase], &plan->zero[phase], s->frame);
    }
}

/* The first frame after this one that has something to do. */
static uint32_t next_due(const struct legal_sampler *s)
{
    uint32_t next = s->frame + 1;
    uint32_t due = s->effect;
    if (ahead(next, s->edge + 1) >= 0) {
        due = ahead(next, s->edge - 1) >= 0 ? s->edge - 1 : next;
    }
    for (unsigned phase = 0; phase < s->phases; phase++) {
        uint32_t zero = (uint32_t)(s->zero[phase].at >> 32);
        due = ahead(due, zero) < 0 ? zero : due;
    }
    return due;
}

void legal_event(struct legal *legal)
{
    struct legal_sampler *s = &legal->sampler;
    int32_t place = ahead(s->edge - 1, s->frame);
    if (place >= 0 && place < 3) {
        legal->edge.around[place] = s->now;
    }
    if (place == 2) {
        hand_over(legal);
    }
    for (unsigned phase = 0; phase < s->phases; phase++) {
        if (s->frame == (uint32_t)(s->zero[phase].at >> 32)) {
            note_zero(s, phase);
        }
    }
    if (s->frame == s->effect) {
        need(legal->planned);
        legal->planned = false;
        legal_event_take_plan(s, &legal->plan);
    }
    s->due = next_due(s);
}
