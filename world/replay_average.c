#include "world/replay.h"

#include <math.h>

/* Sums over a loop, of a voltage and a current. */
struct sums {
    double u;
    double i;
    double uu;
    double ii;
    double ui;
    struct phasor u1; /* conjugates of the fundamental */
    struct phasor i1;
};

static struct sums sums_of(const struct loop *loop, const double *u, const double *i)
{
    struct sums s = {0};
    for (size_t n = 0; n < loop->samples; n++) {
        size_t turned = n * loop->periods % loop->samples;
        struct phasor unit = phasor_polar(1, TWO_PI * (double)turned / (double)loop->samples);
        s.u += u[n];
        s.i += i[n];
        s.uu += u[n] * u[n];
        s.ii += i[n] * i[n];
        s.ui += u[n] * i[n];
        phasor_add(&s.u1, u[n], unit);
        phasor_add(&s.i1, i[n], unit);
    }
    return s;
}

/* Means without DC, as a meter has them. */
static struct world_phase phase_of(const struct sums *s, double count)
{
    double u = s->u / count;
    double i = s->i / count;
    struct world_phase phase = {
        .u_v = sqrt(fmax(0, s->uu / count - u * u)),
        .i_a = sqrt(fmax(0, s->ii / count - i * i)),
        .p_w = s->ui / count - u * i,
        .p1_w = 2 / (count * count) * phasor_active(s->u1, s->i1),
        .q1_var = -2 / (count * count) * phasor_reactive(s->u1, s->i1),
    };
    phase.s_va = phase.u_v * phase.i_a;
    phase.angle_ui_deg = phasor_lag_deg((struct phasor){phase.p1_w, phase.q1_var});
    return phase;
}

struct world_quantities replay_average(const struct replay *replay)
{
    const struct loop *loop = &replay->loop;
    struct world_quantities average = {
        .frequency_hz = replay->recording.rate_hz * (double)loop->periods / (double)loop->samples,
    };
    struct phasor first = {0};
    for (unsigned p = 0; p < replay->channels / 2; p++) {
        unsigned c = 2 * p % replay->recording.channels;
        struct sums s =
            sums_of(loop, replay->recording.channel[c], replay->recording.channel[c + 1]);
        if (p == 0) {
            first = s.u1;
        }
        average.phase[p] = phase_of(&s, (double)loop->samples);
        struct phasor against = {phasor_active(s.u1, first), phasor_reactive(s.u1, first)};
        average.phase[p].angle_uu_deg =
            replay->recording.channels == 2 ? 120.0 * p : phasor_lag_deg(against);
    }
    return average;
}
