#define _POSIX_C_SOURCE 200809L /* close */
#include "app/transport.h"

#include "app/socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct transport_face *const faces[] = {
    [URL_TCP] = &transport_tcp,
    [URL_UDP] = &transport_udp,
    [URL_HDLC_TCP] = &transport_hdlc_tcp,
    [URL_SERIAL] = &transport_serial,
};

int transport_fail(struct transport *t, const char *what)
{
    snprintf(t->error, sizeof t->error, "%s", what);
    return -1;
}

int transport_fail_system(struct transport *t, const char *what)
{
    snprintf(t->error, sizeof t->error, "%s; %s", strerror(errno), what);
    return -1;
}

int transport_open(struct transport *t, const char *url, int timeout_s)
{
    *t = (struct transport){.fd = -1, .timeout_ms = timeout_s * 1000};
    if (url_take(&t->url, url, t->error, sizeof t->error) != 0) {
        return -1;
    }
    t->face = faces[t->url.scheme];
    return t->face->open(t);
}

static void leave(struct transport *t)
{
    if (t->client != 0) {
        t->face->leave(t);
    }
    t->client = 0;
}

int transport_join(struct transport *t, uint16_t client)
{
    leave(t);
    t->client = client;
    if (t->face->join(t) != 0) {
        t->client = 0;
        return -1;
    }
    return 0;
}

int transport_send(struct transport *t, const uint8_t *apdu, size_t size)
{
    return t->face->send(t, apdu, size);
}

int transport_receive(struct transport *t, uint8_t *apdu, size_t room)
{
    return t->face->receive(t, apdu, room);
}

void transport_close(struct transport *t)
{
    leave(t);
    if (t->fd >= 0) {
        close(t->fd);
    }
    free(t->frame);
    free(t->hdlc);
    *t = (struct transport){.fd = -1};
}

int transport_connect(struct transport *t)
{
    const char *unknown;
    bool datagrams = t->url.scheme == URL_UDP;
    t->fd = socket_connect(t->url.host, t->url.port, datagrams, t->timeout_ms, &unknown);
    if (t->fd >= 0) {
        return 0;
    }
    if (unknown != NULL) {
        snprintf(t->error, sizeof t->error, "%s; check the host's name", unknown);
        return -1;
    }
    bool refused = errno == ECONNREFUSED;
    return transport_fail_system(t, refused ? "is the meter running there ('watthour run')?"
                                            : "check the address and the network");
}
