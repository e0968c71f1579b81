/* The TCP wrapper: eight octets before each APDU. Source: IEC 62056-47 / Green Book 7.3.
 *
 * `struct wrapper` is the server's end of one TCP connection. It does no input or output: octets
 * received are handed in, octets to send are taken out, and the line's time is an argument. At
 * most one APDU is answered at a time and the next request waits, unread, until the answer is
 * sent; a peer that stalls holds up nobody but itself. */
#ifndef WATTHOUR_LINK_WRAPPER_H
#define WATTHOUR_LINK_WRAPPER_H

#include "link/channel.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WRAPPER_HEADER = 8, WRAPPER_PORT = 4059 };

struct wrapper_header {
    uint16_t source;
    uint16_t destination;
    uint16_t length; /* of the APDU that follows */
};

/* False: the version is not 1. */
bool wrapper_header_read(const uint8_t octets[WRAPPER_HEADER], struct wrapper_header *header);
void wrapper_header_write(uint8_t octets[WRAPPER_HEADER], const struct wrapper_header *header);

/* The buffers are the caller's and outlive the wrapper: `in` holds one request with its header
 * and so bounds it, `out` one answer with its header. */
struct wrapper_buffers {
    uint8_t *in;
    size_t in_room;
    uint8_t *out;
    size_t out_room;
};

struct wrapper {
    struct link_channel channel;
    struct wrapper_buffers buffers;
    size_t received;         /* octets in `in` */
    size_t out_size;         /* octets in `out` .. */
    size_t out_sent;         /* .. of which the peer has got */
    struct link_ports ports; /* of the last answer */
    int64_t active_ms;       /* line time of the last octet, either way */
    int64_t idle_ms;
    bool broken;
};

/* A new connection at line time `now_ms`. It is to be closed after `idle_ms` without an octet
 * (class 41 inactivity_time_out, usually 180 s; 0: never). */
void wrapper_init(struct wrapper *wrapper, struct link_channel channel,
                  struct wrapper_buffers buffers, int64_t idle_ms, int64_t now_ms);

/* How many octets `wrapper_receive` takes now: read no more from the peer. 0 while an answer is
 * under way and the buffer is full. */
size_t wrapper_room(const struct wrapper *wrapper);

/* Takes octets from the peer, any part of a frame or many frames; answers what it can. Returns
 * how many it took. */
size_t wrapper_receive(struct wrapper *wrapper, const void *octets, size_t size, int64_t now_ms);

/* What there is to send: its size, its place in `*octets`. */
size_t wrapper_output(const struct wrapper *wrapper, const uint8_t **octets);

/* The peer has taken `size` octets of it. When that was all, the next request is answered. */
void wrapper_sent(struct wrapper *wrapper, size_t size, int64_t now_ms);

/* The connection is to be closed: the peer sent what is no wrapper frame or is longer than the
 * buffer, or was silent too long. */
bool wrapper_closing(const struct wrapper *wrapper, int64_t now_ms);

/* The line time at which silence closes it; INT64_MAX: never. */
int64_t wrapper_deadline_ms(const struct wrapper *wrapper);

#endif
