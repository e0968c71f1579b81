#define _GNU_SOURCE /* SOCK_NONBLOCK */
#include "app/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int64_t socket_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static int wait_for(int fd, short events, int64_t deadline_ms)
{
    for (;;) {
        struct pollfd wanted = {.fd = fd, .events = events};
        int64_t left_ms = deadline_ms - socket_now_ms();
        int ready = poll(&wanted, 1, left_ms > 0 ? (int)left_ms : 0);
        if (ready > 0) {
            return 0;
        }
        if (ready == 0) {
            errno = ETIMEDOUT;
            return -1;
        }
        if (errno != EINTR) {
            return -1;
        }
    }
}

/* What became of a connection under way: 0, or the error. */
static int await_connection(int fd, int timeout_ms)
{
    int error = 0;
    socklen_t size = sizeof error;
    bool told = wait_for(fd, POLLOUT, socket_now_ms() + timeout_ms) == 0 &&
                getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0;
    return told ? error : errno;
}

static int connect_to(const struct addrinfo *address, int timeout_ms)
{
    int fd = socket(address->ai_family, address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    int error = connect(fd, address->ai_addr, address->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
        error = await_connection(fd, timeout_ms);
    }
    if (error != 0) {
        close(fd);
        errno = error;
        return -1;
    }
    int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* UDP has no such thing */
    return fd;
}

int socket_connect(const char *host, const char *port, bool datagrams, int timeout_ms,
                   const char **unknown)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = datagrams ? SOCK_DGRAM : SOCK_STREAM};
    struct addrinfo *addresses;
    *unknown = NULL;
    int result = getaddrinfo(host, port, &hints, &addresses);
    if (result != 0) {
        *unknown = gai_strerror(result);
        return -1;
    }
    int fd = -1;
    for (const struct addrinfo *a = addresses; a != NULL && fd < 0; a = a->ai_next) {
        fd = connect_to(a, timeout_ms);
    }
    int error = errno;
    freeaddrinfo(addresses);
    errno = error;
    return fd;
}

int socket_send(int fd, const void *octets, size_t size, int timeout_ms)
{
    const uint8_t *at = octets;
    int64_t deadline_ms = socket_now_ms() + timeout_ms;
    while (size > 0) {
        if (wait_for(fd, POLLOUT, deadline_ms) != 0) {
            return -1;
        }
        ssize_t sent = send(fd, at, size, MSG_NOSIGNAL);
        if (sent > 0) {
            at += sent;
            size -= (size_t)sent;
        } else if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            return -1;
        }
    }
    return 0;
}

int socket_receive(int fd, void *octets, size_t size, int timeout_ms)
{
    uint8_t *at = octets;
    int64_t deadline_ms = socket_now_ms() + timeout_ms;
    while (size > 0) {
        if (wait_for(fd, POLLIN, deadline_ms) != 0) {
            return -1;
        }
        ssize_t got = recv(fd, at, size, 0);
        if (got == 0) {
            errno = ECONNRESET;
            return -1;
        }
        if (got > 0) {
            at += got;
            size -= (size_t)got;
        } else if (errno != EAGAIN && errno != EINTR) {
            return -1;
        }
    }
    return 0;
}

int socket_receive_datagram(int fd, void *octets, size_t room, int64_t deadline_ms)
{
    for (;;) {
        if (wait_for(fd, POLLIN, deadline_ms) != 0) {
            return -1;
        }
        ssize_t got = recv(fd, octets, room, 0);
        if (got >= 0) {
            return (int)got;
        }
        if (errno != EAGAIN && errno != EINTR) {
            return -1;
        }
    }
}
