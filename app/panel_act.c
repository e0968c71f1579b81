#include "app/panel_act.h"

#include "app/simulation_rtc.h"
#include "app/simulation_terminals.h"
#include "app/waking.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

enum { SECONDS_MOST = 86400 };

static const double speed_least = 0.1;
static const double speed_most = 1000;

static enum panel_result malformed(const char **error, const char *why)
{
    *error = why;
    return PANEL_MALFORMED;
}

static enum panel_result impossible(const char **error, const char *why)
{
    *error = why;
    return PANEL_IMPOSSIBLE;
}

/* A JSON object, and nothing behind it; NULL. */
static cJSON *parse(const char *body, size_t size)
{
    const char *end = NULL;
    cJSON *json = cJSON_ParseWithLengthOpts(body, size, &end, false);
    size_t used = json ? (size_t)(end - body) : 0;
    while (json && used < size && strchr(" \t\r\n", body[used]) && body[used] != '\0') {
        used++;
    }
    if (json && (!cJSON_IsObject(json) || used != size)) {
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

static const cJSON *field(const cJSON *json, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(json, name);
}

/* The index of the text among `words`; -1. */
static int word_of(const cJSON *text, const char *const *words, int count)
{
    for (int i = 0; cJSON_IsString(text) && i < count; i++) {
        if (strcmp(text->valuestring, words[i]) == 0) {
            return i;
        }
    }
    return -1;
}

/* ---- buttons ---- */

/* A seal stays broken, whatever the supply does. */
static enum panel_result break_seal(struct simulation *simulation, const cJSON *seal,
                                    const char **error)
{
    if (!cJSON_IsString(seal) || strcmp(seal->valuestring, "broken") != 0) {
        return malformed(error, "a seal can only be broken");
    }
    simulation->seal_broken = true;
    return PANEL_OK;
}

static enum panel_result press(struct simulation *simulation, const cJSON *json, const char **error)
{
    static const char *const buttons[DISPLAY_BUTTONS] = {
        [DISPLAY_BUTTON_SCROLL] = "scroll", [DISPLAY_BUTTON_SERVICE] = "service"};
    int button = word_of(field(json, "button"), buttons, DISPLAY_BUTTONS);
    const cJSON *down = field(json, "down");
    if (button < 0 || !cJSON_IsBool(down)) {
        return malformed(error, "give button (scroll or service) and down (true or false)");
    }
    if (button == DISPLAY_BUTTON_SERVICE && !simulation->seal_broken) {
        return impossible(error, "the service button is sealed: break its seal first");
    }
    if (!waking_press(simulation, (enum display_button)button, cJSON_IsTrue(down))) {
        return impossible(error, "the meter has no supply");
    }
    return PANEL_OK;
}

enum panel_result panel_act_button(struct simulation *simulation, const char *body, size_t size,
                                   const char **error)
{
    cJSON *json = parse(body, size);
    if (!json) {
        return malformed(error, "the body is no JSON object");
    }
    const cJSON *seal = field(json, "seal");
    enum panel_result result =
        seal ? break_seal(simulation, seal, error) : press(simulation, json, error);
    cJSON_Delete(json);
    return result;
}

void panel_act_let_go(struct simulation *simulation)
{
    for (int button = 0; button < DISPLAY_BUTTONS; button++) {
        (void)waking_press(simulation, (enum display_button)button, false);
    }
}

/* ---- the world ---- */

static const char unsuited[] = "this world does not take that: a recording, or out of range";

static enum panel_result switch_load(struct simulation *simulation, const cJSON *json,
                                     const char **error)
{
    static const char *const positions[] = {
        [WORLD_SWITCH_AUTO] = "auto", [WORLD_SWITCH_ON] = "on", [WORLD_SWITCH_OFF] = "off"};
    const cJSON *load = field(json, "load");
    int position = word_of(field(json, "position"), positions, 3);
    if (!cJSON_IsString(load) || position < 0) {
        return malformed(error, "give load (its name) and position (on, off or auto)");
    }
    if (world_load_set(simulation->world, load->valuestring, (enum world_switch)position) != 0) {
        return impossible(error, "there is no load of that name");
    }
    return PANEL_OK;
}

/* The mask of "phase"; -1: it is no phase. Left out: all. */
static int phases_of(const cJSON *json)
{
    const cJSON *phase = field(json, "phase");
    if (!phase) {
        return 0;
    }
    bool whole = cJSON_IsNumber(phase) && phase->valuedouble >= 0 &&
                 phase->valuedouble <= WORLD_PHASES &&
                 phase->valuedouble == floor(phase->valuedouble);
    if (!whole) {
        return -1;
    }
    int number = (int)phase->valuedouble;
    return number == 0 ? 0 : 1 << (number - 1);
}

static enum panel_result set_voltage(struct simulation *simulation, const cJSON *json,
                                     const char **error)
{
    const cJSON *share = field(json, "voltage");
    int phases = phases_of(json);
    if (!cJSON_IsNumber(share) || phases < 0) {
        return malformed(error, "give voltage (0 to 1.5 times what it would be) and phase (0..3)");
    }
    int result = world_voltage_set(simulation->world, (unsigned)phases, share->valuedouble);
    return result == 0 ? PANEL_OK : impossible(error, unsuited);
}

static enum panel_result shift_frequency(struct simulation *simulation, const cJSON *json,
                                         const char **error)
{
    const cJSON *shift = field(json, "frequency_shift");
    if (!cJSON_IsNumber(shift)) {
        return malformed(error, "frequency_shift is a number of hertz");
    }
    int result = world_frequency_shift(simulation->world, shift->valuedouble);
    return result == 0 ? PANEL_OK : impossible(error, unsuited);
}

static enum panel_result dip(struct simulation *simulation, const cJSON *json, const char **error)
{
    const cJSON *residual = field(json, "dip");
    const cJSON *seconds = field(json, "seconds");
    int phases = phases_of(json);
    if (!cJSON_IsNumber(residual) || !cJSON_IsNumber(seconds) || phases < 0 ||
        !(seconds->valuedouble <= SECONDS_MOST)) {
        return malformed(error, "give dip (what is left of the voltage), seconds and phase (0..3)");
    }
    int result = world_incident(simulation->world, (unsigned)phases, residual->valuedouble,
                                seconds->valuedouble);
    return result == 0 ? PANEL_OK : impossible(error, unsuited);
}

static enum panel_result cut(struct simulation *simulation, const cJSON *json, const char **error)
{
    const cJSON *cut = field(json, "cut");
    if (!cJSON_IsBool(cut)) {
        return malformed(error, "cut is true or false");
    }
    world_calm(simulation->world);
    if (cJSON_IsTrue(cut) && world_incident(simulation->world, 0, 0, INFINITY) != 0) {
        return impossible(error, unsuited);
    }
    return PANEL_OK;
}

/* How fast it lives, from now on. */
static enum panel_result hurry(struct simulation *simulation, const cJSON *json, const char **error)
{
    const cJSON *speed = field(json, "speed");
    if (!cJSON_IsNumber(speed)) {
        return malformed(error, "speed is a factor of real time, or 0: as fast as it goes");
    }
    double wanted = speed->valuedouble;
    if (wanted != 0 && !(wanted >= speed_least && wanted <= speed_most)) {
        return impossible(error, "speed is 0.1 to 1000 times real time, or 0");
    }
    simulation->speed = wanted;
    return PANEL_OK;
}

const char *const panel_tampers[RTC_INPUTS] = {[RTC_TERMINAL_COVER] = "terminal_cover",
                                               [RTC_METER_COVER] = "meter_cover",
                                               [RTC_STRONG_FIELD] = "field",
                                               [RTC_STRONG_EMF] = "emf"};

static enum panel_result tamper(struct simulation *simulation, const cJSON *json,
                                const char **error)
{
    int input = word_of(field(json, "tamper"), panel_tampers, RTC_INPUTS);
    const cJSON *there = field(json, "there");
    if (input < 0 || !cJSON_IsBool(there)) {
        return malformed(error, "give tamper (terminal_cover, meter_cover, field or emf) and "
                                "there (true or false)");
    }
    if ((simulation->meter.product->tampers >> input & 1) == 0) {
        return impossible(error, "this meter does not feel that");
    }
    simulation_rtc_touch(simulation, (enum rtc_input)input, cJSON_IsTrue(there));
    return PANEL_OK;
}

static enum panel_result put_on_terminal(struct simulation *simulation, const cJSON *json,
                                         const char **error)
{
    const cJSON *number = field(json, "terminal");
    const cJSON *live = field(json, "live");
    bool whole = cJSON_IsNumber(number) && number->valuedouble == (double)number->valueint;
    if (!whole || !cJSON_IsBool(live)) {
        return malformed(error, "give terminal (1, 2 or 3) and live (true or false)");
    }
    if (number->valueint < 1 || number->valueint > (int)simulation_terminals(simulation)) {
        return impossible(error, "this meter does not have that terminal");
    }
    simulation_terminals_put(simulation, (unsigned)number->valueint - 1, cJSON_IsTrue(live));
    return PANEL_OK;
}

static enum panel_result reach(struct simulation *simulation, const cJSON *json, const char **error)
{
    static const struct {
        const char *name;
        enum panel_result (*act)(struct simulation *, const cJSON *, const char **);
    } acts[] = {
        {"load", switch_load},
        {"voltage", set_voltage},
        {"frequency_shift", shift_frequency},
        {"dip", dip},
        {"cut", cut},
        {"tamper", tamper},
        {"terminal", put_on_terminal},
        {"speed", hurry},
    };
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        if (field(json, acts[i].name)) {
            return acts[i].act(simulation, json, error);
        }
    }
    return malformed(error,
                     "give load, voltage, frequency_shift, dip, cut, tamper, terminal or speed");
}

enum panel_result panel_act_world(struct simulation *simulation, const char *body, size_t size,
                                  const char **error)
{
    cJSON *json = parse(body, size);
    if (!json) {
        return malformed(error, "the body is no JSON object");
    }
    enum panel_result result = reach(simulation, json, error);
    cJSON_Delete(json);
    return result;
}
