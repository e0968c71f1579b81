/* The optical port P0 of the meter: sign-on, readout and programming mode of IEC 62056-21, and HDLC
 * behind it or at once, as the local port is set up. One client at a time. Octets go in and out as
 * with link/hdlc.h; the owner of the line sets it as meter_optical_form() says.
 *
 * In the programming mode P1 with the password P1 lets read (R1, R5), P1 with the password W5 and
 * P2 let write (W1, W5) and execute (E2) as well. What P2 wants is the first 16 octets of the
 * SHA-256 of the operand that P0 gave and the password P2 behind it, as 32 hexadecimal digits: that
 * password is never on the line. Three wrong ones end the mode, and nobody gets in for a minute. */
#ifndef WATTHOUR_METER_OPTICAL_H
#define WATTHOUR_METER_OPTICAL_H

#include "link/iec62056_21.h"
#include "meter/line.h"
#include "meter/meter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { METER_OPERAND = 16 /* hexadecimal digits */ };

/* What a client of the programming mode may do. */
enum meter_optical_level { METER_OPTICAL_NOTHING, METER_OPTICAL_READS, METER_OPTICAL_WRITES };

/* In the caller's memory. */
struct meter_optical {
    struct meter *meter;
    struct meter_line line;
    struct meter_line_place place; /* of one client at a time, who speaks HDLC or 62056-21 */
    struct iec21_server iec;
    struct iec21_settings settings;
    uint32_t settings_seen; /* changes of the local port that they show */
    enum local_port_mode mode;
    uint32_t direct_baud;   /* of HDLC at once */
    bool hdlc;              /* the line is HDLC's now */
    bool was_connected;     /* since it is */
    int64_t idle_ms;        /* line time since which nobody is connected */
    uint32_t frames_seen;   /* good ones of HDLC, .. */
    int64_t frame_ms;       /* .. and line time of the last, at first of the opening */
    uint32_t sign_ons_seen; /* of the sign-ons, that are recorded */
    bool direct_seen;       /* a connection without sign-on, likewise */
    enum meter_optical_level level;
    bool programmed;         /* something was written since the level was given */
    uint8_t wrong_passwords; /* one after the other */
    int64_t locked_until_ms; /* of the meter's time */
    uint32_t operands;       /* that were given, so that none comes twice */
    char operand[METER_OPERAND];
    unsigned row; /* of the readout */
};

/* Opens the port at line time `line_ms`. It must stay where it is until meter_optical_close(). */
void meter_optical_open(struct meter *meter, struct meter_optical *optical, int64_t line_ms);
void meter_optical_close(struct meter_optical *optical);

void meter_optical_receive(struct meter_optical *optical, const void *octets, size_t size,
                           int64_t line_ms);
size_t meter_optical_output(struct meter_optical *optical, const uint8_t **octets, int64_t line_ms);
void meter_optical_sent(struct meter_optical *optical, size_t size, int64_t line_ms);

/* To be called every few milliseconds. */
void meter_optical_step(struct meter_optical *optical, int64_t line_ms);

/* A client is there, or was a moment ago: a meter on its battery does not sleep. */
enum { METER_OPTICAL_AWAKE_MS = 30000 };
bool meter_optical_awake(const struct meter_optical *optical, int64_t line_ms);

struct iec21_form meter_optical_form(const struct meter_optical *optical);

#endif
