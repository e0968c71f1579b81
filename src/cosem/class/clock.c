#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"

/* Blue Book 4.1.6.1: date-time as twelve octets; all ones where nothing is specified. */
enum {
    DATE_TIME_SIZE = 12,
    ANY = 0xFF,
    ANY_YEAR = 0xFFFF,
    ANY_DEVIATION = 0x8000,
    LAST_DAY = 0xFE, /* with a weekday: the last such of the month */
};

enum { STATUS_INVALID = 0x01, STATUS_DST = 0x80 };

enum { CLOCK_BASE_CRYSTAL = 1 };

static uint8_t status_of(const struct clock_reading *reading)
{
    return (uint8_t)((reading->valid ? 0 : STATUS_INVALID) |
                     (reading->dst_active ? STATUS_DST : 0));
}

/* The deviation is that of UTC from local time: CET -60, CEST -120. */
static enum cosem_result time(const struct cosem_call *call, struct writer *w)
{
    struct clock_reading now = clock_read(call->context->clock);
    writer_u8(w, COSEM_OCTET_STRING);
    writer_u8(w, DATE_TIME_SIZE);
    writer_u16(w, (uint16_t)now.local.year);
    writer_u8(w, now.local.month);
    writer_u8(w, now.local.day);
    writer_u8(w, now.local.weekday);
    writer_u8(w, now.local.hour);
    writer_u8(w, now.local.minute);
    writer_u8(w, now.local.second);
    writer_u8(w, now.hundredths);
    writer_u16(w, (uint16_t)-now.offset_min);
    writer_u8(w, status_of(&now));
    return COSEM_SUCCESS;
}

static enum cosem_result time_zone(const struct cosem_call *call, struct writer *w)
{
    cosem_put_i16(w, (int16_t)-call->context->clock->zone.offset_min);
    return COSEM_SUCCESS;
}

static enum cosem_result status(const struct cosem_call *call, struct writer *w)
{
    struct clock_reading now = clock_read(call->context->clock);
    cosem_put_u8(w, status_of(&now));
    return COSEM_SUCCESS;
}

/* The day on or after which the weekday is meant; weeks count from the first of the month. */
static uint8_t day_of_week(uint8_t week)
{
    return week < 5 ? (uint8_t)(7 * (week - 1) + 1) : LAST_DAY;
}

static void put_change(const struct civil_zone *zone, const struct civil_change *change,
                       uint8_t status_before, struct writer *w)
{
    bool used = zone->dst_min != 0;
    writer_u8(w, COSEM_OCTET_STRING);
    writer_u8(w, DATE_TIME_SIZE);
    writer_u16(w, ANY_YEAR);
    writer_u8(w, used ? change->month : ANY);
    writer_u8(w, used ? day_of_week(change->week) : ANY);
    writer_u8(w, used ? change->weekday : ANY);
    writer_u8(w, used ? (uint8_t)(change->minute_of_day / 60) : ANY);
    writer_u8(w, used ? (uint8_t)(change->minute_of_day % 60) : ANY);
    writer_u8(w, used ? 0 : ANY);
    writer_u8(w, used ? 0 : ANY);
    writer_u16(w, ANY_DEVIATION);
    writer_u8(w, used ? status_before : ANY);
}

static enum cosem_result dst_begin(const struct cosem_call *call, struct writer *w)
{
    const struct civil_zone *zone = &call->context->clock->zone;
    put_change(zone, &zone->dst_begin, 0, w);
    return COSEM_SUCCESS;
}

static enum cosem_result dst_end(const struct cosem_call *call, struct writer *w)
{
    const struct civil_zone *zone = &call->context->clock->zone;
    put_change(zone, &zone->dst_end, STATUS_DST, w);
    return COSEM_SUCCESS;
}

static enum cosem_result dst_deviation(const struct cosem_call *call, struct writer *w)
{
    cosem_put_i8(w, (int8_t)call->context->clock->zone.dst_min);
    return COSEM_SUCCESS;
}

static enum cosem_result dst_enabled(const struct cosem_call *call, struct writer *w)
{
    cosem_put_boolean(w, call->context->clock->zone.dst_min != 0);
    return COSEM_SUCCESS;
}

static enum cosem_result clock_base(const struct cosem_call *call, struct writer *w)
{
    (void)call;
    cosem_put_enum(w, CLOCK_BASE_CRYSTAL);
    return COSEM_SUCCESS;
}

static const struct cosem_attribute attributes[] = {
    {.get = time},          /* 2 time */
    {.get = time_zone},     /* 3 time_zone */
    {.get = status},        /* 4 status */
    {.get = dst_begin},     /* 5 daylight_savings_begin */
    {.get = dst_end},       /* 6 daylight_savings_end */
    {.get = dst_deviation}, /* 7 daylight_savings_deviation */
    {.get = dst_enabled},   /* 8 daylight_savings_enabled */
    {.get = clock_base},    /* 9 clock_base */
};

const struct cosem_class class_clock = {.id = 8, .version = 0, COSEM_CLASS_ATTRIBUTES(attributes)};
