#include "function/calendar.h"

#include "base/need.h"

#include <stddef.h>

enum {
    DAY_S = 86400,
    LOOK_BACK_DAYS = 366, /* for a switch that still holds */
    LEAP_YEARS_APART = 8, /* at most: 1896 and 1904 */
    NO_DAY = INT32_MIN,
};

struct calendar calendar_in(struct calendar_switch *switches, uint16_t room)
{
    return (struct calendar){.switches = switches, .switch_room = room};
}

void calendar_copy(struct calendar *to, const struct calendar *from)
{
    need(from->switch_count <= to->switch_room);
    struct calendar_switch *switches = to->switches;
    uint16_t room = to->switch_room;
    for (uint16_t i = 0; i < from->switch_count; i++) {
        switches[i] = from->switches[i];
    }
    *to = *from;
    to->switches = switches;
    to->switch_room = room;
}

static bool same_name(const struct calendar_name *a, const struct calendar_name *b)
{
    bool same = a->size == b->size;
    for (uint8_t i = 0; i < a->size && same; i++) {
        same = a->octets[i] == b->octets[i];
    }
    return same;
}

/* ---- dates ---- */

static uint8_t days_of(int32_t year, uint8_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return (uint8_t)(days[month - 1] + (month == 2 && leap));
}

/* The day of the month that `day` is, or 0: this month has none such. */
static uint8_t resolved_day(int32_t year, uint8_t month, uint8_t day)
{
    uint8_t last = days_of(year, month);
    if (day == CALENDAR_LAST_DAY || day == CALENDAR_SECOND_LAST_DAY) {
        return (uint8_t)(last - (day == CALENDAR_SECOND_LAST_DAY));
    }
    return day <= last ? day : 0;
}

bool calendar_date_possible(const struct calendar_date *date)
{
    enum { A_LEAP_YEAR = 2000 };
    bool month_given = date->month >= 1 && date->month <= 12;
    bool from_end = date->day == CALENDAR_LAST_DAY || date->day == CALENDAR_SECOND_LAST_DAY;
    bool day_given = date->day >= 1 && date->day <= 31;
    bool weekday = (date->weekday >= 1 && date->weekday <= 7) || date->weekday == CALENDAR_ANY;
    if (!weekday || (!month_given && date->month != CALENDAR_ANY)) {
        return false;
    }
    if (month_given && day_given) {
        int32_t year = date->year == CALENDAR_ANY_YEAR ? A_LEAP_YEAR : date->year;
        return date->day <= days_of(year, date->month);
    }
    return day_given || from_end || date->day == CALENDAR_ANY;
}

bool calendar_date_matches(const struct calendar_date *date, const struct civil *day)
{
    return (date->year == CALENDAR_ANY_YEAR || date->year == day->year) &&
           (date->month == CALENDAR_ANY || date->month == day->month) &&
           (date->weekday == CALENDAR_ANY || date->weekday == day->weekday) &&
           (date->day == CALENDAR_ANY ||
            resolved_day(day->year, day->month, date->day) == day->day);
}

static int32_t days_from(int32_t year, uint8_t month, uint8_t day)
{
    return (int32_t)civil_days_from_date(year, month, day);
}

/* The day in `year` on which a season begins; NO_DAY: on none. */
static int32_t start_in(const struct calendar_season *season, int32_t year)
{
    const struct calendar_date *start = &season->start;
    if (start->year != CALENDAR_ANY_YEAR && start->year != year) {
        return NO_DAY;
    }
    uint8_t day = resolved_day(year, start->month, start->day);
    return day != 0 ? days_from(year, start->month, day) : NO_DAY;
}

/* The last day up to `today` on which a season began; NO_DAY: it never did. */
static int32_t last_start(const struct calendar_season *season, int32_t year, int32_t today)
{
    int32_t least =
        season->start.year == CALENDAR_ANY_YEAR ? year - LEAP_YEARS_APART : season->start.year;
    for (int32_t y = year; y >= least; y--) {
        int32_t start = start_in(season, y);
        if (start != NO_DAY && start <= today) {
            return start;
        }
    }
    return NO_DAY;
}

const struct calendar_season *calendar_season_at(const struct calendar *calendar,
                                                 const struct civil *date)
{
    const struct calendar_season *found = NULL;
    int32_t latest = NO_DAY;
    int32_t today = days_from(date->year, date->month, date->day);
    for (uint8_t i = 0; i < calendar->season_count; i++) {
        int32_t start = last_start(&calendar->seasons[i], date->year, today);
        if (start > latest) {
            latest = start;
            found = &calendar->seasons[i];
        }
    }
    return found;
}

/* ---- weeks and days ---- */

static const struct calendar_week *find_week(const struct calendar *calendar,
                                             const struct calendar_name *name)
{
    for (uint8_t i = 0; i < calendar->week_count; i++) {
        if (same_name(&calendar->weeks[i].name, name)) {
            return &calendar->weeks[i];
        }
    }
    return NULL;
}

static const struct calendar_day *find_day(const struct calendar *calendar, uint8_t id)
{
    for (uint8_t i = 0; i < calendar->day_count; i++) {
        if (calendar->days[i].id == id) {
            return &calendar->days[i];
        }
    }
    return NULL;
}

bool calendar_has_day(const struct calendar *calendar, uint8_t id)
{
    return find_day(calendar, id) != NULL;
}

/* A special day whose day the calendar lacks is an ordinary one. */
const struct calendar_day *calendar_day_at(const struct calendar *calendar,
                                           const struct calendar_specials *specials,
                                           const struct civil *date)
{
    const struct calendar_season *season = calendar_season_at(calendar, date);
    const struct calendar_week *week = season ? find_week(calendar, &season->week) : NULL;
    if (!week) {
        return NULL;
    }
    for (uint8_t i = 0; i < specials->count; i++) {
        const struct calendar_special *special = &specials->entries[i];
        const struct calendar_day *day = find_day(calendar, special->day);
        if (day && calendar_date_matches(&special->date, date)) {
            return day;
        }
    }
    return find_day(calendar, week->day[date->weekday - 1]);
}

/* ---- switches ---- */

enum { RATE_BITS = 7, NO_RATE = 0x7F, NO_TIME = DAY_S };

struct calendar_switch calendar_switch_at(uint8_t hour, uint8_t minute, uint8_t second,
                                          uint8_t rate)
{
    bool is_time = hour <= 23 && minute <= 59 && second <= 59;
    uint32_t at_s = is_time ? hour * 3600U + minute * 60U + second : NO_TIME;
    uint32_t number = at_s << RATE_BITS | (rate < NO_RATE ? rate : NO_RATE);
    return (struct calendar_switch){
        {(uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};
}

int32_t calendar_switch_s(const struct calendar_switch *at)
{
    const uint8_t *o = at->octets;
    return (o[0] << 16 | o[1] << 8 | o[2]) >> RATE_BITS;
}

uint8_t calendar_switch_rate(const struct calendar_switch *at)
{
    return at->octets[2] & NO_RATE;
}

struct civil calendar_switch_time(const struct calendar_switch *at)
{
    int32_t at_s = calendar_switch_s(at);
    return (struct civil){.hour = (uint8_t)(at_s / 3600),
                          .minute = (uint8_t)(at_s / 60 % 60),
                          .second = (uint8_t)(at_s % 60)};
}

static int32_t second_of_day(const struct civil *local)
{
    return local->hour * 3600 + local->minute * 60 + local->second;
}

unsigned calendar_first_switch(const struct calendar *calendar, const struct calendar_day *day)
{
    unsigned before = 0;
    for (const struct calendar_day *other = calendar->days; other < day; other++) {
        before += other->count;
    }
    return before;
}

/* The day's last switch up to a second of the day; NULL: none yet. */
static const struct calendar_switch *last_switch(const struct calendar *calendar,
                                                 const struct calendar_day *day, int32_t second)
{
    const struct calendar_switch *found = NULL;
    unsigned first = day ? calendar_first_switch(calendar, day) : 0;
    for (uint16_t i = 0; day && i < day->count; i++) {
        const struct calendar_switch *at = &calendar->switches[first + i];
        found = calendar_switch_s(at) <= second ? at : found;
    }
    return found;
}

unsigned calendar_rate(const struct calendar *calendar, const struct calendar_specials *specials,
                       const struct civil *local, struct civil *since)
{
    int64_t midnight_s = (int64_t)DAY_S * days_from(local->year, local->month, local->day);
    int32_t second = second_of_day(local);
    for (int back = 0; back <= LOOK_BACK_DAYS; back++) {
        struct civil date = civil_from_seconds(midnight_s - (int64_t)DAY_S * back);
        const struct calendar_day *day = calendar_day_at(calendar, specials, &date);
        const struct calendar_switch *at = last_switch(calendar, day, second);
        if (at) {
            const struct civil time = calendar_switch_time(at);
            *since = date;
            since->hour = time.hour;
            since->minute = time.minute;
            since->second = time.second;
            return calendar_switch_rate(at);
        }
        if (calendar->switch_count == 0) {
            break;
        }
        second = DAY_S;
    }
    return 0;
}

int32_t calendar_stays_s(const struct calendar *calendar, const struct calendar_specials *specials,
                         const struct civil *local)
{
    const struct calendar_day *day = calendar_day_at(calendar, specials, local);
    int32_t second = second_of_day(local);
    unsigned first = day ? calendar_first_switch(calendar, day) : 0;
    for (uint16_t i = 0; day && i < day->count; i++) {
        int32_t at = calendar_switch_s(&calendar->switches[first + i]);
        if (at > second) {
            return at - second;
        }
    }
    return DAY_S - second;
}

/* ---- what can be wrong ---- */

/* On some day of some year both would begin: a common year and a leap year show it. */
static bool begin_together(const struct calendar_season *a, const struct calendar_season *b)
{
    static const int32_t common_and_leap[] = {2027, 2028};
    for (unsigned i = 0; i < 2; i++) {
        int32_t year = a->start.year != CALENDAR_ANY_YEAR   ? a->start.year
                       : b->start.year != CALENDAR_ANY_YEAR ? b->start.year
                                                            : common_and_leap[i];
        int32_t start = start_in(a, year);
        if (start != NO_DAY && start == start_in(b, year)) {
            return true;
        }
    }
    return false;
}

static enum calendar_fault check_season(const struct calendar *calendar, uint8_t which)
{
    const struct calendar_season *season = &calendar->seasons[which];
    bool given = season->start.month != CALENDAR_ANY && season->start.day != CALENDAR_ANY &&
                 season->start.weekday == CALENDAR_ANY;
    if (!given || !calendar_date_possible(&season->start)) {
        return CALENDAR_NO_SUCH_DATE;
    }
    for (uint8_t i = 0; i < which; i++) {
        const struct calendar_season *other = &calendar->seasons[i];
        if (begin_together(other, season) || same_name(&other->name, &season->name)) {
            return CALENDAR_SEASONS_OVERLAP;
        }
    }
    return CALENDAR_GOOD;
}

enum calendar_fault calendar_check_seasons(const struct calendar *calendar,
                                           const struct calendar_limits *limits)
{
    enum calendar_fault fault = CALENDAR_GOOD;
    if (calendar->season_count > limits->seasons) {
        return CALENDAR_TOO_MANY_SEASONS;
    }
    for (uint8_t i = 0; i < calendar->season_count && fault == CALENDAR_GOOD; i++) {
        fault = check_season(calendar, i);
    }
    return fault;
}

enum calendar_fault calendar_check_weeks(const struct calendar *calendar,
                                         const struct calendar_limits *limits)
{
    if (calendar->week_count > limits->weeks) {
        return CALENDAR_TOO_MANY_WEEKS;
    }
    for (uint8_t i = 0; i < calendar->week_count; i++) {
        if (find_week(calendar, &calendar->weeks[i].name) != &calendar->weeks[i]) {
            return CALENDAR_WEEK_TWICE;
        }
    }
    return CALENDAR_GOOD;
}

static enum calendar_fault check_switch(const struct calendar_switch *at, int32_t after,
                                        const struct calendar_limits *limits)
{
    uint8_t rate = calendar_switch_rate(at);
    if (calendar_switch_s(at) >= NO_TIME) {
        return CALENDAR_NO_SUCH_TIME;
    }
    if (calendar_switch_s(at) <= after) {
        return CALENDAR_TIMES_OUT_OF_ORDER;
    }
    return rate >= 1 && rate <= limits->rates ? CALENDAR_GOOD : CALENDAR_UNKNOWN_RATE;
}

enum calendar_fault calendar_check_day(const struct calendar *calendar, uint8_t which,
                                       const struct calendar_limits *limits)
{
    const struct calendar_day *day = &calendar->days[which];
    enum calendar_fault fault = CALENDAR_GOOD;
    int32_t after = -1;
    if (day->count > limits->switches) {
        return CALENDAR_TOO_MANY_SWITCHES;
    }
    if (find_day(calendar, day->id) != day) {
        return CALENDAR_DAY_TWICE;
    }
    unsigned first = calendar_first_switch(calendar, day);
    for (uint16_t i = 0; i < day->count && fault == CALENDAR_GOOD; i++) {
        const struct calendar_switch *at = &calendar->switches[first + i];
        fault = check_switch(at, after, limits);
        after = calendar_switch_s(at);
    }
    return fault;
}

enum calendar_fault calendar_check_days(const struct calendar *calendar,
                                        const struct calendar_limits *limits)
{
    enum calendar_fault fault = CALENDAR_GOOD;
    if (calendar->day_count > limits->days) {
        return CALENDAR_TOO_MANY_DAYS;
    }
    for (uint8_t i = 0; i < calendar->day_count && fault == CALENDAR_GOOD; i++) {
        fault = calendar_check_day(calendar, i, limits);
    }
    return fault;
}

static enum calendar_fault check_references(const struct calendar *calendar)
{
    for (uint8_t i = 0; i < calendar->season_count; i++) {
        if (!find_week(calendar, &calendar->seasons[i].week)) {
            return CALENDAR_UNKNOWN_WEEK;
        }
    }
    for (uint8_t i = 0; i < calendar->week_count; i++) {
        for (unsigned weekday = 0; weekday < 7; weekday++) {
            if (!calendar_has_day(calendar, calendar->weeks[i].day[weekday])) {
                return CALENDAR_UNKNOWN_DAY;
            }
        }
    }
    return CALENDAR_GOOD;
}

enum calendar_fault calendar_check(const struct calendar *calendar,
                                   const struct calendar_limits *limits)
{
    enum calendar_fault fault = calendar_check_seasons(calendar, limits);
    fault = fault == CALENDAR_GOOD ? calendar_check_weeks(calendar, limits) : fault;
    fault = fault == CALENDAR_GOOD ? calendar_check_days(calendar, limits) : fault;
    fault = fault == CALENDAR_GOOD ? check_references(calendar) : fault;
    return fault == CALENDAR_GOOD && calendar->season_count == 0 ? CALENDAR_NO_SEASON : fault;
}

enum calendar_fault calendar_check_specials(const struct calendar_specials *specials,
                                            const struct calendar_limits *limits)
{
    if (specials->count > limits->specials) {
        return CALENDAR_TOO_MANY_SPECIALS;
    }
    for (uint8_t i = 0; i < specials->count; i++) {
        const struct calendar_special *special = &specials->entries[i];
        if (!calendar_date_possible(&special->date)) {
            return CALENDAR_NO_SUCH_DATE;
        }
        if (i > 0 && special->index <= specials->entries[i - 1].index) {
            return CALENDAR_SPECIAL_TWICE;
        }
    }
    return CALENDAR_GOOD;
}

const char *calendar_fault_text(enum calendar_fault fault)
{
    static const char *const texts[CALENDAR_FAULTS] = {
        [CALENDAR_GOOD] = "nothing is wrong",
        [CALENDAR_TOO_MANY_SEASONS] = "more seasons than the meter holds",
        [CALENDAR_TOO_MANY_WEEKS] = "more weeks than the meter holds",
        [CALENDAR_TOO_MANY_DAYS] = "more days than the meter holds",
        [CALENDAR_TOO_MANY_SWITCHES] = "more switches in a day than the meter holds",
        [CALENDAR_TOO_MANY_SPECIALS] = "more special days than the meter holds",
        [CALENDAR_NO_SEASON] = "there is no season",
        [CALENDAR_NO_SUCH_DATE] = "there is no such date",
        [CALENDAR_SEASONS_OVERLAP] = "two seasons begin on one day or have one name",
        [CALENDAR_WEEK_TWICE] = "two weeks have one name",
        [CALENDAR_DAY_TWICE] = "two days have one number",
        [CALENDAR_SPECIAL_TWICE] = "two special days have one number",
        [CALENDAR_NO_SUCH_TIME] = "there is no such time",
        [CALENDAR_TIMES_OUT_OF_ORDER] = "the times of a day are not in order",
        [CALENDAR_UNKNOWN_WEEK] = "a season names a week that there is not",
        [CALENDAR_UNKNOWN_DAY] = "a week or a special day names a day that there is not",
        [CALENDAR_UNKNOWN_RATE] = "a switch names a rate that there is not",
    };
    need(fault < CALENDAR_FAULTS);
    return texts[fault];
}
