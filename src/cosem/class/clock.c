#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/class/date_time.h"
#include "cosem/data.h"
#include "cosem/give.h"

enum { CLOCK_BASE_CRYSTAL = 1 };

/* The years that a client may set. */
enum { YEAR_LEAST = 2000, YEAR_MOST = 2099 };

static struct clock *clock_of(const struct cosem_call *call)
{
    return call->context->clock;
}

static enum cosem_result time(const struct cosem_call *call, struct writer *w)
{
    struct clock_reading now = clock_read(clock_of(call));
    struct date_time shown = date_time_of(&now);
    date_time_put(w, &shown);
    return COSEM_SUCCESS;
}

static uint8_t zero_if_any(uint8_t field)
{
    return field == DATE_TIME_ANY ? 0 : field;
}

static int64_t intake_instant(const struct clock *clock, struct cosem_intake *in)
{
    struct date_time t = date_time_intake(in);
    if (!date_time_is_instant(&t) || t.year < YEAR_LEAST || t.year > YEAR_MOST) {
        cosem_intake_refuse(in);
        return 0;
    }
    return date_time_utc_ms(&t, clock);
}

static enum cosem_result set_time(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    int64_t utc_ms = intake_instant(clock_of(call), &in);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        clock_correct(clock_of(call), utc_ms);
    }
    return result;
}

static enum cosem_result time_zone(const struct cosem_call *call, struct writer *w)
{
    cosem_put_i16(w, (int16_t)-clock_of(call)->zone.offset_min);
    return COSEM_SUCCESS;
}

static enum cosem_result set_time_zone(const struct cosem_call *call, struct reader *value)
{
    enum { WEST_MOST = 720, EAST_MOST = -840 };
    struct cosem_intake in = cosem_intake_begin(value);
    int64_t zone = cosem_intake_integer(&in, COSEM_I16, EAST_MOST, WEST_MOST);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        clock_set_offset(clock_of(call), (int16_t)-zone);
    }
    return result;
}

static enum cosem_result status(const struct cosem_call *call, struct writer *w)
{
    struct clock_reading now = clock_read(clock_of(call));
    return cosem_give_u8(w, date_time_of(&now).status);
}

/* The day on or after which the weekday is meant; weeks count from the first of the month. */
static uint8_t day_of_week(uint8_t week)
{
    return week < 5 ? (uint8_t)(7 * (week - 1) + 1) : DATE_TIME_LAST_DAY;
}

/* Of a rule by week: the day on or after which the weekday is meant. */
static uint8_t shown_day(const struct civil_change *change)
{
    return change->week != 0 ? day_of_week(change->week) : change->day;
}

static void put_change(const struct civil_change *change, uint8_t status_before, struct writer *w)
{
    struct date_time shown = date_time_none;
    if (change->month != 0) {
        shown.year = change->year != 0 ? change->year : DATE_TIME_ANY_YEAR;
        shown.month = change->month;
        shown.day = shown_day(change);
        shown.weekday = change->weekday != 0 ? change->weekday : DATE_TIME_ANY;
        shown.hour = (uint8_t)(change->minute_of_day / 60);
        shown.minute = (uint8_t)(change->minute_of_day % 60);
        shown.second = 0;
        shown.hundredths = 0;
        shown.status = status_before;
    }
    date_time_put(w, &shown);
}

/* What the clock can follow: once or every year, a date of a month, or a weekday on or after it
 * (of the last day: the last such), to the minute. The 30th of February is no date. */
static bool is_rule(const struct date_time *t)
{
    bool year = t->year == DATE_TIME_ANY_YEAR || (t->year >= YEAR_LEAST && t->year <= YEAR_MOST);
    bool month = t->month >= 1 && t->month <= 12;
    bool last = t->day == DATE_TIME_LAST_DAY ||
                (t->day == DATE_TIME_SECOND_LAST_DAY && t->weekday == DATE_TIME_ANY);
    bool date = month && (last || (t->day >= 1 && t->day <= date_time_days_of(t->year, t->month)));
    bool time = t->hour <= 23 && t->minute <= 59 && zero_if_any(t->second) == 0 &&
                zero_if_any(t->hundredths) == 0;
    return year && date && time;
}

static bool is_by_week(const struct date_time *t)
{
    return t->weekday != DATE_TIME_ANY &&
           (t->day == DATE_TIME_LAST_DAY || (t->day % 7 == 1 && t->day <= 22));
}

static struct civil_change change_of(const struct date_time *t)
{
    struct civil_change change = {
        .month = t->month,
        .weekday = zero_if_any(t->weekday),
        .minute_of_day = (uint16_t)(t->hour * 60 + t->minute),
        .year = t->year != DATE_TIME_ANY_YEAR ? t->year : 0,
    };
    if (!is_by_week(t)) {
        change.day = t->day;
    } else {
        change.week = (uint8_t)(t->day == DATE_TIME_LAST_DAY ? 5 : t->day / 7 + 1);
    }
    return change;
}

static enum cosem_result intake_change(struct reader *value, struct civil_change *change)
{
    struct cosem_intake in = cosem_intake_begin(value);
    struct date_time t = date_time_intake(&in);
    if (!is_rule(&t)) {
        cosem_intake_refuse(&in);
    }
    *change = change_of(&t);
    return cosem_intake_end(&in);
}

static enum cosem_result dst_begin(const struct cosem_call *call, struct writer *w)
{
    put_change(&clock_of(call)->zone.dst_begin, 0, w);
    return COSEM_SUCCESS;
}

static enum cosem_result set_dst_begin(const struct cosem_call *call, struct reader *value)
{
    struct civil_change change;
    enum cosem_result result = intake_change(value, &change);
    if (result == COSEM_SUCCESS) {
        clock_set_dst_begin(clock_of(call), &change);
    }
    return result;
}

static enum cosem_result dst_end(const struct cosem_call *call, struct writer *w)
{
    put_change(&clock_of(call)->zone.dst_end, DATE_TIME_STATUS_DST, w);
    return COSEM_SUCCESS;
}

static enum cosem_result set_dst_end(const struct cosem_call *call, struct reader *value)
{
    struct civil_change change;
    enum cosem_result result = intake_change(value, &change);
    if (result == COSEM_SUCCESS) {
        clock_set_dst_end(clock_of(call), &change);
    }
    return result;
}

static enum cosem_result dst_deviation(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_i8(w, (int8_t)clock_of(call)->dst_min);
}

static enum cosem_result set_dst_deviation(const struct cosem_call *call, struct reader *value)
{
    enum { MOST = 120 };
    struct cosem_intake in = cosem_intake_begin(value);
    int64_t minutes = cosem_intake_integer(&in, COSEM_I8, -MOST, MOST);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        clock_set_dst(clock_of(call), clock_of(call)->dst_enabled, (int16_t)minutes);
    }
    return result;
}

static enum cosem_result dst_enabled(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_boolean(w, clock_of(call)->dst_enabled);
}

/* Without rules there is nothing to enable. */
static enum cosem_result set_dst_enabled(const struct cosem_call *call, struct reader *value)
{
    struct clock *clock = clock_of(call);
    struct cosem_intake in = cosem_intake_begin(value);
    bool enabled = cosem_intake_integer(&in, COSEM_BOOLEAN, 0, UINT8_MAX) != 0;
    if (enabled && (clock->zone.dst_begin.month == 0 || clock->zone.dst_end.month == 0)) {
        cosem_intake_refuse(&in);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        clock_set_dst(clock, enabled, clock->dst_min);
    }
    return result;
}

static enum cosem_result clock_base(const struct cosem_call *call, struct writer *w)
{
    (void)call;
    return cosem_give_enum(w, CLOCK_BASE_CRYSTAL);
}

static enum cosem_result adjust_to_quarter(const struct cosem_call *call, struct reader *parameter,
                                           struct writer *returned)
{
    (void)returned;
    enum cosem_result result = cosem_intake_zero(parameter);
    if (result == COSEM_SUCCESS) {
        clock_adjust_to_quarter(clock_of(call));
    }
    return result;
}

static enum cosem_result adjust_to_period(const struct cosem_call *call, struct reader *parameter,
                                          struct writer *returned)
{
    (void)returned;
    enum cosem_result result = cosem_intake_zero(parameter);
    if (result == COSEM_SUCCESS) {
        clock_adjust_to_period(clock_of(call));
    }
    return result;
}

static enum cosem_result adjust_to_minute(const struct cosem_call *call, struct reader *parameter,
                                          struct writer *returned)
{
    (void)returned;
    enum cosem_result result = cosem_intake_zero(parameter);
    if (result == COSEM_SUCCESS) {
        clock_adjust_to_minute(clock_of(call));
    }
    return result;
}

static enum cosem_result adjust_to_preset_time(const struct cosem_call *call,
                                               struct reader *parameter, struct writer *returned)
{
    (void)returned;
    enum cosem_result result = cosem_intake_zero(parameter);
    if (result == COSEM_SUCCESS && clock_adjust_to_preset(clock_of(call)) != 0) {
        result = COSEM_TEMPORARY_FAILURE;
    }
    return result;
}

/* The time to set, and from when until when it may be set. */
static enum cosem_result preset_adjusting_time(const struct cosem_call *call,
                                               struct reader *parameter, struct writer *returned)
{
    (void)returned;
    struct clock *clock = clock_of(call);
    struct cosem_intake in = cosem_intake_begin(parameter);
    cosem_intake_structure(&in, 3);
    int64_t preset_ms = intake_instant(clock, &in);
    int64_t from_ms = intake_instant(clock, &in);
    int64_t until_ms = intake_instant(clock, &in);
    if (until_ms < from_ms) {
        cosem_intake_refuse(&in);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        clock_announce(clock, preset_ms, from_ms, until_ms);
    }
    return result;
}

static enum cosem_result shift_time(const struct cosem_call *call, struct reader *parameter,
                                    struct writer *returned)
{
    enum { MOST_S = 900 };
    (void)returned;
    struct cosem_intake in = cosem_intake_begin(parameter);
    int64_t seconds = cosem_intake_integer(&in, COSEM_I16, -MOST_S, MOST_S);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        clock_shift(clock_of(call), (int32_t)seconds);
    }
    return result;
}

static const struct cosem_attribute attributes[] = {
    {.get = time, .set = set_time},                   /* 2 time */
    {.get = time_zone, .set = set_time_zone},         /* 3 time_zone */
    {.get = status},                                  /* 4 status */
    {.get = dst_begin, .set = set_dst_begin},         /* 5 daylight_savings_begin */
    {.get = dst_end, .set = set_dst_end},             /* 6 daylight_savings_end */
    {.get = dst_deviation, .set = set_dst_deviation}, /* 7 daylight_savings_deviation */
    {.get = dst_enabled, .set = set_dst_enabled},     /* 8 daylight_savings_enabled */
    {.get = clock_base},                              /* 9 clock_base */
};

static const struct cosem_method methods[] = {
    {adjust_to_quarter},     /* 1 */
    {adjust_to_period},      /* 2 adjust_to_measuring_period */
    {adjust_to_minute},      /* 3 */
    {adjust_to_preset_time}, /* 4 */
    {preset_adjusting_time}, /* 5 */
    {shift_time},            /* 6 */
};

const struct cosem_class class_clock = {
    .id = 8, .version = 0, COSEM_CLASS_ATTRIBUTES(attributes), COSEM_CLASS_METHODS(methods)};
