/* A half-duplex line in simulated time: who speaks is heard by all others an octet's time later,
 * and two who speak at once are heard by nobody. Noise is the test's. */
#ifndef WATTHOUR_TEST_LINK_HDLC_BUS_H
#define WATTHOUR_TEST_LINK_HDLC_BUS_H

#include "link/hdlc.h"
#include "link/hdlc_client.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BUS_PARTIES = 4 };

/* What becomes of an octet on the line. */
struct bus_octet {
    uint8_t octet;
    unsigned copies;  /* 0: lost */
    int64_t pause_us; /* of the line before it */
};

struct bus_face;

struct bus_party {
    const struct bus_face *face;
    void *end;
    size_t said; /* octets */
};

struct bus {
    struct bus_party parties[BUS_PARTIES];
    size_t count;
    int64_t now_us;
    int64_t octet_us; /* 0: no line, octets arrive at once */
    uint64_t collisions;
    /* NULL: a clean line. `index` counts the octets of a party. */
    void (*noise)(void *owner, size_t party, size_t index, struct bus_octet *octet);
    void *owner;
};

void bus_add_station(struct bus *bus, struct hdlc_station *station);
void bus_add_client(struct bus *bus, struct hdlc_client *client);

/* Runs until `done`. False: `limit_ms` of simulated time passed, or nobody will ever speak. */
bool bus_run(struct bus *bus, bool (*done)(const void *what), const void *what, int64_t limit_ms);

/* Errors at random, each in parts per million of the octets. */
struct bus_random {
    uint64_t state;
    unsigned wrong_ppm; /* another octet */
    unsigned lost_ppm;
    unsigned doubled_ppm;
    unsigned pause_ppm;    /* a pause of 1 .. 200 ms */
    unsigned blackout_ppm; /* the beginning of 60 octets that are lost */
    unsigned dark;         /* octets of it left */
};

uint32_t bus_random_next(struct bus_random *noise);
void bus_random_noise(void *owner, size_t party, size_t index, struct bus_octet *octet);

#endif
