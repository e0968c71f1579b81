/* HDLC with a live station and a live client. The input is a script: settings, then what comes over
 * the line, raw or framed with right check sequences, whole or in part, and how time passes. What
 * the station says must always be whole frames; whatever happened, a client that connects and asks
 * at the end is answered. */
#include "link/hdlc.h"
#include "base/crc16.h"
#include "base/reader.h"
#include "link/hdlc_client.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { APDU = 300, BUFFER = HDLC_LLC + 2 * APDU, CONNECTIONS = 2, FRAME = 2100, GAP_MS = 7000 };

struct world {
    struct hdlc_settings settings;
    struct hdlc_station station;
    struct hdlc_connection connections[CONNECTIONS];
    uint8_t requests[CONNECTIONS][BUFFER];
    uint8_t answers[CONNECTIONS][BUFFER];
    struct hdlc_client client;
    uint8_t client_answer[APDU + HDLC_LLC];
    uint8_t client_request[APDU];
    uint16_t received;        /* a sum over all of it, so that it is read */
    struct hdlc_receiver ear; /* hears what the station says */
    uint8_t heard[FRAME];
    uint8_t last_control; /* of what it heard */
    int64_t now_ms;
};

static const uint16_t logical_devices[] = {1, 16};

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* As long as the first octet says; made of the request's octets, so that all of them are read. */
static size_t answer(void *owner, struct link_ports ports, uint8_t *request, size_t size,
                     uint8_t *octets, size_t room)
{
    (void)owner;
    must(size > 0 && size <= APDU && room == APDU);
    must(ports.server == 1 || ports.server == 16);
    for (size_t i = 0; i < request[0]; i++) {
        octets[i] = request[i % size];
    }
    return request[0];
}

static void closed(void *owner, struct link_ports ports)
{
    (void)owner;
    (void)ports;
}

static void received(void *owner, const uint8_t *apdu, size_t size, bool confirmed)
{
    struct world *world = owner;
    must(size > 0 && size <= APDU);
    world->received = crc16((uint16_t)(world->received + confirmed), apdu, size);
}

static void start_station(struct world *world)
{
    for (size_t i = 0; i < CONNECTIONS; i++) {
        world->connections[i].buffers =
            (struct hdlc_buffers){world->requests[i], APDU + HDLC_LLC, world->answers[i], APDU};
    }
    struct hdlc_config config = {
        .settings = &world->settings,
        .channel = {.answer = answer, .closed = closed, .owner = world},
        .logical_devices = logical_devices,
        .logical_device_count = 2,
        .connections = world->connections,
        .connection_count = CONNECTIONS,
        .unconfirmed = {APDU + HDLC_LLC, APDU},
    };
    hdlc_init(&world->station, &config, world->now_ms);
}

static void start_client(struct world *world)
{
    struct hdlc_client_config config = {
        .settings = &world->settings,
        .server = hdlc_address_of(1, world->settings.device_address),
        .client = 16,
        .answer = world->client_answer,
        .answer_room = sizeof world->client_answer,
        .time_out_ms = 500,
        .pause_ms = 50,
        .patience = 4,
        .received = received,
        .owner = world,
    };
    hdlc_client_init(&world->client, &config, world->now_ms);
}

static struct hdlc_settings read_settings(struct reader *r)
{
    uint8_t a = reader_u8(r);
    uint8_t b = reader_u8(r);
    static const uint16_t addresses[] = {0, 17, 1234, 0x3FFD};
    return (struct hdlc_settings){
        .limits = {(uint16_t)(32 + 7 * (a & 63)), (uint16_t)(32 + 3 * b), (uint8_t)(1 + a % 7),
                   (uint8_t)(1 + b % 7)},
        .inter_octet_time_ms = 25,
        .inactivity_time_s = b & 1 ? 120 : 0,
        .response_time_ms = a & 1 ? 20 : 0,
        .device_address = addresses[a >> 6],
        .alone = b & 2,
    };
}

/* All that the station says, or its first octets, heard by the ear. */
static void listen(struct world *world, size_t most)
{
    const uint8_t *octets;
    world->now_ms += world->settings.response_time_ms;
    for (size_t size;
         most > 0 && (size = hdlc_output(&world->station, &octets, world->now_ms)) > 0;) {
        size = size < most ? size : most;
        for (size_t i = 0; i < size; i++) {
            enum hdlc_event event = hdlc_receiver_take(&world->ear, octets[i]);
            must(event != HDLC_BAD_HEADER && event != HDLC_BAD_FRAME);
            if (event == HDLC_HEADER) {
                hdlc_receiver_aim(&world->ear, world->heard, sizeof world->heard);
            } else if (event == HDLC_FRAME) {
                world->last_control = world->ear.header.control;
            }
        }
        most -= size;
        hdlc_sent(&world->station, size, world->now_ms);
    }
}

static void hear(struct world *world, const uint8_t *octets, size_t size)
{
    (void)hdlc_receive(&world->station, octets, size, world->now_ms);
}

/* What the client says is thrown away, what it hears are the station's frames, or the script's. */
static void hear_client(struct world *world, const uint8_t *octets, size_t size)
{
    const uint8_t *said;
    world->now_ms += world->settings.response_time_ms;
    for (size_t part; (part = hdlc_client_output(&world->client, &said, world->now_ms)) > 0;) {
        hdlc_client_sent(&world->client, part, world->now_ms);
    }
    (void)hdlc_client_receive(&world->client, octets, size, world->now_ms);
}

/* Renders a frame of the script: form of the addresses, control field, information. */
static size_t render(struct world *world, struct reader *r, bool command, uint8_t *octets)
{
    static struct hdlc_transmitter transmitter;
    uint8_t form = reader_u8(r);
    uint16_t upper = form & 1 ? 1 : form & 2 ? 16 : form & 4 ? 0x7F : 0x3FFF;
    uint16_t lower = form & 8 ? world->settings.device_address : form & 16 ? 0x7F : 0x3FFF;
    struct hdlc_address client = {form & 32 ? 16 : form & 64 ? 1 : 102, 0, 1};
    struct hdlc_address server = {upper, lower, (uint8_t)(1 << form % 3)};
    struct hdlc_header header = {.destination = command ? server : client,
                                 .source = command ? client : server,
                                 .control = reader_u8(r),
                                 .segmented = form & 128};
    uint8_t shape = reader_u8(r);
    const uint8_t *llc = command ? hdlc_llc_command : hdlc_llc_response;
    size_t wanted = shape >> 1;
    size_t size = wanted < reader_left(r) ? wanted : reader_left(r);
    const uint8_t *body = reader_octets(r, size);
    hdlc_transmitter_load(&transmitter, header, shape & 1 ? llc : NULL, body, body ? size : 0);
    const uint8_t *piece;
    size_t at = 0;
    for (size_t part; (part = hdlc_transmitter_output(&transmitter, &piece)) > 0; at += part) {
        memcpy(octets + at, piece, part);
        hdlc_transmitter_sent(&transmitter, part);
    }
    return at;
}

static void pass_time(struct world *world, uint8_t how)
{
    world->now_ms += how & 1 ? how : 1000 * how;
    hdlc_step(&world->station, world->now_ms);
    hdlc_client_step(&world->client, world->now_ms);
    (void)hdlc_deadline_ms(&world->station);
    (void)hdlc_client_deadline_ms(&world->client);
}

static void act(struct world *world, uint8_t how)
{
    static const uint8_t notice[] = {0x0F, 1, 2, 3};
    struct link_ports ports = {how & 1 ? 16 : 1, 1};
    bool silent = !hdlc_client_speaking(&world->client) && !world->client.listening;
    if (how & 16 && silent) {
        struct hdlc_address to = {HDLC_ALL_LONG, HDLC_ALL_LONG, 4};
        (void)hdlc_client_unconfirmed(&world->client, to, world->client_request, how);
    } else if (how & 2) {
        hdlc_set_busy(&world->station, how & 4);
    } else if (how & 4) {
        (void)hdlc_notify(&world->station, ports, notice, sizeof notice, how & 8);
    } else if (how & 8) {
        hdlc_client_disconnect(&world->client);
    } else if (world->client.state == HDLC_CLIENT_CONNECTED) {
        hdlc_client_request(&world->client, world->client_request, 1 + how);
    } else if (world->client.state == HDLC_CLIENT_DISCONNECTED) {
        hdlc_client_connect(&world->client);
    }
}

static void step(struct world *world, struct reader *r)
{
    uint8_t octets[FRAME];
    uint8_t kind = reader_u8(r);
    uint8_t how = reader_u8(r);
    switch (kind % 8) {
    case 0: {
        size_t left = reader_left(r);
        size_t size = how < left ? how : left;
        const uint8_t *raw = reader_octets(r, size);
        hear(world, raw, raw ? size : 0);
        hear_client(world, raw, raw ? size : 0);
        break;
    }
    case 1:
        pass_time(world, how);
        break;
    case 2:
        act(world, how);
        break;
    case 3:
        listen(world, how);
        break;
    case 4: {
        size_t size = render(world, r, false, octets);
        hear_client(world, octets, size);
        break;
    }
    case 5: {
        size_t size = render(world, r, true, octets);
        octets[how % size] ^= (uint8_t)(1 << kind % 7);
        hear(world, octets, size);
        break;
    }
    default: {
        size_t size = render(world, r, true, octets);
        hear(world, octets, size);
        if (how & 1) {
            listen(world, SIZE_MAX);
        }
        break;
    }
    }
}

/* A client that comes now gets its answer. */
static void must_still_answer(struct world *world)
{
    static const uint8_t request[] = {5, 6, 7};
    static const uint8_t expected[] = {0xE6, 0xE7, 0x00, 5, 6, 7, 5, 6};
    hdlc_set_busy(&world->station, false);
    listen(world, SIZE_MAX);
    world->now_ms += GAP_MS;
    static struct hdlc_transmitter transmitter;
    struct hdlc_header header = {.destination = {1, 0, 1}, .source = {16, 0, 1}};
    const uint8_t *piece;
    for (unsigned i = 0; i < 2; i++) {
        header.control = HDLC_POLL | (i == 0 ? HDLC_SNRM : HDLC_I);
        hdlc_transmitter_load(&transmitter, header, i == 0 ? NULL : hdlc_llc_command, request,
                              i == 0 ? 0 : sizeof request);
        for (size_t part; (part = hdlc_transmitter_output(&transmitter, &piece)) > 0;) {
            hear(world, piece, part);
            hdlc_transmitter_sent(&transmitter, part);
        }
        listen(world, SIZE_MAX);
        must(world->last_control == (HDLC_POLL | (i == 0 ? HDLC_UA : 0x20)));
    }
    must(world->ear.information == sizeof expected);
    must(memcmp(world->heard, expected, sizeof expected) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world world;
    memset(&world, 0, sizeof world);
    struct reader r = reader_over(data, size);
    world.settings = read_settings(&r);
    start_station(&world);
    start_client(&world);
    while (reader_left(&r) > 0) {
        step(&world, &r);
    }
    must_still_answer(&world);
    return 0;
}
