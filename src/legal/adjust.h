/* How the factory finds a meter's calibration: the meter measures what a source gives, a reference
 * standard tells what that truly was, the difference becomes the calibration. Behind the seal: on a
 * sealed meter each step is refused and counted.
 *
 * The steps in their order, all phases at once, each at nominal voltage and frequency where nothing
 * else is said:
 *
 *   LEGAL_STEP_OFFSET       no current
 *   LEGAL_STEP_GAIN         a load at power factor 1, such as 10 Itr
 *   LEGAL_STEP_ANGLE        the same at 0.5 inductive
 *   LEGAL_STEP_FREQUENCY    the same at another frequency: tells a core's lead from a delay
 *   LEGAL_STEP_OFFSET       again, as what was found since changes what an offset is worth
 *   LEGAL_STEP_TEMPERATURE  the first load, cold or warm; once for a slope, twice for a curve too
 *
 * Between legal_adjust_begin() and legal_adjust_end() the windows are collected, some seconds of
 * them. */
#ifndef WATTHOUR_LEGAL_ADJUST_H
#define WATTHOUR_LEGAL_ADJUST_H

#include "legal/legal.h"

enum legal_step {
    LEGAL_STEP_GAIN,
    LEGAL_STEP_ANGLE,
    LEGAL_STEP_FREQUENCY,
    LEGAL_STEP_OFFSET,
    LEGAL_STEP_TEMPERATURE,
    LEGAL_STEPS
};

/* What the reference standard measured on a phase. */
struct legal_reference {
    int64_t u_uv;
    int64_t i_na;
    int64_t p1_uw;
    int64_t q1_uvar;
};

enum legal_adjust_result {
    LEGAL_ADJUSTED = 0,
    LEGAL_ADJUST_SEALED = LEGAL_SEALED,
    LEGAL_ADJUST_IMPLAUSIBLE = LEGAL_IMPLAUSIBLE, /* nothing has changed, as with the next two */
    LEGAL_ADJUST_TOO_FEW = -3,                    /* windows, in which frequency was known */
    LEGAL_ADJUST_NO_TEMPERATURE = -4, /* the meter is not warmer or colder than at other steps */
};

enum { LEGAL_ADJUST_WINDOWS = 10, LEGAL_ADJUST_KNOTS = 2 };

/* What one step found wrong with a phase: parts, radians, watt and var. */
struct legal_deviation {
    double u;
    double i;
    double angle;
    double p_uw;
    double q_uvar;
};

/* The deviation at a temperature. */
struct legal_knot {
    double warm_k;
    struct legal_deviation phase[LEGAL_PHASES];
};

struct legal_adjust {
    uint32_t windows; /* collected */
    uint32_t last;    /* window */
    double uu[LEGAL_PHASES];
    double ii[LEGAL_PHASES];
    double p[LEGAL_PHASES];
    double q[LEGAL_PHASES];
    double hz;
    uint32_t knots; /* temperatures that are known beside the reference */
    struct legal_knot knot[LEGAL_ADJUST_KNOTS];
    struct legal_deviation found[LEGAL_PHASES]; /* by the last step, for the protocol */
};

/* Once, before the first step. */
void legal_adjust_init(struct legal_adjust *adjust);

/* A step's windows are collected from now on. */
void legal_adjust_begin(struct legal_adjust *adjust, const struct legal *legal);

/* Collects the last window, if it is a new one. */
void legal_adjust_collect(struct legal_adjust *adjust, const struct legal *legal);

/* Ends the step: the meter's calibration changes by what was found: enum legal_adjust_result. */
int legal_adjust_end(struct legal_adjust *adjust, struct legal *legal, enum legal_step step,
                     const struct legal_reference reference[LEGAL_PHASES]);

#endif
