/* Any body of a request of the panel: it is done or refused, and the world stays one that can be.
 */
#include "app/panel_act.h"
#include "base/need.h"

#include <stdint.h>
#include <stdlib.h>

static struct simulation *open_simulation(void)
{
    static struct simulation simulation;
    static struct run_options options;
    char error[512];
    options = (struct run_options){
        .product = product_find("st402d"),
        .scenario = "villa",
        .source = RUN_SOURCE_PHASORS,
        .nominal_hz = 50,
        .seed = 1,
    };
    need(simulation_open(&simulation, &options, error, sizeof error) == 0);
    return &simulation;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct simulation *simulation;
    const char *error = "";
    struct world_hand hand;
    simulation = simulation ? simulation : open_simulation();
    (void)panel_act_button(simulation, (const char *)data, size, &error);
    (void)panel_act_world(simulation, (const char *)data, size, &error);
    world_hand_get(simulation->world, &hand);
    for (int phase = 0; phase < WORLD_PHASES; phase++) {
        need(hand.share[phase] >= 0 && hand.share[phase] <= 1.5);
    }
    need(hand.shift_hz >= -10 && hand.shift_hz <= 10 && hand.incidents <= 8);
    bool possible = simulation->speed >= 0.1 && simulation->speed <= 1000;
    need(simulation->speed == 0 || possible);
    panel_act_let_go(simulation);
    return 0;
}
