/* Civil time: the proleptic Gregorian calendar and daylight saving by rule.
 *
 * Instants are seconds of UTC since 1970-01-01T00:00:00 (int64_t, leap seconds not counted). */
#ifndef WATTHOUR_BASE_CIVIL_H
#define WATTHOUR_BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

struct civil {
    int32_t year;
    uint8_t month;   /* 1..12 */
    uint8_t day;     /* 1..31 */
    uint8_t weekday; /* 1 = Monday .. 7 = Sunday */
    uint8_t hour;    /* 0..23 */
    uint8_t minute;  /* 0..59 */
    uint8_t second;  /* 0..59 */
};

enum {
    CIVIL_LAST_DAY = 0xFE, /* days of a change, counted from the end of the month */
    CIVIL_SECOND_LAST_DAY = 0xFD,
};

/* A change of daylight saving, at `minute_of_day` of the local time in force before it, by rule or
 * by date:
 * - `week` 1..4, 5 = last: that `weekday` (1..7) of `month`.
 * - `week` 0: on `day` of `month` (1..31, not beyond the month's last, or as above). With a
 *   `weekday` on the first such day from there on; of CIVIL_LAST_DAY on the last of the month.
 * `month` 0: there is none. */
struct civil_change {
    uint8_t month;
    uint8_t week;
    uint8_t weekday; /* 0: any */
    uint16_t minute_of_day;
    uint8_t day;
    uint16_t year; /* 0: every year */
};

/* A zone of local time. `offset_min` is local standard time minus UTC (CET: +60). */
struct civil_zone {
    int16_t offset_min;
    int16_t dst_min; /* what daylight saving adds, usually +60; 0: no daylight saving */
    struct civil_change dst_begin;
    struct civil_change dst_end;
};

int64_t civil_days_from_date(int32_t year, unsigned month, unsigned day);
struct civil civil_from_seconds(int64_t seconds);
int64_t civil_to_seconds(const struct civil *c);

/* Whether daylight saving is in force at the instant; both hemispheres. */
bool civil_dst_active(const struct civil_zone *zone, int64_t utc_s);

/* A stretch between two changes of daylight saving: from `since_s` to before `until_s`. */
struct civil_stretch {
    int64_t since_s; /* INT64_MIN: no change before */
    int64_t until_s; /* INT64_MAX: no change behind */
    bool dst_active;
};

/* The stretch in which an instant lies. */
struct civil_stretch civil_stretch_at(const struct civil_zone *zone, int64_t utc_s);

/* Local time minus UTC in minutes at the instant. */
int civil_offset_min(const struct civil_zone *zone, int64_t utc_s);

#endif
