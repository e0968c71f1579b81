/* A scenario: mains and loads as data, read from JSON (docs/WORLD.md) and constant from then on. */
#ifndef WATTHOUR_WORLD_SCENARIO_H
#define WATTHOUR_WORLD_SCENARIO_H

#include "world/disturbance.h"
#include "world/json.h"
#include "world/phasor.h"
#include "world/rhythm.h"
#include "world/rtc.h"
#include "world/supply.h"
#include "world/tampering.h"
#include "world/terminal.h"
#include "world/world.h"

enum { SCENARIO_NAME = 24, SCENARIO_TITLE = 96, SCENARIO_LOADS = 32 };

/* A value that takes a step up or down each second and turns back at its limit. */
struct scenario_walk {
    double step;
    double limit;
};

struct scenario_phase {
    double share; /* of the nominal voltage; 0: dead */
    double lag;   /* behind L1, in periods: 0 <= lag < 1 */
};

struct scenario_load {
    char name[SCENARIO_NAME + 1];
    uint8_t phases; /* bit 0 = L1 */
    bool follows;   /* current proportional to voltage; else it holds its power */
    double power_w; /* of one phase, at nominal voltage */
    struct rhythm rhythm;
    double inrush_factor; /* of the current, for the first seconds */
    int64_t inrush_s;
    struct phasor current[PHASOR_ORDERS]; /* of one phase, at nominal voltage */
};

struct world_scenario {
    char title[SCENARIO_TITLE + 1];
    double u_v; /* nominal, phase to neutral */
    double frequency_hz;
    struct scenario_walk u_walk;         /* shares of the nominal voltage */
    struct scenario_walk frequency_walk; /* Hz */
    struct scenario_phase phase[WORLD_PHASES];
    struct phasor u[PHASOR_ORDERS]; /* at nominal voltage, each phase against its own */
    struct supply_config supply;
    struct rtc_place clock;
    unsigned disturbances;
    struct disturbance disturbance[DISTURBANCE_ROWS];
    unsigned tampers;
    struct tampering tamper[TAMPERING_ROWS];
    unsigned terminals;
    struct terminal terminal[TERMINAL_ROWS];
    unsigned loads;
    struct scenario_load load[]; /* SCENARIO_LOADS at most */
};

/* The place of the meter's clock chip: the scenario's "clock", if there is one. */
struct rtc_place scenario_read_clock(struct json *json, const cJSON *root);

/* When something happens, and for how long, `least_s` at least: of a row of the scenario. */
struct occasion scenario_read_occasion(struct json *json, const cJSON *item, double least_s);

/* The scenario's "tampers", if there are any: returns how many. */
unsigned scenario_read_tampers(struct json *json, const cJSON *root,
                               struct tampering rows[TAMPERING_ROWS]);

/* The scenario's "terminals", if there are any: returns how many. */
unsigned scenario_read_terminals(struct json *json, const cJSON *root,
                                 struct terminal rows[TERMINAL_ROWS]);

/* Reads a scenario out of a file's text. Returns NULL with one line in json->error. Freed by
 * world_scenario_close(). */
struct world_scenario *scenario_read(struct json *json, const char *text, size_t size);

/* The text of a scenario that is compiled in. */
struct scenario_text {
    const char *name;
    const char *text;
    size_t size;
};

/* NULL behind the last one. */
const struct scenario_text *scenario_builtin(size_t index);

#endif
