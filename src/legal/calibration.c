#include "legal/steps.h"

#include <stdatomic.h>

enum {
    GAIN_MAX_PPB = 100000000,
    ANGLE_MAX_NRAD = 200000000,
    COLDEST_MC = -100000,
    HOTTEST_MC = 200000,
};

static bool within(int32_t value, int32_t limit)
{
    return value >= -limit && value <= limit;
}

static int32_t offset_limit_uw(const struct legal_config *config)
{
    uint64_t full_uw = (uint64_t)config->u_full_scale_mv * config->i_full_scale_ma;
    uint64_t share_uw = full_uw / 2 / 100;
    return share_uw < INT32_MAX ? (int32_t)share_uw : INT32_MAX;
}

static bool plausible_phase(const struct legal_config *config,
                            const struct legal_calibration_phase *phase)
{
    int32_t offset_uw = offset_limit_uw(config);
    return within(phase->u_gain_ppb, GAIN_MAX_PPB) && within(phase->i_gain_ppb, GAIN_MAX_PPB) &&
           within(phase->angle_nrad, ANGLE_MAX_NRAD) && within(phase->core_nrad, ANGLE_MAX_NRAD) &&
           within(phase->p_offset_uw, offset_uw) && within(phase->q_offset_uvar, offset_uw);
}

static bool plausible_ratio(const struct legal_ratio *ratio)
{
    return ratio->primary >= 1 && ratio->primary <= LEGAL_RATIO_MAX && ratio->secondary >= 1 &&
           ratio->secondary <= LEGAL_RATIO_MAX;
}

static bool is_one(const struct legal_ratio *ratio)
{
    return ratio->primary == ratio->secondary;
}

static bool plausible_transformers(const struct legal_config *config,
                                   const struct legal_transformers *t)
{
    return plausible_ratio(&t->current) && plausible_ratio(&t->voltage) &&
           (config->transformers || (is_one(&t->current) && is_one(&t->voltage)));
}

bool legal_parameters_plausible(const struct legal_config *config,
                                const struct legal_parameters *parameters)
{
    bool plausible = plausible_transformers(config, &parameters->transformers);
    for (unsigned phase = 0; phase < config->phases; phase++) {
        plausible = plausible && plausible_phase(config, &parameters->calibration.phase[phase]);
    }
    return plausible;
}

void legal_parameters_init(struct legal *legal, const struct legal_calibration *calibration)
{
    const struct legal_ratio one = {1, 1};
    legal->parameters = (struct legal_parameters){
        .calibration = *calibration,
        .transformers = {.current = one, .voltage = one},
    };
    legal->temperature_mc = LEGAL_REFERENCE_MC;
    legal_scale_renew(legal);
}

/* Refuses what is behind the seal. */
static bool refused(struct legal *legal)
{
    if (!legal->parameters.sealed) {
        return false;
    }
    legal->parameters.refused++;
    legal->changes++;
    return true;
}

/* The window task, which interrupts this, takes a calibration only while it stands whole. */
static void change(struct legal *legal, const struct legal_parameters *changed)
{
    legal->rescale = false;
    atomic_signal_fence(memory_order_seq_cst);
    legal->parameters = *changed;
    atomic_signal_fence(memory_order_seq_cst);
    legal->rescale = true;
    legal->changes++;
}

static int set(struct legal *legal, const struct legal_parameters *changed)
{
    if (refused(legal)) {
        return LEGAL_SEALED;
    }
    if (!legal_parameters_plausible(legal->config, changed)) {
        return LEGAL_IMPLAUSIBLE;
    }
    change(legal, changed);
    return LEGAL_SET;
}

int legal_calibrate(struct legal *legal, const struct legal_calibration *calibration)
{
    struct legal_parameters changed = legal->parameters;
    changed.calibration = *calibration;
    return set(legal, &changed);
}

int legal_set_transformers(struct legal *legal, const struct legal_transformers *transformers)
{
    struct legal_parameters changed = legal->parameters;
    changed.transformers = *transformers;
    return set(legal, &changed);
}

void legal_seal(struct legal *legal)
{
    legal->changes += !legal->parameters.sealed;
    legal->parameters.sealed = true;
}

const struct legal_parameters *legal_parameters(const struct legal *legal)
{
    return &legal->parameters;
}

void legal_set_temperature(struct legal *legal, int32_t temperature_mc)
{
    int32_t held = temperature_mc < COLDEST_MC ? COLDEST_MC : temperature_mc;
    held = held > HOTTEST_MC ? HOTTEST_MC : held;
    if (held != legal->temperature_mc) {
        legal->temperature_mc = held;
        legal->rescale = true;
    }
}

void legal_scale_renew(struct legal *legal)
{
    legal->rescale = false;
    atomic_signal_fence(memory_order_seq_cst);
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        legal_measure_init(&legal->scale[phase], legal->config,
                           &legal->parameters.calibration.phase[phase],
                           (legal->temperature_mc - LEGAL_REFERENCE_MC) * 1e-3);
    }
}
