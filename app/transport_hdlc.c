/* HDLC over TCP and over a serial line: the client's station of link/, and the octets it moves. */
#define _POSIX_C_SOURCE 200809L /* read, write */
#include "app/serial_device.h"
#include "app/sign_on.h"
#include "app/socket.h"
#include "app/transport.h"
#include "link/hdlc_client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CHUNK = 2048,
    POLLS = 5, /* turns without headway, spread over the time that we wait */
    POLL_MOST_MS = 1000,
    PAUSE_MS = 20,
    SERIAL_TURN_MS = 5, /* before we speak: the other side lets go of the line */
    LEAVE_MS = 1000,    /* nobody waits longer for the end */
    BITS_PER_OCTET = 10,
};

struct transport_hdlc {
    struct hdlc_client client;
    struct hdlc_settings settings;
    uint8_t *answer; /* in the transport's frame */
    size_t answer_size;
};

/* The station's own buffer is written again by the next frame. */
static void take_apdu(void *owner, const uint8_t *apdu, size_t size, bool confirmed)
{
    struct transport_hdlc *hdlc = owner;
    if (confirmed && hdlc->answer_size == 0 && size <= TRANSPORT_APDU) {
        memcpy(hdlc->answer, apdu, size);
        hdlc->answer_size = size;
    }
}

static struct hdlc_settings settings_of(const struct url *url)
{
    uint16_t field = (uint16_t)url->parameters[URL_FIELD];
    uint8_t window = (uint8_t)url->parameters[URL_WINDOW];
    return (struct hdlc_settings){
        .limits = {field, field, window, window},
        .inter_octet_time_ms = (uint16_t)url->parameters[URL_GAP],
        .response_time_ms = url->scheme == URL_SERIAL ? SERIAL_TURN_MS : 0,
    };
}

/* Without a device, an address that has a lower part means whoever is on the line. */
static struct hdlc_address server_of(const struct url *url)
{
    struct hdlc_address server = hdlc_address_of((uint16_t)url->parameters[URL_LOGICAL],
                                                 (uint16_t)url->parameters[URL_DEVICE]);
    if (url->parameters[URL_ADDRESS] > server.octets) {
        server.octets = (uint8_t)url->parameters[URL_ADDRESS];
        if (url->parameters[URL_DEVICE] == 0) {
            server.lower = server.octets == 2 ? HDLC_ALL_SHORT : HDLC_ALL_LONG;
        }
    }
    return server;
}

/* Silence that ends a turn. A serial line takes its time for what has been handed to it: the last
 * window of ours. */
static uint32_t turn_ms(const struct transport *t)
{
    uint32_t turn = (uint32_t)t->timeout_ms / POLLS;
    if (turn > POLL_MOST_MS) {
        turn = POLL_MOST_MS;
    }
    if (t->url.scheme == URL_SERIAL) {
        uint32_t octets = t->url.parameters[URL_FIELD] * t->url.parameters[URL_WINDOW];
        turn += octets * BITS_PER_OCTET * 1000 / t->url.parameters[URL_BAUD];
    }
    return turn;
}

static void start_station(struct transport *t)
{
    struct transport_hdlc *hdlc = t->hdlc;
    uint32_t time_out_ms = turn_ms(t);
    uint32_t patience = (uint32_t)t->timeout_ms / time_out_ms;
    hdlc->settings = settings_of(&t->url);
    hdlc->answer = t->frame;
    struct hdlc_client_config config = {
        .settings = &hdlc->settings,
        .server = server_of(&t->url),
        .client = (uint8_t)t->client,
        .answer = t->frame + TRANSPORT_APDU,
        .answer_room = TRANSPORT_APDU + HDLC_LLC,
        .time_out_ms = time_out_ms,
        .pause_ms = PAUSE_MS,
        .patience = (uint8_t)(patience < POLLS       ? POLLS
                              : patience > UINT8_MAX ? UINT8_MAX
                                                     : patience),
        .received = take_apdu,
        .owner = hdlc,
    };
    hdlc_client_init(&hdlc->client, &config, socket_now_ms());
}

static int make_room(struct transport *t)
{
    t->frame = malloc(2 * TRANSPORT_APDU + HDLC_LLC);
    t->hdlc = calloc(1, sizeof *t->hdlc);
    return t->frame && t->hdlc ? 0 : transport_fail(t, "out of memory");
}

/* Mode E: the sign-on of IEC 62056-21, which hands the line over to HDLC. */
static int sign_on(struct transport *t, bool serial)
{
    static const struct iec21_client_config config = {.address = "", .wanted = IEC21_BINARY};
    struct iec21_client client;
    if (t->url.parameters[URL_MODE] != URL_MODE_E) {
        return 0;
    }
    const char *failure = sign_on_run(&client, &config, t->fd, serial);
    if (failure) {
        snprintf(t->error, sizeof t->error, "%s: %s", t->url.host, failure);
        return -1;
    }
    t->url.parameters[URL_BAUD] = iec21_client_form(&client).baud;
    return 0;
}

static int open_tcp(struct transport *t)
{
    return make_room(t) == 0 && transport_connect(t) == 0 ? sign_on(t, false) : -1;
}

static int open_serial(struct transport *t)
{
    if (make_room(t) != 0) {
        return -1;
    }
    t->fd = serial_device_open(t->url.host, t->url.parameters[URL_BAUD], SERIAL_8N1);
    if (t->fd < 0) {
        const char *advice = errno == EINVAL   ? "give another baud="
                             : errno == ENOTTY ? "that is no serial device"
                                               : "check the device and your right to use it";
        snprintf(t->error, sizeof t->error, "%s: %s; %s", t->url.host, strerror(errno), advice);
        return -1;
    }
    return sign_on(t, true);
}

static bool is_settled(const struct hdlc_client *client)
{
    return client->state == HDLC_CLIENT_DISCONNECTED || client->state == HDLC_CLIENT_CONNECTED;
}

/* A peer that is gone is an error, not a signal. */
static ssize_t put(const struct transport *t, const uint8_t *octets, size_t size)
{
    return t->url.scheme == URL_SERIAL ? write(t->fd, octets, size)
                                       : send(t->fd, octets, size, MSG_NOSIGNAL);
}

/* All that the station has to say now goes out, as far as the line takes it. 1: the line is full;
 * -1: it is gone. */
static int put_octets(struct transport *t)
{
    struct hdlc_client *client = &t->hdlc->client;
    const uint8_t *octets;
    size_t size;
    while ((size = hdlc_client_output(client, &octets, socket_now_ms())) > 0) {
        ssize_t sent = put(t, octets, size);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
            return 1;
        }
        if (sent < 0) {
            return -1;
        }
        hdlc_client_sent(client, (size_t)sent, socket_now_ms());
    }
    return 0;
}

static int take_octets(struct transport *t)
{
    uint8_t octets[CHUNK];
    ssize_t got = read(t->fd, octets, sizeof octets);
    if (got > 0) {
        hdlc_client_receive(&t->hdlc->client, octets, (size_t)got, socket_now_ms());
        return 0;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return 0;
    }
    errno = got == 0 ? ECONNRESET : errno;
    return t->url.scheme == URL_SERIAL && got == 0 ? 0 : -1;
}

/* Waits for octets, for room, or for the station's own deadline. */
static int wait_line(struct transport *t, bool full, int64_t stalled_ms)
{
    int64_t now_ms = socket_now_ms();
    int64_t until_ms = full ? stalled_ms : hdlc_client_deadline_ms(&t->hdlc->client);
    int64_t wait_ms = until_ms > now_ms ? until_ms - now_ms : 0;
    struct pollfd wanted = {.fd = t->fd, .events = full ? POLLIN | POLLOUT : POLLIN};
    int ready = poll(&wanted, 1, wait_ms > POLL_MOST_MS ? POLL_MOST_MS : (int)wait_ms);
    if (full && ready == 0 && now_ms >= stalled_ms) {
        errno = ETIMEDOUT;
        return -1;
    }
    return ready > 0 && (wanted.revents & (POLLIN | POLLHUP | POLLERR)) != 0 ? take_octets(t) : 0;
}

/* Until the station has connected, has its answer, or has given up. */
static int run(struct transport *t)
{
    struct hdlc_client *client = &t->hdlc->client;
    int64_t stalled_ms = socket_now_ms() + t->timeout_ms;
    while (!is_settled(client)) {
        hdlc_client_step(client, socket_now_ms());
        int full = put_octets(t);
        if (full == 0) {
            stalled_ms = socket_now_ms() + t->timeout_ms;
        }
        if (full < 0 || wait_line(t, full > 0, stalled_ms) != 0) {
            return transport_fail_system(t, "the line to the meter is lost");
        }
    }
    return 0;
}

static const char *failure_text(enum hdlc_client_failure failure)
{
    switch (failure) {
    case HDLC_CLIENT_SILENCE:
        return "no answer";
    case HDLC_CLIENT_REFUSED:
        return "it has no such connection (DM)";
    case HDLC_CLIENT_REJECTED:
        return "it rejects our frames (FRMR)";
    case HDLC_CLIENT_TOO_LONG:
        return "an answer that is too long";
    default:
        return "it disconnected";
    }
}

static int join(struct transport *t)
{
    start_station(t);
    hdlc_client_connect(&t->hdlc->client);
    if (run(t) != 0) {
        return -1;
    }
    if (t->hdlc->client.state == HDLC_CLIENT_CONNECTED) {
        return 0;
    }
    snprintf(t->error, sizeof t->error,
             "HDLC: client %u, logical device %u, device %u: %s; check the %s", t->client,
             t->url.parameters[URL_LOGICAL], t->url.parameters[URL_DEVICE],
             failure_text(t->hdlc->client.failure),
             t->url.scheme == URL_SERIAL ? "address, the speed and the line"
                                         : "address and the port");
    return -1;
}

static void leave(struct transport *t)
{
    if (t->hdlc->client.state != HDLC_CLIENT_CONNECTED) {
        return;
    }
    int timeout_ms = t->timeout_ms;
    t->timeout_ms = timeout_ms < LEAVE_MS ? timeout_ms : LEAVE_MS;
    t->hdlc->client.config.patience = 2;
    hdlc_client_disconnect(&t->hdlc->client);
    (void)run(t);
    t->timeout_ms = timeout_ms;
}

/* The whole exchange: what is received waits for transport_receive(). */
static int send_apdu(struct transport *t, const uint8_t *apdu, size_t size)
{
    struct transport_hdlc *hdlc = t->hdlc;
    hdlc->answer_size = 0;
    hdlc_client_request(&hdlc->client, apdu, size);
    if (run(t) != 0) {
        return -1;
    }
    if (hdlc->client.state == HDLC_CLIENT_CONNECTED && hdlc->answer_size > 0) {
        return 0;
    }
    snprintf(t->error, sizeof t->error, "HDLC: %s; the connection is lost",
             failure_text(hdlc->client.failure));
    return -1;
}

static int receive_apdu(struct transport *t, uint8_t *apdu, size_t room)
{
    struct transport_hdlc *hdlc = t->hdlc;
    size_t size = hdlc->answer_size;
    if (size == 0 || size > room) {
        return transport_fail(t, "HDLC: nothing more follows");
    }
    memcpy(apdu, hdlc->answer, size);
    hdlc->answer_size = 0;
    return (int)size;
}

const struct transport_face transport_hdlc_tcp = {
    .open = open_tcp,
    .join = join,
    .leave = leave,
    .send = send_apdu,
    .receive = receive_apdu,
};

const struct transport_face transport_serial = {
    .open = open_serial,
    .join = join,
    .leave = leave,
    .send = send_apdu,
    .receive = receive_apdu,
};
