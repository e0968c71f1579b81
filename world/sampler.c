#include "world/sampler.h"

#include <math.h>
#include <string.h>

void sampler_begin(struct sampler *sampler, const struct world_frontend *frontend, unsigned phases,
                   uint64_t seed)
{
    sampler->frontend = frontend_begin(frontend, phases, seed);
    sampler->block = UINT64_MAX;
}

/* ---- signals ---- */

static void signals_now(struct sampler *sampler, const struct house *house)
{
    struct phasor spectrum[PHASOR_ORDERS];
    for (unsigned c = 0; c < sampler->frontend.channels; c++) {
        if (c % 2 == 0)
            house_voltage(house, c / 2, spectrum);
        else
            house_current(house, c / 2, spectrum);
        frontend_signal(&sampler->frontend, c, house->now.frequency_hz, spectrum, &sampler->now[c]);
    }
}

void sampler_first_second(struct sampler *sampler, const struct house *house)
{
    signals_now(sampler, house);
    memcpy(sampler->before, sampler->now, sizeof sampler->now);
}

void sampler_next_second(struct sampler *sampler, const struct house *house)
{
    memcpy(sampler->before, sampler->now, sizeof sampler->now);
    signals_now(sampler, house);
}

/* ---- values ---- */

/* The first frame of a second that is taken at or after `t_s`. */
static size_t frame_at(double t_s)
{
    double frame = ceil(t_s * WORLD_FRAME_HZ - 0.5);
    return frame > 0 ? (size_t)frame : 0;
}

/* Frames `from` .. `to` - 1 of the present second, in the block that begins with frame `begin`, on
 * both channels of a phase; all in one state of the phase and at one frequency. */
static void add_part(struct sampler *sampler, const struct house *house, unsigned phase,
                     size_t begin, size_t from, size_t to)
{
    double t_s = ((double)from + 0.5) / WORLD_FRAME_HZ;
    double periods = house_periods(house, t_s) - house->scenario->phase[phase].lag;
    bool new_frequency = from >= frame_at(house->takeover_s[0]);
    bool new_state = from >= frame_at(house->takeover_s[phase]);
    double frequency_hz = new_frequency ? house->now.frequency_hz : house->before.frequency_hz;
    const struct synth_signal *signals = new_state ? sampler->now : sampler->before;
    for (unsigned c = 2 * phase; c < 2 * phase + 2; c++)
        synth_add(&signals[c], periods, frequency_hz / WORLD_FRAME_HZ, to - from,
                  &sampler->values[c][from - begin]);
}

/* The block is cut where the frequency and where the phase's state change. */
static void add_phase(struct sampler *sampler, const struct house *house, unsigned phase,
                      size_t begin)
{
    const size_t end = begin + SYNTH_RUN;
    const size_t cut[3] = {frame_at(house->takeover_s[0]), frame_at(house->takeover_s[phase]), end};
    size_t from = begin;
    for (int n = 0; n < 3; n++) {
        size_t to = cut[n] < end ? cut[n] : end;
        if (to > from) {
            add_part(sampler, house, phase, begin, from, to);
            from = to;
        }
    }
}

void sampler_block(struct sampler *sampler, const struct house *house, uint64_t frame)
{
    uint64_t block = frame - frame % SYNTH_RUN;
    if (sampler->block == block)
        return;
    sampler->block = block;
    memset(sampler->values, 0, sizeof sampler->values);
    for (unsigned p = 0; p < house->phases; p++)
        add_phase(sampler, house, p, block % WORLD_FRAME_HZ);
}
