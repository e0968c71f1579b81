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

void tally_part(struct tally *tally, const struct house *house, double begin_s, double end_s)
{
    tally->seconds += end_s - begin_s;
    tally->periods += house_periods(house, end_s) - house_periods(house, begin_s);
    for (unsigned p = 0; p < house->phases; p++) {
        double takeover_s = fmax(begin_s, fmin(end_s, house->takeover_s[p]));
        add_power(&tally->power[p], takeover_s - begin_s, &house->before.power[p]);
        add_power(&tally->power[p], end_s - takeover_s, &house->now.power[p]);
    }
}

void tally_now(struct tally *tally, const struct house *house)
{
    tally->seconds += 1;
    tally->periods += house->now.frequency_hz;
    for (unsigned p = 0; p < house->phases; p++)
        add_power(&tally->power[p], 1, &house->now.power[p]);
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
    for (unsigned p = 0; p < house->phases; p++)
        means.phase[p] =
            phase_means(&tally->power[p], tally->seconds, house->scenario->phase[p].lag);
    return means;
}
