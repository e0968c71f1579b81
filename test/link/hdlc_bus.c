#include "test/link/hdlc_bus.h"

static size_t station_output(void *end, const uint8_t **octets, int64_t now_ms)
{
    return hdlc_output(end, octets, now_ms);
}

static void station_sent(void *end, int64_t now_ms)
{
    hdlc_sent(end, 1, now_ms);
}

static void station_receive(void *end, uint8_t octet, int64_t now_ms)
{
    (void)hdlc_receive(end, &octet, 1, now_ms);
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

static void client_sent(void *end, int64_t now_ms)
{
    hdlc_client_sent(end, 1, now_ms);
}

static void client_receive(void *end, uint8_t octet, int64_t now_ms)
{
    (void)hdlc_client_receive(end, &octet, 1, now_ms);
}

static void client_step(void *end, int64_t now_ms)
{
    hdlc_client_step(end, now_ms);
}

static int64_t client_deadline_ms(const void *end)
{
    return hdlc_client_deadline_ms(end);
}

void bus_add_station(struct rs485 *bus, struct hdlc_station *station)
{
    static const struct rs485_face face = {station_output, station_sent, station_receive,
                                           station_step, station_deadline_ms};
    (void)rs485_join(bus, &face, station, 0);
}

void bus_add_client(struct rs485 *bus, struct hdlc_client *client)
{
    static const struct rs485_face face = {client_output, client_sent, client_receive, client_step,
                                           client_deadline_ms};
    (void)rs485_join(bus, &face, client, 0);
}

bool bus_run(struct rs485 *bus, bool (*done)(const void *what), const void *what, int64_t limit_ms)
{
    int64_t end_us = bus->now_us + limit_ms * 1000;
    while (!done(what)) {
        if (!rs485_next(bus, end_us)) {
            return done(what);
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

void bus_random_noise(void *owner, size_t party, size_t index, struct rs485_octet *octet)
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
