#include "legal/elementary.h"
#include "legal/steps.h"

enum { TURN_UDEG = 360000000 };

/* Of -1..1. */
static int32_t udeg(double turns)
{
    int32_t rounded = (int32_t)legal_round(turns * TURN_UDEG);
    rounded += rounded < 0 ? TURN_UDEG : 0;
    return rounded < TURN_UDEG ? rounded : rounded - TURN_UDEG;
}

static int32_t pf_ppm(int64_t p_uw, int64_t s_uva)
{
    if (s_uva <= 0) {
        return 0;
    }
    double pf = (double)p_uw / (double)s_uva;
    pf = pf > 1 ? 1 : pf < -1 ? -1 : pf;
    return (int32_t)legal_round(pf * 1e6);
}

static void take_phase(struct legal_phase *shown, const struct legal_measure *m,
                       double angle_of_l1_turns)
{
    shown->u_uv = legal_round(m->u_uv);
    shown->i_na = legal_round(m->i_na);
    shown->p_uw = legal_round(m->p_uw);
    shown->p1_uw = legal_round(m->p1_uw);
    shown->q1_uvar = legal_round(m->q1_uvar);
    shown->s_uva = legal_round(m->s_uva);
    shown->pf_ppm = pf_ppm(shown->p_uw, shown->s_uva);
    shown->angle_ui_udeg = udeg(m->angle_ui_turns);
    shown->angle_uu_udeg = udeg(angle_of_l1_turns - m->angle_turns);
    shown->alive = m->alive;
}

static void add_up(struct legal_snapshot *snapshot, unsigned phases)
{
    struct legal_total total = {0};
    snapshot->missing = 0;
    for (unsigned phase = 0; phase < phases; phase++) {
        const struct legal_phase *part = &snapshot->phase[phase];
        total.i_na += part->i_na;
        total.p_uw += part->p_uw;
        total.p1_uw += part->p1_uw;
        total.q1_uvar += part->q1_uvar;
        total.s_uva += part->s_uva;
        snapshot->missing |= (uint8_t)(part->alive ? 0 : 1u << phase);
    }
    total.pf_ppm = pf_ppm(total.p_uw, total.s_uva);
    snapshot->total = total;
}

/* A frame's instant is the middle of its cell; the frame that undone droop shows is the one
 * before. */
struct legal_position legal_position_shown(const struct legal *legal, struct legal_position place)
{
    const uint32_t half = UINT32_C(1) << 31;
    place.frame -= place.fraction < half;
    place.fraction -= half;
    place.frame -= legal->config->sinc3;
    return place;
}

void legal_snapshot_take(struct legal *legal, const struct legal_measure *measures)
{
    struct legal_snapshot *snapshot = &legal->snapshot;
    const struct legal_follower *follower = &legal->follower;
    snapshot->window++;
    snapshot->start = legal_position_shown(legal, follower->start);
    snapshot->end = legal_position_shown(legal, follower->end);
    snapshot->locked = follower->locked;
    snapshot->f_uhz = snapshot->locked ? legal_round(follower->measured_hz * 1e6) : 0;
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        take_phase(&snapshot->phase[phase], &measures[phase], measures[0].angle_turns);
    }
    add_up(snapshot, legal->config->phases);
}
