#include "legal/steps.h"

#include "base/need.h"

#include <stdatomic.h>
#include <string.h>

int32_t legal_ahead(uint32_t a, uint32_t b)
{
    return (int32_t)(b - a);
}

static void hand_over(struct legal *legal)
{
    struct legal_sampler *s = &legal->sampler;
    memcpy(legal->edge.sum, s->sum, sizeof s->sum);
    for (unsigned phase = 0; phase < s->phases; phase++) {
        legal->edge.rhythm[phase] = s->zeros[phase].rhythm;
        s->zeros[phase].rhythm.count = 0;
    }
    atomic_signal_fence(memory_order_seq_cst);
    legal->due = true;
}

void legal_event_take_plan(struct legal_sampler *s, const struct legal_plan *plan)
{
    s->turn = plan->turn;
    s->now.c = plan->c;
    s->now.s = plan->s;
    s->edge = plan->edge;
    s->effect = plan->effect;
    for (unsigned output = 0; output < LEGAL_PULSES; output++) {
        s->pulse[output].rate = plan->rate[output];
    }
    s->pace = plan->pace;
}

/* The first frame after this one that has something to do. */
static uint32_t next_due(const struct legal_sampler *s)
{
    uint32_t next = s->frame + 1;
    uint32_t due = s->effect;
    if (legal_ahead(next, s->edge + 1) >= 0) {
        due = legal_ahead(next, s->edge - 1) >= 0 ? s->edge - 1 : next;
    }
    return legal_zeros_due(s, due);
}

void legal_event(struct legal *legal)
{
    struct legal_sampler *s = &legal->sampler;
    int32_t place = legal_ahead(s->edge - 1, s->frame);
    if (place >= 0 && place < 3) {
        legal->edge.around[place] = s->now;
    }
    if (place == 2) {
        hand_over(legal);
    }
    legal_zeros_event(s);
    if (s->frame == s->effect) {
        need(legal->planned);
        legal->planned = false;
        legal_rate_settle(legal);
        legal_event_take_plan(s, &legal->plan);
    }
    s->due = next_due(s);
}
