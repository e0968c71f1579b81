#include "test/function/kept.h"

#include "function/schedule.h"
#include "function/tariff.h"
#include "test/unit.h"

#include <string.h>

static const struct calendar_limits limits = {12, 12, 30, 11, 30, KEPT_RATES, 3};
static const struct calendar_specials no_specials;

/* ---- schedules ---- */

static struct schedule schedule;

static void renew_schedule(void)
{
    kept_renew_clock();
    schedule_init(&schedule, &no_specials, &kept_clock);
}

static struct schedule_entry roll_entry(uint16_t index)
{
    struct schedule_entry entry = {
        .index = index,
        .enabled = kept_roll(2) != 0,
        .hour = (uint8_t)kept_roll(24),
        .minute = (uint8_t)kept_roll(60),
        .second = (uint8_t)kept_roll(60),
        .window_min = kept_roll_u16(),
        .weekdays = (uint8_t)kept_roll(128),
        .special_days = kept_roll(UINT32_MAX),
        .from = {(uint16_t)(2000 + kept_roll(50)), (uint8_t)(1 + kept_roll(12)),
                 (uint8_t)(1 + kept_roll(28)), CALENDAR_ANY},
        .to = {(uint16_t)(2050 + kept_roll(50)), (uint8_t)(1 + kept_roll(12)),
               (uint8_t)(1 + kept_roll(28)), CALENDAR_ANY}};
    kept_roll_octets(entry.script.table, sizeof entry.script.table);
    entry.script.selector = kept_roll_u16();
    return entry;
}

static void fill_schedule(void)
{
    struct schedule_entry entries[SCHEDULE_ENTRIES];
    uint8_t count = (uint8_t)kept_roll_to(SCHEDULE_ENTRIES);
    for (uint8_t i = 0; i < count; i++) {
        entries[i] = roll_entry((uint16_t)(i * 7 + kept_roll(7)));
    }
    renew_schedule();
    assert_int_equal(schedule_set(&schedule, entries, count), 0);
    schedule.done_s = kept_roll_to(KEPT_LATEST_S);
}

static void write_schedule(struct writer *w)
{
    schedule_write(&schedule, w);
}

static int read_schedule(struct reader *r)
{
    return schedule_read(&schedule, r);
}

/* ---- the tariff: its calendars, and its commands ---- */

static struct tariff tariff;

static void renew_tariff(void)
{
    static struct calendar_switch switches[2 * CALENDAR_SWITCHES];
    kept_renew_clock();
    memset(switches, 0, sizeof switches);
    tariff_init(&tariff, &limits, switches, 2 * CALENDAR_SWITCHES);
}

static struct calendar_name name_of(unsigned number)
{
    struct calendar_name name = {.size = (uint8_t)(1 + number % CALENDAR_NAME)};
    memset(name.octets, 'a' + (int)number, name.size);
    return name;
}

/* Its days, of which each switches a few times; a week of its own for each season. */
static void roll_calendar(struct calendar *calendar)
{
    uint16_t next = 0;
    calendar->name = name_of(kept_roll(20));
    calendar->day_count = (uint8_t)(1 + kept_roll(limits.days));
    for (uint8_t i = 0; i < calendar->day_count; i++) {
        struct calendar_day *day = &calendar->days[i];
        *day = (struct calendar_day){.id = (uint8_t)(i * 3 + 1),
                                     .count = (uint8_t)(1 + kept_roll(limits.switches))};
        for (uint8_t k = 0; k < day->count; k++) {
            calendar->switches[next++] =
                calendar_switch_at((uint8_t)(2 * k), (uint8_t)kept_roll(60), (uint8_t)kept_roll(60),
                                   (uint8_t)(1 + kept_roll(KEPT_RATES)));
        }
    }
    calendar->switch_count = next;
    calendar->season_count = calendar->week_count = (uint8_t)(1 + kept_roll(limits.seasons));
    for (uint8_t i = 0; i < calendar->season_count; i++) {
        calendar->weeks[i].name = name_of(i);
        for (int weekday = 0; weekday < 7; weekday++) {
            calendar->weeks[i].day[weekday] = calendar->days[kept_roll(calendar->day_count)].id;
        }
        calendar->seasons[i] =
            (struct calendar_season){.name = name_of(i),
                                     .start = {CALENDAR_ANY_YEAR, (uint8_t)(1 + i),
                                               (uint8_t)(1 + kept_roll(28)), CALENDAR_ANY},
                                     .week = name_of(i)};
    }
}

static void fill_tariff(void)
{
    renew_tariff();
    roll_calendar(&tariff.passive);
    assert_int_equal(tariff_activate(&tariff), CALENDAR_GOOD);
    roll_calendar(&tariff.passive);
    tariff_activate_at(&tariff, kept_roll(2) ? TARIFF_NEVER : kept_roll_to(KEPT_LATEST_S) * 1000);
    for (unsigned n = kept_roll(limits.specials); n > 0; n--) {
        const struct calendar_special special = {
            .index = (uint16_t)n,
            .date = {(uint16_t)(2000 + n), (uint8_t)(1 + kept_roll(12)),
                     (uint8_t)(1 + kept_roll(28)), CALENDAR_ANY},
            .day = tariff.active.days[0].id};
        assert_int_equal(tariff_insert_special(&tariff, &special), CALENDAR_GOOD);
    }
}

static void write_tariff(struct writer *w)
{
    tariff_write(&tariff, w);
}

static int read_tariff(struct reader *r)
{
    return tariff_read(&tariff, r);
}

static void fill_commands(void)
{
    renew_tariff();
    for (int mask = 0; mask < TARIFF_MASKS; mask++) {
        tariff_select(&tariff, (enum tariff_mask)mask, (uint8_t)(1 + kept_roll(KEPT_RATES)),
                      kept_roll_to(KEPT_LATEST_S) * 1000);
    }
    assert_int_equal(tariff_use_inputs(&tariff, (uint8_t)kept_roll_to(limits.inputs)), 0);
}

static void write_commands(struct writer *w)
{
    tariff_write_commands(&tariff, w);
}

static int read_commands(struct reader *r)
{
    return tariff_read_commands(&tariff, r);
}

const struct kept_kind kept_schedule = {.name = "schedule",
                                        .room = SCHEDULE_ROOM,
                                        .renew = renew_schedule,
                                        .fill = fill_schedule,
                                        .write = write_schedule,
                                        .read = read_schedule};

const struct kept_kind kept_tariff = {.name = "tariff",
                                      .room = 11 * 1024,
                                      .renew = renew_tariff,
                                      .fill = fill_tariff,
                                      .write = write_tariff,
                                      .bundled = true,
                                      .read = read_tariff};

const struct kept_kind kept_commands = {.name = "commands",
                                        .room = TARIFF_COMMANDS_SIZE,
                                        .renew = renew_tariff,
                                        .fill = fill_commands,
                                        .write = write_commands,
                                        .read = read_commands};
