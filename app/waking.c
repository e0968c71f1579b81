#include "app/waking.h"

#include "meter/waking.h"

#include <stdlib.h>

enum { RECOVER_STEP_US = 100 };

struct meter *waking_face(struct simulation *simulation)
{
    return simulation->on ? &simulation->meter : simulation->woken;
}

static int64_t awake_ms(const struct simulation *simulation)
{
    return (int64_t)((simulation->frames - simulation->woken_frame) * 1000 / WORLD_FRAME_HZ);
}

void waking_end(struct simulation *simulation)
{
    if (simulation->woken) {
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
}

bool waking_press(struct simulation *simulation, enum display_button button, bool down)
{
    bool can = simulation->meter.product->reads_without_mains;
    bool sleeps = !simulation->on && !simulation->woken;
    if (sleeps && down && can && simulation->supply.state == SUPPLY_OFF) {
        wake(simulation);
    }
    struct meter *face = waking_face(simulation);
    simulation->seal_broken = simulation->seal_broken || (down && button == DISPLAY_BUTTON_SERVICE);
    if (face && !(sleeps && down)) {
        display_button(&face->display, button, down, face->now_ms);
    }
    return face != NULL;
}

void waking_step(struct simulation *simulation)
{
    if (simulation->woken && !meter_wake_step(simulation->woken, awake_ms(simulation))) {
        waking_end(simulation);
    }
}
