#include "app/simulation_terminals.h"

unsigned simulation_terminals(const struct simulation *simulation)
{
    return simulation->setup.product->tariff.inputs;
}

void simulation_terminals_put(struct simulation *simulation, unsigned number, bool live)
{
    unsigned bit = 1U << number;
    simulation->terminals_by_hand =
        live ? simulation->terminals_by_hand | bit : simulation->terminals_by_hand & ~bit;
}

bool simulation_terminals_live(const struct simulation *simulation, unsigned number)
{
    unsigned live = simulation->terminals_by_hand | simulation->terminals;
    return (live >> number & 1) != 0;
}

void simulation_terminals_follow(struct simulation *simulation)
{
    simulation->terminals = world_terminals(simulation->world);
    unsigned live = simulation->terminals_by_hand | simulation->terminals;
    unsigned there = (1U << simulation_terminals(simulation)) - 1;
    if (simulation->on && simulation->meter.tariff.levels != (live & there)) {
        meter_set_rate_levels(&simulation->meter, (uint8_t)(live & there));
    }
}
