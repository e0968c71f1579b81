#define _GNU_SOURCE /* SOCK_NONBLOCK */
#include "port/posix/udp.h"

#include "port/posix/listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DATAGRAM = 65536, ROUND = 16 /* datagrams at once, so that a flood holds up nobody */ };

struct udp_peer {
    struct udp_peer *next;
    struct sockaddr_storage address;
    socklen_t address_size;
    struct meter_connection connection;
};

static int64_t line_now_ms(void)
{
    return loop_time_us() / 1000;
}

static void drop_peer(struct udp_endpoint *endpoint, struct udp_peer **link)
{
    struct udp_peer *peer = *link;
    *link = peer->next;
    endpoint->count--;
    meter_disconnect(&peer->connection);
    free(peer);
}

/* The one that has been silent longest. */
static void drop_oldest(struct udp_endpoint *endpoint)
{
    struct udp_peer **oldest = &endpoint->peers;
    for (struct udp_peer **link = oldest; *link; link = &(*link)->next) {
        if ((*link)->connection.wrapper.active_ms < (*oldest)->connection.wrapper.active_ms) {
            oldest = link;
        }
    }
    drop_peer(endpoint, oldest);
}

static struct udp_peer *find_peer(const struct udp_endpoint *endpoint,
                                  const struct sockaddr_storage *address, socklen_t size)
{
    for (struct udp_peer *peer = endpoint->peers; peer; peer = peer->next) {
        if (peer->address_size == size && memcmp(&peer->address, address, size) == 0) {
            return peer;
        }
    }
    return NULL;
}

static struct udp_peer *add_peer(struct udp_endpoint *endpoint,
                                 const struct sockaddr_storage *address, socklen_t size)
{
    struct udp_peer *peer = calloc(1, sizeof *peer);
    if (!peer) {
        return NULL;
    }
    unsigned most = endpoint->meter->links.connections;
    while (endpoint->peers && endpoint->count >= (most < UDP_PEERS_MAX ? most : UDP_PEERS_MAX)) {
        drop_oldest(endpoint);
    }
    memcpy(&peer->address, address, size);
    peer->address_size = size;
    meter_connect(endpoint->meter, &peer->connection, line_now_ms());
    peer->next = endpoint->peers;
    endpoint->peers = peer;
    endpoint->count++;
    return peer;
}

/* Answers in datagrams; one that the network does not take is lost, as any may be. */
static void send_answers(const struct udp_endpoint *endpoint, struct udp_peer *peer)
{
    const uint8_t *octets;
    size_t size;
    while ((size = wrapper_output(&peer->connection.wrapper, &octets)) > 0) {
        (void)sendto(endpoint->source.fd, octets, size, MSG_DONTWAIT | MSG_NOSIGNAL,
                     (struct sockaddr *)&peer->address, peer->address_size);
        wrapper_sent(&peer->connection.wrapper, size, line_now_ms());
    }
}

/* A datagram that is not one whole frame is nothing. */
static bool is_frame(const uint8_t *octets, size_t size)
{
    struct wrapper_header header;
    return size >= WRAPPER_HEADER && size <= WRAPPER_HEADER + METER_PDU &&
           wrapper_header_read(octets, &header) && header.length == size - WRAPPER_HEADER;
}

static void take_datagram(struct udp_endpoint *endpoint, const uint8_t *octets, size_t size,
                          const struct sockaddr_storage *address, socklen_t address_size)
{
    if (!is_frame(octets, size)) {
        return;
    }
    struct udp_peer *peer = find_peer(endpoint, address, address_size);
    if (!peer) {
        peer = add_peer(endpoint, address, address_size);
    }
    if (peer) {
        (void)wrapper_receive(&peer->connection.wrapper, octets, size, line_now_ms());
        send_answers(endpoint, peer);
    }
}

static void endpoint_ready(struct loop_source *source, uint32_t events)
{
    static _Thread_local uint8_t octets[DATAGRAM];
    struct udp_endpoint *endpoint = (struct udp_endpoint *)(void *)source;
    (void)events;
    for (int i = 0; i < ROUND; i++) {
        struct sockaddr_storage address;
        socklen_t address_size = sizeof address;
        memset(&address, 0, sizeof address);
        ssize_t got = recvfrom(source->fd, octets, sizeof octets, MSG_DONTWAIT,
                               (struct sockaddr *)&address, &address_size);
        if (got < 0) {
            return;
        }
        take_datagram(endpoint, octets, (size_t)got, &address, address_size);
    }
}

static int open_socket(const struct addrinfo *at)
{
    int fd = socket(at->ai_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    if (bind(fd, at->ai_addr, at->ai_addrlen) != 0) {
        int reason = errno;
        close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

int udp_open(struct udp_endpoint *endpoint, struct loop *loop, struct meter *meter,
             const char *address, uint16_t port, char *error, size_t error_size)
{
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST | AI_PASSIVE};
    struct addrinfo *at;
    if (getaddrinfo(address, service, &hints, &at) != 0) {
        snprintf(error, error_size, "%s: not an address; give an IPv4 or IPv6 address", address);
        return -1;
    }
    int fd = open_socket(at);
    int reason = errno;
    freeaddrinfo(at);
    if (fd < 0) {
        snprintf(error, error_size, "%s port %u: %s; choose another port (0 = none)", address, port,
                 strerror(reason));
        return -1;
    }
    *endpoint = (struct udp_endpoint){
        .source = {.fd = fd, .ready = endpoint_ready},
        .loop = loop,
        .meter = meter,
        .port = listener_port(fd),
    };
    if (loop_add(loop, &endpoint->source, EPOLLIN) != 0) {
        snprintf(error, error_size, "%s port %u: %s", address, port, strerror(errno));
        close(fd);
        return -1;
    }
    return 0;
}

void udp_step(struct udp_endpoint *endpoint)
{
    struct udp_peer **link = &endpoint->peers;
    while (*link) {
        if (meter_closing(&(*link)->connection, line_now_ms())) {
            drop_peer(endpoint, link);
        } else {
            link = &(*link)->next;
        }
    }
}

void udp_close(struct udp_endpoint *endpoint)
{
    while (endpoint->peers) {
        drop_peer(endpoint, &endpoint->peers);
    }
    loop_remove(endpoint->loop, &endpoint->source);
    close(endpoint->source.fd);
}
