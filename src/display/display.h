/* The display: what the meter shows to those who stand before it, and its buttons.
 *
 * A view: every value comes from quantity, or from the object that a list names. What is on the
 * screen is decided here (lists, menu, time-outs, status marks); how it is painted depends on the
 * kind of glass, which is data of the product: a dot matrix (display/dots.h) or segments
 * (display/segments.h). A port copies the frame into the driver of the glass, octet by octet.
 *
 * Time is an argument, the meter's own milliseconds. Nothing is painted unless a port looks.
 *
 * Sources: EN 50470-1 5.10, data sheet of the XS211 (3.8.5 to 3.8.8), IEC 62056-61 (reduced
 * identifiers). What they leave open is a setting. */
#ifndef WATTHOUR_DISPLAY_DISPLAY_H
#define WATTHOUR_DISPLAY_DISPLAY_H

#include "cosem/model.h"
#include "function/billing.h"
#include "function/clock.h"
#include "function/consumer.h"
#include "function/event.h"
#include "function/message.h"
#include "function/profile.h"
#include "function/push.h"
#include "quantity/quantity.h"

#include <stdbool.h>
#include <stdint.h>

/* ---- lists ---- */

/* An attribute of an object of the product: what a list shows. */
struct display_item {
    uint16_t class_id;
    struct cosem_name name;
    uint8_t attribute;
};

enum display_list_name {
    DISPLAY_LIST_AUTOMATIC, /* scrolls by itself: 0-0:21.0.1 general display readout */
    DISPLAY_LIST_MANUAL,    /* by the scroll button: 0-0:21.0.2 alternate display readout */
    DISPLAY_LIST_SERVICE,   /* by the sealed button: 0-0:21.0.3 service display readout */
    DISPLAY_LISTS
};

enum { DISPLAY_ITEMS = 64 /* of a list at most */ };

/* Its items by the number of their object on the product's page, and the attribute in the lowest
 * four bits: display_item_at() says what they are. */
struct display_list {
    uint8_t count;
    uint16_t items[DISPLAY_ITEMS];
};

/* ---- settings ---- */

enum display_setting {
    DISPLAY_SCROLL_S,     /* the automatic list shows each item so long */
    DISPLAY_RETURN_S,     /* to it after so long without a press */
    DISPLAY_BACKLIGHT_S,  /* lit so long after a press */
    DISPLAY_SELF_TEST_S,  /* all segments before the manual list */
    DISPLAY_TEST_MODE_S,  /* energies in high resolution last so long */
    DISPLAY_LONG_MS,      /* a press from then on is long */
    DISPLAY_VERY_LONG_MS, /* and very long; above the long one */
    DISPLAY_ENERGY_FORM,  /* which of the product's combinations of digits, 0..4 */
    DISPLAY_SETTINGS
};

struct display_setting_row {
    uint16_t least;
    uint16_t most;
    uint16_t usual; /* of a new meter */
};

extern const struct display_setting_row display_setting_rows[DISPLAY_SETTINGS];

/* ---- what a product fixes ---- */

enum display_glass {
    DISPLAY_DOTS,     /* 3 lines of 16 characters of 5 x 8 dots */
    DISPLAY_SEGMENTS, /* 8 digits, identifier, units and symbols */
};

/* Digits before and behind the decimal point of an energy in kWh. */
struct display_form {
    uint8_t digits;
    uint8_t decimals;
};

enum { DISPLAY_FORMS = 5 };

/* A profile that can be browsed: what it is called, and where it is among the meter's. */
struct display_profile {
    struct cosem_name name;
    uint8_t place;
};

/* A log that can be browsed, likewise; one that the meter lacks never has entries. */
struct display_log {
    struct cosem_name name;
    uint8_t log; /* enum event_log */
};

struct display_config {
    enum display_glass glass;
    struct display_form forms[DISPLAY_FORMS];
    struct display_list_default {
        const struct display_item *items;
        uint8_t count;
    } lists[DISPLAY_LISTS];
    const struct display_profile *profiles;
    uint8_t profile_count;
    const struct display_log *logs;
    uint8_t log_count;
};

/* ---- where it looks, and what its buttons reach ---- */

/* What else there is to show. A part that the meter lacks is as if it had all zeros, and shows
 * nothing. */
struct display_marks {
    uint8_t rate;     /* in force, 1..8; 0: the meter has no rates */
    uint8_t breaker;  /* enum display_breaker */
    bool reconnect;   /* the customer has opened the breaker and may close it */
    bool p1;          /* the consumer port is on */
    bool network;     /* the first push after power-on was acknowledged */
    bool modem;       /* there is one: */
    int16_t rsrp_dbm; /* its signal */
    bool fault;       /* the error register is not empty */
    bool battery;     /* running without mains */
    bool cover;       /* a cover is open */
};

enum display_breaker { DISPLAY_NO_BREAKER, DISPLAY_BREAKER_OPEN, DISPLAY_BREAKER_CLOSED };

struct display_source {
    const struct cosem_model *model;
    const struct cosem_context *context; /* handed on to the objects' getters */
    const struct quantity_source *quantities;
    const struct clock *clock;
    const struct message *message;
    const struct event_book *events; /* NULL: the meter remembers none */
    const struct profile *profiles;  /* by display_profile.place; NULL: likewise */
    struct push *push;               /* NULL: it cannot be tried */
    struct consumer *consumer;       /* its port; NULL: it cannot be switched */
    struct billing *billing;         /* NULL: its period cannot be ended */
    const struct display_marks *marks;
};

/* ---- the frame ---- */

enum {
    DISPLAY_LINES = 3,
    DISPLAY_COLUMNS = 16,
    DISPLAY_ROWS = 8, /* of dots in a character; 5 dots each, the leftmost in bit 4 */
    DISPLAY_OCTETS = DISPLAY_LINES * DISPLAY_COLUMNS * DISPLAY_ROWS,
};

/* What the driver of the glass is given. Dots: octet (line * 16 + column) * 8 + row. Segments:
 * segment n is bit n % 8 of octet n / 8 (display/segments.h). */
struct display_frame {
    enum display_glass glass;
    bool lit; /* the backlight */
    uint8_t octets[DISPLAY_OCTETS];
    const struct display *of; /* whose screen it shows, */
    uint32_t screen;          /* which one, */
    int64_t painted_s;        /* as of which second */
};

/* ---- the display ---- */

enum display_button {
    DISPLAY_BUTTON_SCROLL,
    DISPLAY_BUTTON_SERVICE, /* sealed, for maintenance */
    DISPLAY_BUTTONS
};

enum display_mode {
    DISPLAY_MODE_AUTOMATIC,
    DISPLAY_MODE_SELF_TEST, /* all segments */
    DISPLAY_MODE_MENU,
    DISPLAY_MODE_MANUAL,
    DISPLAY_MODE_SERVICE,
    DISPLAY_MODE_MESSAGE,
    DISPLAY_MODE_LOGS,         /* which log of events is to be browsed */
    DISPLAY_MODE_EVENTS,       /* its entries, the newest first */
    DISPLAY_MODE_TEST,         /* energies in high resolution, for those who check the accuracy */
    DISPLAY_MODE_PROFILES,     /* which one is to be browsed */
    DISPLAY_MODE_BARS,         /* a day of it, a month, a year */
    DISPLAY_MODE_ROWS,         /* its rows */
    DISPLAY_MODE_INSTALLATION, /* behind the sealed button */
};

/* What is browsed of a profile. */
enum { DISPLAY_BARS_MOST = 31 };
struct display_browse {
    uint8_t profile;                 /* of those of the product */
    uint8_t column;                  /* whose value is on the screen */
    uint32_t row;                    /* on the screen; of the bars the newest */
    uint32_t before;                 /* the row before those of the bars; 0: there is none */
    uint8_t bars[DISPLAY_BARS_MOST]; /* 0 .. DISPLAY_ROWS dots */
    struct quantity_value sum;       /* of an energy; of other values the largest */
};

/* The entry of a log that is on the screen. */
struct display_entry {
    uint8_t log; /* of those of the product */
    uint32_t number;
};

/* A push on installation that the sealed button has asked for. */
struct display_trial {
    bool asked;
    uint16_t delivered; /* so many had been, before it */
    uint16_t given_up;
};

struct display_press {
    bool down;
    bool spent; /* it was very long: letting go means nothing more */
    int64_t since_ms;
};

struct display {
    const struct display_config *config;
    struct display_source source;
    uint16_t settings[DISPLAY_SETTINGS];
    struct display_list lists[DISPLAY_LISTS];
    uint32_t changes; /* of settings and lists by a client: to be stored */
    enum display_mode mode;
    uint16_t position; /* in the list or the menu */
    int64_t now_ms;
    int64_t shown_ms;   /* since when this position is on the screen */
    int64_t touched_ms; /* last press; -1: never */
    struct display_press press[DISPLAY_BUTTONS];
    struct display_browse browse;
    struct display_entry entry;
    struct display_trial trial;
    uint32_t screen; /* another one for each change of what is shown */
};

/* A new meter's: lists and settings of the product. `source` is copied, what it points to must
 * outlive the display. */
void display_init(struct display *display, const struct display_config *config,
                  const struct display_source *source);

/* Follows the time: the automatic list, time-outs, a button that is held. */
void display_step(struct display *display, int64_t now_ms);

/* A button goes down or up. */
void display_button(struct display *display, enum display_button button, bool down, int64_t now_ms);

/* The frame as of the last step, in memory of who shows it (all zeros: nothing yet), who lets it as
 * it is: painted anew when the second has turned or the screen has changed. */
void display_look(const struct display *display, struct display_frame *frame);

/* 0, or -1: out of its range, or long and very long presses would not differ; nothing has
 * changed. */
int display_set(struct display *display, enum display_setting setting, uint16_t value);

/* Whether a list may name this: the object is on the product's page, of a class that can be shown
 * (1, 3, 4, 5, 8) and the attribute can be read. */
bool display_can_show(const struct display *display, const struct display_item *item);

/* The item at a position of the list; beyond its end (it may have become shorter while somebody
 * read it) one of class 0. */
struct display_item display_item_at(const struct display *display, const struct display_list *list,
                                    unsigned position);

/* Takes the place of a list: 0, or -1: an item cannot be shown; nothing has changed. An empty list
 * is one that shows its identifier only. */
int display_set_list(struct display *display, enum display_list_name name,
                     const struct display_item *items, unsigned count);

#endif
