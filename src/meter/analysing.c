#include "meter/analysing.h"

void analysing_init(struct meter *meter, const struct meter_setup *setup)
{
    bool able = meter->legal && meter->config.harmonics && setup->harmonics && setup->scratch;
    meter->scratch = able ? setup->scratch : NULL;
}

void analysing_step(struct meter *meter)
{
    if (meter->scratch) {
        (void)legal_harmonics_step(meter->legal, meter->scratch);
    }
}
