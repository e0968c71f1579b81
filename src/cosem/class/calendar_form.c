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

void calendar_form_take_time(struct cosem_intake *in, uint8_t *hour, uint8_t *minute,
                             uint8_t *second)
{
    struct reader r = take_octets(in, COSEM_TIME, TIME_SIZE);
    *hour = reader_u8(&r);
    *minute = reader_u8(&r);
    *second = reader_u8(&r);
    if (*hour > 23 || *minute > 59 || *second > 59 || !open_or_zero(reader_u8(&r))) {
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
    size_t size;
    const uint8_t *table = cosem_intake_string(in, COSEM_OCTET_STRING, NAME_SIZE, NAME_SIZE, &size);
    if (table && memcmp(table, calendar_form_scripts, NAME_SIZE) != 0) {
        cosem_intake_refuse(in);
    }
    return (uint8_t)cosem_intake_integer(in, COSEM_U16, 1, UINT8_MAX);
}
