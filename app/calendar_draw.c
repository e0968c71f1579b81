#include "app/calendar_draw.h"

enum { HALF_HOURS = 48, HALF_HOUR_S = 1800, DAY_S = 86400 };

static struct civil date_at(int64_t days)
{
    return civil_from_seconds(days * DAY_S);
}

/* The rate at a second of a day, of which that day itself knows; '.': what was in force before. */
static char rate_of(const struct calendar *calendar, const struct calendar_day *day, int second)
{
    char rate = '.';
    unsigned first = calendar_first_switch(calendar, day);
    for (unsigned i = 0; i < day->count; i++) {
        const struct calendar_switch *at = &calendar->switches[first + i];
        bool passed = calendar_switch_s(at) <= second;
        rate = passed ? (char)('0' + calendar_switch_rate(at)) : rate;
    }
    return rate;
}

static void draw_day(const struct calendar *calendar, const struct calendar_day *day, FILE *out)
{
    fprintf(out, "day %3u  ", day->id);
    for (int half_hour = 0; half_hour < HALF_HOURS; half_hour++) {
        fputc(rate_of(calendar, day, half_hour * HALF_HOUR_S), out);
    }
    fputc('\n', out);
}

/* The day of a date: -1, there is no season yet. */
static int day_of(const struct calendar_text *calendar, const struct civil *date)
{
    const struct calendar_day *day =
        calendar_day_at(&calendar->calendar, &calendar->specials, date);
    return day ? day->id : -1;
}

static void draw_month(const struct calendar_text *calendar, int year, unsigned month, FILE *out)
{
    int64_t first = civil_days_from_date(year, month, 1);
    fprintf(out, "%04d-%02u", year, month);
    for (int64_t days = first; date_at(days).month == month; days++) {
        struct civil date = date_at(days);
        int day = day_of(calendar, &date);
        if (day < 0) {
            fputs("   -", out);
        } else {
            fprintf(out, "%4d", day);
        }
    }
    fputc('\n', out);
}

void calendar_draw(const struct calendar_text *calendar, int year, FILE *out)
{
    fputs("rates    0       4       8       12      16      20      (a dot: what was before)\n",
          out);
    for (unsigned i = 0; i < calendar->calendar.day_count; i++) {
        draw_day(&calendar->calendar, &calendar->calendar.days[i], out);
    }
    fputs("\ndays   ", out);
    for (int day = 1; day <= 31; day++) {
        fprintf(out, "%4d", day);
    }
    fputc('\n', out);
    for (unsigned month = 1; month <= 12; month++) {
        draw_month(calendar, year, month, out);
    }
}

static cJSON *day_json(const struct calendar *calendar, const struct calendar_day *day)
{
    cJSON *switches = cJSON_CreateArray();
    unsigned first = calendar_first_switch(calendar, day);
    for (unsigned i = 0; i < day->count; i++) {
        const struct calendar_switch *at = &calendar->switches[first + i];
        const struct civil when = calendar_switch_time(at);
        char time[16];
        cJSON *pair = cJSON_CreateArray();
        snprintf(time, sizeof time, "%02u:%02u:%02u", when.hour, when.minute, when.second);
        cJSON_AddItemToArray(pair, cJSON_CreateString(time));
        cJSON_AddItemToArray(pair, cJSON_CreateNumber(calendar_switch_rate(at)));
        cJSON_AddItemToArray(switches, pair);
    }
    return switches;
}

static cJSON *dates_json(const struct calendar_text *calendar, int year)
{
    cJSON *dates = cJSON_CreateObject();
    int64_t first = civil_days_from_date(year, 1, 1);
    for (int64_t days = first; date_at(days).year == year; days++) {
        struct civil date = date_at(days);
        int day = day_of(calendar, &date);
        char name[24];
        snprintf(name, sizeof name, "%04d-%02u-%02u", year, date.month, date.day);
        cJSON_AddItemToObject(dates, name, day < 0 ? cJSON_CreateNull() : cJSON_CreateNumber(day));
    }
    return dates;
}

cJSON *calendar_draw_json(const struct calendar_text *calendar, int year)
{
    cJSON *drawn = cJSON_CreateObject();
    cJSON *days = cJSON_AddObjectToObject(drawn, "days");
    for (unsigned i = 0; i < calendar->calendar.day_count; i++) {
        const struct calendar_day *day = &calendar->calendar.days[i];
        char name[8];
        snprintf(name, sizeof name, "%u", day->id);
        cJSON_AddItemToObject(days, name, day_json(&calendar->calendar, day));
    }
    cJSON_AddNumberToObject(drawn, "year", year);
    cJSON_AddItemToObject(drawn, "dates", dates_json(calendar, year));
    return drawn;
}
