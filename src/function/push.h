/* Push: what the meter sends without being asked, to whom, and when.
 *
 * There are some set-ups, each with a list of objects, a destination and rules. Triggering one asks
 * for its message; when it is due (a random start, inside a window) the owner makes the message and
 * sends it, one at a time, and tells how that ended; a message that did not arrive is sent again
 * after a delay that grows, and given up in the end. While a message is under way its set-up may
 * be triggered again: then another one follows.
 *
 * Nothing here sends, reads attributes or knows a link. Sources: Blue Book class 40 (Push setup).
 */
#ifndef WATTHOUR_FUNCTION_PUSH_H
#define WATTHOUR_FUNCTION_PUSH_H

#include "base/reader.h"
#include "base/writer.h"
#include "function/clock.h"
#include "function/object_table.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    PUSH_OBJECTS = 20,
    PUSH_OBJECT = 6,  /* octets that one of them takes, without its part */
    PUSH_PARTS = 160, /* octets that say which parts of them, of one set-up */
    PUSH_LIST = PUSH_OBJECTS * PUSH_OBJECT + PUSH_PARTS,
    PUSH_DESTINATION = 96,
    PUSH_DESTINATIONS = 8,
    PUSH_PROTECTION = 128, /* octets of protection parameters, encoded, of one set-up */
    PUSH_WINDOWS = 4,
    PUSH_DATE_TIME = 12,
    PUSH_TEXT_ROOM = 1280, /* octets of all of that, of all set-ups together */
    PUSH_SETTINGS = 768,   /* octets that settings take at most when they are kept */
};

/* The set-ups, value group B of x:25.9.0. */
enum push_setup {
    PUSH_CONNECTIVITY = 0, /* with each new connection to the network */
    PUSH_INTERVAL_1 = 1,
    PUSH_INTERVAL_2 = 2,
    PUSH_INTERVAL_3 = 3,
    PUSH_ALARM = 4,
    PUSH_POWER_DOWN = 5,
    PUSH_CONSUMER = 6,
    PUSH_INSTALLATION = 7,
    PUSH_SETUPS
};

enum push_transport { PUSH_TCP = 0, PUSH_UDP = 1, PUSH_HDLC = 5 };

/* push_operation_method: what counts as arrived. */
enum push_method {
    PUSH_BY_TRANSPORT = 0, /* the transport has taken it */
    PUSH_BY_LINK = 1,      /* the transport of the other side has it (TCP) */
    PUSH_CONFIRMED = 2,    /* a DataNotification-confirm came */
};

struct push_object {
    uint16_t class_id;
    uint8_t name[6];
    int8_t attribute;    /* 0: all of the object */
    uint16_t data;       /* 0: the whole attribute; n: its n-th element */
    uint8_t part_size;   /* 0: all rows and columns */
    const uint8_t *part; /* which of them, as on the wire */
};

/* Date-times as they were written: either both name an instant, or only times of day. */
struct push_window {
    uint8_t begin[PUSH_DATE_TIME];
    uint8_t end[PUSH_DATE_TIME];
};

struct push_settings {
    uint8_t transport; /* enum push_transport */
    uint8_t retries;
    uint16_t randomisation_s; /* the first attempt is up to so late */
    uint16_t delay_s;         /* before the first retry */
    uint16_t delay_percent;   /* of the delay before, for each further one */
    uint16_t delay_most_s;    /* 0: no bound */
    uint8_t client_sap;
    uint8_t method; /* enum push_method */
    uint8_t confirm_from[PUSH_DATE_TIME];
    uint32_t confirm_every_s; /* after so long one message has to be confirmed; 0: never */
};

/* What few set-ups have, and not all of them at length: kept one behind the other in memory that
 * all set-ups share. */
enum push_text {
    PUSH_TEXT_LIST,        /* of objects, by push_object_put() */
    PUSH_TEXT_DESTINATION, /* one, or several with commas between them; empty: nothing is pushed */
    PUSH_TEXT_WINDOWS,     /* struct push_window; empty: always */
    PUSH_TEXT_PROTECTION,  /* push_protection_parameters; empty: as the security policy says */
    PUSH_TEXTS
};

/* A set-up as the product delivers it. */
enum { PUSH_PLAN_OBJECTS = 6 };
struct push_plan {
    struct push_settings settings;
    const char *destination; /* NULL: none */
    uint8_t object_count;
    struct push_object objects[PUSH_PLAN_OBJECTS];
};

struct push_state {
    bool waiting; /* a message is to be sent */
    bool again;   /* and another one behind it */
    bool made;    /* the message is made, and stays as it is */
    uint8_t attempts;
    uint8_t arrived;      /* bit n: destination n has the message */
    uint8_t failed;       /* and of this attempt: it could not be reached */
    uint16_t delivered;   /* wrapping */
    int64_t due_ms;       /* of the meter's time: the next attempt */
    int64_t triggered_ms; /* UTC */
    uint32_t confirmed_s; /* UTC of the last confirmation; 0: none */
    uint16_t given_up;    /* wrapping */
};

struct push {
    struct push_settings settings[PUSH_SETUPS];
    struct push_state states[PUSH_SETUPS];
    uint32_t changes[PUSH_SETUPS]; /* of settings, by clients: to be stored */
    const struct push_plan *plans;
    const struct object_table *objects;
    uint16_t text_sizes[PUSH_SETUPS][PUSH_TEXTS];
    uint8_t texts[PUSH_TEXT_ROOM];
    uint32_t seed;   /* this meter's, so that not all begin at once */
    uint32_t number; /* of messages; the lower 24 bits go on the wire */
};

/* Every set-up is as delivered. Plans and table must outlive it; the plans fit into its memory. */
void push_init(struct push *push, const struct push_plan plans[PUSH_SETUPS],
               const struct object_table *objects, uint32_t seed);

/* A set-up is as delivered again; or nothing but the room that it leaves to others. 0, or -1: there
 * is no room for it, and it has nothing. */
int push_deliver(struct push *push, enum push_setup setup);
void push_clear(struct push *push, enum push_setup setup);

/* A text of a set-up, until one is put. */
struct reader push_text(const struct push *push, enum push_setup setup, enum push_text text);

/* Octets that are left for all texts of a set-up, whatever they are now. */
size_t push_text_room(const struct push *push, enum push_setup setup);

/* Another text, none of this push, of the length that it may have at most. 0, or -1: there is no
 * room for it, and nothing has changed. */
int push_put_text(struct push *push, enum push_setup setup, enum push_text text,
                  const uint8_t *octets, size_t size);

/* One more object of a list that is to be put. */
void push_object_put(const struct push *push, const struct push_object *object, struct writer *w);

/* The objects of a set-up; parts are where they stand until a text is put. One that the meter does
 * not have (any more) has a name of zeros, one that the list does not have is all zeros; so are
 * windows. */
uint8_t push_object_count(const struct push *push, enum push_setup setup);
struct push_object push_object_at(const struct push *push, enum push_setup setup, unsigned number);

/* All objects of a set-up, at most PUSH_OBJECTS with PUSH_PARTS octets of parts. As
 * push_put_text(). */
int push_set_objects(struct push *push, enum push_setup setup, const struct push_object *objects,
                     size_t count);

uint8_t push_window_count(const struct push *push, enum push_setup setup);
struct push_window push_window_at(const struct push *push, enum push_setup setup, unsigned number);

/* Something to be told has happened. `now_ms` is the meter's time. */
void push_trigger(struct push *push, enum push_setup setup, const struct clock *clock,
                  int64_t now_ms);

/* Whether it has a destination: nothing comes of triggering one that has none. */
bool push_goes_anywhere(const struct push *push, enum push_setup setup);

/* The destination of the next attempt: its number, and its octets, until a text is put. */
unsigned push_destination(const struct push *push, enum push_setup setup, const uint8_t **octets,
                          uint8_t *size);

/* Whether each of at most PUSH_DESTINATIONS has octets. None at all is good. */
bool push_destinations_valid(const uint8_t *octets, uint8_t size);

/* The set-up whose message is to be sent now, the longest due first; -1: none. */
int push_due(const struct push *push, const struct clock *clock, int64_t now_ms);

/* When to look again, at the latest; INT64_MAX: nothing waits. */
int64_t push_deadline_ms(const struct push *push, int64_t now_ms);

/* Whether the message has to be confirmed by the other side. */
bool push_wants_confirmation(const struct push *push, enum push_setup setup,
                             const struct clock *clock);

enum push_end { PUSH_ARRIVED, PUSH_WAS_CONFIRMED, PUSH_FAILED };

/* An attempt has ended, at push_destination(). Each destination gets the message once; what could
 * not be reached is tried again, all together. True: the message is given up. */
bool push_ended(struct push *push, enum push_setup setup, enum push_end end,
                const struct clock *clock, int64_t now_ms);

/* Forgets what waits (class 40, reset). */
void push_reset(struct push *push, enum push_setup setup);

/* A message that was kept through an outage is waiting anew. */
struct push_kept {
    int64_t triggered_ms;
    uint8_t attempts;
    uint8_t arrived;
};
void push_resume(struct push *push, enum push_setup setup, const struct push_kept *kept,
                 const struct clock *clock, int64_t now_ms);

/* Whether a window is one: both ends name instants, or only times of day. */
bool push_window_valid(const struct push_window *window);

/* Settings to be kept, with names of objects, and back, of this version or of one before. false:
 * they are malformed, or there is no room for their texts, and nothing has changed. */
enum { PUSH_VERSION = 3 };
void push_settings_write(const struct push *push, enum push_setup setup, struct writer *w);
bool push_settings_read(struct push *push, enum push_setup setup, uint8_t version,
                        struct reader *r);

#endif
