#include "legal/legal.h"

#include "base/need.h"
#include "legal/steps.h"

#include <stdatomic.h>

static void check_config(const struct legal_config *config)
{
    need(config->phases == 1 || config->phases == LEGAL_PHASES);
    need(config->nominal_hz == 50 || config->nominal_hz == 60);
    need(config->u_full_scale_mv > 0 && config->i_full_scale_ma > 0);
    need(config->u_nominal_mv <= config->u_full_scale_mv);
    need((uint64_t)config->u_full_scale_mv * config->i_full_scale_ma <= 8 * LEGAL_ENTRY_END_UWS);
    need(config->pulses_per_kwh >= 1 && config->pulses_per_kwh <= 100000);
    need(config->pulses_per_kvarh >= 1 && config->pulses_per_kvarh <= 100000);
}

void legal_init(struct legal *legal, const struct legal_config *config,
                const struct legal_calibration *calibration)
{
    check_config(config);
    *legal = (struct legal){.config = config};
    legal_parameters_init(legal, calibration);
    legal_follower_init(&legal->follower, config);
    legal_pulse_init(legal);
    legal_plan_first(legal);
    legal_sampler_init(&legal->sampler, config, &legal->plan);
}

bool legal_window_due(const struct legal *legal)
{
    return legal->due;
}

void legal_window(struct legal *legal)
{
    need(legal->due);
    atomic_signal_fence(memory_order_seq_cst);
    legal_write_begin(legal);
    if (legal->rescale) {
        legal_scale_renew(legal);
    }
    double means[LEGAL_PHASES][LEGAL_PRODUCTS];
    struct legal_measure measures[LEGAL_PHASES];
    double frames = legal_follower_frames(&legal->follower);
    struct legal_division division = legal_rate_divide(legal, frames);
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        legal_means(legal, phase, frames, means[phase]);
        division.ui[phase] = means[phase][LEGAL_UI] * frames;
        legal_measure_waves(legal, phase, means[phase], &measures[phase]);
    }
    legal_follow(legal, measures);
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        legal_measure_dc(legal, phase, means[phase]);
        legal_measure_powers(legal, phase, means[phase], &measures[phase]);
    }
    legal_snapshot_take(legal, measures);
    legal_ledger_add(legal, measures, frames / LEGAL_FRAME_HZ, &division);
    legal_plan_next(legal);
    legal_write_end(legal);
    legal->due = false;
    legal->planned = true;
}

void legal_frames(struct legal *legal, const int32_t *frames, size_t count)
{
    size_t channels = 2u * legal->config->phases;
    for (size_t frame = 0; frame < count; frame++) {
        legal_samples(legal, frames + frame * channels);
        if (legal->due) {
            legal_window(legal);
        }
    }
}

void legal_write_begin(struct legal *legal)
{
    legal->writes++;
    atomic_signal_fence(memory_order_seq_cst);
}

void legal_write_end(struct legal *legal)
{
    atomic_signal_fence(memory_order_seq_cst);
    legal->writes++;
}

/* A reader runs at a lower level than the window: it never looks while one is being written. */
uint32_t legal_read_begin(const struct legal *legal)
{
    uint32_t writes = legal->writes;
    atomic_signal_fence(memory_order_seq_cst);
    return writes;
}

bool legal_read_interrupted(const struct legal *legal, uint32_t writes)
{
    atomic_signal_fence(memory_order_seq_cst);
    return legal->writes != writes;
}

void legal_read(const struct legal *legal, struct legal_snapshot *snapshot)
{
    uint32_t writes;
    do {
        writes = legal_read_begin(legal);
        *snapshot = legal->snapshot;
    } while (legal_read_interrupted(legal, writes));
}

void legal_read_code(const struct legal *legal, unsigned phase, struct legal_code *code)
{
    need(phase >= 1 && phase <= legal->config->phases);
    const struct legal_scale *scale = &legal->scale[phase - 1];
    uint32_t writes;
    do {
        writes = legal_read_begin(legal);
        *code = (struct legal_code){.u_uv = (float)scale->u_uv, .i_na = (float)scale->i_na};
    } while (legal_read_interrupted(legal, writes));
}

int64_t legal_energy_uws(const struct legal *legal, unsigned phase, enum legal_energy energy)
{
    need(phase <= legal->config->phases && energy < LEGAL_ENERGIES);
    int64_t uws;
    uint32_t writes;
    do {
        writes = legal_read_begin(legal);
        uws = legal->energy[phase][energy].uws;
    } while (legal_read_interrupted(legal, writes));
    return uws;
}

int64_t legal_rate_energy_uws(const struct legal *legal, unsigned rate, enum legal_energy energy)
{
    need(rate >= 1 && rate <= LEGAL_RATES && energy < LEGAL_ENERGIES);
    int64_t uws;
    uint32_t writes;
    do {
        writes = legal_read_begin(legal);
        uws = legal->rate_uws[rate - 1][energy];
    } while (legal_read_interrupted(legal, writes));
    return uws;
}

uint32_t legal_pulses(const struct legal *legal, enum legal_pulse output)
{
    need(output < LEGAL_PULSES);
    return *(const volatile uint32_t *)&legal->sampler.pulse[output].count;
}

const struct legal_config *legal_configuration(const struct legal *legal)
{
    return legal->config;
}
