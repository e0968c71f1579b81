#include "app/waking.h"

#include "meter/waking.h"

#include <stdlib.h>

enum { RECOVER_STEP_US = 100 };

struct meter *waking_face(struct simulation *simulation)
{
    return simulation->on ? &simulation->meter : simulation->woken;
}

const struct display_frame *waking_frame(struct simulation *simulation)
{
    struct meter *face = waking_face(simulation);
    if (face == NULL) {
        return NULL;
    }
    display_look(&face->display, &simulation->frame);
    return &simulation->frame;
}

static int64_t awake_ms(const struct simulation *simulation)
{
    return (int64_t)((simulation->frames - simulation->woken_frame) * 1000 / WORLD_FRAME_HZ);
}

void waking_end(struct simulation *simulation)
{
    if (simulation->woken) {
        if (simulation->night) {
            simulation->night->sleeps(simulation->night->context);
        }
        free(simulation->woken);
        simulation->woken = NULL;
        nor_cut(&simulation->data.nor, NULL, &(struct nor_tear){.erased = 0});
    }
}

/* The chip has its supply from the battery as long as it is read. */
static void wake(struct simulation *simulation)
{
    struct meter_setup setup = simulation->setup;
    setup.utc_ms = simulation_clock(simulation).utc_ms;
    simulation->woken = calloc(1, sizeof *simulation->woken);
    simulation->woken_frame = simulation->frames;
    if (!simulation->woken) {
        return;
    }
    simulation->data.nor.watch = NULL;
    nor_power_on(&simulation->data.nor);
    if (meter_wake(simulation->woken, &setup) != 0) {
        waking_end(simulation);
        return;
    }
    while (meter_wake_recover(simulation->woken) > 0) {
        nor_advance(&simulation->data.nor, RECOVER_STEP_US);
    }
    if (simulation->night) {
        simulation->night->woke(simulation->night->context, simulation->woken);
    }
}

/* Whether there is a meter that sleeps and can be woken. */
static bool sleeps(const struct simulation *simulation)
{
    bool asleep = !simulation->on && !simulation->woken;
    return asleep && simulation->battery_option && simulation->supply.state == SUPPLY_OFF;
}

void waking_light(struct simulation *simulation)
{
    if (sleeps(simulation)) {
        wake(simulation);
    }
}

bool waking_press(struct simulation *simulation, enum display_button button, bool down)
{
    bool wakes = down && sleeps(simulation);
    bool lights = down && !simulation->on && !simulation->woken;
    if (wakes) {
        wake(simulation);
    }
    struct meter *face = waking_face(simulation);
    simulation->seal_broken = simulation->seal_broken || (down && button == DISPLAY_BUTTON_SERVICE);
    if (face && !lights) {
        display_button(&face->display, button, down, face->now_ms);
    }
    return face != NULL;
}

void waking_step(struct simulation *simulation)
{
    const struct simulation_night *night = simulation->night;
    if (simulation->woken && !meter_wake_step(simulation->woken, awake_ms(simulation)) &&
        !(night && night->needed(night->context))) {
        waking_end(simulation);
    }
}
