/* The ways that several clients have to one meter (life.h) at once, in simulated time: TCP
 * connections, an RS-485 line that its clients share, the optical port. APDUs go whole; over TCP
 * they set out in pieces, so that what others say comes in between. */
#ifndef WATTHOUR_TEST_METER_CROWD_WIRE_H
#define WATTHOUR_TEST_METER_CROWD_WIRE_H

#include "meter/optical.h"
#include "test/link/hdlc_bus.h"
#include "test/meter/life.h"

enum { CROWD_APDU = 2048, CROWD_TCP_SILENCE_S = 180, CROWD_HDLC_SILENCE_S = 120 };

enum crowd_way { CROWD_TCP, CROWD_RS485, CROWD_OPTICAL };

/* The meter's ends that clients share, and the time of all lines. */
struct crowd_lines {
    struct life *life;
    int64_t now_us;
    struct rs485 party_bus;
    struct meter_line party;
    struct meter_line_place places[METER_LINE_CLIENTS];
    struct rs485 light_bus;
    struct meter_optical optical;
};

/* One client's end. */
struct crowd_wire {
    enum crowd_way way;
    uint8_t sap;
    struct crowd_lines *lines;
    bool open;         /* as far as the client knows */
    bool asked;        /* a request is under way */
    int64_t active_us; /* of the last octet */
    struct meter_connection tcp;
    uint8_t request[WRAPPER_HEADER + CROWD_APDU];
    size_t request_size;
    size_t request_sent;
    struct hdlc_client hdlc;
    uint8_t frame[CROWD_APDU + HDLC_LLC];
    uint8_t answer[WRAPPER_HEADER + CROWD_APDU];
    size_t answered;
};

/* Opens the meter's ends; those of its life before are no more. */
void crowd_lines_begin(struct crowd_lines *lines, struct life *life);
void crowd_lines_open(struct crowd_lines *lines);
void crowd_lines_close(struct crowd_lines *lines);

/* Nobody says anything for so long. */
void crowd_lines_rest(struct crowd_lines *lines, int64_t seconds);

/* A client that stays where it is, with its place on the line. */
void crowd_wire_begin(struct crowd_wire *wire, struct crowd_lines *lines, enum crowd_way way,
                      uint8_t sap);

/* False: the meter does not take it. */
bool crowd_wire_open(struct crowd_wire *wire);
void crowd_wire_close(struct crowd_wire *wire);

/* Silence has ended it; over TCP that is the moment at which the port closes it. */
bool crowd_wire_timed_out(const struct crowd_wire *wire);
int64_t crowd_wire_silence_s(const struct crowd_wire *wire);

/* Begins a request. */
void crowd_wire_ask(struct crowd_wire *wire, const uint8_t *apdu, size_t size);

/* Goes on with it by `most` octets over TCP: true when it is answered, or when HDLC fails, which
 * is an answer of no octets and the end of the connection. The APDU in *apdu. */
bool crowd_wire_hear(struct crowd_wire *wire, size_t most, struct reader *apdu);

#endif
