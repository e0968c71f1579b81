#include "legal/elementary.h"
#include "legal/steps.h"

/* Frames since the start of the window under way, to the end of the last frame's cell. */
static double frames_so_far(const struct legal *legal)
{
    const struct legal_position *start = &legal->follower.start;
    return (double)(int32_t)(legal->sampler.frame - (uint32_t)start->frame) -
           start->fraction / 4294967296.0;
}

/* The cell of the last frame is whole: nothing lies right of this end. */
static void means_so_far(const struct legal *legal, unsigned phase, double frames,
                         double mean[LEGAL_PRODUCTS])
{
    const struct legal_past *past = &legal->past[phase];
    for (unsigned product = 0; product < LEGAL_PRODUCTS; product++) {
        uint64_t sum = legal->sampler.sum[phase][product];
        double whole = (double)(int64_t)(sum - past->sum[product]);
        mean[product] = (whole + past->right[product]) / frames;
    }
}

void legal_close(struct legal *legal)
{
    if (legal->due) {
        legal_window(legal);
    }
    double frames = frames_so_far(legal);
    if (frames < 1) {
        return;
    }
    legal_write_begin(legal);
    struct legal_measure measures[LEGAL_PHASES];
    struct legal_division division = legal_rate_divide(legal, frames);
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        double mean[LEGAL_PRODUCTS];
        means_so_far(legal, phase, frames, mean);
        division.ui[phase] = mean[LEGAL_UI] * frames;
        legal_measure_waves(legal, phase, mean, &measures[phase]);
        legal_measure_powers(legal, phase, mean, &measures[phase]);
    }
    legal_ledger_add(legal, measures, frames / LEGAL_FRAME_HZ, &division);
    legal_write_end(legal);
}
