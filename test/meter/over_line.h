/* A client and a whole meter on an HDLC line in simulated time: connects, associates as Management
 * by its password, reads and writes. */
#ifndef WATTHOUR_TEST_METER_OVER_LINE_H
#define WATTHOUR_TEST_METER_OVER_LINE_H

#include "dlms/client.h"
#include "meter/line.h"
#include "test/link/hdlc_bus.h"
#include "test/meter/life.h"

enum { OVER_LINE_VALUE = 1 << 20, OVER_LINE_APDU = 4096 };

struct over_line {
    struct life *life;
    struct rs485 bus;
    struct meter_line line;
    struct meter_line_place place;
    struct hdlc_settings settings; /* the client's */
    struct hdlc_client hdlc;
    struct dlms_client dlms;
    uint8_t *value;
    uint8_t frame[OVER_LINE_APDU + HDLC_LLC];
    uint8_t request[OVER_LINE_APDU];
    uint8_t answer[OVER_LINE_APDU];
    size_t answered;
};

/* The line takes its settings from class 23 of the meter; 9600 baud. The meter must have a
 * Management password, "password". The client addresses `device`, 0: none. To be freed by
 * over_line_end(). */
struct over_line *over_line_begin(struct life *life, const struct hdlc_settings *client,
                                  uint16_t device);
void over_line_end(struct over_line *over);

/* False: nobody answers. */
bool over_line_connect(struct over_line *over);

/* AARQ and AARE; fails the test when it is refused. */
void over_line_associate(struct over_line *over);

/* An attribute, in blocks when it must be, in over->value; its size. */
size_t over_line_read(struct over_line *over, const struct dlms_target *target);

enum cosem_result over_line_set(struct over_line *over, const struct dlms_target *target,
                                const void *value, size_t size);

#endif
