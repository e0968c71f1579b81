/* What the host's network is, for the meter to show: the addresses of the interface that it is
 * reached on, from the kernel's tables. */
#ifndef WATTHOUR_PORT_POSIX_NETWORK_H
#define WATTHOUR_PORT_POSIX_NETWORK_H

#include "meter/meter.h"

#include <stdint.h>

struct posix_network {
    struct link_network network; /* for the meter's setup */
    const char *address;         /* that its ports listen on */
    uint16_t port;               /* of TCP, once it is open; 0: none */
};

/* The address must outlive it; it must stay where it is. */
void posix_network_init(struct posix_network *host, const char *address);

#endif
