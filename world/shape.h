/* The shape of a load's current at nominal voltage: one phasor per order, against its own phase's
 * voltage. What a load draws at another voltage is a matter of shape_follows(). */
#ifndef WATTHOUR_WORLD_SHAPE_H
#define WATTHOUR_WORLD_SHAPE_H

#include "world/phasor.h"

#include <stdbool.h>

enum shape_kind {
    SHAPE_RESISTIVE, /* kettle, heater: the voltage's own shape */
    SHAPE_CAPACITOR, /* filters of devices in standby: grows with the order */
    SHAPE_DIMMER,    /* phase-cut resistor */
    SHAPE_RECTIFIER, /* two pulses a period, near the peaks */
    SHAPE_MOTOR,     /* lagging, inductive to the voltage's harmonics */
    SHAPE_CONVERTER, /* fundamental with power factor, harmonics as listed */
    SHAPE_KINDS
};

enum { SHAPE_HARMONICS = 40 };

/* A share of the fundamental. */
struct shape_harmonic {
    unsigned order;
    double share; /* 0.05 = 5 % */
    double angle; /* radians, at the zero crossing of the fundamental */
};

struct shape {
    enum shape_kind kind;
    double power_w;        /* per phase, at nominal voltage; < 0 feeds in (converter only) */
    double reactive_var;   /* capacitor */
    double power_factor;   /* motor, converter: of the fundamental */
    bool capacitive;       /* converter: leads instead of lagging */
    double firing_deg;     /* dimmer: where it fires in each half period, 0..180 */
    double conduction_deg; /* rectifier: width of a pulse */
    double lead_deg;       /* rectifier: by how much the pulse comes before the peak */
    unsigned harmonics;    /* converter */
    struct shape_harmonic harmonic[SHAPE_HARMONICS];
};

/* The current's phasors at voltage `u` (orders 0 .. PHASOR_ORDERS - 1, at its nominal value). */
void shape_current(const struct shape *shape, const struct phasor *u, struct phasor *i);

/* Whether the current is proportional to the voltage; else the load holds its power. */
bool shape_follows(enum shape_kind kind);

#endif
