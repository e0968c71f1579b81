#include "legal/elementary.h"
#include "legal/steps.h"

/* What one window adds to one set of registers. */
struct entry {
    int64_t active; /* signed */
    int64_t reactive;
    int64_t apparent;
};

/* What of it the rate before the window's last one has. */
struct parts {
    struct entry whole;
    struct entry before;
};

static void add_uws(int64_t *uws, int64_t more)
{
    *uws += more;
    *uws -= *uws < LEGAL_ENERGY_END_UWS ? 0 : LEGAL_ENERGY_END_UWS;
}

/* Returns by how many whole uWs the register went on. */
static int64_t add(struct legal_register *r, int64_t q12)
{
    int64_t sum = r->q12 + q12;
    int64_t steps = sum >> LEGAL_FRACTION_BITS;
    add_uws(&r->uws, steps);
    r->q12 = (uint32_t)(sum & ((1 << LEGAL_FRACTION_BITS) - 1));
    return steps;
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

/* The magnitude of a part, which lies between nothing and all. */
static int64_t part_of(int64_t whole, int64_t part)
{
    int64_t forward = whole < 0 ? -part : part;
    int64_t most = magnitude(whole);
    return forward < 0 ? 0 : forward < most ? forward : most;
}

/* The total goes on by what the rate before has and then by the rest; what it does so in whole uWs
 * is that rate's. */
static void book_rates(struct legal *legal, enum legal_energy energy, int64_t whole, int64_t before,
                       uint8_t rate)
{
    int64_t part = part_of(whole, before);
    struct legal_register *total = &legal->energy[0][energy];
    add_uws(&legal->rate_uws[legal->rate][energy], add(total, part));
    add_uws(&legal->rate_uws[rate][energy], add(total, magnitude(whole) - part));
}

static void book_total(struct legal *legal, const struct parts *p, uint8_t rate)
{
    const struct entry *e = &p->whole;
    bool import = e->active >= 0;
    book_rates(legal, import ? LEGAL_ENERGY_A_IMPORT : LEGAL_ENERGY_A_EXPORT, e->active,
               p->before.active, rate);
    book_rates(legal, quadrant(e->active, e->reactive), e->reactive, p->before.reactive, rate);
    book_rates(legal, import ? LEGAL_ENERGY_S_IMPORT : LEGAL_ENERGY_S_EXPORT, e->apparent,
               p->before.apparent, rate);
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

/* Of active energy, what the frames before the change measured, and by time what does not follow
 * from them: corrections and direct current. The rest by time. */
static struct entry before_of(const struct legal *legal, unsigned phase, const struct entry *whole,
                              const struct legal_division *division)
{
    double q12 = legal->scale[phase].p_uw * (1 << LEGAL_FRACTION_BITS) / LEGAL_FRAME_HZ;
    double rest = (double)whole->active - division->ui[phase] * q12;
    double share = division->share;
    if (share <= 0) {
        return (struct entry){0};
    }
    return (struct entry){
        .active = legal_round(division->ui_before[phase] * q12 + rest * share),
        .reactive = legal_round((double)whole->reactive * share),
        .apparent = legal_round((double)whole->apparent * share),
    };
}

static void add_entry(struct entry *sum, const struct entry *e)
{
    sum->active += e->active;
    sum->reactive += e->reactive;
    sum->apparent += e->apparent;
}

/* The first window below the limit still counts: the end of a load lies in it, and where a load
 * begins or ends just at the end of a window, it may hold what belongs to its neighbour. */
static bool counts(struct legal_past *past, bool loaded)
{
    bool counted = loaded || past->loaded;
    past->loaded = loaded;
    return counted;
}

void legal_ledger_add(struct legal *legal, const struct legal_measure *measures, double seconds,
                      const struct legal_division *division)
{
    struct parts total = {0};
    bool any_loaded = false;
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        bool loaded = measures[phase].s_uva >= no_load_uva(legal->config);
        struct parts parts = {0};
        if (counts(&legal->past[phase], loaded)) {
            parts.whole = entry_of(&measures[phase], seconds);
            parts.before = before_of(legal, phase, &parts.whole, division);
            book(legal->energy[1 + phase], &parts.whole);
        }
        if (legal->config->sum == LEGAL_SUM_PHASES) {
            book_total(legal, &parts, division->rate);
        }
        legal->snapshot.phase[phase].direction = direction_of(parts.whole.active, loaded);
        any_loaded = any_loaded || loaded;
        add_entry(&total.whole, &parts.whole);
        add_entry(&total.before, &parts.before);
    }
    legal->snapshot.total.direction = direction_of(total.whole.active, any_loaded);
    if (legal->config->sum == LEGAL_SUM_VECTOR) {
        book_total(legal, &total, division->rate);
    }
    legal->rate = division->rate;
}
