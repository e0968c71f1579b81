/* Whole meters on one RS-485 line, and a client that asks them one after the other, in simulated
 * time. The meters have no flash and measure nothing. */
#ifndef WATTHOUR_TEST_METER_PARTY_LINE_H
#define WATTHOUR_TEST_METER_PARTY_LINE_H

#include "dlms/client.h"
#include "meter/line.h"
#include "test/link/hdlc_bus.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PARTY_METERS = 31, PARTY_APDU = 2048, PARTY_SERIAL = 8 };

struct party_meter {
    struct meter meter;
    struct legal_part legal;
    struct meter_line line;
    struct meter_line_place places[METER_LINE_CLIENTS];
};

/* How asking an address ended. */
enum party_answer {
    PARTY_SILENCE, /* nobody is there */
    PARTY_FOUND,   /* one meter, and its serial number is known */
    PARTY_NOISE,   /* something was said that is not understood */
};

struct party_line {
    struct rs485 bus;
    struct party_meter *meters; /* PARTY_METERS */
    struct hdlc_settings settings;
    struct hdlc_client hdlc;
    struct dlms_client dlms;
    uint8_t frame[PARTY_APDU + HDLC_LLC];
    uint8_t request[PARTY_APDU];
    uint8_t answer[PARTY_APDU];
    size_t answered;
    size_t heard; /* octets, of whatever kind */
    uint8_t value[PARTY_APDU];
    char serial[PARTY_SERIAL + 1]; /* of the meter asked last */
};

/* Meters of serial number 1 to `count`, at 9600 baud. To be freed by party_line_end(). */
struct party_line *party_line_begin(size_t count);
void party_line_end(struct party_line *party);

/* Connects to the logical device at an address, and asks for its serial number as Public, or as
 * Management with its password. Leaves the connection open, unless nobody is there. */
enum party_answer party_line_ask(struct party_line *party, uint16_t device, uint8_t client);

/* The same, and disconnects. */
enum party_answer party_line_probe(struct party_line *party, uint16_t device);

/* Writes an attribute over the connection that stands: the result, -1 when nobody answers. */
int party_line_set(struct party_line *party, const struct dlms_target *target, const void *value,
                   size_t size);

bool party_line_disconnect(struct party_line *party);

#endif
