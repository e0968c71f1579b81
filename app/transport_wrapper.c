/* The wrapper over TCP and over UDP: a datagram is a whole frame. */
#include "app/socket.h"
#include "app/transport.h"
#include "link/wrapper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAME_ROOM = WRAPPER_HEADER + TRANSPORT_APDU };

static int open_wrapper(struct transport *t)
{
    t->frame = malloc(FRAME_ROOM);
    return t->frame ? transport_connect(t) : transport_fail(t, "out of memory");
}

/* The clients of a connection are told apart by their ports: there is nothing to be joined. */
static int join(struct transport *t)
{
    (void)t;
    return 0;
}

static void leave(struct transport *t)
{
    (void)t;
}

static uint16_t server_of(const struct transport *t)
{
    return (uint16_t)t->url.parameters[URL_LOGICAL];
}

static int send_frame(struct transport *t, const uint8_t *apdu, size_t size)
{
    struct wrapper_header header = {t->client, server_of(t), (uint16_t)size};
    wrapper_header_write(t->frame, &header);
    memcpy(t->frame + WRAPPER_HEADER, apdu, size);
    if (socket_send(t->fd, t->frame, WRAPPER_HEADER + size, t->timeout_ms) != 0) {
        return transport_fail_system(t, "the connection to the meter is lost");
    }
    return 0;
}

static int fail_silent(struct transport *t)
{
    snprintf(t->error, sizeof t->error, "%s; no answer to client %u", strerror(errno), t->client);
    return -1;
}

static bool is_for_us(const struct transport *t, const struct wrapper_header *header)
{
    return header->source == server_of(t) && header->destination == t->client;
}

static int receive_stream(struct transport *t, uint8_t *apdu, size_t room)
{
    struct wrapper_header header;
    if (socket_receive(t->fd, t->frame, WRAPPER_HEADER, t->timeout_ms) != 0) {
        return fail_silent(t);
    }
    if (!wrapper_header_read(t->frame, &header) || !is_for_us(t, &header) || header.length > room) {
        return transport_fail(t, "no DLMS wrapper answers there; check the port");
    }
    if (socket_receive(t->fd, apdu, header.length, t->timeout_ms) != 0) {
        return transport_fail_system(t, "the answer broke off");
    }
    return header.length;
}

/* What is no frame for us is somebody else's, or late, and is passed over. */
static int receive_datagram(struct transport *t, uint8_t *apdu, size_t room)
{
    int64_t deadline_ms = socket_now_ms() + t->timeout_ms;
    for (;;) {
        struct wrapper_header header;
        int size = socket_receive_datagram(t->fd, t->frame, FRAME_ROOM, deadline_ms);
        if (size < 0) {
            return fail_silent(t);
        }
        if (size >= WRAPPER_HEADER && wrapper_header_read(t->frame, &header) &&
            is_for_us(t, &header) && header.length == size - WRAPPER_HEADER &&
            header.length <= room) {
            memcpy(apdu, t->frame + WRAPPER_HEADER, header.length);
            return header.length;
        }
    }
}

const struct transport_face transport_tcp = {
    .open = open_wrapper,
    .join = join,
    .leave = leave,
    .send = send_frame,
    .receive = receive_stream,
};

const struct transport_face transport_udp = {
    .open = open_wrapper,
    .join = join,
    .leave = leave,
    .send = send_frame,
    .receive = receive_datagram,
};
