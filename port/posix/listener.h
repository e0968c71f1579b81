/* Listening sockets, for those who have peers over TCP. */
#ifndef WATTHOUR_PORT_POSIX_LISTENER_H
#define WATTHOUR_PORT_POSIX_LISTENER_H

#include <stddef.h>
#include <stdint.h>

/* Listens on an IPv4 or IPv6 address; port 0: one that is free. The socket, which never blocks, or
 * -1 with one line in `error`. */
int listener_open(const char *address, uint16_t port, char *error, size_t error_size);

/* The port that it has. */
uint16_t listener_port(int fd);

#endif
