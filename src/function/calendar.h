/* An activity calendar: which rate is in force at which local time. Pure data and pure functions.
 *
 * A season begins on a date and names a week; a week names a day for each weekday; a day switches
 * rates at its times; a special day takes the place of the ordinary one. Between two switches the
 * rate stays, over midnight too. Sources: Blue Book classes 20 (Activity calendar) and 11 (Special
 * days table). */
#ifndef WATTHOUR_FUNCTION_CALENDAR_H
#define WATTHOUR_FUNCTION_CALENDAR_H

#include "base/civil.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    CALENDAR_NAME = 8, /* octets of a name at most */
    CALENDAR_SEASONS = 12,
    CALENDAR_WEEKS = 12,
    CALENDAR_DAYS = 30,
    CALENDAR_SWITCHES = 24 * 48, /* of all days together, of the product that has most */
    CALENDAR_DAY_SWITCHES = 48,  /* likewise, of one day */
    CALENDAR_SPECIALS = 31,
    CALENDAR_RATES = 126,
};

/* What a product can hold: const, on its page; at most what stands above. */
struct calendar_limits {
    uint8_t seasons;
    uint8_t weeks;
    uint8_t days;
    uint8_t switches; /* of one day */
    uint8_t specials;
    uint8_t rates;
    uint8_t inputs; /* terminals that can select a rate */
};

enum {
    CALENDAR_ANY = 0xFF,
    CALENDAR_ANY_YEAR = 0xFFFF,
    CALENDAR_LAST_DAY = 0xFE, /* of the month */
    CALENDAR_SECOND_LAST_DAY = 0xFD,
};

/* A date, or a set of dates: fields may be left open. */
struct calendar_date {
    uint16_t year;
    uint8_t month;   /* 1..12 or any */
    uint8_t day;     /* 1..31, any, last, second last */
    uint8_t weekday; /* 1 = Monday .. 7, or any */
};

struct calendar_name {
    uint8_t size;
    uint8_t octets[CALENDAR_NAME];
};

struct calendar_season {
    struct calendar_name name;
    struct calendar_date start; /* month and day are given; any weekday */
    struct calendar_name week;
};

struct calendar_week {
    struct calendar_name name;
    uint8_t day[7]; /* Monday first: ids of days */
};

/* There are many: second of the day and, in the lowest seven bits, rate; the highest octet first.
 * calendar_switch_at() makes one. */
struct calendar_switch {
    uint8_t octets[3];
};

struct calendar_day {
    uint8_t id;
    uint8_t count; /* of its switches, which stand behind those of the days before */
};

/* Its switches are in memory of its owner's, as much as the product needs. */
struct calendar {
    struct calendar_switch *switches; /* day by day */
    uint16_t switch_room;
    uint16_t switch_count;
    struct calendar_name name;
    uint8_t season_count;
    uint8_t week_count;
    uint8_t day_count;
    struct calendar_season seasons[CALENDAR_SEASONS];
    struct calendar_week weeks[CALENDAR_WEEKS];
    struct calendar_day days[CALENDAR_DAYS];
};

struct calendar_special {
    uint16_t index;
    struct calendar_date date;
    uint8_t day; /* id */
};

/* Of two that match a date the one with the lower index counts. Ascending. */
struct calendar_specials {
    uint8_t count;
    struct calendar_special entries[CALENDAR_SPECIALS];
};

/* What is wrong with a calendar. */
enum calendar_fault {
    CALENDAR_GOOD,
    CALENDAR_TOO_MANY_SEASONS,
    CALENDAR_TOO_MANY_WEEKS,
    CALENDAR_TOO_MANY_DAYS,
    CALENDAR_TOO_MANY_SWITCHES,
    CALENDAR_TOO_MANY_SPECIALS,
    CALENDAR_NO_SEASON, /* nothing would ever apply */
    CALENDAR_NO_SUCH_DATE,
    CALENDAR_SEASONS_OVERLAP, /* two begin on the same day, or have one name */
    CALENDAR_WEEK_TWICE,
    CALENDAR_DAY_TWICE,
    CALENDAR_SPECIAL_TWICE, /* an index */
    CALENDAR_NO_SUCH_TIME,
    CALENDAR_TIMES_OUT_OF_ORDER,
    CALENDAR_UNKNOWN_WEEK,
    CALENDAR_UNKNOWN_DAY,
    CALENDAR_UNKNOWN_RATE,
    CALENDAR_FAULTS
};

/* At a time of day, to a rate from 1 on. What is no time, or no rate, is refused when it is
 * checked: neither becomes another one that is. */
struct calendar_switch calendar_switch_at(uint8_t hour, uint8_t minute, uint8_t second,
                                          uint8_t rate);
int32_t calendar_switch_s(const struct calendar_switch *at); /* second of the day */
uint8_t calendar_switch_rate(const struct calendar_switch *at);
struct civil calendar_switch_time(const struct calendar_switch *at); /* hour, minute, second */

/* An empty one in that memory. */
struct calendar calendar_in(struct calendar_switch *switches, uint16_t room);

/* The same into another one's memory, which has room for all of its switches. */
void calendar_copy(struct calendar *to, const struct calendar *from);

/* The fault in words: "a season names a week that there is not". */
const char *calendar_fault_text(enum calendar_fault fault);

/* Each table by itself, as it is written; then all of it with its references, as it is activated.
 */
enum calendar_fault calendar_check_seasons(const struct calendar *calendar,
                                           const struct calendar_limits *limits);
enum calendar_fault calendar_check_weeks(const struct calendar *calendar,
                                         const struct calendar_limits *limits);
enum calendar_fault calendar_check_days(const struct calendar *calendar,
                                        const struct calendar_limits *limits);
enum calendar_fault calendar_check(const struct calendar *calendar,
                                   const struct calendar_limits *limits);

/* One of its days, with those before it, as it is read. */
enum calendar_fault calendar_check_day(const struct calendar *calendar, uint8_t which,
                                       const struct calendar_limits *limits);

/* By themselves: which days there are is the calendar's. */
enum calendar_fault calendar_check_specials(const struct calendar_specials *specials,
                                            const struct calendar_limits *limits);

bool calendar_has_day(const struct calendar *calendar, uint8_t id);

/* The first of the switches of a day of the calendar, if it has one. */
unsigned calendar_first_switch(const struct calendar *calendar, const struct calendar_day *day);

/* A date that can be, with what it leaves open; no other value. */
bool calendar_date_possible(const struct calendar_date *date);

/* Whether a day (year, month, day, weekday) is one of the dates. */
bool calendar_date_matches(const struct calendar_date *date, const struct civil *day);

/* The rate that the calendar has in force at a local time, and since when: the switch that it
 * follows from. 0: none, for there is no season yet, or no switch in the year before. */
unsigned calendar_rate(const struct calendar *calendar, const struct calendar_specials *specials,
                       const struct civil *local, struct civil *since);

/* Seconds of local time to the next switch of that day, at most to its end. */
int32_t calendar_stays_s(const struct calendar *calendar, const struct calendar_specials *specials,
                         const struct civil *local);

/* The season, the week and the day of a date: NULL, there is none. */
const struct calendar_season *calendar_season_at(const struct calendar *calendar,
                                                 const struct civil *date);
const struct calendar_day *calendar_day_at(const struct calendar *calendar,
                                           const struct calendar_specials *specials,
                                           const struct civil *date);

#endif
