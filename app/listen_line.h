/* What a meter says unasked on a serial line: APDUs in UI frames, as to an in-home display. */
#ifndef WATTHOUR_APP_LISTEN_LINE_H
#define WATTHOUR_APP_LISTEN_LINE_H

#include "base/reader.h"
#include "link/hdlc_octets.h"

#include <stddef.h>
#include <stdint.h>

enum { LISTEN_LINE_FRAME = 2048 };

struct listen_line {
    int fd;
    struct hdlc_receiver receiver;
    uint8_t frame[LISTEN_LINE_FRAME]; /* LLC and APDU */
    void (*take)(void *owner, uint16_t client, struct reader apdu);
    void *owner;
};

/* Opens serial://PATH, of whatever baud it says. 0, or -1 with one line in `error`. */
int listen_line_open(struct listen_line *line, const char *url, char *error, size_t error_size);

/* Octets have come: what is in good frames is taken. 0, or -1 with errno: the line is gone. */
int listen_line_serve(struct listen_line *line);

#endif
