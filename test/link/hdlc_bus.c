#include "test/link/hdlc_bus.h"

struct bus_face {
    size_t (*output)(void *end, const uint8_t **octets, int64_t now_ms);
    void (*sent)(void *end, size_t size, int64_t now_ms);
    size_t (*receive)(void *end, const void *octets, size_t size, int64_t now_ms);
    void (*step)(void *end, int64_t now_ms);
    int64_t (*deadline_ms)(const void *end);
};

static size_t station_output(void *end, const uint8_t **octets, int64_t now_ms)
{
    return hdlc_output(end, octets, now_ms);
}

static void station_sent(void *end, size_t size, int64_t now_ms)
{
    hdlc_sent(end, size, now_ms);
}

static size_t station_receive(void *end, const void *octets, size_t size, int64_t now_ms)
{
    return hdlc_receive(end, octets, size, now_ms);
}

static void station_step(void *end, int64_t now_ms)
{
    hdlc_step(end, now_ms);
}

static int64_t station_deadline_ms(const void *end)
{
    return hdlc_deadline_ms(end);
}

static size_t client_output(void *end, const uint8_t **octets, int64_t now_ms)
{
    return hdlc_client_output(end, octets, now_ms);
}

static void client_sent(void *end, size_t size, int64_t now_ms)
{
    hdlc_client_sent(end, size, now_ms);
}

static size_t client_receive(void *end, const void *octets, size_t size, int64_t now_ms)
{
    return hdlc_client_receive(end, octets, size, now_ms);
}

static void client_step(void *end, int64_t now_ms)
{
    hdlc_client_step(end, now_ms);
}

static int64_t client_deadline_ms(const void *end)
{
    return hdlc_client_deadline_ms(end);
}

void bus_add_station(struct bus *bus, struct hdlc_station *station)
{
    static const struct bus_face face = {station_output, station_sent, station_receive,
                                         station_step, station_deadline_ms};
    bus->parties[bus->count++] = (struct bus_party){.face = &face, .end = station};
}

void bus_add_client(struct bus *bus, struct hdlc_client *client)
{
    static const struct bus_face face = {client_output, client_sent, client_receive, client_step,
                                         client_deadline_ms};
    bus->parties[bus->count++] = (struct bus_party){.face = &face, .end = client};
}

static int64_t now_ms(const struct bus *bus)
{
    return bus->now_us / 1000;
}

static void hear(struct bus *bus, size_t speaker, struct bus_octet octet)
{
    for (size_t i = 0; i < bus->count; i++) {
        const struct bus_party *party = &bus->parties[i];
        for (unsigned copy = 0; i != speaker && copy < octet.copies; copy++) {
            (void)party->face->receive(party->end, &octet.octet, 1, now_ms(bus));
        }
    }
}

/* One octet's time, in which those marked say one octet each. */
static void speak(struct bus *bus, unsigned speakers, const uint8_t *said)
{
    struct bus_octet octet = {.copies = 0};
    size_t speaker = 0;
    if ((speakers & (speakers - 1)) != 0) {
        bus->collisions++;
    }
    for (size_t i = 0; i < bus->count; i++) {
        struct bus_party *party = &bus->parties[i];
        if (speakers == 1u << i) {
            speaker = i;
            octet = (struct bus_octet){.octet = said[i], .copies = 1};
            if (bus->noise) {
                bus->noise(bus->owner, i, party->said, &octet);
            }
        }
        party->said += speakers >> i & 1;
    }
    bus->now_us += bus->octet_us + octet.pause_us;
    for (size_t i = 0; i < bus->count; i++) {
        if (speakers >> i & 1) {
            bus->parties[i].face->sent(bus->parties[i].end, 1, now_ms(bus));
        }
    }
    hear(bus, speaker, octet);
}

/* Nobody speaks: on to the next deadline. False: there is none. */
static bool wait(struct bus *bus, int64_t end_us)
{
    int64_t next_ms = INT64_MAX;
    for (size_t i = 0; i < bus->count; i++) {
        int64_t deadline_ms = bus->parties[i].face->deadline_ms(bus->parties[i].end);
        next_ms = deadline_ms < next_ms ? deadline_ms : next_ms;
    }
    if (next_ms == INT64_MAX) {
        return false;
    }
    if (next_ms * 1000 > bus->now_us) {
        bus->now_us = next_ms * 1000 < end_us ? next_ms * 1000 : end_us;
    }
    for (size_t i = 0; i < bus->count; i++) {
        bus->parties[i].face->step(bus->parties[i].end, now_ms(bus));
    }
    return true;
}

bool bus_run(struct bus *bus, bool (*done)(const void *what), const void *what, int64_t limit_ms)
{
    int64_t end_us = bus->now_us + limit_ms * 1000;
    while (!done(what)) {
        unsigned speakers = 0;
        uint8_t said[BUS_PARTIES] = {0};
        for (size_t i = 0; i < bus->count; i++) {
            const uint8_t *octets;
            if (bus->parties[i].face->output(bus->parties[i].end, &octets, now_ms(bus)) > 0) {
                speakers |= 1u << i;
                said[i] = octets[0];
            }
        }
        if (speakers != 0) {
            speak(bus, speakers, said);
        } else if (!wait(bus, end_us)) {
            return done(what);
        }
        if (bus->now_us >= end_us) {
            return false;
        }
    }
    return true;
}

uint32_t bus_random_next(struct bus_random *noise)
{
    noise->state = noise->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(noise->state >> 32);
}

static bool happens(struct bus_random *noise, unsigned ppm)
{
    return ppm > 0 && bus_random_next(noise) % 1000000 < ppm;
}

void bus_random_noise(void *owner, size_t party, size_t index, struct bus_octet *octet)
{
    struct bus_random *noise = owner;
    (void)party;
    (void)index;
    if (noise->dark == 0 && happens(noise, noise->blackout_ppm)) {
        noise->dark = 60;
    }
    if (happens(noise, noise->wrong_ppm)) {
        octet->octet ^= (uint8_t)(1 + bus_random_next(noise) % 255);
    }
    if (happens(noise, noise->doubled_ppm)) {
        octet->copies = 2;
    }
    if (noise->dark > 0 || happens(noise, noise->lost_ppm)) {
        octet->copies = 0;
    }
    if (happens(noise, noise->pause_ppm)) {
        octet->pause_us = 1000 * (1 + (int64_t)(bus_random_next(noise) % 200));
    }
    noise->dark -= noise->dark > 0;
}
