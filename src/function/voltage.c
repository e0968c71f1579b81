#include "function/voltage.h"

/* The events of the states, of L1. */
static const uint8_t codes[] = {
    [VOLTAGE_NORMAL] = EVENT_VOLTAGE_NORMAL_L1,
    [VOLTAGE_UNDER] = EVENT_UNDERVOLTAGE_L1,
    [VOLTAGE_OVER] = EVENT_OVERVOLTAGE_L1,
    [VOLTAGE_MISSING] = EVENT_VOLTAGE_MISSING_L1,
};

enum event_code voltage_event(enum voltage_state state, uint8_t phase)
{
    return (enum event_code)(codes[state] + phase);
}

void voltage_init(struct voltage *voltage, const struct voltage_plan *plan,
                  struct event_book *events, uint32_t nominal_mv, uint8_t phases)
{
    *voltage = (struct voltage){
        .plan = plan, .events = events, .nominal_mv = nominal_mv, .phases = phases};
}

void voltage_recover(struct voltage *voltage, const uint8_t logged[])
{
    for (uint8_t phase = 0; phase < voltage->phases; phase++) {
        for (uint8_t state = VOLTAGE_UNDER; state <= VOLTAGE_MISSING; state++) {
            event_correct(voltage->events, voltage_event((enum voltage_state)state, phase),
                          state == logged[phase]);
        }
        voltage->phase[phase].told = logged[phase];
        voltage->phase[phase].seen = logged[phase];
    }
}

/* `inside`: the state that holds already, whose limit is further away by the hysteresis. */
static enum voltage_state state_of(const struct voltage *voltage, uint32_t u_mv,
                                   enum voltage_state inside)
{
    const struct voltage_plan *plan = voltage->plan;
    uint32_t permille = (uint32_t)((uint64_t)u_mv * 1000 / voltage->nominal_mv);
    uint32_t more = plan->hysteresis_permille;
    if (permille < plan->missing_permille + (inside == VOLTAGE_MISSING ? more : 0)) {
        return VOLTAGE_MISSING;
    }
    if (permille < plan->under_permille + (inside == VOLTAGE_UNDER ? more : 0)) {
        return VOLTAGE_UNDER;
    }
    if (permille > plan->over_permille - (inside == VOLTAGE_OVER ? more : 0)) {
        return VOLTAGE_OVER;
    }
    return VOLTAGE_NORMAL;
}

/* A cause of a kind takes the place of another. */
static void tell(struct voltage *voltage, uint8_t phase, enum voltage_state state)
{
    uint8_t before = voltage->phase[phase].told;
    if (before != VOLTAGE_NORMAL) {
        event_clear(voltage->events, voltage_event((enum voltage_state)before, phase));
    }
    if (state == VOLTAGE_NORMAL) {
        event_record(voltage->events, voltage_event(state, phase));
    } else {
        event_raise(voltage->events, voltage_event(state, phase));
    }
    voltage->phase[phase].told = (uint8_t)state;
}

static void follow(struct voltage *voltage, uint8_t phase, uint32_t u_mv, int64_t now_ms)
{
    uint8_t seen = voltage->phase[phase].seen;
    enum voltage_state state = state_of(voltage, u_mv, (enum voltage_state)seen);
    if (state != seen) {
        voltage->phase[phase].seen = (uint8_t)state;
        voltage->phase[phase].since_ms = now_ms;
    }
    int64_t after_s =
        state == VOLTAGE_MISSING ? voltage->plan->missing_after_s : voltage->plan->after_s;
    bool lasts = now_ms - voltage->phase[phase].since_ms >= after_s * 1000;
    if (state != voltage->phase[phase].told && lasts) {
        tell(voltage, phase, state);
    }
}

void voltage_step(struct voltage *voltage, const uint32_t u_mv[], int64_t now_ms)
{
    for (uint8_t phase = 0; phase < voltage->phases; phase++) {
        follow(voltage, phase, u_mv[phase], now_ms);
    }
}
