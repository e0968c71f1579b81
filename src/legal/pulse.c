#include "legal/steps.h"

/* At most one pulse in four frames (2 kHz): what is owed beyond that waits. */
static const int64_t rate_limit = LEGAL_PULSE_FULL / 4;

/* What an output counts of the total, in uWs. */
static int64_t counted_uws(const struct legal *legal, enum legal_pulse output)
{
    const struct legal_register *total = legal->energy[0];
    if (output == LEGAL_PULSE_ACTIVE) {
        return total[LEGAL_ENERGY_A_IMPORT].uws + total[LEGAL_ENERGY_A_EXPORT].uws;
    }
    return total[LEGAL_ENERGY_R1].uws + total[LEGAL_ENERGY_R2].uws + total[LEGAL_ENERGY_R3].uws +
           total[LEGAL_ENERGY_R4].uws;
}

static void owe(struct legal *legal, enum legal_pulse output)
{
    struct legal_debt *debt = &legal->debt[output];
    int64_t counted = counted_uws(legal, output);
    debt->owed += (counted - debt->counted_uws) * debt->constant;
    debt->counted_uws = counted;
}

void legal_pulse_init(struct legal *legal)
{
    legal->debt[LEGAL_PULSE_ACTIVE] =
        (struct legal_debt){.constant = legal->config->pulses_per_kwh};
    legal->debt[LEGAL_PULSE_REACTIVE] =
        (struct legal_debt){.constant = legal->config->pulses_per_kvarh};
}

void legal_pulse_plan(struct legal *legal, int64_t frames_before, int64_t frames)
{
    for (unsigned output = 0; output < LEGAL_PULSES; output++) {
        struct legal_debt *debt = &legal->debt[output];
        owe(legal, output);
        debt->owed -= debt->rate * LEGAL_PULSE_STEP * frames_before;
        int64_t rate = debt->owed / (LEGAL_PULSE_STEP * frames);
        debt->rate = rate < rate_limit ? rate : rate_limit;
        legal->plan.rate[output] = (uint32_t)debt->rate;
    }
}

void legal_pulse_at_once(struct legal *legal, uint32_t pulses[LEGAL_PULSES])
{
    for (unsigned output = 0; output < LEGAL_PULSES; output++) {
        struct legal_accumulator *accumulator = &legal->sampler.pulse[output];
        struct legal_debt *debt = &legal->debt[output];
        owe(legal, output);
        int64_t steps = debt->owed / LEGAL_PULSE_STEP;
        debt->owed -= steps * LEGAL_PULSE_STEP;
        int64_t level = accumulator->level + steps;
        pulses[output] = (uint32_t)(level / LEGAL_PULSE_FULL);
        accumulator->level = (uint32_t)(level % LEGAL_PULSE_FULL);
        accumulator->count += pulses[output];
    }
}
