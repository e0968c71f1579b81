#include "legal/elementary.h"
#include "legal/steps.h"

#include "base/need.h"

#include <stdatomic.h>

void legal_rate_select(struct legal *legal, unsigned rate)
{
    need(rate >= 1 && rate <= LEGAL_RATES);
    legal->rate_wanted = (uint8_t)(rate - 1);
}

unsigned legal_rate(const struct legal *legal)
{
    return legal->rate_wanted + 1u;
}

/* One change waits for the ledger at a time: another of the same window takes effect when that has
 * been booked. */
void legal_rate_take(struct legal *legal)
{
    struct legal_split *split = &legal->split;
    struct legal_sampler *s = &legal->sampler;
    if (split->waits) {
        return;
    }
    split->frame = s->frame;
    for (unsigned phase = 0; phase < s->phases; phase++) {
        split->ui[phase] = s->sum[phase][LEGAL_UI];
    }
    s->rate = legal->rate_wanted;
    split->rate = s->rate;
    atomic_signal_fence(memory_order_seq_cst);
    split->waits = true;
}

void legal_rate_settle(struct legal *legal)
{
    struct legal_split *split = &legal->split;
    if (split->waits && legal_ahead(split->frame, legal->sampler.edge) >= 0) {
        split->waits = false;
    }
}

/* What the products of the window's frames before the change sum up to. */
static double products_before(const struct legal *legal, unsigned phase)
{
    const struct legal_past *past = &legal->past[phase];
    int64_t whole = (int64_t)(legal->split.ui[phase] - past->sum[LEGAL_UI]);
    return (double)whole + past->right[LEGAL_UI];
}

/* A change in the cell that the window begins with may have been booked with the one before. */
struct legal_division legal_rate_divide(const struct legal *legal, double frames)
{
    struct legal_division division = {.rate = legal->rate};
    const struct legal_split *split = &legal->split;
    const struct legal_position *start = &legal->follower.start;
    if (!split->waits) {
        return division;
    }
    atomic_signal_fence(memory_order_seq_cst);
    double before =
        (double)legal_ahead((uint32_t)start->frame, split->frame) - start->fraction / 4294967296.0;
    if (before > frames) {
        return division; /* that is in the next window */
    }
    division.rate = split->rate;
    if (before > 0) {
        division.share = before / frames;
        for (unsigned phase = 0; phase < legal->config->phases; phase++) {
            division.ui_before[phase] = products_before(legal, phase);
        }
    }
    return division;
}
