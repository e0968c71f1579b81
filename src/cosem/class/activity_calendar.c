#include "cosem/class/calendar_form.h"
#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/class/date_time.h"
#include "cosem/data.h"

#include <string.h>

/* Attributes 2 to 5 are the active calendar, 6 to 9 the passive one, read alike; only the latter
 * are written. */

static struct tariff *tariff_of(const struct cosem_call *call)
{
    return call->context->tariff;
}

static const struct calendar *active(const struct cosem_call *call)
{
    return &tariff_of(call)->active;
}

static const struct calendar *passive(const struct cosem_call *call)
{
    return &tariff_of(call)->passive;
}

static struct cosem_rows rows_of(uint32_t count)
{
    return (struct cosem_rows){.count = count, .elements = count, .result = COSEM_SUCCESS};
}

/* A row is the head of a day, or a switch of it. */
static struct cosem_rows days_of(const struct calendar *calendar, uint32_t changes)
{
    return (struct cosem_rows){.count = calendar_form_day_parts(calendar),
                               .elements = calendar->day_count,
                               .result = COSEM_SUCCESS,
                               .stamp = cosem_rows_stamp(changes)};
}

/* ---- the passive calendar is written table by table ---- */

static enum cosem_result set_seasons(const struct cosem_call *call, struct reader *value)
{
    struct calendar draft = {0};
    struct cosem_intake in = cosem_intake_begin(value);
    calendar_form_take_seasons(&in, &draft);
    enum cosem_result result = cosem_intake_end(&in);
    return result == COSEM_SUCCESS
               ? calendar_form_result(tariff_set_seasons(tariff_of(call), &draft))
               : result;
}

static enum cosem_result set_weeks(const struct cosem_call *call, struct reader *value)
{
    struct calendar draft = {0};
    struct cosem_intake in = cosem_intake_begin(value);
    calendar_form_take_weeks(&in, &draft);
    enum cosem_result result = cosem_intake_end(&in);
    return result == COSEM_SUCCESS ? calendar_form_result(tariff_set_weeks(tariff_of(call), &draft))
                                   : result;
}

static enum cosem_result set_days(const struct cosem_call *call, struct reader *value)
{
    struct tariff *tariff = tariff_of(call);
    struct reader again = *value;
    struct cosem_intake in = cosem_intake_begin(value);
    enum calendar_fault fault =
        calendar_form_check_days(&in, tariff->limits, tariff->passive.switch_room);
    enum cosem_result result =
        fault == CALENDAR_GOOD ? cosem_intake_end(&in) : calendar_form_result(fault);
    if (result == COSEM_SUCCESS) {
        in = cosem_intake_begin(&again);
        calendar_form_take_days(&in, tariff_begin_days(tariff));
    }
    return result;
}

/* ---- the two of them ---- */

static enum cosem_result active_name(const struct cosem_call *call, struct writer *w)
{
    calendar_form_put_name(w, &active(call)->name);
    return COSEM_SUCCESS;
}

static struct cosem_rows active_seasons(const struct cosem_call *call)
{
    return rows_of(active(call)->season_count);
}

static void active_season(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    calendar_form_put_season(active(call), number, w);
}

static struct cosem_rows active_weeks(const struct cosem_call *call)
{
    return rows_of(active(call)->week_count);
}

static void active_week(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    calendar_form_put_week(active(call), number, w);
}

static struct cosem_rows active_days(const struct cosem_call *call)
{
    return days_of(active(call), tariff_of(call)->activations);
}

static void active_day(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    calendar_form_put_day_part(active(call), number, w);
}

static const struct cosem_table active_season_table = {.freeze = active_seasons,
                                                       .row = active_season};
static const struct cosem_table active_week_table = {.freeze = active_weeks, .row = active_week};
static const struct cosem_table active_day_table = {.freeze = active_days, .row = active_day};

static enum cosem_result passive_name(const struct cosem_call *call, struct writer *w)
{
    calendar_form_put_name(w, &passive(call)->name);
    return COSEM_SUCCESS;
}

static struct cosem_rows passive_seasons(const struct cosem_call *call)
{
    return rows_of(passive(call)->season_count);
}

static void passive_season(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    calendar_form_put_season(passive(call), number, w);
}

static struct cosem_rows passive_weeks(const struct cosem_call *call)
{
    return rows_of(passive(call)->week_count);
}

static void passive_week(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    calendar_form_put_week(passive(call), number, w);
}

static struct cosem_rows passive_days(const struct cosem_call *call)
{
    return days_of(passive(call), tariff_of(call)->programmings);
}

static void passive_day(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    calendar_form_put_day_part(passive(call), number, w);
}

static const struct cosem_table passive_season_table = {.freeze = passive_seasons,
                                                        .row = passive_season};
static const struct cosem_table passive_week_table = {.freeze = passive_weeks, .row = passive_week};
static const struct cosem_table passive_day_table = {.freeze = passive_days, .row = passive_day};

static enum cosem_result set_name(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    struct calendar_name name = calendar_form_take_name(&in);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        tariff_set_name(tariff_of(call), &name);
    }
    return result;
}

/* ---- activation ---- */

static enum cosem_result activation_time(const struct cosem_call *call, struct writer *w)
{
    const struct tariff *tariff = tariff_of(call);
    if (tariff->activation_ms != TARIFF_NEVER) {
        date_time_put_at(w, call->context->clock, tariff->activation_ms);
    } else {
        date_time_put(w, &date_time_none);
    }
    return COSEM_SUCCESS;
}

static bool is_never(const struct date_time *time)
{
    return date_time_is_open(time) && time->weekday == DATE_TIME_ANY &&
           time->second == DATE_TIME_ANY;
}

/* Nothing specified, neither date nor time, is never; only some of it is no time. One that has
 * passed is at once, and refused with what is wrong. */
static enum cosem_result set_activation_time(const struct cosem_call *call, struct reader *value)
{
    const struct clock *clock = call->context->clock;
    struct cosem_intake in = cosem_intake_begin(value);
    struct date_time time = date_time_intake(&in);
    bool never = is_never(&time);
    if (!never && !date_time_is_instant(&time)) {
        cosem_intake_refuse(&in);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    int64_t utc_ms = never ? TARIFF_NEVER : date_time_utc_ms(&time, clock);
    if (utc_ms <= clock->utc_ms) {
        return calendar_form_result(tariff_activate(tariff_of(call)));
    }
    tariff_activate_at(tariff_of(call), utc_ms);
    return COSEM_SUCCESS;
}

static enum cosem_result activate(const struct cosem_call *call, struct reader *parameter,
                                  struct writer *returned)
{
    (void)returned;
    enum cosem_result result = cosem_intake_zero(parameter);
    return result == COSEM_SUCCESS ? calendar_form_result(tariff_activate(tariff_of(call)))
                                   : result;
}

static const struct cosem_attribute attributes[] = {
    {.get = active_name},                                 /* 2 calendar_name_active */
    {.table = &active_season_table},                      /* 3 season_profile_active */
    {.table = &active_week_table},                        /* 4 week_profile_table_active */
    {.table = &active_day_table},                         /* 5 day_profile_table_active */
    {.get = passive_name, .set = set_name},               /* 6 calendar_name_passive */
    {.table = &passive_season_table, .set = set_seasons}, /* 7 season_profile_passive */
    {.table = &passive_week_table, .set = set_weeks},     /* 8 week_profile_table_passive */
    {.table = &passive_day_table, .set = set_days},       /* 9 day_profile_table_passive */
    {.get = activation_time, .set = set_activation_time}, /* 10 activate_passive_calendar_time */
};

static const struct cosem_method methods[] = {
    {activate}, /* 1 activate_passive_calendar */
};

const struct cosem_class class_activity_calendar = {.id = 20,
                                                    .version = 0,
                                                    COSEM_CLASS_ATTRIBUTES(attributes),
                                                    .tables = 1 << 3 | 1 << 4 | 1 << 5 | 1 << 7 |
                                                              1 << 8 | 1 << 9,
                                                    COSEM_CLASS_METHODS(methods)};
