/* What clients have changed and the supply must not take with it, and where long requests are
 * gathered: the meter's storage behind the interfaces of others. Private to this room. */
#ifndef WATTHOUR_METER_KEEPING_H
#define WATTHOUR_METER_KEEPING_H

#include "dlms/server.h"
#include "function/clock.h"
#include "storage/storage.h"

struct meter;

/* One step of reading the flash chip, the legally relevant part's share of it first: 1 while there
 * is more to do, 0 when done. */
int keeping_recover(struct meter *meter);

/* Numbers of the storage's secrets: never used for anything else. */
enum meter_secret {
    METER_SECRET_READING = 0,       /* password of the Reading client, as a client changed it */
    METER_SECRET_MANAGEMENT = 1,    /* of the Management client */
    METER_SECRET_SECURITY = 2,      /* policy and keys, as clients changed them */
    METER_SECRET_LOCAL_PORT = 8,    /* the optical port's passwords */
    METER_SECRET_CERTIFICATES = 16, /* and the eleven behind it: certifying.c */
};

/* Numbers of its values, as well. */
enum meter_value {
    METER_VALUE_CLOCK = 0,     /* time zone and daylight saving */
    METER_VALUE_TIME = 1,      /* the last time known, and the use of the clock's backup */
    METER_VALUE_LINE = 8,      /* an HDLC line's set-up; 8 to 11, one for each */
    METER_VALUE_TCP = 12,      /* connections, inactivity time-out */
    METER_VALUE_CAUSES = 32,   /* event.h: causes that last */
    METER_VALUE_ALARMS = 33,   /* alarm.h */
    METER_VALUE_OUTAGES = 34,  /* outage.h */
    METER_VALUE_TAMPERS = 35,  /* tamper.h */
    METER_VALUE_REVERSAL = 36, /* reversal.h */
    METER_VALUE_VOLTAGES = 37, /* voltage_count.h */
    METER_VALUE_CONSUMER = 40, /* customer port enabled */
    METER_VALUE_LOCAL_PORT = 41,
    METER_VALUE_TARIFF_COMMANDS = 63,
    METER_VALUE_TARIFF = 64, /* a bundle: calendars, special days, their activation; to 86 */
    METER_VALUE_DISPLAY_SETTINGS = 96,
    METER_VALUE_DISPLAY_LIST = 97, /* and the two behind it */
    METER_VALUE_MESSAGE = 100,     /* text of the consumer message, and behind it its code */
    METER_VALUE_DEMAND = 112,      /* maxima, settings, windows under way */
    METER_VALUE_BILLING = 114,
    METER_VALUE_INCREMENTS = 116, /* of the first two load profiles */
    METER_VALUE_SCHEDULE = 118,   /* entries, and what has been dealt with */
    METER_VALUE_ACTIONS = 119,    /* single actions, one for each; to 121 */
    METER_VALUE_COMPACT = 122,
    METER_VALUE_MASKS = 123,      /* their names: of energy, of demand */
    METER_VALUE_PROTECTION = 127, /* lists and parameters of Data protection */
    METER_VALUE_PUSH = 128,       /* settings of the push set-ups, and the seven behind it */
    METER_VALUE_PUSH_QUEUE = 136, /* the message of each that has not arrived, likewise */
    METER_VALUE_PROFILES =
        144, /* settings of the profiles, and their states: product/profiles.c; to 163 */
};

/* A value of the storage and what it holds. */
struct keeping_value {
    uint16_t number;
    uint8_t version;
    uint16_t room; /* octets at most */
};

/* Numbers of its counters that no security setup uses: see storage/layout.h. */
enum meter_counter {
    METER_COUNTER_P1 = 17, /* of encrypted telegrams */
};

/* One value of the storage, whole: what is there of that version is read from `octets`, the
 * caller's. False: there is none. */
bool keeping_load(const struct storage *storage, struct keeping_value value, uint8_t *octets,
                  struct reader *r);

/* Keeps what was written to `w`, over the caller's octets. False: to be tried again. */
bool keeping_save(struct storage *storage, struct keeping_value value, const struct writer *w);

/* The same for what is rendered page by page, so that it needs no octets of the caller's. */
bool keeping_render(struct storage *storage, struct keeping_value value, item_render *render,
                    const void *owner);

/* Lets long requests be gathered on flash. `stage` is filled in and must outlive the server. */
void keeping_stage(struct dlms_stage *stage, struct storage *storage);

/* Passwords that clients change are on the chip before they are answered; the storage must outlive
 * the server. Restoring takes them up again. */
struct dlms_secret_keep keeping_of_passwords(struct storage *storage);
void keeping_restore_passwords(struct dlms_server *server, const struct storage *storage);

/* The clock's settings. Storing gives 0, or a negative storage_result: try again. */
void keeping_restore_clock(struct clock *clock, const struct storage *storage);
int keeping_store_clock(const struct clock *clock, struct storage *storage);

#endif
