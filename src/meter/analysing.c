#include "meter/analysing.h"

/* Whether frames come is looked at so often: those who live by whole intervals have none. */
enum { LOOK_MS = 200 };

void analysing_init(struct meter *meter, const struct meter_setup *setup)
{
    const struct harmonics_method *method = setup->product->harmonics;
    bool able = meter->legal && method && setup->harmonics;
    meter->harmonics = able ? setup->harmonics : NULL;
    meter->source.method = method;
    meter->source.harmonics = meter->harmonics;
    if (able) {
        method->begin(meter->harmonics, &meter->config);
    }
}

/* Rounded up, so that they have passed. */
static int64_t ms_of(uint32_t frames)
{
    return (int64_t)frames * 1000 / LEGAL_FRAME_HZ + 1;
}

int64_t analysing_step(struct meter *meter)
{
    struct harmonics *harmonics = meter->harmonics;
    if (!meter->legal || !harmonics) {
        return INT64_MAX;
    }
    return harmonics->frame == 0 ? LOOK_MS
                                 : ms_of(meter->product->harmonics->step(harmonics, meter->legal));
}
