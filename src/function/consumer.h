/* The customer port P1 as the distribution system operator sees it: it opens and closes it on the
 * customer's request. What the port says is in the room p1.
 *
 * Source: Swedish recommendation 2.0, 3.9. */
#ifndef WATTHOUR_FUNCTION_CONSUMER_H
#define WATTHOUR_FUNCTION_CONSUMER_H

#include <stdbool.h>
#include <stdint.h>

struct consumer {
    const char *version; /* of the port's telegrams, as they say it; "": they say none */
    bool port_enabled;
    uint32_t changes; /* by a client: to be stored */
};

/* The port is open. `version` outlives the consumer. */
void consumer_init(struct consumer *consumer, const char *version);

void consumer_enable_port(struct consumer *consumer, bool enabled);

#endif
