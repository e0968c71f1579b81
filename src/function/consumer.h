/* What the customer is told by the meter, as the distribution system operator sees it: he opens and
 * closes the customer port P1 on the customer's request, and says how often an in-home display is
 * told. What the port says is in the room p1, what a display is told is a push set-up.
 *
 * Source: Swedish recommendation 2.0, 3.9. */
#ifndef WATTHOUR_FUNCTION_CONSUMER_H
#define WATTHOUR_FUNCTION_CONSUMER_H

#include <stdbool.h>
#include <stdint.h>

enum { CONSUMER_TOLD_S = 10, CONSUMER_TOLD_MOST_S = 3600 };

struct consumer {
    const char *version; /* of the port's telegrams, as they say it; "": they say none */
    bool port_enabled;
    uint16_t told_every_s; /* an in-home display; 0: never */
    uint32_t changes;      /* by a client: to be stored */
};

/* The port is open. `version` outlives the consumer. */
void consumer_init(struct consumer *consumer, const char *version);

void consumer_enable_port(struct consumer *consumer, bool enabled);
void consumer_tell_every(struct consumer *consumer, uint16_t told_every_s);

#endif
