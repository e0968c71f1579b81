#include "function/tariff.h"

#include <string.h>

/* What is kept of a tariff, octet by octet: docs/FLASH.md. */

static void write_name(struct writer *w, const struct calendar_name *name)
{
    writer_u8(w, name->size);
    writer_octets(w, name->octets, name->size);
}

static void write_date(struct writer *w, const struct calendar_date *date)
{
    writer_u16(w, date->year);
    writer_u8(w, date->month);
    writer_u8(w, date->day);
    writer_u8(w, date->weekday);
}

static void write_day(struct writer *w, const struct calendar *calendar, unsigned which)
{
    const struct calendar_day *day = &calendar->days[which];
    writer_u8(w, day->id);
    writer_u8(w, day->count);
    unsigned first = calendar_first_switch(calendar, day);
    for (unsigned i = 0; i < day->count; i++) {
        const struct calendar_switch *at = &calendar->switches[first + i];
        const struct civil time = calendar_switch_time(at);
        writer_u8(w, time.hour);
        writer_u8(w, time.minute);
        writer_u8(w, time.second);
        writer_u8(w, calendar_switch_rate(at));
    }
}

static void write_calendar(struct writer *w, const struct calendar *calendar)
{
    write_name(w, &calendar->name);
    writer_u8(w, calendar->season_count);
    for (unsigned i = 0; i < calendar->season_count; i++) {
        write_name(w, &calendar->seasons[i].name);
        write_date(w, &calendar->seasons[i].start);
        write_name(w, &calendar->seasons[i].week);
    }
    writer_u8(w, calendar->week_count);
    for (unsigned i = 0; i < calendar->week_count; i++) {
        write_name(w, &calendar->weeks[i].name);
        writer_octets(w, calendar->weeks[i].day, sizeof calendar->weeks[i].day);
    }
    writer_u8(w, calendar->day_count);
    for (unsigned i = 0; i < calendar->day_count; i++) {
        write_day(w, calendar, i);
    }
}

void tariff_write(const struct tariff *tariff, struct writer *w)
{
    write_calendar(w, &tariff->active);
    write_calendar(w, &tariff->passive);
    writer_u8(w, tariff->specials.count);
    for (unsigned i = 0; i < tariff->specials.count; i++) {
        const struct calendar_special *special = &tariff->specials.entries[i];
        writer_u16(w, special->index);
        write_date(w, &special->date);
        writer_u8(w, special->day);
    }
    writer_u64(w, (uint64_t)tariff->activation_ms);
}

/* ---- reading ---- */

static struct calendar_name take_name(struct reader *r)
{
    struct calendar_name name = {.size = reader_u8(r)};
    const uint8_t *octets = reader_octets(r, name.size);
    if (name.size > CALENDAR_NAME || !octets) {
        reader_fail(r);
        return (struct calendar_name){0};
    }
    memcpy(name.octets, octets, name.size);
    return name;
}

static struct calendar_date take_date(struct reader *r)
{
    struct calendar_date date = {.year = reader_u16(r)};
    date.month = reader_u8(r);
    date.day = reader_u8(r);
    date.weekday = reader_u8(r);
    return date;
}

/* A count of at most so many; a fault, and 0, when there are more. */
static uint8_t take_count(struct reader *r, unsigned most)
{
    uint8_t count = reader_u8(r);
    if (count > most) {
        reader_fail(r);
        return 0;
    }
    return count;
}

static void take_day(struct reader *r, struct calendar *calendar, struct calendar_day *day)
{
    day->id = reader_u8(r);
    day->count = take_count(r, (unsigned)(calendar->switch_room - calendar->switch_count));
    for (unsigned i = 0; i < day->count; i++) {
        uint8_t hour = reader_u8(r);
        uint8_t minute = reader_u8(r);
        uint8_t second = reader_u8(r);
        calendar->switches[calendar->switch_count++] =
            calendar_switch_at(hour, minute, second, reader_u8(r));
    }
}

/* Into an empty calendar. */
static void take_calendar(struct reader *r, struct calendar *calendar)
{
    calendar->name = take_name(r);
    calendar->season_count = take_count(r, CALENDAR_SEASONS);
    for (unsigned i = 0; i < calendar->season_count; i++) {
        calendar->seasons[i].name = take_name(r);
        calendar->seasons[i].start = take_date(r);
        calendar->seasons[i].week = take_name(r);
    }
    calendar->week_count = take_count(r, CALENDAR_WEEKS);
    for (unsigned i = 0; i < calendar->week_count; i++) {
        calendar->weeks[i].name = take_name(r);
        const uint8_t *days = reader_octets(r, sizeof calendar->weeks[i].day);
        if (days) {
            memcpy(calendar->weeks[i].day, days, sizeof calendar->weeks[i].day);
        }
    }
    calendar->day_count = take_count(r, CALENDAR_DAYS);
    for (unsigned i = 0; i < calendar->day_count; i++) {
        take_day(r, calendar, &calendar->days[i]);
    }
}

static void take_specials(struct reader *r, struct calendar_specials *specials)
{
    specials->count = take_count(r, CALENDAR_SPECIALS);
    for (unsigned i = 0; i < specials->count; i++) {
        specials->entries[i].index = reader_u16(r);
        specials->entries[i].date = take_date(r);
        specials->entries[i].day = reader_u8(r);
    }
}

static bool is_sound(const struct tariff *tariff)
{
    const struct calendar_limits *limits = tariff->limits;
    const struct calendar *passive = &tariff->passive;
    enum calendar_fault active = calendar_check(&tariff->active, limits);
    return (active == CALENDAR_GOOD || active == CALENDAR_NO_SEASON) &&
           calendar_check_seasons(passive, limits) == CALENDAR_GOOD &&
           calendar_check_weeks(passive, limits) == CALENDAR_GOOD &&
           calendar_check_days(passive, limits) == CALENDAR_GOOD &&
           calendar_check_specials(&tariff->specials, limits) == CALENDAR_GOOD;
}

/* As it was at first, in the same memory. */
static void begin_anew(struct tariff *tariff)
{
    tariff_init(tariff, tariff->limits, tariff->active.switches, 2U * tariff->active.switch_room);
}

int tariff_read(struct tariff *tariff, struct reader *r)
{
    begin_anew(tariff);
    take_calendar(r, &tariff->active);
    take_calendar(r, &tariff->passive);
    take_specials(r, &tariff->specials);
    tariff->activation_ms = (int64_t)reader_u64(r);
    tariff->due_ms = INT64_MIN;
    if (!reader_done(r) || !is_sound(tariff)) {
        begin_anew(tariff);
        return -1;
    }
    return 0;
}

void tariff_write_commands(const struct tariff *tariff, struct writer *w)
{
    for (unsigned mask = 0; mask < TARIFF_MASKS; mask++) {
        writer_u64(w, (uint64_t)tariff->commands[mask].utc_ms);
        writer_u8(w, tariff->commands[mask].rate);
    }
    writer_u8(w, tariff->inputs);
}

int tariff_read_commands(struct tariff *tariff, struct reader *r)
{
    struct tariff_command commands[TARIFF_MASKS] = {0};
    bool sound = true;
    for (unsigned mask = 0; mask < TARIFF_MASKS; mask++) {
        commands[mask].utc_ms = (int64_t)reader_u64(r);
        commands[mask].rate = reader_u8(r);
        sound = sound && commands[mask].rate <= tariff->limits->rates;
    }
    uint8_t inputs = reader_u8(r);
    if (!sound || !reader_done(r) || inputs > tariff->limits->inputs) {
        return -1;
    }
    tariff->inputs = inputs;
    memcpy(tariff->commands, commands, sizeof commands);
    tariff->due_ms = INT64_MIN;
    return 0;
}
