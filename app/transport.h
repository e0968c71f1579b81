/* What carries APDUs to a meter and back: the wrapper over TCP or UDP, HDLC over TCP or a serial
 * line. One request is under way at a time, and nothing waits longer than it is told. */
#ifndef WATTHOUR_APP_TRANSPORT_H
#define WATTHOUR_APP_TRANSPORT_H

#include "app/url.h"

#include <stddef.h>
#include <stdint.h>

enum { TRANSPORT_APDU = UINT16_MAX, TRANSPORT_ERROR_ROOM = 320 };

struct transport;

/* One way to carry; the functions say what went wrong in `error`. */
struct transport_face {
    int (*open)(struct transport *t); /* the socket or device */
    int (*join)(struct transport *t); /* as t->client; what it was before has been left */
    void (*leave)(struct transport *t);
    int (*send)(struct transport *t, const uint8_t *apdu, size_t size);
    int (*receive)(struct transport *t, uint8_t *apdu, size_t room);
};

struct transport {
    const struct transport_face *face;
    struct url url;
    int fd;
    int timeout_ms;
    uint16_t client;
    uint8_t *frame; /* of the face */
    size_t frame_size;
    struct transport_hdlc *hdlc;
    char error[TRANSPORT_ERROR_ROOM]; /* one line: what, and what to do */
};

extern const struct transport_face transport_tcp;
extern const struct transport_face transport_udp;
extern const struct transport_face transport_hdlc_tcp;
extern const struct transport_face transport_serial;

/* 0, or -1. It is to be closed either way. */
int transport_open(struct transport *t, const char *url, int timeout_s);

/* Speaks as that client from here on: 0, or -1. */
int transport_join(struct transport *t, uint16_t client);

/* 0, or -1. */
int transport_send(struct transport *t, const uint8_t *apdu, size_t size);

/* The APDU that comes next: its size, or -1. */
int transport_receive(struct transport *t, uint8_t *apdu, size_t room);

void transport_close(struct transport *t);

/* For faces: write t->error, the second with errno before it, and return -1. */
int transport_fail(struct transport *t, const char *what);
int transport_fail_system(struct transport *t, const char *what);

/* For faces that run over TCP. */
int transport_connect(struct transport *t);

#endif
