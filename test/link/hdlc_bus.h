/* Stations and clients on the line of world/rs485, and noise on it. Clients are read and fed like
 * stations. */
#ifndef WATTHOUR_TEST_LINK_HDLC_BUS_H
#define WATTHOUR_TEST_LINK_HDLC_BUS_H

#include "link/hdlc.h"
#include "link/hdlc_client.h"
#include "world/rs485/rs485.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void bus_add_station(struct rs485 *bus, struct hdlc_station *station);
void bus_add_client(struct rs485 *bus, struct hdlc_client *client);

/* Runs until `done`. False: `limit_ms` of simulated time passed, or nobody will ever speak. */
bool bus_run(struct rs485 *bus, bool (*done)(const void *what), const void *what, int64_t limit_ms);

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
void bus_random_noise(void *owner, size_t party, size_t index, struct rs485_octet *octet);

#endif
