/* date-time as classes take it: twelve octets in which fields may be left unspecified.
 * Source: Blue Book 4.1.6.1. */
#ifndef WATTHOUR_COSEM_CLASS_DATE_TIME_H
#define WATTHOUR_COSEM_CLASS_DATE_TIME_H

#include "base/writer.h"
#include "cosem/intake.h"
#include "function/clock.h"
#include "function/event.h"

enum {
    DATE_TIME_SIZE = 12,
    DATE_TIME_ANY = 0xFF,
    DATE_TIME_ANY_YEAR = 0xFFFF,
    DATE_TIME_ANY_DEVIATION = -0x8000,
    DATE_TIME_LAST_DAY = 0xFE, /* with a weekday: the last such of the month */
    DATE_TIME_SECOND_LAST_DAY = 0xFD,
};

/* Clock status, Blue Book 4.1.6.1. */
enum {
    DATE_TIME_STATUS_INVALID = 0x01,
    DATE_TIME_STATUS_DOUBTFUL = 0x02,
    DATE_TIME_STATUS_OTHER_BASE = 0x04,
    DATE_TIME_STATUS_DST = 0x80,
};

struct date_time {
    uint16_t year;
    uint8_t month, day, weekday;
    uint8_t hour, minute, second, hundredths;
    int16_t deviation; /* minutes of UTC from local time: CET -60 */
    uint8_t status;
};

/* Nothing is specified. */
extern const struct date_time date_time_none;

/* What the clock said, clock_read() or clock_mark_read(). */
struct date_time date_time_of(const struct clock_reading *reading);

/* As an entry or a row has it, to the second. */
struct date_time date_time_of_stamp(const struct event_stamp *stamp);

/* Every field is in its range, unspecified, or of those values that repeat in other ways (months
 * 0xFD and 0xFE, days 0xFD and 0xFE). An octet-string is taken as well as a date-time. */
struct date_time date_time_intake(struct cosem_intake *in);

/* As an octet-string of its own. */
void date_time_put(struct writer *w, const struct date_time *t);

/* When something was, by the clock of now; `utc_ms` is UTC. */
void date_time_put_at(struct writer *w, const struct clock *clock, int64_t utc_ms);

/* When something was noted, and whether the clock was valid and in daylight saving then; not
 * specified where it never was. */
void date_time_put_stamp(struct writer *w, const struct event_stamp *stamp);

/* Whether it names one instant to the minute at least. */
bool date_time_is_instant(const struct date_time *date_time);

/* The instant that it names, in milliseconds of UTC. With a deviation it is plain; without one it
 * is local time of the clock's zone, and the status tells whether daylight saving is meant in the
 * hour that autumn repeats. */
int64_t date_time_utc_ms(const struct date_time *t, const struct clock *clock);
/* Nothing of it is specified. */
bool date_time_is_open(const struct date_time *date_time);

/* Days of a month; 29 of a February whose year is not specified. */
uint8_t date_time_days_of(uint16_t year, uint8_t month);

#endif
