#include "legal/steps.h"

/* At most one pulse in four frames (2 kHz): what is owed beyond that waits. */
static const int64_t rate_limit = LEGAL_PULSE_FULL / 4;

static const int64_t owed_limit = INT64_C(1) << 61;

/* Takes over what the ledger has counted; the fraction of a uWs waits there for the next. An output
 * whose constant is too high for its load falls behind without end, but only so far. */
static void owe(struct legal_debt *debt)
{
    debt->owed += debt->counted.uws * debt->constant;
    debt->owed = debt->owed < owed_limit ? debt->owed : owed_limit;
    debt->counted.uws = 0;
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
        owe(debt);
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
        owe(debt);
        int64_t steps = debt->owed / LEGAL_PULSE_STEP;
        debt->owed -= steps * LEGAL_PULSE_STEP;
        int64_t level = accumulator->level + steps;
        pulses[output] = (uint32_t)(level / LEGAL_PULSE_FULL);
        accumulator->level = (uint32_t)(level % LEGAL_PULSE_FULL);
        accumulator->count += pulses[output];
    }
}

/* All that was ever counted, less whole pulses. */
static uint32_t level_of(int64_t uws, int64_t constant)
{
    const int64_t kwh_uws = (int64_t)LEGAL_PULSE_FULL * LEGAL_PULSE_STEP;
    return (uint32_t)(uws % kwh_uws * constant % kwh_uws / LEGAL_PULSE_STEP);
}

void legal_pulse_align(struct legal *legal)
{
    const struct legal_register *energy = legal->energy[0];
    int64_t active = energy[LEGAL_ENERGY_A_IMPORT].uws + energy[LEGAL_ENERGY_A_EXPORT].uws;
    int64_t reactive = 0;
    for (unsigned quadrant = LEGAL_ENERGY_R1; quadrant <= LEGAL_ENERGY_R4; quadrant++) {
        reactive = (reactive + energy[quadrant].uws) % LEGAL_ENERGY_END_UWS;
    }
    legal->sampler.pulse[LEGAL_PULSE_ACTIVE].level =
        level_of(active, legal->debt[LEGAL_PULSE_ACTIVE].constant);
    legal->sampler.pulse[LEGAL_PULSE_REACTIVE].level =
        level_of(reactive, legal->debt[LEGAL_PULSE_REACTIVE].constant);
}
