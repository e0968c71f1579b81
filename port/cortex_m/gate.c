/* The functions of the legally relevant part, as an application that is linked apart from it calls
 * them: linked in the place of the room `legal`. Which part is meant is not asked: there is one,
 * and who has its address was given it by apart.c. */
#include "port/cortex_m/apart.h"
#include "port/cortex_m/supervisor.h"

/* ---- what changes something: through the supervisor. Each call names its service, so that
 * tools/stack.py knows what room it asks for. ---- */

/* Type parameters are the image's own: ours, by which a product names them, are a copy. */
static const struct legal_type *own_type(const struct legal_type *type)
{
    static const struct legal_type *const copies[LEGAL_TYPES] = {
        &legal_type_xs211, &legal_type_sm402d, &legal_type_st402d, &legal_type_st402c};
    for (unsigned n = 0; n < LEGAL_TYPES; n++) {
        if (type == copies[n]) {
            return apart_legal->types[n];
        }
    }
    return NULL;
}

int legal_part_begin(struct legal_part *part, const struct legal_begin *begin)
{
    (void)part;
    struct legal_begin how = *begin;
    how.type = own_type(begin->type);
    return (int)supervisor_run(APART_BEGIN, (uintptr_t)&how, 0, 0);
}

int legal_part_recover(struct legal_part *part)
{
    (void)part;
    return (int)supervisor_run(APART_RECOVER, 0, 0, 0);
}

int64_t legal_part_keep(struct legal_part *part, int64_t now_ms)
{
    (void)part;
    uint64_t now = (uint64_t)now_ms;
    return (int64_t)supervisor_run(APART_KEEP, (uint32_t)now, (uint32_t)(now >> 32), 0);
}

int legal_part_power_fail(struct legal_part *part)
{
    (void)part;
    return (int)supervisor_run(APART_POWER_FAIL, 0, 0, 0);
}

void legal_rate_select(struct legal *legal, unsigned rate)
{
    (void)legal;
    (void)supervisor_run(APART_RATE_SELECT, rate, 0, 0);
}

int legal_calibrate(struct legal *legal, const struct legal_calibration *calibration)
{
    (void)legal;
    return (int)supervisor_run(APART_CALIBRATE, (uintptr_t)calibration, 0, 0);
}

int legal_set_transformers(struct legal *legal, const struct legal_transformers *transformers)
{
    (void)legal;
    return (int)supervisor_run(APART_SET_TRANSFORMERS, (uintptr_t)transformers, 0, 0);
}

void legal_seal(struct legal *legal)
{
    (void)legal;
    (void)supervisor_run(APART_SEAL, 0, 0, 0);
}

void legal_set_temperature(struct legal *legal, int32_t temperature_mc)
{
    (void)legal;
    (void)supervisor_run(APART_SET_TEMPERATURE, (uintptr_t)temperature_mc, 0, 0);
}

/* ---- for the interrupts of the samples and the windows, which have the privilege ---- */

unsigned legal_samples(struct legal *legal, const int32_t *frame)
{
    (void)legal;
    return apart_legal->samples(frame);
}

bool legal_window_due(const struct legal *legal)
{
    (void)legal;
    return apart_legal->window_due();
}

void legal_window(struct legal *legal)
{
    (void)legal;
    apart_legal->window();
}

/* ---- for reading ---- */

enum legal_keep_found legal_part_found(const struct legal_part *part)
{
    (void)part;
    return apart_legal->found();
}

const struct legal_config *legal_configuration(const struct legal *legal)
{
    (void)legal;
    return apart_legal->configuration();
}

const struct legal_parameters *legal_parameters(const struct legal *legal)
{
    (void)legal;
    return apart_legal->parameters();
}

void legal_read(const struct legal *legal, struct legal_snapshot *snapshot)
{
    (void)legal;
    apart_legal->read(snapshot);
}

int64_t legal_energy_uws(const struct legal *legal, unsigned phase, enum legal_energy energy)
{
    (void)legal;
    return apart_legal->energy_uws(phase, energy);
}

int64_t legal_rate_energy_uws(const struct legal *legal, unsigned rate, enum legal_energy energy)
{
    (void)legal;
    return apart_legal->rate_energy_uws(rate, energy);
}

unsigned legal_rate(const struct legal *legal)
{
    (void)legal;
    return apart_legal->rate();
}

uint32_t legal_pulses(const struct legal *legal, enum legal_pulse output)
{
    (void)legal;
    return apart_legal->pulses(output);
}

void legal_read_code(const struct legal *legal, unsigned phase, struct legal_code *code)
{
    (void)legal;
    apart_legal->read_code(phase, code);
}

const struct legal_identity *legal_identity(void)
{
    static const struct legal_identity nobody = {.name = "none: missing or corrupted"};
    return apart_legal != NULL ? &apart_legal->identity : &nobody;
}
