/* The wrapper over UDP: a datagram is a whole frame, in and out. Each peer (address and port) has a
 * connection of the meter's, for as long as it is not silent too long; when there are too many, the
 * one that was silent longest makes room. */
#ifndef WATTHOUR_PORT_POSIX_UDP_H
#define WATTHOUR_PORT_POSIX_UDP_H

#include "meter/meter.h"
#include "port/posix/loop.h"

#include <stddef.h>
#include <stdint.h>

enum { UDP_PEERS_MAX = 16 };

struct udp_peer;

struct udp_endpoint {
    struct loop_source source;
    struct loop *loop;
    struct meter *meter;
    struct udp_peer *peers;
    unsigned count;
    uint16_t port;
};

/* Port 0: one that is free, told in endpoint->port. 0, or -1 with one line in `error`. The endpoint
 * must stay where it is until udp_close(). */
int udp_open(struct udp_endpoint *endpoint, struct loop *loop, struct meter *meter,
             const char *address, uint16_t port, char *error, size_t error_size);

/* Forgets the peers that were silent too long; to be called once a second or so. */
void udp_step(struct udp_endpoint *endpoint);

void udp_close(struct udp_endpoint *endpoint);

#endif
