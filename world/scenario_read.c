#include "world/scenario.h"
#include "world/shape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a setting without fallback has in its place. */
#define REQUIRED      ((double)NAN)
#define SECONDS_LEAST 0.02 /* of a disturbance */

enum { ALL_PHASES = (1 << WORLD_PHASES) - 1, DAY_S = 86400 };

/* ---- mains ---- */

static struct scenario_walk read_walk(struct json *json, const cJSON *mains, const char *key,
                                      const char *const *keys, double unit)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(mains, key);
    if (item == NULL) {
        return (struct scenario_walk){0};
    }
    json_at(json, "mains.%s", key);
    json_keys(json, item, keys);
    struct scenario_walk walk = {
        .limit = unit * json_number(json, item, keys[1], 0, 15000, REQUIRED),
        .step = unit * json_number(json, item, keys[0], 0, 1000, REQUIRED),
    };
    if (walk.step > walk.limit) {
        json_fail(json, "%s must not be above %s", keys[0], keys[1]);
    }
    return walk;
}

static void read_phases(struct json *json, const cJSON *mains, struct scenario_phase *phase)
{
    static const char *const keys[] = {"voltage_percent", "angle_deg", NULL};
    json_at(json, "mains");
    const cJSON *list = json_array(json, mains, "phases", WORLD_PHASES);
    for (int p = 0; p < WORLD_PHASES; p++) {
        const cJSON *item = cJSON_GetArrayItem(list, p);
        double angle = -120.0 * p;
        double percent = 100;
        if (item != NULL) {
            json_at(json, "mains.phases[%d]", p);
            json_keys(json, item, keys);
            percent = json_number(json, item, "voltage_percent", 0, 150, 100);
            angle = json_number(json, item, "angle_deg", p > 0 ? -360 : 0, p > 0 ? 360 : 0, angle);
        }
        double lag = -angle / 360;
        phase[p] = (struct scenario_phase){.share = percent / 100, .lag = lag - floor(lag)};
    }
}

/* The harmonics listed in `object`, as shares of the fundamental. */
static unsigned read_harmonics(struct json *json, const cJSON *object,
                               struct shape_harmonic *harmonic)
{
    static const char *const keys[] = {"order", "percent", "angle_deg", NULL};
    char outer[sizeof json->place];
    memcpy(outer, json->place, sizeof outer);
    const cJSON *list = json_array(json, object, "harmonics", SHAPE_HARMONICS);
    const cJSON *item = NULL;
    unsigned count = 0;
    cJSON_ArrayForEach(item, list)
    {
        json_at(json, "%.40s.harmonics[%u]", outer, count);
        json_keys(json, item, keys);
        double order = json_number(json, item, "order", 2, PHASOR_ORDERS - 1, REQUIRED);
        if (order != floor(order)) {
            json_fail(json, "order must be a whole number");
        }
        harmonic[count++] = (struct shape_harmonic){
            .order = (unsigned)order,
            .share = json_number(json, item, "percent", 0, 300, REQUIRED) / 100,
            .angle = json_number(json, item, "angle_deg", -360, 360, 0) * DEGREES,
        };
    }
    json_at(json, "%s", outer);
    return count;
}

/* ---- disturbances of the mains ---- */

static uint8_t read_phase_choice(struct json *json, const cJSON *item, uint8_t fallback)
{
    const cJSON *phase = cJSON_GetObjectItemCaseSensitive(item, "phase");
    if (phase == NULL) {
        return fallback;
    }
    if (cJSON_IsNumber(phase) && (phase->valueint >= 1 && phase->valueint <= WORLD_PHASES)) {
        return (uint8_t)(1U << (phase->valueint - 1));
    }
    const char *text = cJSON_GetStringValue(phase);
    if (text == NULL || strcmp(text, "all") != 0) {
        json_fail(json, "phase must be 1, 2, 3 or \"all\"");
    }
    return ALL_PHASES;
}

static struct disturbance read_disturbance(struct json *json, const cJSON *item)
{
    static const char *const keys[] = {"phase",   "voltage_percent", "at_s", "per_day",
                                       "seconds", "seconds_max",     NULL};
    json_keys(json, item, keys);
    struct disturbance row = {
        .phases = read_phase_choice(json, item, ALL_PHASES),
        .residual = json_number(json, item, "voltage_percent", 0, 150, 0) / 100,
    };
    row.when = scenario_read_occasion(json, item, SECONDS_LEAST);
    return row;
}

static void read_disturbances(struct json *json, const cJSON *mains,
                              struct world_scenario *scenario)
{
    json_at(json, "mains");
    const cJSON *list = json_array(json, mains, "disturbances", DISTURBANCE_ROWS);
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, list)
    {
        json_at(json, "mains.disturbances[%u]", scenario->disturbances);
        scenario->disturbance[scenario->disturbances++] = read_disturbance(json, item);
    }
}

static void read_mains(struct json *json, const cJSON *root, struct world_scenario *scenario)
{
    static const char *const keys[] = {
        "voltage_v",    "frequency_hz",   "phases",       "harmonics",
        "voltage_walk", "frequency_walk", "disturbances", NULL};
    static const char *const u_keys[] = {"step_percent", "limit_percent", NULL};
    static const char *const f_keys[] = {"step_mhz", "limit_mhz", NULL};
    const cJSON *mains = json_object(json, root, "mains");
    if (mains == NULL) {
        return;
    }
    json_at(json, "mains");
    json_keys(json, mains, keys);
    scenario->u_v = json_number(json, mains, "voltage_v", 1, 1000, REQUIRED);
    scenario->frequency_hz = json_number(json, mains, "frequency_hz", 40, 69, REQUIRED);
    scenario->u[1].re = scenario->u_v;
    struct shape_harmonic harmonic[SHAPE_HARMONICS];
    unsigned count = read_harmonics(json, mains, harmonic);
    for (unsigned n = 0; n < count; n++) {
        phasor_add(&scenario->u[harmonic[n].order], scenario->u_v,
                   phasor_polar(harmonic[n].share, harmonic[n].angle));
    }
    read_phases(json, mains, scenario->phase);
    scenario->u_walk = read_walk(json, mains, "voltage_walk", u_keys, 0.01);
    if (scenario->u_walk.limit > 0.5) {
        json_fail(json, "limit_percent must be at most 50");
    }
    scenario->frequency_walk = read_walk(json, mains, "frequency_walk", f_keys, 0.001);
    double reach = scenario->frequency_walk.limit;
    if (scenario->frequency_hz - reach < 40 || scenario->frequency_hz + reach > 69) {
        json_fail(json, "limit_mhz must leave the frequency between 40 and 69 Hz");
    }
    read_disturbances(json, mains, scenario);
}

/* ---- the current of a load ---- */

struct current_row {
    const char *name;
    enum shape_kind kind;
    const char *keys[6];
};

static const struct current_row currents[] = {
    {"resistive", SHAPE_RESISTIVE, {"kind", "power_w"}},
    {"capacitor", SHAPE_CAPACITOR, {"kind", "reactive_var"}},
    {"dimmer", SHAPE_DIMMER, {"kind", "power_w", "firing_deg"}},
    {"rectifier", SHAPE_RECTIFIER, {"kind", "power_w", "conduction_deg", "lead_deg"}},
    {"motor", SHAPE_MOTOR, {"kind", "power_w", "power_factor"}},
    {"converter", SHAPE_CONVERTER, {"kind", "power_w", "power_factor", "capacitive", "harmonics"}},
};

static const struct current_row *current_row(struct json *json, const cJSON *current)
{
    const char *kind = json_text(json, current, "kind", 16);
    for (size_t n = 0; n < sizeof currents / sizeof *currents; n++) {
        if (strcmp(currents[n].name, kind) == 0) {
            return &currents[n];
        }
    }
    json_fail(json,
              "unknown kind \"%s\"; known: resistive, capacitor, dimmer, rectifier, motor, "
              "converter",
              kind);
    return &currents[0];
}

static bool has(const struct current_row *row, const char *key)
{
    for (const char *const *own = row->keys; *own != NULL; own++) {
        if (strcmp(*own, key) == 0) {
            return true;
        }
    }
    return false;
}

/* A key that the kind has is required; one that it has not keeps the fallback. */
static double own_number(struct json *json, const cJSON *current, const struct current_row *row,
                         const char *key, double min, double max)
{
    return has(row, key) ? json_number(json, current, key, min, max, REQUIRED) : min;
}

static struct shape read_current(struct json *json, const cJSON *current)
{
    const struct current_row *row = current_row(json, current);
    json_keys(json, current, row->keys);
    double least_w = row->kind == SHAPE_CONVERTER ? -1e5 : 0.01;
    struct shape shape = {
        .kind = row->kind,
        .power_w = own_number(json, current, row, "power_w", least_w, 1e5),
        .reactive_var = own_number(json, current, row, "reactive_var", 0.01, 1e5),
        .power_factor = own_number(json, current, row, "power_factor", 0.05, 1),
        .firing_deg = own_number(json, current, row, "firing_deg", 0, 175),
        .conduction_deg = own_number(json, current, row, "conduction_deg", 10, 180),
        .lead_deg = own_number(json, current, row, "lead_deg", -45, 45),
        .capacitive = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(current, "capacitive")),
    };
    if (row->kind == SHAPE_CONVERTER) {
        shape.harmonics = read_harmonics(json, current, shape.harmonic);
    }
    return shape;
}

/* ---- when it runs ---- */

static uint8_t read_days(struct json *json, const cJSON *when)
{
    const char *const key = "days";
    if (cJSON_GetObjectItemCaseSensitive(when, key) == NULL) {
        return 0x7F;
    }
    const char *text = json_text(json, when, key, 7);
    uint8_t days = 0;
    for (; *text != '\0'; text++) {
        if (*text < '1' || *text > '7') {
            json_fail(json, "days are digits from 1 (Monday) to 7 (Sunday), as \"12345\"");
        } else {
            days |= (uint8_t)(1U << (*text - '1'));
        }
    }
    return days;
}

static void read_hours(struct json *json, const cJSON *when, struct rhythm *rhythm)
{
    static const char *const keys[] = {"from", "to", "weight", NULL};
    char outer[sizeof json->place];
    memcpy(outer, json->place, sizeof outer);
    const cJSON *list = json_array(json, when, "hours", RHYTHM_HOURS);
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, list)
    {
        json_at(json, "%.40s.hours[%u]", outer, rhythm->hours);
        json_keys(json, item, keys);
        double from = json_number(json, item, "from", 0, 24, REQUIRED);
        rhythm->hour[rhythm->hours++] = (struct rhythm_hours){
            .from_h = from,
            .to_h = json_number(json, item, "to", from, 24, REQUIRED),
            .weight = json_number(json, item, "weight", 0, 1000, 1),
        };
    }
    json_at(json, "%s", outer);
}

static void read_uses(struct json *json, const cJSON *when, struct rhythm *rhythm)
{
    rhythm->per_day = json_number(json, when, "per_day", 0, 40, REQUIRED);
    rhythm->use_min_s = 60 * json_number(json, when, "minutes_min", 0.05, 1440, REQUIRED);
    rhythm->use_max_s =
        60 * json_number(json, when, "minutes_max", rhythm->use_min_s / 60, 1440, REQUIRED);
    rhythm->days = read_days(json, when);
    read_hours(json, when, rhythm);
}

static void read_thermostat(struct json *json, const cJSON *when, struct rhythm *rhythm)
{
    rhythm->cycle_s = floor(60 * json_number(json, when, "cycle_minutes", 1, 1440, REQUIRED));
    rhythm->on_share = json_number(json, when, "on_percent", 1, 100, REQUIRED) / 100;
}

static void read_sun(struct json *json, const cJSON *when, struct rhythm *rhythm)
{
    rhythm->latitude_deg = json_number(json, when, "latitude_deg", -90, 90, REQUIRED);
    rhythm->noon_h = json_number(json, when, "noon_h", 0, 24, 12.5);
    rhythm->clouds = json_number(json, when, "clouds_percent", 0, 100, 50) / 100;
}

static void read_always(struct json *json, const cJSON *when, struct rhythm *rhythm)
{
    rhythm->vary = json_number(json, when, "vary_percent", 0, 100, 0) / 100;
}

struct when_row {
    const char *name;
    enum rhythm_kind kind;
    void (*read)(struct json *json, const cJSON *when, struct rhythm *rhythm);
    const char *keys[7];
};

static const struct when_row whens[] = {
    {"always", RHYTHM_ALWAYS, read_always, {"kind", "vary_percent"}},
    {"thermostat", RHYTHM_THERMOSTAT, read_thermostat, {"kind", "cycle_minutes", "on_percent"}},
    {"uses",
     RHYTHM_USES,
     read_uses,
     {"kind", "per_day", "minutes_min", "minutes_max", "days", "hours"}},
    {"sun", RHYTHM_SUN, read_sun, {"kind", "latitude_deg", "noon_h", "clouds_percent"}},
};

static struct rhythm read_when(struct json *json, const cJSON *when)
{
    const char *kind = json_text(json, when, "kind", 16);
    for (size_t n = 0; n < sizeof whens / sizeof *whens; n++) {
        if (strcmp(whens[n].name, kind) == 0) {
            struct rhythm rhythm = {.kind = whens[n].kind};
            json_keys(json, when, whens[n].keys);
            whens[n].read(json, when, &rhythm);
            return rhythm;
        }
    }
    json_fail(json, "unknown kind \"%s\"; known: always, thermostat, uses, sun", kind);
    return (struct rhythm){0};
}

/* ---- loads ---- */

static void read_inrush(struct json *json, const cJSON *item, struct scenario_load *load)
{
    static const char *const keys[] = {"factor", "seconds", NULL};
    const cJSON *inrush = cJSON_GetObjectItemCaseSensitive(item, "inrush");
    load->inrush_factor = 1;
    if (inrush == NULL) {
        return;
    }
    json_keys(json, inrush, keys);
    load->inrush_factor = json_number(json, inrush, "factor", 0.1, 20, REQUIRED);
    load->inrush_s = (int64_t)json_number(json, inrush, "seconds", 1, 3600, 1);
}

static void read_load(struct json *json, const cJSON *item, unsigned index,
                      struct world_scenario *scenario)
{
    static const char *const keys[] = {"name", "phase", "current", "when", "inrush", NULL};
    struct scenario_load *load = &scenario->load[index];
    json_at(json, "loads[%u]", index);
    json_keys(json, item, keys);
    snprintf(load->name, sizeof load->name, "%s", json_text(json, item, "name", SCENARIO_NAME));
    load->phases = read_phase_choice(json, item, 1);
    read_inrush(json, item, load);
    const cJSON *current = json_object(json, item, "current");
    const cJSON *when = json_object(json, item, "when");
    json_at(json, "loads[%u].when", index);
    load->rhythm = read_when(json, when);
    json_at(json, "loads[%u].current", index);
    struct shape shape = read_current(json, current);
    if (json->failed) {
        return;
    }
    shape_current(&shape, scenario->u, load->current);
    load->follows = shape_follows(shape.kind);
    for (unsigned h = 1; h <= WORLD_ORDERS_TRUE; h++) {
        load->power_w += phasor_active(scenario->u[h], load->current[h]);
    }
}

static void check_names(struct json *json, const struct world_scenario *scenario)
{
    for (unsigned n = 0; n < scenario->loads; n++) {
        json_at(json, "loads[%u]", n);
        for (unsigned m = 0; m < n; m++) {
            if (strcmp(scenario->load[n].name, scenario->load[m].name) == 0) {
                json_fail(json, "two loads are called \"%s\"; rename one", scenario->load[n].name);
            }
        }
    }
}

/* ---- the supply of the meter ---- */

static struct supply_config read_supply(struct json *json, const cJSON *root)
{
    static const char *const keys[] = {"reserve_ms", "hold_up_ms", "least_percent", NULL};
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, "supply");
    struct supply_config supply = supply_default();
    if (item == NULL) {
        return supply;
    }
    json_at(json, "supply");
    json_keys(json, item, keys);
    supply.reserve_ms =
        (uint32_t)json_number(json, item, "reserve_ms", 0, 60000, supply.reserve_ms);
    supply.hold_up_ms =
        (uint32_t)json_number(json, item, "hold_up_ms", 0, 60000, supply.hold_up_ms);
    supply.least_share =
        json_number(json, item, "least_percent", 1, 100, 100 * supply.least_share) / 100;
    return supply;
}

static void read_root(struct json *json, const cJSON *root, struct world_scenario *scenario)
{
    static const char *const keys[] = {"title", "mains",   "loads",     "supply",
                                       "clock", "tampers", "terminals", NULL};
    json_keys(json, root, keys);
    snprintf(scenario->title, sizeof scenario->title, "%s",
             json_text(json, root, "title", SCENARIO_TITLE));
    read_mains(json, root, scenario);
    scenario->supply = read_supply(json, root);
    scenario->clock = scenario_read_clock(json, root);
    scenario->tampers = scenario_read_tampers(json, root, scenario->tamper);
    scenario->terminals = scenario_read_terminals(json, root, scenario->terminal);
    const cJSON *loads = cJSON_GetObjectItemCaseSensitive(root, "loads");
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, loads)
    {
        if (!json->failed) {
            read_load(json, item, scenario->loads++, scenario);
        }
    }
    check_names(json, scenario);
}

struct world_scenario *scenario_read(struct json *json, const char *text, size_t size)
{
    cJSON *root = json_parse(json, text, size);
    if (root == NULL) {
        return NULL;
    }
    const cJSON *loads = json_array(json, root, "loads", SCENARIO_LOADS);
    size_t count = (size_t)cJSON_GetArraySize(loads);
    struct world_scenario *scenario =
        calloc(1, sizeof *scenario + count * sizeof(struct scenario_load));
    if (scenario == NULL) {
        json_fail(json, "out of memory");
    } else if (!json->failed) {
        read_root(json, root, scenario);
    }
    cJSON_Delete(root);
    if (json->failed) {
        free(scenario);
        return NULL;
    }
    return scenario;
}
