#include "base/civil.h"

enum { DAY_S = 24 * 60 * 60, DAYS_OF_ERA = 146097, DAYS_BEFORE_1970 = 719468 };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Years run from March, so that the leap day is the last of its year; an era is 400 years. */
int64_t civil_days_from_date(int32_t year, unsigned month, unsigned day)
{
    int64_t march_year = (int64_t)year - (month <= 2);
    int64_t era = floor_div(march_year, 400);
    int64_t year_of_era = march_year - era * 400;
    int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_OF_ERA + day_of_era - DAYS_BEFORE_1970;
}

static int64_t weekday_of(int64_t days)
{
    return days + 3 - 7 * floor_div(days + 3, 7) + 1;
}

static void date_from_days(int64_t days, struct civil *c)
{
    int64_t shifted = days + DAYS_BEFORE_1970;
    int64_t era = floor_div(shifted, DAYS_OF_ERA);
    int64_t of_era = shifted - era * DAYS_OF_ERA;
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * of_year + 2) / 153;
    c->day = (uint8_t)(of_year - (153 * month_from_march + 2) / 5 + 1);
    c->month = (uint8_t)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    c->year = (int32_t)(year_of_era + era * 400 + (c->month <= 2));
    c->weekday = (uint8_t)weekday_of(days);
}

struct civil civil_from_seconds(int64_t seconds)
{
    int64_t days = floor_div(seconds, DAY_S);
    int64_t of_day = seconds - days * DAY_S;
    struct civil c = {
        .hour = (uint8_t)(of_day / 3600),
        .minute = (uint8_t)(of_day / 60 % 60),
        .second = (uint8_t)(of_day % 60),
    };
    date_from_days(days, &c);
    return c;
}

int64_t civil_to_seconds(const struct civil *c)
{
    return civil_days_from_date(c->year, c->month, c->day) * DAY_S + c->hour * 3600L +
           c->minute * 60L + c->second;
}

/* The first day of a month, and its last. */
struct month {
    int64_t first, last;
};

static struct month month_of(int32_t year, unsigned month)
{
    int32_t year_after = month == 12 ? year + 1 : year;
    unsigned month_after = month == 12 ? 1 : month + 1;
    return (struct month){
        .first = civil_days_from_date(year, month, 1),
        .last = civil_days_from_date(year_after, month_after, 1) - 1,
    };
}

static int64_t weekday_from(int64_t day, uint8_t weekday)
{
    return day + (weekday + 7 - weekday_of(day)) % 7;
}

static int64_t day_by_week(const struct civil_change *change, const struct month *month)
{
    int64_t day = weekday_from(month->first, change->weekday) + 7 * (change->week - 1);
    while (day > month->last) {
        day -= 7;
    }
    return day;
}

static int64_t day_by_date(const struct civil_change *change, const struct month *month)
{
    int64_t day = month->first + change->day - 1;
    if (change->day >= CIVIL_SECOND_LAST_DAY) {
        day = month->last - (CIVIL_LAST_DAY - change->day);
    }
    day = day < month->last ? day : month->last;
    if (change->weekday == 0) {
        return day;
    }
    return change->day == CIVIL_LAST_DAY ? weekday_from(day - 6, change->weekday)
                                         : weekday_from(day, change->weekday);
}

/* The instant of a change in local seconds of the time in force before it. */
static int64_t change_local_s(const struct civil_change *change, int32_t year)
{
    struct month month = month_of(year, change->month);
    int64_t day = change->week != 0 ? day_by_week(change, &month) : day_by_date(change, &month);
    return day * DAY_S + change->minute_of_day * 60L;
}

/* Narrows the stretch by the change of a year, if it has one. */
static void narrow(struct civil_stretch *stretch, int64_t utc_s, int64_t change_s, bool begins)
{
    if (change_s <= utc_s && change_s >= stretch->since_s) {
        stretch->since_s = change_s;
        stretch->dst_active = begins;
    } else if (change_s > utc_s && change_s < stretch->until_s) {
        stretch->until_s = change_s;
    }
}

static void narrow_by(struct civil_stretch *stretch, int64_t utc_s,
                      const struct civil_change *change, int offset_min, bool begins)
{
    int32_t year = civil_from_seconds(utc_s + offset_min * 60L).year;
    for (int32_t y = year - 1; y <= year + 1; y++) {
        if (change->year == 0) {
            narrow(stretch, utc_s, change_local_s(change, y) - offset_min * 60L, begins);
        }
    }
    if (change->year != 0) {
        narrow(stretch, utc_s, change_local_s(change, change->year) - offset_min * 60L, begins);
    }
}

struct civil_stretch civil_stretch_at(const struct civil_zone *zone, int64_t utc_s)
{
    struct civil_stretch stretch = {.since_s = INT64_MIN, .until_s = INT64_MAX};
    if (zone->dst_min == 0 || zone->dst_begin.month == 0 || zone->dst_end.month == 0) {
        return stretch;
    }
    narrow_by(&stretch, utc_s, &zone->dst_begin, zone->offset_min, true);
    narrow_by(&stretch, utc_s, &zone->dst_end, zone->offset_min + zone->dst_min, false);
    return stretch;
}

bool civil_dst_active(const struct civil_zone *zone, int64_t utc_s)
{
    return civil_stretch_at(zone, utc_s).dst_active;
}

int civil_offset_min(const struct civil_zone *zone, int64_t utc_s)
{
    return zone->offset_min + (civil_dst_active(zone, utc_s) ? zone->dst_min : 0);
}
