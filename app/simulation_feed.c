#include "app/simulation_feed.h"

#include <math.h>

/* As meter_frames(), and tells each pulse at its frame. */
static void take_watched(struct simulation *simulation, const int32_t *frames, size_t count)
{
    struct legal *legal = simulation->meter.legal;
    const struct simulation_watcher *watcher = simulation->watcher;
    size_t channels = 2U * simulation->meter.config.phases;
    watcher->frames(watcher->context, frames, count);
    for (size_t i = 0; i < count; i++) {
        const int32_t *frame = frames + i * channels;
        unsigned fired = legal_samples(legal, frame);
        if (simulation->meter.harmonics) {
            harmonics_take(simulation->meter.harmonics, frame);
        }
        if (fired != 0) {
            watcher->pulses(watcher->context, simulation->frames + i, fired);
        }
        if (legal_window_due(legal)) {
            legal_window(legal);
        }
    }
}

void feed_frames(struct simulation *simulation, size_t count)
{
    int32_t frames[FEED_MOST * LEGAL_CHANNELS];
    world_frames(simulation->world, frames, count);
    if (simulation->watcher) {
        take_watched(simulation, frames, count);
    } else {
        meter_frames(&simulation->meter, frames, count);
    }
}

/* Within an interval the power is one: its pulses are evenly spread. */
static void tell_pulses(const struct simulation *simulation, uint32_t frames,
                        const uint32_t pulses[LEGAL_PULSES])
{
    const struct simulation_watcher *watcher = simulation->watcher;
    for (unsigned output = 0; watcher && output < LEGAL_PULSES; output++) {
        for (uint32_t i = 0; i < pulses[output]; i++) {
            uint64_t at = (uint64_t)frames * (2 * i + 1) / (2U * pulses[output]);
            watcher->pulses(watcher->context, simulation->frames + at, 1U << output);
        }
    }
}

static int32_t to_udeg(double degrees)
{
    return (int32_t)(llround(degrees * 1e6) % 360000000);
}

/* No more than the converters could show, as samples would not either. */
static int64_t to_uw(const struct legal_config *legal, double power_w)
{
    int64_t most_uw = (int64_t)legal->u_full_scale_mv * legal->i_full_scale_ma;
    return llround(fmax(-(double)most_uw, fmin(power_w * 1e6, (double)most_uw)));
}

static struct legal_phase to_legal(const struct legal_config *legal,
                                   const struct world_phase *truth)
{
    return (struct legal_phase){
        .u_uv = llround(truth->u_v * 1e6),
        .i_na = llround(truth->i_a * 1e9),
        .p_uw = to_uw(legal, truth->p_w),
        .p1_uw = to_uw(legal, truth->p1_w),
        .q1_uvar = to_uw(legal, truth->q1_var),
        .angle_ui_udeg = to_udeg(truth->angle_ui_deg),
        .angle_uu_udeg = to_udeg(truth->angle_uu_deg),
    };
}

void feed_interval(struct simulation *simulation, uint32_t frames)
{
    struct world_quantities truth;
    world_interval(simulation->world, frames, &truth);
    struct legal_interval interval = {
        .frames = frames,
        .f_uhz = llround(truth.frequency_hz * 1e6),
    };
    for (int phase = 0; phase < LEGAL_PHASES; phase++) {
        interval.phase[phase] = to_legal(&simulation->meter.config, &truth.phase[phase]);
    }
    uint32_t pulses[LEGAL_PULSES];
    legal_direct(simulation->meter.legal, &interval, pulses);
    tell_pulses(simulation, frames, pulses);
}
