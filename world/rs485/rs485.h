/* A two-wire line with many stations, as RS-485: one pair, half duplex, everybody hears everybody.
 *
 * It knows no addresses: what one party says all the others hear, when the time of the octet is
 * over. Who drives the line hears nothing, and drives it for a while behind its last octet. Octets
 * of two who speak at once reach the others as something else, unless they are the same from
 * begin to end. Time is an argument, in microseconds of the line. */
#ifndef WATTHOUR_WORLD_RS485_RS485_H
#define WATTHOUR_WORLD_RS485_RS485_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RS485_PARTIES = 40 };

/* Who is on the line: octets go in and out as with an HDLC station. */
struct rs485_face {
    /* What it has to say now, how many octets and where; 0: nothing, or not yet. */
    size_t (*output)(void *end, const uint8_t **octets, int64_t now_ms);
    void (*sent)(void *end, int64_t now_ms); /* one of them */
    void (*receive)(void *end, uint8_t octet, int64_t now_ms);
    void (*step)(void *end, int64_t now_ms);
    int64_t (*deadline_ms)(const void *end); /* when to be stepped or asked; INT64_MAX: never */
};

/* What becomes of an octet. */
struct rs485_octet {
    uint8_t octet;
    unsigned copies;  /* 0: lost */
    int64_t pause_us; /* of the line before it */
};

struct rs485_party {
    const struct rs485_face *face;
    void *end;
    int64_t late_us; /* from when it has something to say until it drives the line */
    /* The line's. */
    bool wants;    /* it has something to say, .. */
    bool speaking; /* .. and its octet is under way */
    bool spoilt;   /* another one's overlaps it */
    bool echo;     /* another one says the same, and is heard */
    struct rs485_octet octet;
    int64_t at_us; /* when it begins to speak, or its octet ends */
    int64_t begun_us;
    int64_t drives_until_us;
    size_t count; /* octets it has said */
};

struct rs485 {
    struct rs485_party parties[RS485_PARTIES];
    size_t count;
    int64_t now_us;
    int64_t octet_us;    /* 0: octets arrive at once */
    int64_t release_us;  /* so long does a party drive the line behind its last octet */
    uint64_t octets;     /* that were said, .. */
    uint64_t collisions; /* .. and that were spoilt by others */
    /* Noise; NULL: there is none. `index` counts the octets of a party. */
    void (*noise)(void *owner, size_t party, size_t index, struct rs485_octet *octet);
    void *owner;
};

/* An empty line at `now_us`, 10 bits an octet; baud 0: octets take no time. */
void rs485_init(struct rs485 *line, uint32_t baud, int64_t now_us);

/* Puts one more on the line. 0, or -1: it is full. Face and end outlive the line. */
int rs485_join(struct rs485 *line, const struct rs485_face *face, void *end, int64_t late_us);

/* Lets pass what happens next, if that is not after `until_us`. False: nothing does, and it is
 * `until_us` now. */
bool rs485_next(struct rs485 *line, int64_t until_us);

/* Lets pass all until then. */
void rs485_run(struct rs485 *line, int64_t until_us);

#endif
