/* A station and its clients on a line, and a channel whose answers are patterns: a request is the
 * answer's size, a seed (4 octets each) and a pattern of that seed; the answer is the pattern of
 * the next. */
#ifndef WATTHOUR_TEST_LINK_HDLC_RIG_H
#define WATTHOUR_TEST_LINK_HDLC_RIG_H

#include "test/link/hdlc_bus.h"

enum {
    RIG_CLIENTS = 2,
    RIG_REQUEST_LEAST = 8,
    RIG_REQUEST = 4096, /* octets at most */
    RIG_ANSWER = 65536,
    RIG_UNCONFIRMED = 512, /* octets of a UI frame, and of its answer */
    RIG_GIVE_UP_MS = 3600 * 1000,
};

struct rig_client {
    struct hdlc_client client;
    uint8_t request[RIG_REQUEST];
    uint8_t answer[RIG_ANSWER + HDLC_LLC];
    uint32_t seed;
    size_t expected;   /* octets of the answer */
    unsigned answered; /* APDUs that came and were right */
    unsigned wrong;    /* and that were not */
    unsigned notified; /* APDUs that nobody asked for */
};

struct rig {
    struct hdlc_settings server_settings;
    struct hdlc_settings client_settings;
    uint32_t time_out_ms;
    struct hdlc_station station;
    struct hdlc_connection connections[RIG_CLIENTS];
    uint8_t requests[RIG_CLIENTS][RIG_REQUEST + HDLC_LLC];
    uint8_t answers[RIG_CLIENTS][RIG_ANSWER];
    unsigned served; /* requests that came and were right */
    unsigned spoilt; /* and that were not */
    unsigned closed;
    struct rig_client clients[RIG_CLIENTS];
    struct rs485 bus;
};

/* Settings of both ends that tests begin with: 128 octets, window 1, 20 ms. */
struct hdlc_settings rig_settings(void);

/* Puts station and clients on a line of `baud` (0: none), with the settings in the rig. */
void rig_start(struct rig *rig, unsigned baud, unsigned clients);

/* Each runs the line until it is done. False: it failed, or took too long. */
bool rig_connect(struct rig *rig, unsigned client);
bool rig_ask(struct rig *rig, unsigned client, size_t request, size_t answer);
bool rig_disconnect(struct rig *rig, unsigned client);

#endif
