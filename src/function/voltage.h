/* The voltage of each phase, watched: too low, too high, missing, and in order again. Each state
 * has to last before it is an event; missing wins over too low.
 *
 * Source: EN 50160 (90 %, 110 %); times and the limit of "missing" differ between meters: data. */
#ifndef WATTHOUR_FUNCTION_VOLTAGE_H
#define WATTHOUR_FUNCTION_VOLTAGE_H

#include "function/event.h"

#include <stdint.h>

enum { VOLTAGE_PHASES = 3 };

enum voltage_state { VOLTAGE_NORMAL, VOLTAGE_UNDER, VOLTAGE_OVER, VOLTAGE_MISSING };

/* In parts of the reference voltage, and seconds; const. */
struct voltage_plan {
    uint16_t under_permille;
    uint16_t over_permille;
    uint16_t missing_permille;
    uint16_t hysteresis_permille; /* by which a limit has to be passed again */
    uint16_t after_s;             /* a state lasts so long before it is told */
    uint16_t missing_after_s;
};

struct voltage {
    const struct voltage_plan *plan;
    struct event_book *events;
    uint32_t nominal_mv;
    uint8_t phases;
    struct {
        uint8_t told;     /* enum voltage_state: the last event */
        uint8_t seen;     /* the state of the moment */
        int64_t since_ms; /* the meter's time */
    } phase[VOLTAGE_PHASES];
};

/* All must outlive it. */
void voltage_init(struct voltage *voltage, const struct voltage_plan *plan,
                  struct event_book *events, uint32_t nominal_mv, uint8_t phases);

/* What lasted before the supply failed, lasts: the events are recovered, and `logged` is the state
 * of each phase (enum voltage_state) that the log was told last. A cause that a cut kept from
 * agreeing with the log is put right, so that nothing is told twice and nothing is left out. */
void voltage_recover(struct voltage *voltage, const uint8_t logged[]);

/* The event that tells of a state; phase 0 is L1. */
enum event_code voltage_event(enum voltage_state state, uint8_t phase);

/* The rms voltage of each phase, at the meter's time `now_ms`. */
void voltage_step(struct voltage *voltage, const uint32_t u_mv[], int64_t now_ms);

#endif
