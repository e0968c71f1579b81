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
    c->weekday = (uint8_t)(days + 3 - 7 * floor_div(days + 3, 7) + 1);
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

/* The instant of a change in local seconds of the time in force before it. */
static int64_t change_local_s(const struct civil_change *change, int32_t year)
{
    int32_t month_after = change->month == 12 ? 1 : change->month + 1;
    int32_t year_after = change->month == 12 ? year + 1 : year;
    int64_t first = civil_days_from_date(year, change->month, 1);
    int64_t last = civil_days_from_date(year_after, (unsigned)month_after, 1) - 1;
    int64_t first_weekday = first + 3 - 7 * floor_div(first + 3, 7) + 1;
    int64_t day = first + (change->weekday + 7 - first_weekday) % 7 + 7 * (change->week - 1);
    while (day > last) {
        day -= 7;
    }
    return day * DAY_S + change->minute_of_day * 60L;
}

bool civil_dst_active(const struct civil_zone *zone, int64_t utc_s)
{
    if (zone->dst_min == 0) {
        return false;
    }
    int64_t standard_s = utc_s + zone->offset_min * 60L;
    int32_t year = civil_from_seconds(standard_s).year;
    int64_t begin = change_local_s(&zone->dst_begin, year);
    int64_t end = change_local_s(&zone->dst_end, year) - zone->dst_min * 60L;
    bool within_year = begin < end;
    return within_year ? standard_s >= begin && standard_s < end
                       : standard_s >= begin || standard_s < end;
}

int civil_offset_min(const struct civil_zone *zone, int64_t utc_s)
{
    return zone->offset_min + (civil_dst_active(zone, utc_s) ? zone->dst_min : 0);
}
