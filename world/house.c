#include "world/house.h"

#include "world/random.h"

#include <math.h>
#include <string.h>

/* Loads that hold their power drop out below this share of the nominal voltage. */
#define DROP_OUT 0.3

/* As far as a hand may shift the frequency, Hz: as far as a scenario may. */
#define FREQUENCY_LEAST 40.0
#define FREQUENCY_MOST  69.0

/* Streams of random numbers; a load's own seed is drawn from STREAM_LOAD. */
enum stream { STREAM_FREQUENCY, STREAM_VOLTAGE, STREAM_LOAD = STREAM_VOLTAGE + WORLD_PHASES };

/* ---- mains ---- */

static double walk_on(double value, const struct scenario_walk *walk, uint64_t hash)
{
    value += walk->step * (2 * random_unit(hash) - 1);
    if (value > walk->limit) {
        value = 2 * walk->limit - value;
    }
    if (value < -walk->limit) {
        value = -2 * walk->limit - value;
    }
    return value;
}

static void mains_walk(struct house *house)
{
    const struct world_scenario *scenario = house->scenario;
    uint64_t index = (uint64_t)house->local_s;
    house->frequency_walk = walk_on(house->frequency_walk, &scenario->frequency_walk,
                                    random_hash(house->seed, STREAM_FREQUENCY, index));
    for (unsigned p = 0; p < house->phases; p++) {
        house->u_walk[p] = walk_on(house->u_walk[p], &scenario->u_walk,
                                   random_hash(house->seed, STREAM_VOLTAGE + p, index));
    }
}

/* The second's state takes over at L1's first rising zero crossing, on the others when theirs
 * follows. */
static void mains_takeover(struct house *house)
{
    double left = house->periods > 0 ? 1 - house->periods : 0;
    house->takeover_s[0] = left / house->before.frequency_hz;
    for (unsigned p = 1; p < house->phases; p++) {
        house->takeover_s[p] =
            house->takeover_s[0] + house->scenario->phase[p].lag / house->now.frequency_hz;
    }
}

double house_periods(const struct house *house, double t_s)
{
    if (t_s < house->takeover_s[0]) {
        return house->periods + house->before.frequency_hz * t_s;
    }
    return (house->periods > 0) + house->now.frequency_hz * (t_s - house->takeover_s[0]);
}

/* ---- disturbances ---- */

/* The parts of state `now` on a phase: at each crossing the mains stay as they are or change. */
static void cut_parts(struct house *house, unsigned phase, const struct disturbance_span *spans,
                      unsigned count)
{
    double residual = -1;
    unsigned parts = 0;
    double crossing_s = house->takeover_s[phase];
    for (unsigned n = 1; crossing_s < 1 && parts < HOUSE_PARTS; n++) {
        double next = disturbance_residual(spans, count, phase, crossing_s);
        if (next < residual || next > residual) {
            house->part[phase][parts++] = (struct house_part){crossing_s, next};
        }
        residual = next;
        crossing_s = house->takeover_s[phase] + n / house->now.frequency_hz;
    }
    house->parts[phase] = parts;
}

/* Adds those that touch the present second, and forgets those that are over. */
static unsigned add_incidents(struct house *house, struct disturbance_span *spans, unsigned count)
{
    struct house_hand *hand = &house->hand;
    unsigned left = 0;
    for (unsigned n = 0; n < hand->incidents; n++) {
        struct disturbance_span span = hand->incident[n];
        if (span.end_s <= (double)house->elapsed_s) {
            continue;
        }
        hand->incident[left++] = span;
        span.begin_s -= (double)house->elapsed_s;
        span.end_s -= (double)house->elapsed_s;
        if (span.begin_s < 1) {
            spans[count++] = span;
        }
    }
    hand->incidents = left;
    return count;
}

static void disturb(struct house *house)
{
    const struct world_scenario *scenario = house->scenario;
    const struct occasion_second second = {house->seed, house->local_s, house->elapsed_s};
    struct disturbance_span spans[DISTURBANCE_SPANS + HOUSE_INCIDENTS];
    unsigned count =
        disturbance_spans(scenario->disturbance, scenario->disturbances, &second, spans);
    count = add_incidents(house, spans, count);
    for (unsigned p = 0; p < house->phases; p++) {
        house->part[p][0] = (struct house_part){house->takeover_s[p], 1};
        house->parts[p] = 1;
        if (count > 0) {
            cut_parts(house, p, spans, count);
        }
    }
}

const struct house_part *house_part_at(const struct house *house, unsigned phase, double t_s)
{
    unsigned n = house->parts[phase] - 1;
    while (n > 0 && house->part[phase][n].begin_s > t_s) {
        n--;
    }
    return &house->part[phase][n];
}

/* ---- loads ---- */

static double load_level(struct house *house, unsigned n)
{
    const struct scenario_load *load = &house->scenario->load[n];
    struct house_load *state = &house->load[n];
    int64_t since = state->switched_s;
    double level = state->position == WORLD_SWITCH_ON ? 1 : 0;
    if (state->position == WORLD_SWITCH_AUTO) {
        if (house->local_s >= state->span.end_s || house->local_s < state->span.begin_s) {
            state->span =
                rhythm_at(&load->rhythm, random_hash(house->seed, STREAM_LOAD, n), house->local_s);
        }
        since = state->span.begin_s;
        level = state->span.level;
    }
    return house->local_s - since < load->inrush_s ? level * load->inrush_factor : level;
}

/* Whether any load changed. */
static bool loads_on(struct house *house)
{
    bool changed = false;
    for (unsigned n = 0; n < house->scenario->loads; n++) {
        double level = load_level(house, n);
        changed = changed || level < house->load[n].level || level > house->load[n].level;
        house->load[n].level = level;
    }
    return changed;
}

/* The currents of a phase at nominal voltage: `a` follows the voltage, `c` holds its power. */
static void loads_current(const struct house *house, unsigned phase, unsigned orders,
                          struct phasor *a, struct phasor *c)
{
    memset(a, 0, orders * sizeof *a);
    memset(c, 0, orders * sizeof *c);
    for (unsigned n = 0; n < house->scenario->loads; n++) {
        const struct scenario_load *load = &house->scenario->load[n];
        double level = house->load[n].level;
        if (!(load->phases >> phase & 1) || !(level > 0)) {
            continue;
        }
        struct phasor *sum = load->follows ? a : c;
        for (unsigned h = 0; h < orders; h++) {
            phasor_add(&sum[h], level, load->current[h]);
        }
    }
}

static struct house_moments moments_of(const struct phasor *u, const struct phasor *a,
                                       const struct phasor *c, unsigned orders)
{
    struct house_moments m = {
        .a1 = {phasor_active(u[1], a[1]), phasor_reactive(u[1], a[1])},
        .c1 = {phasor_active(u[1], c[1]), phasor_reactive(u[1], c[1])},
    };
    for (unsigned h = 1; h < orders; h++) {
        m.aa += phasor_active(a[h], a[h]);
        m.ac += phasor_active(a[h], c[h]);
        m.cc += phasor_active(c[h], c[h]);
        m.a_p += phasor_active(u[h], a[h]);
        m.c_p += phasor_active(u[h], c[h]);
    }
    return m;
}

static void loads_sum(struct house *house)
{
    enum { ORDERS = WORLD_ORDERS_TRUE + 1 };
    struct phasor a[ORDERS];
    struct phasor c[ORDERS];
    for (unsigned p = 0; p < house->phases; p++) {
        loads_current(house, p, ORDERS, a, c);
        house->moments[p] = moments_of(house->scenario->u, a, c, ORDERS);
    }
}

/* ---- both ---- */

/* By what the currents that hold their power differ from their value at nominal voltage. */
static double hold_factor(double u_share)
{
    return u_share > DROP_OUT ? 1 / u_share : 0;
}

static struct house_power power_at(const struct house *house, unsigned phase, double u_share)
{
    const struct house_moments *m = &house->moments[phase];
    double a = u_share;
    double c = hold_factor(a);
    struct house_power power = {
        .uu = a * a * house->u_nominal2,
        .ii = fmax(0, a * a * m->aa + 2 * a * c * m->ac + c * c * m->cc),
        .p = a * (a * m->a_p + c * m->c_p),
        .p1 = a * (a * m->a1.re + c * m->c1.re),
        .q1 = a * (a * m->a1.im + c * m->c1.im),
    };
    power.s = sqrt(power.uu * power.ii);
    return power;
}

struct house_power house_power_at(const struct house *house, unsigned phase, double residual)
{
    const struct house_state *now = &house->now;
    return residual == 1 ? now->power[phase]
                         : power_at(house, phase, now->u_share[phase] * residual);
}

/* Fills `now` from where the walks and the loads stand. */
static void state_now(struct house *house)
{
    const struct world_scenario *scenario = house->scenario;
    house->now.frequency_hz =
        fmin(fmax(scenario->frequency_hz + house->frequency_walk + house->hand.shift_hz,
                  FREQUENCY_LEAST),
             FREQUENCY_MOST);
    for (unsigned p = 0; p < house->phases; p++) {
        house->now.u_share[p] =
            scenario->phase[p].share * (1 + house->u_walk[p]) * house->hand.share[p];
        house->now.power[p] = power_at(house, p, house->now.u_share[p]);
    }
}

/* What `now` is at `t_s` becomes what was before. */
static void state_before(struct house *house, double t_s)
{
    house->before = house->now;
    for (unsigned p = 0; p < house->phases; p++) {
        double residual = house_part_at(house, p, t_s)->residual;
        house->residual_before[p] = residual;
        house->before.u_share[p] *= residual;
        house->before.power[p] = house_power_at(house, p, residual);
    }
}

void house_begin(struct house *house, const struct world_scenario *scenario, unsigned phases,
                 uint64_t seed, int64_t local_s)
{
    *house = (struct house){
        .scenario = scenario,
        .seed = seed,
        .phases = phases,
        .local_s = local_s,
        .hand = {.share = {1, 1, 1}},
    };
    for (unsigned h = 1; h <= WORLD_ORDERS_TRUE; h++) {
        house->u_nominal2 += phasor_active(scenario->u[h], scenario->u[h]);
    }
    loads_on(house);
    loads_sum(house);
    state_now(house);
    house->before = house->now;
    mains_takeover(house);
    disturb(house);
    state_before(house, 0);
}

void house_second(struct house *house)
{
    double periods = house_periods(house, 1);
    house->periods = periods - floor(periods);
    house->local_s++;
    house->elapsed_s++;
    state_before(house, 1);
    mains_walk(house);
    if (loads_on(house)) {
        loads_sum(house);
    }
    state_now(house);
    mains_takeover(house);
    disturb(house);
}

double house_voltage_share(const struct house *house, unsigned phase, double t_s)
{
    if (t_s < house->takeover_s[phase]) {
        return house->before.u_share[phase];
    }
    return house->now.u_share[phase] * house_part_at(house, phase, t_s)->residual;
}

void house_voltage(const struct house *house, unsigned phase, double residual, struct phasor *u)
{
    memset(u, 0, PHASOR_ORDERS * sizeof *u);
    for (unsigned h = 1; h < PHASOR_ORDERS; h++) {
        phasor_add(&u[h], house->now.u_share[phase] * residual, house->scenario->u[h]);
    }
}

void house_current(const struct house *house, unsigned phase, double residual, struct phasor *i)
{
    struct phasor a[PHASOR_ORDERS];
    struct phasor c[PHASOR_ORDERS];
    loads_current(house, phase, PHASOR_ORDERS, a, c);
    double follow = house->now.u_share[phase] * residual;
    double hold = hold_factor(follow);
    for (unsigned h = 0; h < PHASOR_ORDERS; h++) {
        i[h] = (struct phasor){.re = follow * a[h].re + hold * c[h].re,
                               .im = follow * a[h].im + hold * c[h].im};
    }
}

double house_load_power(const struct house *house, unsigned load, double t_s)
{
    const struct scenario_load *row = &house->scenario->load[load];
    double power = 0;
    for (unsigned p = 0; p < house->phases; p++) {
        double u = house->now.u_share[p] * house_part_at(house, p, t_s)->residual;
        if (row->phases >> p & 1) {
            power +=
                row->power_w * house->load[load].level * u * (row->follows ? u : hold_factor(u));
        }
    }
    return power;
}
