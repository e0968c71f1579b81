#include "app/bus.h"

#include "app/simulation.h"
#include "port/posix/end.h"
#include "port/posix/tty.h"
#include "world/rs485/rs485.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
    BAUD = 9600,
    WAITING = 4096,      /* octets of the terminal that the line has not taken yet */
    LATE_US = 37,        /* each meter takes a little longer than the one before */
    CONVERTER_US = 1500, /* what stands between a terminal and the line takes its time */
    BEHIND_US = 1000000, /* what the loop was late by more need not be caught up */
    OWN = 0,
};

/* A meter on the line. */
struct place {
    bool present;
    struct meter *meter;
    struct end end;
};

/* Whoever has the terminal open. */
struct outside {
    struct tty terminal;
    uint8_t waiting[WAITING];
    size_t size;
    size_t at;
};

struct bus {
    struct loop_source source;
    struct loop *loop;
    struct rs485 line;
    struct outside outside;
    const char *name;
    unsigned count; /* of meters, the first our own */
    struct place *places;
    struct simulation *neighbours; /* count - 1 */
    uint64_t frames;
};

/* ---- a meter ---- */

static size_t place_output(void *party, const uint8_t **octets, int64_t now_ms)
{
    struct place *place = party;
    return place->present ? end_output(&place->end, octets, now_ms) : 0;
}

static void place_sent(void *party, int64_t now_ms)
{
    struct place *place = party;
    if (place->present) {
        end_sent(&place->end, 1, now_ms);
    }
}

static void place_receive(void *party, uint8_t octet, int64_t now_ms)
{
    struct place *place = party;
    if (place->present) {
        end_receive(&place->end, &octet, 1, now_ms);
    }
}

static void place_step(void *party, int64_t now_ms)
{
    struct place *place = party;
    if (place->present) {
        (void)end_step(&place->end, now_ms);
    }
}

static int64_t place_deadline_ms(const void *party)
{
    const struct place *place = party;
    return place->present ? hdlc_deadline_ms(&place->end.line.station) : INT64_MAX;
}

static const struct rs485_face place_face = {place_output, place_sent, place_receive, place_step,
                                             place_deadline_ms};

static void attach(struct place *place, struct meter *meter, int64_t line_us)
{
    place->meter = meter;
    place->present = true;
    end_open(&place->end, END_RS485, meter, line_us / 1000);
}

static void detach(struct place *place)
{
    if (place->present) {
        end_close(&place->end);
        place->present = false;
    }
}

/* ---- the terminal ---- */

static size_t outside_output(void *party, const uint8_t **octets, int64_t now_ms)
{
    const struct outside *outside = party;
    (void)now_ms;
    *octets = outside->waiting + outside->at;
    return outside->size - outside->at;
}

static void outside_sent(void *party, int64_t now_ms)
{
    struct outside *outside = party;
    (void)now_ms;
    outside->at++;
    if (outside->at == outside->size) {
        outside->at = outside->size = 0;
    }
}

/* What a terminal that nobody empties does not take is lost, as on a line. */
static void outside_receive(void *party, uint8_t octet, int64_t now_ms)
{
    const struct outside *outside = party;
    (void)now_ms;
    (void)!write(outside->terminal.fd, &octet, 1);
}

static void outside_step(void *party, int64_t now_ms)
{
    (void)party;
    (void)now_ms;
}

static int64_t outside_deadline_ms(const void *party)
{
    (void)party;
    return INT64_MAX;
}

static const struct rs485_face outside_face = {outside_output, outside_sent, outside_receive,
                                               outside_step, outside_deadline_ms};

/* Lets pass on the line what is due by now. */
static void catch_up(struct bus *bus)
{
    int64_t now_us = loop_time_us();
    if (now_us - bus->line.now_us > BEHIND_US) {
        bus->line.now_us = now_us - BEHIND_US;
    }
    rs485_run(&bus->line, now_us);
}

static void line_ready(struct loop_source *source, uint32_t events)
{
    struct bus *bus = (struct bus *)(void *)source;
    struct outside *outside = &bus->outside;
    uint8_t lost[WAITING];
    (void)events;
    catch_up(bus); /* what was not there yet was not said before */
    size_t room = sizeof outside->waiting - outside->size;
    uint8_t *to = room > 0 ? outside->waiting + outside->size : lost;
    ssize_t got = read(source->fd, to, room > 0 ? room : sizeof lost);
    outside->size += got > 0 && room > 0 ? (size_t)got : 0;
}

static int open_terminal(struct bus *bus, char *error, size_t error_size)
{
    struct tty *terminal = &bus->outside.terminal;
    if (tty_open(terminal, bus->name, true, error, error_size) != 0) {
        return -1;
    }
    (void)tty_set_form(terminal, (struct tty_form){.baud = BAUD});
    bus->source = (struct loop_source){.fd = terminal->fd, .ready = line_ready};
    if (loop_add(bus->loop, &bus->source, EPOLLIN) != 0) {
        snprintf(error, error_size, "event loop: %s", strerror(errno));
        tty_close(terminal);
        terminal->fd = -1;
        return -1;
    }
    return 0;
}

/* ---- neighbours ---- */

/* Meters like ours, with the numbers that follow, and nothing but this line. */
static int open_neighbours(struct bus *bus, const struct run_options *options, char *error,
                           size_t error_size)
{
    for (unsigned i = 1; i < bus->count; i++) {
        struct run_options like = *options;
        like.serial = (options->serial + i) % 100000000;
        like.seed = options->seed + i;
        like.data = NULL;
        like.recording.path = NULL;
        like.source = RUN_SOURCE_PHASORS;
        struct simulation *neighbour = &bus->neighbours[i - 1];
        if (simulation_open(neighbour, &like, error, error_size) != 0) {
            return -1;
        }
        attach(&bus->places[i], &neighbour->meter, bus->line.now_us);
    }
    return 0;
}

/* The last one has the address of the first: a mistake of whoever installed it. */
static void make_twins(struct bus *bus)
{
    const struct link_setup *first = &bus->neighbours[0].meter.links;
    struct link_setup *last = &bus->neighbours[bus->count - 2].meter.links;
    last->lines[LINK_RS485].device_address = first->lines[LINK_RS485].device_address;
}

static int open_parts(struct bus *bus, const struct run_options *options, char *error,
                      size_t error_size)
{
    bus->places = calloc(bus->count, sizeof *bus->places);
    bus->neighbours = calloc(bus->count, sizeof *bus->neighbours);
    if (!bus->places || !bus->neighbours) {
        snprintf(error, error_size, "out of memory");
        return -1;
    }
    rs485_init(&bus->line, BAUD, loop_time_us());
    for (unsigned i = 0; i < bus->count; i++) {
        (void)rs485_join(&bus->line, &place_face, &bus->places[i], (int64_t)i * LATE_US);
    }
    (void)rs485_join(&bus->line, &outside_face, &bus->outside, CONVERTER_US);
    if (open_terminal(bus, error, error_size) != 0 ||
        open_neighbours(bus, options, error, error_size) != 0) {
        return -1;
    }
    if (options->rs485_twins && bus->count > 2) {
        make_twins(bus);
    }
    return 0;
}

int bus_open(struct bus **bus, const struct run_options *options, struct loop *loop, char *error,
             size_t error_size)
{
    *bus = NULL;
    if (!options->rs485) {
        return 0;
    }
    struct bus *made = calloc(1, sizeof *made);
    if (!made) {
        snprintf(error, error_size, "out of memory");
        return -1;
    }
    made->loop = loop;
    made->name = options->rs485;
    made->count = options->rs485_meters;
    made->outside.terminal.fd = -1;
    if (open_parts(made, options, error, error_size) != 0) {
        bus_close(made);
        return -1;
    }
    *bus = made;
    return 0;
}

void bus_close(struct bus *bus)
{
    if (!bus) {
        return;
    }
    for (unsigned i = 0; bus->places && i < bus->count; i++) {
        bool neighbour = i > 0 && bus->places[i].present;
        detach(&bus->places[i]);
        if (neighbour) {
            simulation_close(&bus->neighbours[i - 1]);
        }
    }
    if (bus->outside.terminal.fd >= 0) {
        loop_remove(bus->loop, &bus->source);
        tty_close(&bus->outside.terminal);
    }
    free(bus->places);
    free(bus->neighbours);
    free(bus);
}

void bus_attach(struct bus *bus, struct meter *meter)
{
    if (bus) {
        attach(&bus->places[OWN], meter, bus->line.now_us);
    }
}

void bus_detach(struct bus *bus)
{
    if (bus) {
        detach(&bus->places[OWN]);
    }
}

/* A neighbour whose supply fails leaves the line, and comes back to it. */
static void live(struct bus *bus, unsigned number, uint64_t frames)
{
    struct simulation *neighbour = &bus->neighbours[number - 1];
    struct place *place = &bus->places[number];
    while (neighbour->frames + WORLD_FRAME_HZ <= frames) {
        bool was_on = neighbour->on;
        if (simulation_advance(neighbour, frames - neighbour->frames) == 0) {
            return;
        }
        if (was_on && !neighbour->on) {
            detach(place);
        } else if (!was_on && neighbour->on) {
            attach(place, &neighbour->meter, bus->line.now_us);
        }
    }
}

void bus_step(struct bus *bus, uint64_t frames)
{
    if (!bus) {
        return;
    }
    catch_up(bus);
    for (unsigned i = 1; i < bus->count; i++) {
        live(bus, i, frames);
    }
}

void bus_print(const struct bus *bus)
{
    if (!bus) {
        return;
    }
    const struct meter *own = bus->places[OWN].meter;
    printf("  RS-485      %s (%s), HDLC at %d baud, device=%u\n", bus->name,
           bus->outside.terminal.path, BAUD, own->links.lines[LINK_RS485].device_address);
    if (bus->count > 1) {
        printf("              and %u neighbours at the addresses behind it\n", bus->count - 1);
    }
    printf("  try         build/watthour scan serial://%s\n", bus->name);
}
