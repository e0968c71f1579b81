#define _GNU_SOURCE /* SOCK_NONBLOCK */
#include "port/posix/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 16 };

static int open_at(const struct addrinfo *at)
{
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    if (fd < 0) {
        return -1;
    }
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0) {
        return fd;
    }
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
}

int listener_open(const char *address, uint16_t port, char *error, size_t error_size)
{
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_PASSIVE};
    struct addrinfo *at;
    if (getaddrinfo(address, service, &hints, &at) != 0) {
        snprintf(error, error_size, "%s: not an address; give an IPv4 or IPv6 address", address);
        return -1;
    }
    int fd = open_at(at);
    int reason = errno;
    freeaddrinfo(at);
    if (fd < 0) {
        snprintf(error, error_size, "%s port %u: %s; choose another port (0 = none)", address, port,
                 strerror(reason));
    }
    return fd;
}

uint16_t listener_port(int fd)
{
    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    if (getsockname(fd, (struct sockaddr *)&bound, &size) != 0) {
        return 0;
    }
    struct sockaddr_in either; /* the port stands at the same place in both families */
    memcpy(&either, &bound, sizeof either);
    return ntohs(either.sin_port);
}
