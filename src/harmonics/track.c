#include "harmonics/inside.h"

#include <stdatomic.h>

/* Frames that interpolation reaches beyond a window, rounded up. */
enum { REACH = HARMONICS_TAPS / 2 + 1 };

/* Frames that may pass while the track is made ready; between two looks at a meter that has not
 * found the mains' frequency; between two at a window that is a little late, and how long. */
enum { MARGIN = 16, PATIENCE = 1638, SOON = 8, LATE = 256 };

const struct harmonics_method harmonics_to_40th = {
    .begin = harmonics_begin,
    .step = harmonics_step,
    .order = harmonics_order,
    .thd_u_ppm = harmonics_thd_u_ppm,
    .thd_i_ppm = harmonics_thd_i_ppm,
};

void harmonics_begin(struct harmonics *harmonics, const struct legal_config *config)
{
    *harmonics = (struct harmonics){
        .phases = config->phases,
        .periods = config->nominal_hz / 5,
        .sinc3 = config->sinc3,
    };
}

/* Of a window, Q32 frames. */
static uint64_t length_of(const struct legal_snapshot *snapshot)
{
    uint64_t frames = (uint64_t)(snapshot->end.frame - snapshot->start.frame) << 32;
    return frames + snapshot->end.fraction - snapshot->start.fraction;
}

/* The first window that still begins late enough, were all as long as the last one, is expected in
 * the middle of the track; the other half of what it leaves is for the mains to change. */
static uint32_t make_ready(struct harmonics *harmonics, const struct legal *legal)
{
    struct legal_snapshot snapshot;
    legal_read(legal, &snapshot);
    uint32_t frames = (uint32_t)(length_of(&snapshot) >> 32);
    if (!snapshot.locked || frames > HARMONICS_FRAMES - 2 * REACH) {
        return PATIENCE;
    }
    uint32_t air = (HARMONICS_FRAMES - frames) / 2;
    uint32_t now = harmonics->frame;
    uint32_t begin = (uint32_t)snapshot.end.frame - air;
    int32_t late = (int32_t)(now + MARGIN - begin);
    uint32_t passed = late > 0 ? (uint32_t)late / frames + 1 : 0;
    begin += passed * frames;
    harmonics->window = snapshot.window + 1 + passed;
    harmonics->phase = (uint8_t)((harmonics->phase + 1) % harmonics->phases);
    harmonics->begin = begin;
    atomic_signal_fence(memory_order_seq_cst);
    harmonics->state = HARMONICS_RECORDING;
    if ((int32_t)(begin - harmonics->frame) < 0) { /* interrupts came between: too late */
        harmonics->state = HARMONICS_IDLE;
        return SOON;
    }
    return begin + HARMONICS_FRAMES - now;
}

/* So many periods of the frequency that was measured, Q32 frames. */
static uint64_t length_of_periods(unsigned periods, int64_t f_uhz)
{
    const uint64_t frame_uhz = LEGAL_FRAME_HZ * UINT64_C(1000000);
    return ((periods * frame_uhz << 24) / (uint64_t)f_uhz) << 8;
}

/* Where in the track the points lie: as many periods as the window should have had, around its
 * middle; it is as long as the ones before it were. False: they are not whole there, or the mains
 * were not known. */
static bool lay_points(struct harmonics *harmonics, const struct legal_snapshot *snapshot)
{
    if (!snapshot->locked) {
        return false;
    }
    uint64_t length = length_of_periods(harmonics->periods, snapshot->f_uhz);
    uint64_t start = (uint64_t)((uint32_t)snapshot->start.frame - harmonics->begin) << 32;
    start += snapshot->start.fraction + length_of(snapshot) / 2 - length / 2;
    uint32_t frames = (uint32_t)(length >> 32);
    uint32_t first = (uint32_t)(start >> 32);
    if (frames > HARMONICS_FRAMES || first < REACH ||
        first > HARMONICS_FRAMES - frames - REACH - 1) {
        return false;
    }
    harmonics->step = (uint32_t)(length / HARMONICS_POINTS);
    harmonics->place = start;
    harmonics->part = 0;
    harmonics_move(harmonics, HARMONICS_FRAMES - REACH - 1 - frames - first);
    return true;
}

/* All has been recorded; the window is measured soon after its end, if it was not long ago. */
static uint32_t begin_analysis(struct harmonics *harmonics, const struct legal *legal, int32_t late)
{
    struct legal_snapshot snapshot;
    legal_read(legal, &snapshot);
    int32_t missing = (int32_t)(harmonics->window - snapshot.window);
    if (missing > 0 && late < LATE) {
        return SOON;
    }
    harmonics->state = HARMONICS_IDLE;
    if (missing == 0 && lay_points(harmonics, &snapshot)) {
        harmonics->state = HARMONICS_ANALYSING;
    }
    return 0;
}

static uint32_t follow_recording(struct harmonics *harmonics, const struct legal *legal)
{
    int32_t left = (int32_t)(harmonics->begin + HARMONICS_FRAMES - harmonics->frame);
    atomic_signal_fence(memory_order_seq_cst);
    return left > 0 ? (uint32_t)left : begin_analysis(harmonics, legal, -left);
}

uint32_t harmonics_step(struct harmonics *harmonics, const struct legal *legal)
{
    switch (harmonics->state) {
    case HARMONICS_RECORDING:
        return follow_recording(harmonics, legal);
    case HARMONICS_ANALYSING:
        if (harmonics_analyse(harmonics)) {
            harmonics->state = HARMONICS_IDLE;
        }
        return 0;
    default:
        return make_ready(harmonics, legal);
    }
}
