/* Reads telegrams of P1: finds them in a stream, checks them, and takes them apart, in place.
 *
 *     struct p1_receiver receiver;
 *     p1_receiver_init(&receiver, buffer, sizeof buffer);
 *     taken = p1_receiver_take(&receiver, octets, size, &whole);      until all are taken
 *     when `whole`:  p1_reading_begin(&reading, buffer, receiver.size)
 *                    while (p1_reading_next(&reading, &item)) ...
 *
 * It is lenient where real meters differ, and says in what. Sources: DSMR 2.2 to 5.0.2 P1, and what
 * meters of the field are known to send. */
#ifndef WATTHOUR_P1_READER_H
#define WATTHOUR_P1_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum p1_receiver_state {
    P1_BETWEEN,        /* telegrams: looks for a '/' */
    P1_IDENTIFICATION, /* until the end of its line; a '/' may stand in it */
    P1_BODY,           /* until a '!'; a '/' begins anew: the telegram before was cut off */
    P1_END,            /* until the end of the line behind the '!' */
};

struct p1_receiver {
    uint8_t *octets; /* the caller's: of the telegram so far */
    size_t room;
    size_t size;
    enum p1_receiver_state state;
    bool whole;        /* what it holds has been given out */
    uint32_t cut_off;  /* telegrams that another '/' cut off, since the beginning */
    uint32_t too_long; /* that `room` does not hold */
    uint32_t stray;    /* octets between telegrams, line ends not counted */
};

void p1_receiver_init(struct p1_receiver *receiver, uint8_t *buffer, size_t room);

/* Takes octets to the end of a telegram at most, and returns how many. `*whole`: the buffer holds a
 * telegram of receiver->size octets, until the next call. */
size_t p1_receiver_take(struct p1_receiver *receiver, const uint8_t *octets, size_t size,
                        bool *whole);

/* Forgets the beginning of a telegram: the line was silent too long. */
void p1_receiver_reset(struct p1_receiver *receiver);

enum p1_check {
    P1_CHECK_GOOD,
    P1_CHECK_ABSENT,   /* no CRC: DSMR 2 and 3, Aidon in Sweden */
    P1_CHECK_UNPADDED, /* right, but not of four digits */
    P1_CHECK_X25,      /* right by CRC-16/X-25 */
    P1_CHECK_BAD,
};

/* Octets of the telegram, not terminated. */
struct p1_text {
    const char *at;
    size_t size;
};

struct p1_reading {
    struct p1_text identification; /* behind the '/' */
    enum p1_check check;
    uint32_t malformed; /* lines so far that are neither empty nor of the form A-B:C.D.E(...) */
    const char *at;
    const char *end; /* the '!' */
    uint8_t code[6]; /* of the last line: a line that begins with a bracket goes on with it */
};

/* A line: its code and the groups in brackets behind it. */
struct p1_item {
    uint8_t code[6]; /* A-B:C.D.E*F; F 255 when it is not given */
    struct p1_text groups;
};

/* 0, or -1: these octets are no telegram, from the '/' to behind the '!'. */
int p1_reading_begin(struct p1_reading *reading, const uint8_t *octets, size_t size);

/* The next line that is well-formed; false: there is none. */
bool p1_reading_next(struct p1_reading *reading, struct p1_item *item);

/* Takes the next group off `groups`, brackets left out; false: there is none. */
bool p1_group_next(struct p1_text *groups, struct p1_text *group);

/* A number as it stands: `value` * 10^-decimals, and its unit (empty: none). */
struct p1_number {
    int64_t value;
    uint8_t decimals;
    struct p1_text unit;
};

/* 0, or -1: the group is no number (18 digits at most, one point, then perhaps * and a unit). */
int p1_number_take(struct p1_text group, struct p1_number *number);

/* A time stamp. */
struct p1_time {
    uint16_t year; /* 2000..2099 */
    uint8_t month, day, hour, minute, second;
    bool saving; /* daylight saving time */
};

/* 0, or -1: no YYMMDDhhmmss with S or W, or no time of the calendar. */
int p1_time_take(struct p1_text group, struct p1_time *time);

/* The instant of a time stamp, seconds since 1970. `offset_min` is local time minus UTC as it was
 * then, daylight saving included: in central Europe 120 when time->saving, else 60. */
int64_t p1_time_utc_s(const struct p1_time *time, int offset_min);

#endif
