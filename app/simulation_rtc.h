/* The clock chip of a simulation: begun, moved on, kept in the data directory, and tampered with.
 */
#ifndef WATTHOUR_APP_SIMULATION_RTC_H
#define WATTHOUR_APP_SIMULATION_RTC_H

#include "app/simulation.h"

/* Behind the scenario, before the world: tells when that begins. A data directory has its own chip,
 * which went on meanwhile. When the world begins before that was left, the chip is set anew, as the
 * factory sets a new one. 0, or -1 with one line in `error`. */
int simulation_rtc_open(struct simulation *simulation, const struct run_options *options,
                        char *error, size_t error_size);

/* Moved on to `us` since the start. */
void simulation_rtc_pass(struct simulation *simulation, int64_t us);

/* As it is in this moment of the world. */
void simulation_rtc_keep(struct simulation *simulation);

/* What the scenario does to the meter now is felt, if the product has that input. */
void simulation_rtc_follow(struct simulation *simulation);

/* Somebody opens or closes a cover, brings a magnet or takes it away; with supply and without. */
void simulation_rtc_touch(struct simulation *simulation, enum rtc_input input, bool there);

#endif
