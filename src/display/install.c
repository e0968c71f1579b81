#include "display/install.h"

#include <string.h>

/* A text for each kind of glass. */
struct words {
    const char *dots;
    const char *segments;
};

static const struct words identification = {"Identification", "IdEnt"};

static const struct words port_states[] = {{"P1 port      off", "P1 OFF"},
                                           {"P1 port       on", "P1 On"}};

enum trial_state { TRIAL_IDLE, TRIAL_NO_ADDRESS, TRIAL_SENDING, TRIAL_ARRIVED, TRIAL_FAILED };

static const struct words trial_states[] = {
    [TRIAL_IDLE] = {"Push test", "PUSH"},
    [TRIAL_NO_ADDRESS] = {"Push  no address", "PU no Ad"},
    [TRIAL_SENDING] = {"Push     sending", "PU SEnd"},
    [TRIAL_ARRIVED] = {"Push     arrived", "PU donE"},
    [TRIAL_FAILED] = {"Push      failed", "PU FAIL"},
};

static const struct words billing_states[] = {{"End  billing", "bILL End"},
                                              {"Billing   ended", "bL donE"}};

bool install_possible(const struct display *display)
{
    return !display->source.marks->battery;
}

static bool is_there(const struct display *display, unsigned entry)
{
    return entry == INSTALL_IDENTIFICATION || (entry == INSTALL_PUSH && display->source.push) ||
           (entry == INSTALL_PORT && display->source.consumer) ||
           (entry == INSTALL_BILLING && display->source.billing);
}

unsigned install_next(const struct display *display, unsigned entry)
{
    do {
        entry = (entry + 1) % INSTALL_ENTRIES;
    } while (!is_there(display, entry));
    return entry;
}

/* ---- push on installation ---- */

static void try_push(struct display *display)
{
    struct push *push = display->source.push;
    const struct push_state *state = &push->states[PUSH_INSTALLATION];
    display->trial = (struct display_trial){
        .asked = true, .delivered = state->delivered, .given_up = state->given_up};
    push_trigger(push, PUSH_INSTALLATION, display->source.clock, display->now_ms);
}

static enum trial_state trial_state(const struct display *display)
{
    const struct push *push = display->source.push;
    const struct push_state *state = &push->states[PUSH_INSTALLATION];
    const struct display_trial *trial = &display->trial;
    if (!push_goes_anywhere(push, PUSH_INSTALLATION)) {
        return TRIAL_NO_ADDRESS;
    }
    if (!trial->asked) {
        return TRIAL_IDLE;
    }
    if (state->delivered != trial->delivered) {
        return TRIAL_ARRIVED;
    }
    if (state->given_up != trial->given_up) {
        return TRIAL_FAILED;
    }
    return state->waiting ? TRIAL_SENDING : TRIAL_IDLE;
}

/* ---- entries ---- */

void install_do(struct display *display, enum install_entry entry)
{
    if (entry == INSTALL_PUSH) {
        try_push(display);
    } else if (entry == INSTALL_PORT) {
        struct consumer *consumer = display->source.consumer;
        consumer_enable_port(consumer, !consumer->port_enabled);
    } else if (entry == INSTALL_BILLING) {
        (void)billing_end(display->source.billing, BILLING_BUTTON);
    }
}

static const struct words *words_of(const struct display *display)
{
    switch ((enum install_entry)display->position) {
    case INSTALL_PUSH:
        return &trial_states[trial_state(display)];
    case INSTALL_PORT:
        return &port_states[display->source.consumer->port_enabled];
    case INSTALL_BILLING:
        return &billing_states[demand_locked(display->source.billing->parts.demand)];
    default:
        return &identification;
    }
}

void install_show(const struct display *display, struct screen *screen)
{
    const struct words *words = words_of(display);
    const char *text = display->config->glass == DISPLAY_DOTS ? words->dots : words->segments;
    const char id[] = {'=', (char)('1' + display->position), '=', '\0'};
    memcpy(screen->id, id, sizeof id);
    memcpy(screen->data, text, strlen(text) + 1);
}
