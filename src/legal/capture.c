#include "legal/harmonics.h"
#include "legal/spectrum.h"
#include "legal/steps.h"

#include <stdatomic.h>

enum { FREE, ARMED, ENDED };

/* Frames of a track before the window begins. */
enum { LEAD = LEGAL_TAPS / 2 + 2 };

/* Frames that may pass while a track is armed. */
enum { MARGIN = 16 };

void legal_harmonics_attach(struct legal *legal, struct legal_harmonics *harmonics)
{
    *harmonics = (struct legal_harmonics){0};
    for (unsigned n = 0; n < 2; n++) {
        harmonics->track[n].begin = UINT32_MAX / 2; /* years ahead */
    }
    legal->harmonics = harmonics;
}

/* The window that has just ended is in a track that was armed for it. */
static void end_track(struct legal_track *track, const struct legal *legal)
{
    const struct legal_follower *f = &legal->follower;
    bool its = track->state == ARMED && track->begin == (uint32_t)f->start.frame - LEAD;
    double frames = legal_follower_frames(f);
    bool fits = frames + 2 * LEAD <= LEGAL_TRACK_FRAMES;
    if (!its) {
        return;
    }
    track->start = f->start;
    track->frames = frames;
    track->window = legal->snapshot.window;
    atomic_signal_fence(memory_order_seq_cst);
    track->state = f->locked && fits ? ENDED : FREE;
}

void legal_capture_ended(struct legal *legal)
{
    for (unsigned n = 0; n < 2; n++) {
        end_track(&legal->harmonics->track[n], legal);
    }
}

void legal_capture_plan(struct legal *legal)
{
    legal->harmonics->next_begin = (uint32_t)legal->follower.end.frame - LEAD;
    legal->harmonics->next_window = legal->snapshot.window + 2;
}

/* A free track is for the window after the one that is under way: its beginning is known, and some
 * of it must still be ahead. */
static void arm_track(struct legal_track *track, struct legal *legal)
{
    struct legal_harmonics *harmonics = legal->harmonics;
    uint32_t begin;
    uint32_t window;
    uint32_t writes;
    do {
        writes = legal_read_begin(legal);
        begin = harmonics->next_begin;
        window = harmonics->next_window;
    } while (legal_read_interrupted(legal, writes));
    uint32_t frame = *(const volatile uint32_t *)&legal->sampler.frame;
    if (window == harmonics->armed_window || legal_ahead(frame, begin) < MARGIN) {
        return;
    }
    harmonics->armed_window = window;
    track->phase = (uint8_t)(window % legal->config->phases);
    track->begin = begin;
    atomic_signal_fence(memory_order_seq_cst);
    track->state = ARMED;
}

/* All that the interpolation reaches has been sampled. */
static bool is_ready(const struct legal_track *track, const struct legal *legal)
{
    if (track->state != ENDED) {
        return false;
    }
    atomic_signal_fence(memory_order_seq_cst);
    uint32_t needed = (uint32_t)track->frames + 2 * LEAD;
    uint32_t taken = *(const volatile uint32_t *)&legal->sampler.frame - track->begin;
    return taken >= needed;
}

bool legal_harmonics_step(struct legal *legal, struct legal_scratch *scratch)
{
    bool analysed = false;
    for (unsigned n = 0; legal->harmonics && n < 2; n++) {
        struct legal_track *track = &legal->harmonics->track[n];
        if (!analysed && is_ready(track, legal)) {
            legal_spectrum_of(legal, track, scratch);
            atomic_signal_fence(memory_order_seq_cst);
            track->state = FREE;
            analysed = true;
        }
        if (track->state == FREE) {
            arm_track(track, legal);
        }
    }
    return analysed;
}
