/* Events: what happened, when, and that it is not told twice.
 *
 * Whatever notices something calls one of three functions:
 *
 *     event_record(book, EVENT_POWER_UP)            it happened, now
 *     event_raise(book, EVENT_UNDERVOLTAGE_L1)      its cause is there: recorded when it begins
 *     event_clear(book, EVENT_UNDERVOLTAGE_L1)      its cause is gone
 *
 * A cause may be raised and cleared as often as it is looked at: what is no change does nothing.
 * Raised causes outlive the supply, so that a cover that stays open is one event whatever the mains
 * do. Into which logs an event goes, and which event tells that its cause has gone, is a row of
 * data (event_row()); which logs a meter has is its product's.
 *
 * An event goes on flash at once if that is possible, else at the next event_step(): an erase is
 * not waited for. Until then it is in a queue of the book, in its order, with its own time. Then
 * everybody is told who listens.
 *
 * Sources: codes as IDIS meters use them (those of the power quality log, and who is told of what,
 * differ between editions: they are data). */
#ifndef WATTHOUR_FUNCTION_EVENT_H
#define WATTHOUR_FUNCTION_EVENT_H

#include "function/clock.h"
#include "storage/storage.h"

#include <stdbool.h>
#include <stdint.h>

/* Three phases have three codes one behind the other: EVENT_UNDERVOLTAGE_L1 + phase - 1. */
enum event_code {
    EVENT_POWER_DOWN = 1,
    EVENT_POWER_UP = 2,
    EVENT_DST_CHANGED = 3,
    EVENT_CLOCK_OLD_TIME = 4, /* the clock is set: with the time before */
    EVENT_CLOCK_NEW_TIME = 5, /* with the time after */
    EVENT_CLOCK_INVALID = 6,
    EVENT_BATTERY_REPLACE = 7,
    EVENT_BATTERY_LOW = 8,
    EVENT_TARIFF_ACTIVATED = 9,
    EVENT_ERROR_CLEARED = 10, /* error register */
    EVENT_ALARM_CLEARED = 11, /* alarm register */
    EVENT_PROGRAM_MEMORY_ERROR = 12,
    EVENT_RAM_ERROR = 13,
    EVENT_NV_MEMORY_ERROR = 14,
    EVENT_WATCHDOG_ERROR = 15,
    EVENT_MEASUREMENT_ERROR = 16,
    EVENT_FIRMWARE_READY = 17, /* verified, to be activated */
    EVENT_FIRMWARE_ACTIVATED = 18,
    EVENT_TARIFF_PROGRAMMED = 19, /* the passive one */
    EVENT_EXTERNAL_ALERT = 20,
    EVENT_BILLING_ENDED = 21, /* other than by its period */
    EVENT_TERMINAL_COVER_OPEN = 40,
    EVENT_TERMINAL_COVER_CLOSED = 41,
    EVENT_STRONG_FIELD = 42, /* magnetic, DC */
    EVENT_STRONG_FIELD_GONE = 43,
    EVENT_METER_COVER_OPEN = 44,
    EVENT_METER_COVER_CLOSED = 45,
    EVENT_AUTHENTICATION_FAILED = 46, /* of an association, n times */
    EVENT_PARAMETER_CHANGED = 47,
    EVENT_KEY_CHANGED = 48,
    EVENT_DECIPHERING_FAILED = 49, /* or authentication of an APDU */
    EVENT_REPLAY = 50,
    EVENT_FIRMWARE_REFUSED = 51,
    EVENT_UNEXPECTED_CONSUMPTION = 52, /* current while disconnected */
    EVENT_READY_FOR_RECONNECTION = 59,
    EVENT_MANUAL_DISCONNECTION = 60,
    EVENT_MANUAL_CONNECTION = 61,
    EVENT_REMOTE_DISCONNECTION = 62,
    EVENT_REMOTE_CONNECTION = 63,
    EVENT_LOCAL_DISCONNECTION = 64,
    EVENT_LIMIT_EXCEEDED = 65,
    EVENT_LIMIT_OK = 66,
    EVENT_LIMIT_CHANGED = 67,
    EVENT_DISCONNECTOR_FAILURE = 68,
    EVENT_LOCAL_CONNECTION = 69,
    EVENT_FUSE_EXCEEDED_L1 = 70, /* L2 72, L3 74 */
    EVENT_FUSE_OK_L1 = 71,
    EVENT_UNDERVOLTAGE_L1 = 76,
    EVENT_OVERVOLTAGE_L1 = 79,
    EVENT_VOLTAGE_MISSING_L1 = 82,
    EVENT_VOLTAGE_NORMAL_L1 = 85,
    EVENT_PHASE_SEQUENCE = 88,
    EVENT_NEUTRAL_MISSING = 89,
    EVENT_PHASE_ASYMMETRY = 90,
    EVENT_CURRENT_REVERSED = 91, /* energy flows out that should not */
    EVENT_VOLTAGE_BAD_L1 = 92,
    EVENT_MODEM_SILENT = 140, /* no connection within its time */
    EVENT_MODEM_FAILED = 141,
    EVENT_SIM_FAILED = 142,
    EVENT_SIM_OK = 143,
    EVENT_GSM_REFUSED = 144,
    EVENT_GPRS_REFUSED = 145,
    EVENT_PDP_ESTABLISHED = 146,
    EVENT_PDP_ENDED = 147,
    EVENT_PDP_FAILED = 148,
    EVENT_MODEM_SOFT_RESET = 149,
    EVENT_MODEM_HARD_RESET = 150,
    EVENT_SIGNAL_LOW = 156,
    EVENT_LOCAL_COMMUNICATION = 158, /* attempt at a local port */
    EVENT_CURRENT_WITHOUT_VOLTAGE_L1 = 200,
    EVENT_STRONG_EMF = 230, /* manufacturer's range */
    EVENT_STRONG_EMF_GONE = 231,
    EVENT_LOCAL_PROGRAMMING = 232,   /* something was changed through a local port */
    EVENT_CALIBRATION_REFUSED = 233, /* somebody tried to calibrate the sealed meter */
    EVENT_CERTIFICATE_ENDS = 240,    /* one's time is over within a month */
    EVENT_CERTIFICATE_EXPIRED = 241, /* and is over */
    EVENT_NONE = 0,                  /* no code: an entry that its log alone names */
    EVENT_PROFILE_CLEARED = 254,
    EVENT_LOG_CLEARED = 255,
};

enum event_log {
    EVENT_LOG_STANDARD,
    EVENT_LOG_FRAUD,
    EVENT_LOG_DISCONNECT,
    EVENT_LOG_QUALITY,
    EVENT_LOG_COMMUNICATION,
    EVENT_LOG_TERMINAL_COVER, /* its openings and closings */
    EVENT_LOG_METER_COVER,
    EVENT_LOG_PROGRAMMING, /* by local ports */
    EVENT_LOG_INTERRUPTION,
    EVENT_LOGS
};

/* Which logs a product has: a ring of its storage each (record.h); const, on its page. */
enum { EVENT_NO_LOG = 255 };
struct event_plan {
    uint8_t ring[EVENT_LOGS];
};

/* An instant as the clock showed it. */
struct event_stamp {
    uint32_t utc_s;
    int16_t offset_min;   /* local time minus UTC, daylight saving included */
    uint8_t clock_status; /* of COSEM's clock: bit 0 invalid, 1 doubtful, 2 other base, 7 DST */
};

/* What goes beside the code; 0 where there is nothing to tell. */
struct event_detail {
    uint32_t duration_s;
    int32_t magnitude; /* in the unit that the log's column says */
    uint32_t count;
};

struct event {
    uint8_t code; /* enum event_code */
    struct event_stamp stamp;
    struct event_detail detail;
};

/* What an event is; a code without a row goes to the standard log. */
struct event_row {
    uint8_t code;
    uint8_t gone;  /* recorded when its cause is cleared; EVENT_NONE: nothing is */
    uint16_t logs; /* bit n: enum event_log n */
};

/* Called for each event as it is recorded, in the order in which they began to listen. It may
 * record further events. */
typedef void event_told(void *owner, const struct event *event);

enum {
    EVENT_LISTENERS = 6,
    EVENT_QUEUE = 24,  /* events that wait for the chip; what comes beyond is counted as lost */
    EVENT_CAUSES = 32, /* octets: one bit for each code */
};

struct event_book {
    const struct event_plan *plan;
    const struct clock *clock;
    struct storage *storage; /* NULL: nothing is kept */
    uint16_t value;          /* the storage's value that keeps the causes */
    bool ready;              /* the storage is recovered */
    bool causes_changed;
    uint8_t causes[EVENT_CAUSES];
    uint8_t last[EVENT_LOGS]; /* code of each log's newest entry; 0: none yet */
    struct {
        event_told *told;
        void *owner;
    } listeners[EVENT_LISTENERS];
    uint8_t listener_count;
    uint8_t waiting;
    uint32_t lost; /* entries that no log took */
    struct {
        struct event event;
        uint16_t logs; /* that have not got it yet */
    } queue[EVENT_QUEUE];
};

/* Plan and clock must outlive the book. Events may be recorded from now on; those before
 * event_recover() wait. */
void event_init(struct event_book *book, const struct event_plan *plan, const struct clock *clock);

/* The storage is recovered: causes are as they were, and what waits is written. It must outlive the
 * book; `value` is one of its values, the book's alone. */
void event_recover(struct event_book *book, struct storage *storage, uint16_t value);

void event_listen(struct event_book *book, event_told *told, void *owner);

void event_record(struct event_book *book, enum event_code code);
void event_raise(struct event_book *book, enum event_code code);
void event_clear(struct event_book *book, enum event_code code);

/* event_raise() or event_clear(): `there` is what is seen now. */
void event_follow(struct event_book *book, enum event_code code, bool there);
/* The cause is or is not there, as somebody knows better than what was kept: that is no event. */
void event_correct(struct event_book *book, enum event_code code, bool there);
bool event_is_raised(const struct event_book *book, enum event_code code);

/* An event of another time (the clock before it was set; a cover that was opened without supply),
 * or with details. */
struct event_stamp event_stamp_of(const struct clock_mark *mark);
struct event_stamp event_stamp_at(const struct clock *clock, int64_t utc_ms);
void event_enter(struct event_book *book, const struct event *event);

/* An entry of one log only, that no row leads to. */
void event_enter_log(struct event_book *book, enum event_log log, const struct event *event);

/* Writes what waits. 1: something still does; to be called every some milliseconds then. 0. */
int event_step(struct event_book *book);

/* Empties a log; that is its first entry then. 0; -1: not now. */
int event_log_clear(struct event_book *book, enum event_log log);

/* The ring of a log; NULL: this meter has no such log, or keeps nothing. */
struct record_ring *event_log_ring(const struct event_book *book, enum event_log log);

/* How many entries a log has ever had: clearing does not change that. */
uint32_t event_log_count(const struct event_book *book, enum event_log log);

/* An entry of a log; what storage/record.h says. */
int event_log_read(const struct event_book *book, enum event_log log, uint32_t number,
                   struct event *event);

const struct event_row *event_row(uint8_t code);

#endif
