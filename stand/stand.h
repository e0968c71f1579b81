/* The virtual test bench: meters with front ends that err, calibrated as the factory does it, at
 * the test points of the standards, against what is exactly true.
 *
 * A specimen is one meter. A trial puts it at one point and tells its error. A programme is all
 * trials that a meter takes; requirements are the rows of the standards, each with the limit, and
 * the verdict on a row is what the trials it is about have shown. */
#ifndef WATTHOUR_STAND_STAND_H
#define WATTHOUR_STAND_STAND_H

#include "legal/adjust.h"
#include "legal/legal.h"
#include "product/product.h"
#include "world/world.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Specimens ---- */

struct stand_specimen {
    const struct product *product;
    struct legal_config config;
    struct world_frontend frontend;
    struct legal_calibration calibration;
    struct legal_transformers transformers; /* that stand before it */
    struct legal_transformers told;         /* what it was told of them */
    unsigned lose_every; /* a frame is lost in so many; 0: none (the mutation test's) */
};

/* What a specimen is made of. */
struct stand_making {
    const struct product *product;
    double snr_db;      /* of the converters; 0: noiseless */
    uint64_t seed;      /* of its tolerances; 0: it has none, and ideal sensors */
    const char *sensor; /* of the current; NULL: what suits the product */
    uint8_t nominal_hz; /* 0: the product's own */
};

/* Not calibrated yet. 0; -1: there is no such sensor. */
int stand_make(struct stand_specimen *specimen, const struct stand_making *making);

/* The current sensor that suits a product. */
const char *stand_sensor_of(const struct product *product);

/* ---- The factory ---- */

enum { STAND_FACTORY_STEPS = 7 };

/* A step of the procedure, for the protocol. */
struct stand_step {
    enum legal_step step;
    double i_a;
    double lag_deg;
    double hz;
    double warm_k;
    int result; /* enum legal_adjust_result */
    struct legal_deviation found[LEGAL_PHASES];
};

struct stand_protocol {
    struct stand_step step[STAND_FACTORY_STEPS];
    unsigned steps; /* done; the last one's result is not 0 when the procedure ended early */
};

/* Takes a meter through the procedure, on its own `legal` (which may be one that lives in a
 * virtual meter). 0, or the result of the step that failed. */
int stand_factory(const struct stand_specimen *specimen, struct legal *legal,
                  struct stand_protocol *protocol);

/* The same, keeping what was found in the specimen. */
int stand_calibrate(struct stand_specimen *specimen, struct stand_protocol *protocol);

/* ---- Trials ---- */

enum stand_kind {
    STAND_CURVE,       /* balanced load, reference conditions */
    STAND_SINGLE,      /* a load on one phase of a three-phase meter */
    STAND_VOLTAGE,     /* 0.9, 1.1 Un */
    STAND_WIDE,        /* 110 V of 230 V, 0.8, 1.15 Un: as far as the data sheets go */
    STAND_FREQUENCY,   /* 0.98, 1.02 fn */
    STAND_TEMPERATURE, /* from -40 to 70 degrees */
    STAND_FIFTH,       /* 5th harmonic in U and I */
    STAND_PHASE_FIRED,
    STAND_HALF_WAVE,
    STAND_BURST,
    STAND_REVERSED,  /* phase sequence */
    STAND_UNBALANCE, /* one or two phases without voltage */
    STAND_HEATING,   /* Imax for long */
    STAND_REPEAT,    /* the same once more */
    STAND_STARTING,
    STAND_NO_LOAD,
    STAND_RATIO, /* registers of the primary side */
    STAND_KINDS
};

/* The angles of the load curves: power factors, and for reactive energy sines. */
enum stand_angle {
    STAND_PF_1,
    STAND_PF_05I,
    STAND_PF_08C,
    STAND_PF_025I,
    STAND_PF_05C,
    STAND_SIN_1,
    STAND_SIN_05,
    STAND_SIN_025,
    STAND_ANGLES
};

const char *stand_angle_name(enum stand_angle angle);
double stand_angle_deg(enum stand_angle angle);
bool stand_angle_reactive(enum stand_angle angle);

struct stand_result {
    double error;      /* of active (reactive) energy, in parts of the truth */
    double sd;         /* of `error`: from the windows' spread */
    double sd_formula; /* from the noise formula */
    double u_error;    /* of the first phase that has a load */
    double i_error;
    double f_error_hz;
    double energy_ws; /* that the register counted */
    double truth_ws;
    double pulses; /* that the output of that energy gave */
    double seconds;
    uint64_t clipped;
    bool failed; /* the world could not be opened */
};

struct stand_trial {
    enum stand_kind kind;
    enum stand_angle angle;
    double i_a;
    double setting; /* voltage or frequency by nominal, kelvin against the reference, phase,
                       phases that are dead */
    double seconds;
    double settle_s;
    int reference; /* the trial whose error an influence is counted from; -1: none */
    struct world_point point;
    struct stand_result result;
};

/* Runs a trial; `seed` is the noise's. */
void stand_try(const struct stand_specimen *specimen, struct stand_trial *trial, uint64_t seed);

/* ---- Programmes ---- */

enum { STAND_TRIALS_MAX = 400 };

struct stand_programme {
    const struct stand_specimen *specimen;
    unsigned count;
    struct stand_trial trial[STAND_TRIALS_MAX];
};

/* The currents of a product, A: In is 20 Itr for transformers, the reference current 10 Itr. */
struct stand_currents {
    double start;
    double least; /* Imin */
    double transition;
    double reference;
    double most;
};

struct stand_currents stand_currents_of(const struct stand_specimen *specimen);

/* All trials; `quick`: fewer, and shorter. */
void stand_plan(struct stand_programme *programme, const struct stand_specimen *specimen,
                bool quick);

/* The index of a trial, or -1. */
int stand_find(const struct stand_programme *programme, enum stand_kind kind,
               enum stand_angle angle, double i_a, double setting);

/* Runs all of them in `jobs` processes (0: as many as there are processors). `progress` may be
 * NULL. 0, or -1: a process could not be begun or failed. */
int stand_run(struct stand_programme *programme, uint64_t seed, unsigned jobs,
              void (*progress)(void *context, unsigned done, unsigned count), void *context);

/* ---- Requirements ---- */

/* What a row looks at. */
enum stand_measure {
    STAND_ERROR,      /* the worst error */
    STAND_CHANGE,     /* the worst change from the reference trial's error */
    STAND_PER_KELVIN, /* the worst change by kelvin between neighbouring temperatures */
    STAND_SPREAD,     /* between the trial and its repetition */
    STAND_RUNS,       /* registers at all: the energy's error at the starting current */
    STAND_PULSES,     /* pulses that came without load */
    STAND_AGAINST,    /* register against pulses, in pulses */
    STAND_NOISE,      /* measured spread against the formula's */
    STAND_MEAN,       /* the error beyond three of its standard deviations */
    STAND_COMPOSITE,  /* MID: root of the sum of the squares of the error and three changes */
};

/* A row of a standard. Limits are percent, or what the measure counts in; NAN: the standard has
 * none. */
struct stand_requirement {
    const char *standard; /* "EN 50470-3" */
    const char *class;    /* "C" */
    const char *name;     /* "voltage +-10 %, PF 1" */
    const char *unit;     /* of limit and found */
    enum stand_kind kind;
    enum stand_measure measure;
    enum stand_angle angle;
    double from_a; /* of the currents it is about */
    double to_a;   /* inclusive */
    double limit;
    double k_from; /* of temperatures, kelvin against the reference */
    double k_to;
};

struct stand_verdict {
    struct stand_requirement requirement;
    double found; /* as the limit; NAN: no trial is about it */
    int worst;    /* the trial; -1 */
    bool failed;
};

enum { STAND_VERDICTS_MAX = 500 };

/* The verdicts on all rows for the meter, in the order of the standards; returns how many. */
unsigned stand_judge(const struct stand_programme *programme,
                     struct stand_verdict verdicts[STAND_VERDICTS_MAX]);

/* What stands in the standards but cannot be simulated: NULL behind the last one. */
const char *stand_not_simulated(size_t index);

#endif
