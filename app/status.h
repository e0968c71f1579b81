/* What `watthour run` prints about its meter: the head, a line a second, what its supply does, the
 * end. All values are read through quantity. */
#ifndef WATTHOUR_APP_STATUS_H
#define WATTHOUR_APP_STATUS_H

#include "app/ports.h"
#include "app/run_options.h"
#include "app/simulation.h"

/* `panel_url` may be NULL. */
void status_print_head(const struct simulation *simulation, const struct run_options *options,
                       const struct ports *ports, const char *panel_url);

/* `speed` is how many times faster than life the meter has run since the last line. */
void status_print_line(const struct simulation *simulation, const struct run_options *options,
                       double speed);

/* The supply has failed, or is back. */
void status_print_supply(const struct simulation *simulation, const struct run_options *options);

/* The totals when the run is over. */
void status_print_end(const struct simulation *simulation, const struct run_options *options);

#endif
