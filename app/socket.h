/* TCP and UDP for a client that waits no longer than it is told. Failures leave their reason in
 * errno: ETIMEDOUT when time is up, ECONNRESET when the peer closed. */
#ifndef WATTHOUR_APP_SOCKET_H
#define WATTHOUR_APP_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Monotonic. */
int64_t socket_now_ms(void);

/* A socket that does not block, or -1. `*unknown` says why a name could not be resolved, else it is
 * NULL. */
int socket_connect(const char *host, const char *port, bool datagrams, int timeout_ms,
                   const char **unknown);

/* The whole of it: 0, or -1. */
int socket_send(int fd, const void *octets, size_t size, int timeout_ms);
int socket_receive(int fd, void *octets, size_t size, int timeout_ms);

/* One datagram: its size, or -1. */
int socket_receive_datagram(int fd, void *octets, size_t room, int64_t deadline_ms);

#endif
