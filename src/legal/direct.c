#include "legal/elementary.h"
#include "legal/steps.h"

#include "base/need.h"

static bool within_range(int64_t power, uint32_t frames)
{
    int64_t limit = LEGAL_ENTRY_END_UWS / frames * LEGAL_FRAME_HZ;
    return power <= limit && power >= -limit;
}

static void measure_from(const struct legal *legal, const struct legal_phase *phase,
                         struct legal_measure *m)
{
    m->u_uv = (double)phase->u_uv;
    m->i_na = (double)phase->i_na;
    m->p_uw = (double)phase->p_uw;
    m->p1_uw = (double)phase->p1_uw;
    m->q1_uvar = (double)phase->q1_uvar;
    m->s_uva = m->u_uv * m->i_na * 1e-9;
    m->angle_ui_turns = phase->angle_ui_udeg / 360e6;
    m->angle_turns = -phase->angle_uu_udeg / 360e6;
    m->alive = m->u_uv >= legal->config->u_nominal_mv * 1e2;
}

static bool any_alive(const struct legal *legal, const struct legal_measure *measures)
{
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        if (measures[phase].alive) {
            return true;
        }
    }
    return false;
}

void legal_direct(struct legal *legal, const struct legal_interval *interval,
                  uint32_t pulses[LEGAL_PULSES])
{
    need(interval->frames > 0 && interval->frames <= 60 * LEGAL_FRAME_HZ);
    uint32_t fired[LEGAL_PULSES];
    struct legal_measure measures[LEGAL_PHASES] = {0};
    struct legal_follower *follower = &legal->follower;
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        need(within_range(interval->phase[phase].p_uw, interval->frames));
        need(within_range(interval->phase[phase].q1_uvar, interval->frames));
        measure_from(legal, &interval->phase[phase], &measures[phase]);
    }
    struct legal_division whole = {.rate = legal->rate_wanted};
    legal_write_begin(legal);
    follower->end.frame = follower->start.frame + interval->frames;
    follower->end.fraction = follower->start.fraction;
    follower->measured_hz = (double)interval->f_uhz * 1e-6;
    follower->locked = any_alive(legal, measures);
    legal_snapshot_take(legal, measures);
    legal_ledger_add(legal, measures, (double)interval->frames / LEGAL_FRAME_HZ, &whole);
    follower->start = follower->end;
    legal_pulse_at_once(legal, fired);
    legal_write_end(legal);
    for (unsigned output = 0; pulses && output < LEGAL_PULSES; output++) {
        pulses[output] = fired[output];
    }
}
