/* A TCP endpoint of a virtual meter: a listening socket whose peers each get a connection of the
 * meter. Sockets never block; a peer that does not read is not read from either. */
#ifndef WATTHOUR_PORT_POSIX_TCP_H
#define WATTHOUR_PORT_POSIX_TCP_H

#include "port/posix/end.h"
#include "port/posix/loop.h"

#include <stddef.h>
#include <stdint.h>

enum { TCP_PEERS_MAX = 64 };

struct tcp_peer;

struct tcp_endpoint {
    struct loop_source source; /* the listening socket */
    struct loop *loop;
    struct meter *meter;
    enum end_protocol protocol;
    struct tcp_peer *peers;
    unsigned count;
    uint16_t port;
};

/* Port 0: one that is free, told in endpoint->port. */
struct tcp_config {
    struct loop *loop;
    struct meter *meter;
    enum end_protocol protocol; /* END_WRAPPER, END_HDLC_TCP */
    const char *address;
    uint16_t port;
};

/* Listens. Returns 0, or -1 with one line in `error`. The endpoint must stay where it is until
 * tcp_close(). */
int tcp_listen(struct tcp_endpoint *endpoint, const struct tcp_config *config, char *error,
               size_t error_size);

/* Closes the connections that were silent too long; to be called once a second or so. */
void tcp_step(struct tcp_endpoint *endpoint);

void tcp_close(struct tcp_endpoint *endpoint);

#endif
