#include "legal/elementary.h"
#include "legal/steps.h"

/* Energies of one window are integers of 2^-20 uWs, so that sums are exact. */
enum { FRACTION_BITS = 20 };

/* What one window adds to one set of registers. */
struct entry {
    int64_t active; /* signed */
    int64_t reactive;
    int64_t apparent;
    enum legal_direction direction;
};

static void add(struct legal_register *r, int64_t q20)
{
    int64_t sum = r->q20 + q20;
    r->uws += sum >> FRACTION_BITS;
    r->q20 = (uint32_t)(sum & ((1 << FRACTION_BITS) - 1));
}

static enum legal_energy quadrant(int64_t active, int64_t reactive)
{
    if (reactive >= 0) {
        return active >= 0 ? LEGAL_ENERGY_R1 : LEGAL_ENERGY_R2;
    }
    return active >= 0 ? LEGAL_ENERGY_R4 : LEGAL_ENERGY_R3;
}

static void book(struct legal_register *energies, const struct entry *e)
{
    bool import = e->direction == LEGAL_DIRECTION_IMPORT;
    int64_t reactive = e->reactive < 0 ? -e->reactive : e->reactive;
    add(&energies[import ? LEGAL_ENERGY_A_IMPORT : LEGAL_ENERGY_A_EXPORT],
        import ? e->active : -e->active);
    add(&energies[quadrant(e->active, e->reactive)], reactive);
    add(&energies[import ? LEGAL_ENERGY_S_IMPORT : LEGAL_ENERGY_S_EXPORT], e->apparent);
}

static enum legal_direction direction_of(int64_t active)
{
    return active >= 0 ? LEGAL_DIRECTION_IMPORT : LEGAL_DIRECTION_EXPORT;
}

/* Half of what the starting current gives: at the starting current itself the meter surely runs. */
static double no_load_uva(const struct legal_config *config)
{
    return config->u_nominal_mv * 1e-3 * config->i_start_ua / 2;
}

static struct entry entry_of(const struct legal_measure *m, double seconds)
{
    double q20 = seconds * (1 << FRACTION_BITS);
    struct entry entry = {
        .active = legal_round(m->p_uw * q20),
        .reactive = legal_round(m->q1_uvar * q20),
        .apparent = legal_round(m->s_uva * q20),
    };
    entry.direction = direction_of(entry.active);
    return entry;
}

void legal_ledger_add(struct legal *legal, const struct legal_measure *measures, double seconds)
{
    struct entry total = {.direction = LEGAL_DIRECTION_NONE};
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        legal->snapshot.phase[phase].direction = LEGAL_DIRECTION_NONE;
        if (measures[phase].s_uva < no_load_uva(legal->config)) {
            continue;
        }
        struct entry entry = entry_of(&measures[phase], seconds);
        legal->snapshot.phase[phase].direction = entry.direction;
        book(legal->energy[1 + phase], &entry);
        if (legal->config->sum == LEGAL_SUM_PHASES) {
            book(legal->energy[0], &entry);
        }
        total.active += entry.active;
        total.reactive += entry.reactive;
        total.apparent += entry.apparent;
        total.direction = direction_of(total.active);
    }
    legal->snapshot.total.direction = total.direction;
    if (legal->config->sum == LEGAL_SUM_VECTOR && total.direction != LEGAL_DIRECTION_NONE) {
        book(legal->energy[0], &total);
    }
}
