/* Push over the host's sockets: TCP with the wrapper, UDP with the wrapper. Nothing waits: a step
 * looks what has become of it. Destinations are numbers ("127.0.0.1:4059", "[::1]:4059"): names
 * would have to be asked for. */
#ifndef WATTHOUR_PORT_POSIX_PUSH_SENDER_H
#define WATTHOUR_PORT_POSIX_PUSH_SENDER_H

#include "meter/meter.h"

enum {
    POSIX_PUSH_APDU = 4096,
    POSIX_PUSH_ANSWER = 256,      /* octets of an answer; who floods is cut off */
    POSIX_PUSH_TIMEOUT_MS = 10000 /* of real time, for all of a message */
};

struct posix_push {
    int fd; /* -1: nothing is under way */
    bool datagram;
    bool connected;
    bool failed;
    int64_t deadline_us;
    uint16_t from; /* SAPs */
    uint16_t to;
    uint8_t frame[WRAPPER_HEADER + POSIX_PUSH_APDU];
    size_t size;
    size_t sent;
    uint8_t answer[WRAPPER_HEADER + POSIX_PUSH_ANSWER];
    size_t answered;
};

void posix_push_init(struct posix_push *push);
void posix_push_close(struct posix_push *push);

/* The port to give to a meter; `push` must outlive it. */
struct push_sender posix_push_port(struct posix_push *push);

#endif
