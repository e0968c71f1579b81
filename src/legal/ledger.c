#include "legal/elementary.h"
#include "legal/steps.h"

/* What one window adds to one set of registers. */
struct entry {
    int64_t active; /* signed */
    int64_t reactive;
    int64_t apparent;
};

static void add(struct legal_register *r, int64_t q12)
{
    int64_t sum = r->q12 + q12;
    r->uws += sum >> LEGAL_FRACTION_BITS;
    r->uws -= r->uws < LEGAL_ENERGY_END_UWS ? 0 : LEGAL_ENERGY_END_UWS;
    r->q12 = (uint32_t)(sum & ((1 << LEGAL_FRACTION_BITS) - 1));
}

static int64_t magnitude(int64_t x)
{
    return x < 0 ? -x : x;
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
    bool import = e->active >= 0;
    add(&energies[import ? LEGAL_ENERGY_A_IMPORT : LEGAL_ENERGY_A_EXPORT], magnitude(e->active));
    add(&energies[quadrant(e->active, e->reactive)], magnitude(e->reactive));
    add(&energies[import ? LEGAL_ENERGY_S_IMPORT : LEGAL_ENERGY_S_EXPORT], e->apparent);
}

static void book_total(struct legal *legal, const struct entry *e)
{
    book(legal->energy[0], e);
    add(&legal->debt[LEGAL_PULSE_ACTIVE].counted, magnitude(e->active));
    add(&legal->debt[LEGAL_PULSE_REACTIVE].counted, magnitude(e->reactive));
}

static enum legal_direction direction_of(int64_t active, bool loaded)
{
    if (!loaded) {
        return LEGAL_DIRECTION_NONE;
    }
    return active >= 0 ? LEGAL_DIRECTION_IMPORT : LEGAL_DIRECTION_EXPORT;
}

/* Half of what the starting current gives: at the starting current itself the meter surely runs. */
static double no_load_uva(const struct legal_config *config)
{
    return config->u_nominal_mv * 1e-3 * config->i_start_ua / 2;
}

static struct entry entry_of(const struct legal_measure *m, double seconds)
{
    double q12 = seconds * (1 << LEGAL_FRACTION_BITS);
    return (struct entry){
        .active = legal_round(m->p_uw * q12),
        .reactive = legal_round(m->q1_uvar * q12),
        .apparent = legal_round(m->s_uva * q12),
    };
}

/* The first window below the limit still counts: the end of a load lies in it, and where a load
 * begins or ends just at the end of a window, it may hold what belongs to its neighbour. */
static bool counts(struct legal_past *past, bool loaded)
{
    bool counted = loaded || past->loaded;
    past->loaded = loaded;
    return counted;
}

void legal_ledger_add(struct legal *legal, const struct legal_measure *measures, double seconds)
{
    struct entry total = {0};
    bool any_loaded = false;
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        bool loaded = measures[phase].s_uva >= no_load_uva(legal->config);
        struct entry entry = {0};
        if (counts(&legal->past[phase], loaded)) {
            entry = entry_of(&measures[phase], seconds);
            book(legal->energy[1 + phase], &entry);
        }
        if (legal->config->sum == LEGAL_SUM_PHASES) {
            book_total(legal, &entry);
        }
        legal->snapshot.phase[phase].direction = direction_of(entry.active, loaded);
        any_loaded = any_loaded || loaded;
        total.active += entry.active;
        total.reactive += entry.reactive;
        total.apparent += entry.apparent;
    }
    legal->snapshot.total.direction = direction_of(total.active, any_loaded);
    if (legal->config->sum == LEGAL_SUM_VECTOR) {
        book_total(legal, &total);
    }
}
