#include "cosem/class/calendar_form.h"

#include "cosem/class/date_time.h"
#include "cosem/data.h"

#include <string.h>

enum { DATE_SIZE = 5, TIME_SIZE = 4, NAME_SIZE = 6 };

const uint8_t calendar_form_scripts[NAME_SIZE] = {0, 0, 10, 0, 100, 255};

enum cosem_result calendar_form_result(enum calendar_fault fault)
{
    return fault == CALENDAR_GOOD ? COSEM_SUCCESS : COSEM_OTHER_REASON;
}

void calendar_form_put_name(struct writer *w, const struct calendar_name *name)
{
    cosem_put_octet_string(w, name->octets, name->size);
}

struct calendar_name calendar_form_take_name(struct cosem_intake *in)
{
    struct calendar_name name = {0};
    size_t size;
    const uint8_t *octets = cosem_intake_string(in, COSEM_OCTET_STRING, 0, CALENDAR_NAME, &size);
    if (octets) {
        name.size = (uint8_t)size;
        memcpy(name.octets, octets, size);
    }
    return name;
}

/* An octet-string, or the type that it stands for. */
static struct reader take_octets(struct cosem_intake *in, enum cosem_tag tag, size_t size)
{
    size_t taken;
    bool own_type = reader_peek(in->value) == tag;
    const uint8_t *octets =
        cosem_intake_string(in, own_type ? tag : COSEM_OCTET_STRING, size, size, &taken);
    return reader_over(octets, octets ? size : 0);
}

void calendar_form_put_date(struct writer *w, const struct calendar_date *date)
{
    writer_u8(w, COSEM_OCTET_STRING);
    writer_u8(w, DATE_SIZE);
    writer_u16(w, date->year);
    writer_u8(w, date->month);
    writer_u8(w, date->day);
    writer_u8(w, date->weekday);
}

struct calendar_date calendar_form_take_date(struct cosem_intake *in)
{
    struct reader r = take_octets(in, COSEM_DATE, DATE_SIZE);
    struct calendar_date date = {.year = reader_u16(&r)};
    date.month = reader_u8(&r);
    date.day = reader_u8(&r);
    date.weekday = reader_u8(&r);
    if (!calendar_date_possible(&date)) {
        cosem_intake_refuse(in);
    }
    return date;
}

void calendar_form_put_start(struct writer *w, const struct calendar_date *date)
{
    const struct date_time start = {
        .year = date->year,
        .month = date->month,
        .day = date->day,
        .weekday = date->weekday,
        .deviation = DATE_TIME_ANY_DEVIATION,
    };
    date_time_put(w, &start);
}

static bool open_or_zero(uint8_t field)
{
    return field == DATE_TIME_ANY || field == 0;
}

struct calendar_date calendar_form_take_start(struct cosem_intake *in)
{
    struct date_time start = date_time_intake(in);
    if (!open_or_zero(start.hour) || !open_or_zero(start.minute) || !open_or_zero(start.second) ||
        !open_or_zero(start.hundredths)) {
        cosem_intake_refuse(in);
    }
    return (struct calendar_date){
        .year = start.year, .month = start.month, .day = start.day, .weekday = start.weekday};
}

void calendar_form_put_time(struct writer *w, uint8_t hour, uint8_t minute, uint8_t second)
{
    const uint8_t time[TIME_SIZE] = {hour, minute, second, 0};
    cosem_put_octet_string(w, time, sizeof time);
}

void calendar_form_take_open_time(struct cosem_intake *in, uint8_t *hour, uint8_t *minute,
                                  uint8_t *second)
{
    struct reader r = take_octets(in, COSEM_TIME, TIME_SIZE);
    *hour = reader_u8(&r);
    *minute = reader_u8(&r);
    *second = reader_u8(&r);
    if ((*hour > 23 && *hour != CALENDAR_ANY) || (*minute > 59 && *minute != CALENDAR_ANY) ||
        *second > 59 || !open_or_zero(reader_u8(&r))) {
        cosem_intake_refuse(in);
    }
}

void calendar_form_take_time(struct cosem_intake *in, uint8_t *hour, uint8_t *minute,
                             uint8_t *second)
{
    calendar_form_take_open_time(in, hour, minute, second);
    if (*hour == CALENDAR_ANY || *minute == CALENDAR_ANY) {
        cosem_intake_refuse(in);
    }
}

void calendar_form_put_rate(struct writer *w, uint8_t rate)
{
    cosem_put_octet_string(w, calendar_form_scripts, sizeof calendar_form_scripts);
    cosem_put_u16(w, rate);
}

uint8_t calendar_form_take_rate(struct cosem_intake *in)
{
    struct cosem_name table;
    cosem_intake_name(in, table.obis);
    if (memcmp(table.obis, calendar_form_scripts, sizeof table.obis) != 0) {
        cosem_intake_refuse(in);
    }
    return (uint8_t)cosem_intake_integer(in, COSEM_U16, 1, UINT8_MAX);
}

/* ---- tables ---- */

void calendar_form_put_season(const struct calendar *calendar, uint32_t number, struct writer *w)
{
    if (number < calendar->season_count) {
        const struct calendar_season *season = &calendar->seasons[number];
        cosem_put_structure(w, 3);
        calendar_form_put_name(w, &season->name);
        calendar_form_put_start(w, &season->start);
        calendar_form_put_name(w, &season->week);
    }
}

void calendar_form_take_seasons(struct cosem_intake *in, struct calendar *calendar)
{
    calendar->season_count = (uint8_t)cosem_intake_array(in, CALENDAR_SEASONS);
    for (uint8_t i = 0; i < calendar->season_count; i++) {
        cosem_intake_structure(in, 3);
        calendar->seasons[i].name = calendar_form_take_name(in);
        calendar->seasons[i].start = calendar_form_take_start(in);
        calendar->seasons[i].week = calendar_form_take_name(in);
    }
}

void calendar_form_put_week(const struct calendar *calendar, uint32_t number, struct writer *w)
{
    if (number < calendar->week_count) {
        const struct calendar_week *week = &calendar->weeks[number];
        cosem_put_structure(w, 8);
        calendar_form_put_name(w, &week->name);
        for (unsigned weekday = 0; weekday < 7; weekday++) {
            cosem_put_u8(w, week->day[weekday]);
        }
    }
}

void calendar_form_take_weeks(struct cosem_intake *in, struct calendar *calendar)
{
    calendar->week_count = (uint8_t)cosem_intake_array(in, CALENDAR_WEEKS);
    for (uint8_t i = 0; i < calendar->week_count; i++) {
        cosem_intake_structure(in, 8);
        calendar->weeks[i].name = calendar_form_take_name(in);
        for (unsigned weekday = 0; weekday < 7; weekday++) {
            calendar->weeks[i].day[weekday] = cosem_intake_u8(in);
        }
    }
}

uint32_t calendar_form_day_parts(const struct calendar *calendar)
{
    return (uint32_t)calendar->day_count + calendar->switch_count;
}

static void put_switch(const struct calendar_switch *at, struct writer *w)
{
    cosem_put_structure(w, 3);
    const struct civil time = calendar_switch_time(at);
    calendar_form_put_time(w, time.hour, time.minute, time.second);
    calendar_form_put_rate(w, calendar_switch_rate(at));
}

void calendar_form_put_day_part(const struct calendar *calendar, uint32_t number, struct writer *w)
{
    unsigned first = 0;
    for (uint8_t i = 0; i < calendar->day_count; i++) {
        const struct calendar_day *day = &calendar->days[i];
        if (number == 0) {
            cosem_put_structure(w, 2);
            cosem_put_u8(w, day->id);
            cosem_put_array(w, day->count);
            return;
        }
        if (number <= day->count) {
            put_switch(&calendar->switches[first + number - 1], w);
            return;
        }
        number -= 1u + day->count;
        first += day->count;
    }
}

static void take_day(struct cosem_intake *in, struct calendar *calendar, struct calendar_day *day)
{
    cosem_intake_structure(in, 2);
    day->id = cosem_intake_u8(in);
    size_t room = (size_t)(calendar->switch_room - calendar->switch_count);
    day->count = (uint8_t)cosem_intake_array(in, room < UINT8_MAX ? room : UINT8_MAX);
    for (uint8_t i = 0; i < day->count; i++) {
        uint8_t hour;
        uint8_t minute;
        uint8_t second;
        cosem_intake_structure(in, 3);
        calendar_form_take_time(in, &hour, &minute, &second);
        calendar->switches[calendar->switch_count++] =
            calendar_switch_at(hour, minute, second, calendar_form_take_rate(in));
    }
}

void calendar_form_take_days(struct cosem_intake *in, struct calendar *calendar)
{
    calendar->day_count = (uint8_t)cosem_intake_array(in, CALENDAR_DAYS);
    for (uint8_t i = 0; i < calendar->day_count; i++) {
        take_day(in, calendar, &calendar->days[i]);
    }
}

/* Each day in the same room, behind those before it, which are left without their switches. */
enum calendar_fault calendar_form_check_days(struct cosem_intake *in,
                                             const struct calendar_limits *limits, size_t room)
{
    struct calendar_switch switches[CALENDAR_DAY_SWITCHES];
    struct calendar days = calendar_in(switches, limits->switches);
    size_t count = cosem_intake_array(in, limits->days);
    size_t taken = 0;
    for (size_t i = 0; i < count && in->result == COSEM_SUCCESS; i++) {
        days.switch_count = 0;
        take_day(in, &days, &days.days[days.day_count++]);
        taken += days.switch_count;
        enum calendar_fault fault = calendar_check_day(&days, (uint8_t)i, limits);
        days.days[i].count = 0;
        if (in->result == COSEM_SUCCESS && fault != CALENDAR_GOOD) {
            return fault;
        }
    }
    return taken <= room ? CALENDAR_GOOD : CALENDAR_TOO_MANY_SWITCHES;
}

void calendar_form_put_special(struct writer *w, const struct calendar_special *special)
{
    cosem_put_structure(w, 3);
    cosem_put_u16(w, special->index);
    calendar_form_put_date(w, &special->date);
    cosem_put_u8(w, special->day);
}

struct calendar_special calendar_form_take_special(struct cosem_intake *in)
{
    struct calendar_special special = {0};
    cosem_intake_structure(in, 3);
    special.index = cosem_intake_u16(in);
    special.date = calendar_form_take_date(in);
    special.day = cosem_intake_u8(in);
    return special;
}
