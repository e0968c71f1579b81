#include "world/tally.h"

#include <math.h>

static void add_power(struct house_power *sum, double seconds, const struct house_power *power)
{
    sum->uu += seconds * power->uu;
    sum->ii += seconds * power->ii;
    sum->p += seconds * power->p;
    sum->p1 += seconds * power->p1;
    sum->q1 += seconds * power->q1;
    sum->s += seconds * power->s;
}

static double within(double t_s, double begin_s, double end_s)
{
    return fmax(begin_s, fmin(end_s, t_s));
}

/* What of the state that took over lies between, part by part. */
static void add_parts(struct house_power *sum, const struct house *house, unsigned phase,
                      double begin_s, double end_s)
{
    const struct house_part *part = house->part[phase];
    for (unsigned n = 0; n < house->parts[phase]; n++) {
        double from_s = within(part[n].begin_s, begin_s, end_s);
        double to_s = n + 1 < house->parts[phase] ? part[n + 1].begin_s : end_s;
        to_s = within(to_s, begin_s, end_s);
        if (!(to_s > from_s)) {
            continue;
        }
        struct house_power power = house_power_at(house, phase, part[n].residual);
        add_power(sum, to_s - from_s, &power);
    }
}

void tally_part(struct tally *tally, const struct house *house, double begin_s, double end_s)
{
    tally->seconds += end_s - begin_s;
    tally->periods += house_periods(house, end_s) - house_periods(house, begin_s);
    for (unsigned p = 0; p < house->phases; p++) {
        double takeover_s = within(house->takeover_s[p], begin_s, end_s);
        add_power(&tally->power[p], takeover_s - begin_s, &house->before.power[p]);
        add_parts(&tally->power[p], house, p, begin_s, end_s);
    }
}

void tally_now(struct tally *tally, const struct house *house, double t_s)
{
    tally->seconds += 1;
    tally->periods += house->now.frequency_hz;
    for (unsigned p = 0; p < house->phases; p++) {
        double residual = house_part_at(house, p, t_s)->residual;
        struct house_power power = house_power_at(house, p, residual);
        add_power(&tally->power[p], 1, &power);
    }
}

static struct world_phase phase_means(const struct house_power *sum, double seconds, double lag)
{
    return (struct world_phase){
        .u_v = sqrt(sum->uu / seconds),
        .i_a = sqrt(sum->ii / seconds),
        .p_w = sum->p / seconds,
        .p1_w = sum->p1 / seconds,
        .q1_var = sum->q1 / seconds,
        .s_va = sum->s / seconds,
        .angle_ui_deg = phasor_lag_deg((struct phasor){sum->p1, sum->q1}),
        .angle_uu_deg = 360 * lag,
    };
}

struct world_quantities tally_means(const struct tally *tally, const struct house *house)
{
    struct world_quantities means = {.frequency_hz = tally->periods / tally->seconds};
    for (unsigned p = 0; p < house->phases; p++) {
        means.phase[p] =
            phase_means(&tally->power[p], tally->seconds, house->scenario->phase[p].lag);
    }
    return means;
}
