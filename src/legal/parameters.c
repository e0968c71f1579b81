#include "base/reader.h"
#include "base/writer.h"
#include "legal/steps.h"

enum { UNSEALED = 0, SEALED = 1 };

static void write_drift(struct writer *w, const struct legal_drift *drift)
{
    writer_u32(w, (uint32_t)drift->ppt_per_k);
    writer_u32(w, (uint32_t)drift->ppt_per_k2);
}

static void write_phase(struct writer *w, const struct legal_calibration_phase *phase)
{
    writer_u32(w, (uint32_t)phase->u_gain_ppb);
    writer_u32(w, (uint32_t)phase->i_gain_ppb);
    write_drift(w, &phase->u_drift);
    write_drift(w, &phase->i_drift);
    writer_u32(w, (uint32_t)phase->angle_nrad);
    writer_u32(w, (uint32_t)phase->core_nrad);
    writer_u32(w, (uint32_t)phase->angle_nrad_per_k);
    writer_u32(w, (uint32_t)phase->p_offset_uw);
    writer_u32(w, (uint32_t)phase->q_offset_uvar);
    writer_u32(w, phase->u_noise_uv);
    writer_u32(w, phase->i_noise_na);
}

static void write_ratio(struct writer *w, const struct legal_ratio *ratio)
{
    writer_u32(w, ratio->primary);
    writer_u32(w, ratio->secondary);
}

size_t legal_parameters_write(const struct legal *legal, uint8_t octets[LEGAL_PARAMETERS_SIZE])
{
    const struct legal_parameters *parameters = &legal->parameters;
    struct writer w = writer_over(octets, LEGAL_PARAMETERS_SIZE);
    writer_u8(&w, legal->config->phases);
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        write_phase(&w, &parameters->calibration.phase[phase]);
    }
    write_ratio(&w, &parameters->transformers.current);
    write_ratio(&w, &parameters->transformers.voltage);
    writer_u8(&w, parameters->sealed ? SEALED : UNSEALED);
    writer_u32(&w, parameters->refused);
    return writer_kept(&w);
}

static int32_t take_signed(struct reader *r)
{
    return (int32_t)reader_u32(r);
}

static struct legal_drift take_drift(struct reader *r)
{
    struct legal_drift drift = {.ppt_per_k = take_signed(r)};
    drift.ppt_per_k2 = take_signed(r);
    return drift;
}

static void take_phase(struct reader *r, struct legal_calibration_phase *phase)
{
    phase->u_gain_ppb = take_signed(r);
    phase->i_gain_ppb = take_signed(r);
    phase->u_drift = take_drift(r);
    phase->i_drift = take_drift(r);
    phase->angle_nrad = take_signed(r);
    phase->core_nrad = take_signed(r);
    phase->angle_nrad_per_k = take_signed(r);
    phase->p_offset_uw = take_signed(r);
    phase->q_offset_uvar = take_signed(r);
    phase->u_noise_uv = reader_u32(r);
    phase->i_noise_na = reader_u32(r);
}

static struct legal_ratio take_ratio(struct reader *r)
{
    struct legal_ratio ratio = {.primary = reader_u32(r)};
    ratio.secondary = reader_u32(r);
    return ratio;
}

int legal_parameters_read(struct legal *legal, const uint8_t *octets, size_t size)
{
    struct legal_parameters taken = {0};
    struct reader r = reader_over(octets, size);
    bool sound = reader_u8(&r) == legal->config->phases;
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        take_phase(&r, &taken.calibration.phase[phase]);
    }
    taken.transformers.current = take_ratio(&r);
    taken.transformers.voltage = take_ratio(&r);
    uint8_t seal = reader_u8(&r);
    taken.sealed = seal == SEALED;
    taken.refused = reader_u32(&r);
    sound = sound && reader_done(&r) && seal <= SEALED &&
            legal_parameters_plausible(legal->config, &taken);
    if (!sound) {
        return -1;
    }
    legal->parameters = taken;
    legal->rescale = true;
    return 0;
}
