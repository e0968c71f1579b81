#include "legal/elementary.h"
#include "legal/steps.h"

enum { EFFECT_AFTER_EDGE = 1 + LEGAL_WINDOW_DEADLINE }; /* the edge is known one frame later */

/* A place `frames` (0..2^30) after the beginning of a frame's cell. */
static struct legal_position place_after(int64_t frame, double frames)
{
    int64_t whole = (int64_t)frames;
    return (struct legal_position){
        .frame = frame + whole,
        .fraction = (uint32_t)((frames - (double)whole) * 4294967296.0),
    };
}

/* The follower's step, and its phasor one frame before the one whose cell begins at `turns`. */
static void plan_phasor(struct legal_plan *plan, double hz, double turns)
{
    const double q36 = 68719476736.0;
    double half_turns = hz / (2 * LEGAL_FRAME_HZ);
    struct legal_circle half = legal_circle_at(half_turns);
    struct legal_circle phasor = legal_circle_at(turns - half_turns);
    plan->turn.one_minus_cos = (int32_t)legal_round(half.sin * half.sin * q36);
    plan->turn.sin = (int32_t)legal_round(half.sin * half.cos * q36);
    plan->c = (int32_t)legal_round(phasor.cos * LEGAL_PHASOR_ONE);
    plan->s = (int32_t)legal_round(phasor.sin * LEGAL_PHASOR_ONE);
}

/* `wave` is a period in frames. */
static struct legal_pace pace_of(double wave, bool known)
{
    const double q32 = 4294967296.0;
    const double q20 = 1048576.0;
    return (struct legal_pace){
        .half_period = (uint64_t)(wave / 2 * q32),
        .radian = (int32_t)(wave / LEGAL_TURN_RADIANS * q20),
        .known = known,
    };
}

/* From the beginning of `frame` on, where the follower's phase is `turns`. */
static void plan_from(struct legal *legal, int64_t frame, double turns)
{
    struct legal_follower *f = &legal->follower;
    double turns_left = legal_window_periods(legal->config) - turns;
    double wave = LEGAL_FRAME_HZ / f->hz;
    f->end = place_after(frame, turns_left * wave);
    plan_phasor(&legal->plan, f->hz, turns);
    legal->plan.edge = (uint32_t)f->end.frame;
    legal->plan.effect = (uint32_t)f->end.frame + EFFECT_AFTER_EDGE;
    legal->plan.pace = pace_of(wave, f->known);
}

double legal_window_periods(const struct legal_config *config)
{
    return config->nominal_hz == 60 ? 12 : 10;
}

void legal_plan_first(struct legal *legal)
{
    plan_from(legal, 0, 0);
}

void legal_plan_next(struct legal *legal)
{
    struct legal_follower *f = &legal->follower;
    int64_t frame = f->end.frame + EFFECT_AFTER_EDGE + 1;
    int64_t frames_before = f->end.frame - f->start.frame;
    f->start = f->end;
    f->kink = (double)(EFFECT_AFTER_EDGE + 1) - f->start.fraction / 4294967296.0;
    plan_from(legal, frame, f->kink * f->hz_before / LEGAL_FRAME_HZ);
    legal_pulse_plan(legal, frames_before, f->end.frame - f->start.frame);
}
