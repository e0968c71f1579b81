#include "test/link/hdlc_rig.h"

#include <string.h>

static const uint16_t logical_devices[] = {1};

struct hdlc_settings rig_settings(void)
{
    return (struct hdlc_settings){
        .limits = {HDLC_INFO_DEFAULT, HDLC_INFO_DEFAULT, 1, 1},
        .inter_octet_time_ms = 25,
        .inactivity_time_s = 120,
        .response_time_ms = 20,
        .alone = true,
    };
}

static void put32(uint8_t *octets, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        octets[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

static uint32_t get32(const uint8_t *octets)
{
    return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
           octets[3];
}

/* Every octet value occurs, flags among them. */
static uint8_t pattern(uint32_t seed, size_t i)
{
    return (uint8_t)((seed + i) * 2654435761u >> 13);
}

static void fill(uint8_t *octets, size_t size, uint32_t seed)
{
    for (size_t i = 0; i < size; i++) {
        octets[i] = pattern(seed, i);
    }
}

static bool is_pattern(const uint8_t *octets, size_t size, uint32_t seed)
{
    bool same = true;
    for (size_t i = 0; i < size; i++) {
        same = same && octets[i] == pattern(seed, i);
    }
    return same;
}

static size_t answer(void *owner, struct link_ports ports, uint8_t *request, size_t size,
                     uint8_t *octets, size_t room)
{
    struct rig *rig = owner;
    (void)ports;
    if (size < RIG_REQUEST_LEAST) {
        rig->spoilt++;
        return 0;
    }
    uint32_t wanted = get32(request);
    uint32_t seed = get32(request + 4);
    bool good =
        wanted <= room && is_pattern(request + RIG_REQUEST_LEAST, size - RIG_REQUEST_LEAST, seed);
    rig->served += good;
    rig->spoilt += !good;
    if (!good) {
        return 0;
    }
    fill(octets, wanted, seed + 1);
    return wanted;
}

static void count_closed(void *owner, struct link_ports ports)
{
    struct rig *rig = owner;
    (void)ports;
    rig->closed++;
}

static void receive(void *owner, const uint8_t *apdu, size_t size, bool confirmed)
{
    struct rig_client *client = owner;
    bool good = size == client->expected && is_pattern(apdu, size, client->seed + 1);
    if (confirmed) {
        client->answered += good;
        client->wrong += !good;
    } else {
        client->notified++;
    }
}

static struct hdlc_buffers buffers(struct rig *rig, size_t i)
{
    return (struct hdlc_buffers){rig->requests[i], sizeof rig->requests[i], rig->answers[i],
                                 sizeof rig->answers[i]};
}

static void start_station(struct rig *rig)
{
    for (size_t i = 0; i < RIG_CLIENTS; i++) {
        rig->connections[i].buffers = buffers(rig, i);
    }
    struct hdlc_config config = {
        .settings = &rig->server_settings,
        .channel = {.answer = answer, .closed = count_closed, .owner = rig},
        .logical_devices = logical_devices,
        .logical_device_count = 1,
        .connections = rig->connections,
        .connection_count = RIG_CLIENTS,
        .unconfirmed = {RIG_UNCONFIRMED, RIG_UNCONFIRMED},
    };
    rig->served = rig->spoilt = rig->closed = 0;
    hdlc_init(&rig->station, &config, 0);
    bus_add_station(&rig->bus, &rig->station);
}

static void start_client(struct rig *rig, unsigned index)
{
    struct rig_client *client = &rig->clients[index];
    struct hdlc_client_config config = {
        .settings = &rig->client_settings,
        .server = hdlc_address_of(1, rig->server_settings.device_address),
        .client = (uint8_t)(16 + index),
        .answer = client->answer,
        .answer_room = sizeof client->answer,
        .time_out_ms = rig->time_out_ms,
        .pause_ms = 50,
        .patience = 20,
        .received = receive,
        .owner = client,
    };
    client->answered = client->wrong = client->notified = 0;
    client->seed = 1000 * index;
    hdlc_client_init(&client->client, &config, 0);
    bus_add_client(&rig->bus, &client->client);
}

void rig_start(struct rig *rig, unsigned baud, unsigned clients)
{
    rs485_init(&rig->bus, baud, 0);
    rig->time_out_ms = rig->time_out_ms > 0 ? rig->time_out_ms : 200;
    start_station(rig);
    for (unsigned i = 0; i < clients; i++) {
        start_client(rig, i);
    }
}

static bool is_settled(const void *what)
{
    const struct hdlc_client *client = what;
    return client->state == HDLC_CLIENT_CONNECTED || client->state == HDLC_CLIENT_DISCONNECTED;
}

static bool settle(struct rig *rig, struct hdlc_client *client, enum hdlc_client_state wanted)
{
    return bus_run(&rig->bus, is_settled, client, RIG_GIVE_UP_MS) && client->state == wanted;
}

bool rig_connect(struct rig *rig, unsigned client)
{
    hdlc_client_connect(&rig->clients[client].client);
    return settle(rig, &rig->clients[client].client, HDLC_CLIENT_CONNECTED);
}

bool rig_ask(struct rig *rig, unsigned index, size_t request, size_t answer_size)
{
    struct rig_client *client = &rig->clients[index];
    unsigned answered = client->answered;
    client->seed += 7;
    client->expected = answer_size;
    put32(client->request, (uint32_t)answer_size);
    put32(client->request + 4, client->seed);
    fill(client->request + RIG_REQUEST_LEAST, request - RIG_REQUEST_LEAST, client->seed);
    hdlc_client_request(&client->client, client->request, request);
    return settle(rig, &client->client, HDLC_CLIENT_CONNECTED) && client->answered == answered + 1;
}

bool rig_disconnect(struct rig *rig, unsigned client)
{
    hdlc_client_disconnect(&rig->clients[client].client);
    return settle(rig, &rig->clients[client].client, HDLC_CLIENT_DISCONNECTED) &&
           rig->clients[client].client.failure == HDLC_CLIENT_GOOD;
}
