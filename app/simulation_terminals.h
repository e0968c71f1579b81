/* The terminals of a simulation that switch tariffs: voltage by the scenario, or by hand. */
#ifndef WATTHOUR_APP_SIMULATION_TERMINALS_H
#define WATTHOUR_APP_SIMULATION_TERMINALS_H

#include "app/simulation.h"

#include <stdbool.h>

/* How many the meter has; 0: none. */
unsigned simulation_terminals(const struct simulation *simulation);

/* Somebody puts voltage on a terminal, from 0, or takes his away. */
void simulation_terminals_put(struct simulation *simulation, unsigned number, bool live);

/* Whether it has voltage. */
bool simulation_terminals_live(const struct simulation *simulation, unsigned number);

/* The meter, if it lives, sees them as they are now. */
void simulation_terminals_follow(struct simulation *simulation);

#endif
