#define _GNU_SOURCE /* accept4 */
#include "port/posix/tcp.h"

#include "port/posix/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 2048 };

struct tcp_peer {
    struct loop_source source;
    struct tcp_endpoint *endpoint;
    struct tcp_peer *next;
    struct end end;
    uint32_t watched; /* what the loop waits for */
    bool ended;       /* the peer sent its last octet, or is gone */
};

static int64_t line_now_ms(void)
{
    return loop_time_us() / 1000;
}

static void unlink_peer(struct tcp_peer *peer)
{
    struct tcp_peer **link = &peer->endpoint->peers;
    while (*link != peer) {
        link = &(*link)->next;
    }
    *link = peer->next;
    peer->endpoint->count--;
}

static void drop_peer(struct tcp_peer *peer)
{
    loop_remove(peer->endpoint->loop, &peer->source);
    close(peer->source.fd);
    unlink_peer(peer);
    end_close(&peer->end);
    free(peer);
}

/* Moves what the meter has to say into the socket. False: the socket takes no more. */
static bool send_pending(struct tcp_peer *peer)
{
    const uint8_t *octets;
    size_t size;
    while ((size = end_output(&peer->end, &octets, line_now_ms())) > 0) {
        ssize_t sent = send(peer->source.fd, octets, size, MSG_NOSIGNAL);
        if (sent < 0) {
            peer->ended = errno != EAGAIN && errno != EINTR;
            return false;
        }
        end_sent(&peer->end, (size_t)sent, line_now_ms());
    }
    return true;
}

/* Reads what the meter has room for, so that a peer that asks faster than it reads waits by TCP's
 * own means. False: nothing more to read now. */
static bool receive_pending(struct tcp_peer *peer)
{
    uint8_t octets[CHUNK];
    size_t room = end_room(&peer->end);
    if (room == 0) {
        return false;
    }
    ssize_t got = recv(peer->source.fd, octets, room < CHUNK ? room : CHUNK, 0);
    if (got <= 0) {
        peer->ended = got == 0 || (errno != EAGAIN && errno != EINTR);
        return false;
    }
    end_receive(&peer->end, octets, (size_t)got, line_now_ms());
    return true;
}

static bool has_output(struct tcp_peer *peer)
{
    const uint8_t *octets;
    return end_output(&peer->end, &octets, line_now_ms()) > 0;
}

/* One round for one peer: requests in, answers out, at most a buffer full of each, so that a peer
 * that floods holds up nobody. */
static void peer_ready(struct loop_source *source, uint32_t events)
{
    struct tcp_peer *peer = (struct tcp_peer *)(void *)source;
    (void)events;
    if (send_pending(peer) && receive_pending(peer)) {
        (void)send_pending(peer);
    }
    if (peer->ended || end_step(&peer->end, line_now_ms())) {
        drop_peer(peer);
        return;
    }
    uint32_t wanted = has_output(peer) ? EPOLLOUT : EPOLLIN;
    if (wanted != peer->watched) {
        peer->watched = wanted;
        (void)loop_watch(peer->endpoint->loop, source, wanted);
    }
}

static void add_peer(struct tcp_endpoint *endpoint, int fd)
{
    struct tcp_peer *peer = calloc(1, sizeof *peer);
    if (!peer) {
        close(fd);
        return;
    }
    peer->source = (struct loop_source){.fd = fd, .ready = peer_ready};
    peer->endpoint = endpoint;
    peer->watched = EPOLLIN;
    if (loop_add(endpoint->loop, &peer->source, EPOLLIN) != 0) {
        close(fd);
        free(peer);
        return;
    }
    int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    end_open(&peer->end, endpoint->protocol, endpoint->meter, line_now_ms());
    peer->next = endpoint->peers;
    endpoint->peers = peer;
    endpoint->count++;
}

/* Class 41 limits the wrapper's; memory limits all. */
static unsigned connections_most(const struct tcp_endpoint *endpoint)
{
    unsigned set = endpoint->meter->links.connections;
    return endpoint->protocol == END_WRAPPER && set < TCP_PEERS_MAX ? set : TCP_PEERS_MAX;
}

static void endpoint_ready(struct loop_source *source, uint32_t events)
{
    struct tcp_endpoint *endpoint = (struct tcp_endpoint *)(void *)source;
    (void)events;
    int fd = accept4(source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        return;
    }
    if (endpoint->count >= connections_most(endpoint)) {
        close(fd);
        return;
    }
    add_peer(endpoint, fd);
}

int tcp_listen(struct tcp_endpoint *endpoint, const struct tcp_config *config, char *error,
               size_t error_size)
{
    int fd = listener_open(config->address, config->port, error, error_size);
    if (fd < 0) {
        return -1;
    }
    *endpoint = (struct tcp_endpoint){
        .source = {.fd = fd, .ready = endpoint_ready},
        .loop = config->loop,
        .meter = config->meter,
        .protocol = config->protocol,
        .port = listener_port(fd),
    };
    if (loop_add(config->loop, &endpoint->source, EPOLLIN) != 0) {
        snprintf(error, error_size, "%s port %u: %s", config->address, config->port,
                 strerror(errno));
        close(fd);
        return -1;
    }
    return 0;
}

void tcp_step(struct tcp_endpoint *endpoint)
{
    struct tcp_peer *next;
    for (struct tcp_peer *peer = endpoint->peers; peer; peer = next) {
        next = peer->next;
        if (endpoint->protocol == END_OPTICAL) {
            peer_ready(&peer->source, 0); /* it answers when its time has come */
        } else if (end_step(&peer->end, line_now_ms())) {
            drop_peer(peer);
        }
    }
}

void tcp_close(struct tcp_endpoint *endpoint)
{
    struct tcp_peer *next;
    for (struct tcp_peer *peer = endpoint->peers; peer; peer = next) {
        next = peer->next;
        drop_peer(peer);
    }
    loop_remove(endpoint->loop, &endpoint->source);
    close(endpoint->source.fd);
}
