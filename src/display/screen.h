/* A screen before it is painted: the same for both kinds of glass. Private to this room. */
#ifndef WATTHOUR_DISPLAY_SCREEN_H
#define WATTHOUR_DISPLAY_SCREEN_H

#include "display/display.h"

enum {
    SCREEN_ID = 8,    /* characters of an identifier */
    SCREEN_WHEN = 7,  /* of a date or a time beside it */
    SCREEN_TEXT = 64, /* of the data, when it is not a message */
};

struct screen {
    char id[SCREEN_ID + 1];
    char when[SCREEN_WHEN + 1]; /* of what is browsed; "": nothing is */
    char data[SCREEN_TEXT + 1];
    const char *text; /* a longer one that scrolls through instead of `data`; not terminated */
    uint16_t text_size;
    uint8_t room; /* characters of a number, its sign and point among them */
    uint8_t unit; /* enum quantity_unit */
    bool kilo;    /* of a thousand units */
    bool number;  /* `data` is one: right-aligned; else text, left-aligned when it is too long */
    bool legal;   /* the register is legally relevant (MID): an active energy */
    bool all;     /* self-test: everything on */
    const uint8_t *bars; /* heights in dots, in turn with the data; NULL: there are none */
    uint8_t bar_count;
    int64_t age_s; /* since when it is shown: a text scrolls by it */
};

/* What stands beside it, whatever the screen: refreshed every second. */
struct status {
    enum { STATUS_NO_FLOW, STATUS_IMPORT, STATUS_EXPORT } flow;
    bool reversed;     /* wrong phase sequence */
    bool on;           /* the phase in which blinking marks are shown */
    uint8_t phases;    /* of the meter */
    uint8_t alive;     /* bit 0: L1 */
    uint8_t exporting; /* likewise */
    uint8_t quadrant;  /* 1..4; 0: no power */
    uint8_t bars;      /* of the signal, 0..3 */
    bool clock_invalid;
    bool message;
    const struct display_marks *marks;
};

/* `text` has room for a message, MESSAGE_TEXT_MAX octets, as long as the screen is painted. */
void screen_compose(const struct display *display, char *text, struct screen *screen);
void status_compose(const struct display *display, struct status *status);

#endif
