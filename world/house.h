/* A scenario that lives: its mains wander, its loads come and go, once a second. All that is known
 * of a second are two states: the one before and the one that takes over, on each phase at the
 * first rising zero crossing of its voltage; and for the latter the parts of the second in which
 * the mains are disturbed, which also begin and end at such crossings. */
#ifndef WATTHOUR_WORLD_HOUSE_H
#define WATTHOUR_WORLD_HOUSE_H

#include "world/disturbance.h"
#include "world/scenario.h"

/* What flows on a phase in one state; squares, so that states can be averaged by their time. */
struct house_power {
    double uu;
    double ii;
    double p;
    double p1;
    double q1;
    double s;
};

struct house_state {
    double frequency_hz;
    double u_share[WORLD_PHASES]; /* voltage by nominal voltage */
    struct house_power power[WORLD_PHASES];
};

/* Sums of products of the spectra, by which the power at any voltage follows without a look at the
 * orders: a is the current that follows the voltage, c the current of loads that hold their power.
 */
struct house_moments {
    double aa;
    double ac;
    double cc;
    double a_p;
    double c_p;
    struct phasor a1; /* P1 + j Q1 at nominal voltage */
    struct phasor c1;
};

struct house_load {
    struct rhythm_span span;
    enum world_switch position;
    int64_t switched_s; /* local time */
    double level;       /* 1: rated current */
};

/* The rising zero crossings of a second, to 69 Hz. */
enum { HOUSE_PARTS = 72 };

/* What somebody does to the mains while the world runs. */
enum { HOUSE_INCIDENTS = 8 };

struct house_hand {
    double share[WORLD_PHASES]; /* of what the voltage would be */
    double shift_hz;
    unsigned incidents;
    struct disturbance_span incident[HOUSE_INCIDENTS]; /* in seconds since the beginning */
};

/* A part of the second, up to the next one's beginning. */
struct house_part {
    double begin_s;
    double residual; /* voltage by that of the state */
};

struct house {
    const struct world_scenario *scenario;
    uint64_t seed;
    unsigned phases;
    int64_t local_s;   /* of the present second */
    int64_t elapsed_s; /* since the beginning */
    double u_nominal2; /* sum of squares of the voltage's orders, by nominal */
    double periods;    /* of L1, at the beginning of the present second: 0 <= periods < 1 */
    struct house_hand hand;
    double frequency_walk;
    double u_walk[WORLD_PHASES];
    struct house_state before; /* as disturbed as the second before has left it: */
    double residual_before[WORLD_PHASES];
    struct house_state now;          /* undisturbed */
    double takeover_s[WORLD_PHASES]; /* within the present second: when `now` begins */
    unsigned parts[WORLD_PHASES];    /* of `now`, the first from its takeover on: at least one */
    struct house_part part[WORLD_PHASES][HOUSE_PARTS];
    struct house_moments moments[WORLD_PHASES];
    struct house_load load[SCENARIO_LOADS];
};

/* The house in its first second, whose state holds from the beginning. */
void house_begin(struct house *house, const struct world_scenario *scenario, unsigned phases,
                 uint64_t seed, int64_t local_s);

/* On to the next second. */
void house_second(struct house *house);

/* The last part of state `now` that has begun by `t_s`, or the first one. */
const struct house_part *house_part_at(const struct house *house, unsigned phase, double t_s);

/* What is left of a phase's nominal voltage at `t_s`, in whichever state it is. */
double house_voltage_share(const struct house *house, unsigned phase, double t_s);

/* The spectra of a phase in state `now`, with a residual voltage. Orders 0 .. PHASOR_ORDERS - 1. */
void house_voltage(const struct house *house, unsigned phase, double residual, struct phasor *u);
void house_current(const struct house *house, unsigned phase, double residual, struct phasor *i);

/* The same as powers. */
struct house_power house_power_at(const struct house *house, unsigned phase, double residual);

/* Periods of L1 from the last zero crossing, `t_s` after the second's beginning; may exceed 1. */
double house_periods(const struct house *house, double t_s);

/* Active power of a load at `t_s`, all phases, in state `now`. */
double house_load_power(const struct house *house, unsigned load, double t_s);

#endif
