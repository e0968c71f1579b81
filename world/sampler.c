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

static void signals_of_phase(struct sampler *sampler, const struct house *house, unsigned phase,
                             double residual)
{
    double frequency_hz = house->now.frequency_hz;
    struct phasor spectrum[PHASOR_ORDERS];
    unsigned c = 2 * phase;
    house_voltage(house, phase, residual, spectrum);
    frontend_signal(&sampler->frontend, c, frequency_hz, spectrum, &sampler->now[c]);
    house_current(house, phase, residual, spectrum);
    frontend_signal(&sampler->frontend, c + 1, frequency_hz, spectrum, &sampler->now[c + 1]);
    sampler->residual[phase] = residual;
}

/* Another part of the present state, when it is another. */
static void signals_disturbed(struct sampler *sampler, const struct house *house, unsigned phase,
                              double residual)
{
    if (residual != sampler->residual[phase]) {
        signals_of_phase(sampler, house, phase, residual);
    }
}

void sampler_leave_second(struct sampler *sampler, const struct house *house)
{
    for (unsigned p = 0; p < house->phases; p++) {
        signals_disturbed(sampler, house, p, house_part_at(house, p, 1)->residual);
    }
    memcpy(sampler->before, sampler->now, sizeof sampler->now);
}

void sampler_enter_second(struct sampler *sampler, const struct house *house)
{
    for (unsigned p = 0; p < house->phases; p++) {
        signals_of_phase(sampler, house, p, house_part_at(house, p, 0)->residual);
    }
}

void sampler_first_second(struct sampler *sampler, const struct house *house)
{
    sampler_enter_second(sampler, house);
    memcpy(sampler->before, sampler->now, sizeof sampler->now);
}

/* ---- values ---- */

/* The first frame of a second that is taken at or after `t_s`. */
static size_t frame_at(double t_s)
{
    double frame = ceil(t_s * WORLD_FRAME_HZ - 0.5);
    return frame > 0 ? (size_t)frame : 0;
}

static double frame_time_s(size_t frame)
{
    return ((double)frame + 0.5) / WORLD_FRAME_HZ;
}

/* Frames `from` .. `to` - 1 of the present second, in the block that begins with frame `begin`, on
 * both channels of a phase; all in one part of one state of the phase and at one frequency. */
static void add_part(struct sampler *sampler, const struct house *house, unsigned phase,
                     size_t begin, size_t from, size_t to)
{
    double t_s = frame_time_s(from);
    double periods = house_periods(house, t_s) - house->scenario->phase[phase].lag;
    bool new_frequency = from >= frame_at(house->takeover_s[0]);
    bool new_state = from >= frame_at(house->takeover_s[phase]);
    double frequency_hz = new_frequency ? house->now.frequency_hz : house->before.frequency_hz;
    if (new_state) {
        signals_disturbed(sampler, house, phase, house_part_at(house, phase, t_s)->residual);
    }
    const struct synth_signal *signals = new_state ? sampler->now : sampler->before;
    for (unsigned c = 2 * phase; c < 2 * phase + 2; c++) {
        synth_add(&signals[c], periods, frequency_hz / WORLD_FRAME_HZ, to - from,
                  &sampler->values[c][from - begin]);
    }
}

static size_t add_until(struct sampler *sampler, const struct house *house, unsigned phase,
                        size_t begin, size_t from, size_t cut)
{
    const size_t end = begin + SYNTH_RUN;
    size_t to = cut < end ? cut : end;
    if (to <= from) {
        return from;
    }
    add_part(sampler, house, phase, begin, from, to);
    return to;
}

/* The block is cut where the frequency, the phase's state and its parts begin. */
static void add_phase(struct sampler *sampler, const struct house *house, unsigned phase,
                      size_t begin)
{
    size_t from = begin;
    from = add_until(sampler, house, phase, begin, from, frame_at(house->takeover_s[0]));
    for (unsigned n = 0; n < house->parts[phase]; n++) {
        size_t cut = frame_at(house->part[phase][n].begin_s);
        from = add_until(sampler, house, phase, begin, from, cut);
    }
    (void)add_until(sampler, house, phase, begin, from, begin + SYNTH_RUN);
}

void sampler_block(struct sampler *sampler, const struct house *house, uint64_t frame)
{
    uint64_t block = frame - frame % SYNTH_RUN;
    if (sampler->block == block) {
        return;
    }
    sampler->block = block;
    memset(sampler->values, 0, sizeof sampler->values);
    for (unsigned p = 0; p < house->phases; p++) {
        add_phase(sampler, house, p, block % WORLD_FRAME_HZ);
    }
}
