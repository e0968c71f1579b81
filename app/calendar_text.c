#define _POSIX_C_SOURCE 200809L /* strtok_r, strcasecmp */

#include "app/calendar_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WORDS = 2 * 255 + 4, LINE = 4096 };

const struct calendar_limits calendar_text_limits = {
    .seasons = CALENDAR_SEASONS,
    .weeks = CALENDAR_WEEKS,
    .days = CALENDAR_DAYS,
    .switches = UINT8_MAX,
    .specials = CALENDAR_SPECIALS,
    .rates = 8,
};

static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* A line taken apart. */
struct line {
    char text[LINE];
    char *words[WORDS];
    int count;
    const char *wanted; /* what is wrong with it */
};

static int refuse(struct line *line, const char *wanted)
{
    line->wanted = wanted;
    return -1;
}

/* ---- words ---- */

/* A number of digits only, 0..most; -1. */
static int number(const char *text, int most)
{
    char *end;
    if (!isdigit((unsigned char)*text)) {
        return -1;
    }
    long value = strtol(text, &end, 10);
    return *end == '\0' && value <= most ? (int)value : -1;
}

static int take_name(const char *word, struct calendar_name *name)
{
    size_t size = strlen(word);
    if (size > CALENDAR_NAME) {
        return -1;
    }
    *name = (struct calendar_name){.size = (uint8_t)size};
    memcpy(name->octets, word, size);
    return 0;
}

/* The last field of the word, behind `mark`, which ends the word before it; NULL. */
static char *cut_field(char *word, char mark)
{
    char *at = strrchr(word, mark);
    if (at) {
        *at++ = '\0';
    }
    return at;
}

static int take_day(const char *text, uint8_t *day)
{
    int value = number(text, 31);
    *day = strcmp(text, "*") == 0             ? CALENDAR_ANY
           : strcmp(text, "last") == 0        ? CALENDAR_LAST_DAY
           : strcmp(text, "second-last") == 0 ? CALENDAR_SECOND_LAST_DAY
                                              : (uint8_t)value;
    return *day != (uint8_t)-1 || strcmp(text, "*") == 0 ? 0 : -1;
}

static int take_weekday(const char *text, uint8_t *weekday)
{
    for (int i = 0; i < 7; i++) {
        if (strcasecmp(text, weekdays[i]) == 0) {
            *weekday = (uint8_t)(i + 1);
            return 0;
        }
    }
    return -1;
}

/* The day of the month at the word's end, cut off: "second-last" has a dash of its own. */
static char *cut_day(char *word)
{
    char *second = strstr(word, "second-last");
    if (!second || second == word) {
        return cut_field(word, '-');
    }
    second[-1] = '\0';
    return second;
}

/* A number from 1 on, or `any` for an asterisk; -1. */
static int number_or_any(const char *text, int most, int any)
{
    int value = strcmp(text, "*") == 0 ? any : number(text, most);
    return value > 0 ? value : -1;
}

/* [YYYY-]MM-DD[/weekday], * for any, last and second-last for days. */
static int take_date(char *word, struct calendar_date *date)
{
    *date = (struct calendar_date){CALENDAR_ANY_YEAR, CALENDAR_ANY, CALENDAR_ANY, CALENDAR_ANY};
    char *weekday = cut_field(word, '/');
    char *day = cut_day(word);
    char *month = cut_field(word, '-');
    int year_value = number_or_any(month ? word : "*", 9999, CALENDAR_ANY_YEAR);
    int month_value = number_or_any(month ? month : word, 12, CALENDAR_ANY);
    if (!day || take_day(day, &date->day) != 0 || month_value < 0 || year_value < 0) {
        return -1;
    }
    date->month = (uint8_t)month_value;
    date->year = (uint16_t)year_value;
    bool named = !weekday || take_weekday(weekday, &date->weekday) == 0;
    return named && calendar_date_possible(date) ? 0 : -1;
}

/* HH:MM or HH:MM:SS. */
static int take_time(char *word, struct civil *at)
{
    char *minute = strchr(word, ':');
    if (!minute) {
        return -1;
    }
    *minute++ = '\0';
    char *second = strchr(minute, ':');
    if (second) {
        *second++ = '\0';
    }
    int h = number(word, 23);
    int m = number(minute, 59);
    int s = second ? number(second, 59) : 0;
    *at = (struct civil){.hour = (uint8_t)h, .minute = (uint8_t)m, .second = (uint8_t)s};
    return h >= 0 && m >= 0 && s >= 0 ? 0 : -1;
}

static bool is_word(const struct line *line, int place, const char *word)
{
    return place < line->count && strcmp(line->words[place], word) == 0;
}

/* ---- lines ---- */

static int read_name(struct calendar_text *text, struct line *line)
{
    bool good = line->count == 2 && take_name(line->words[1], &text->calendar.name) == 0;
    return good ? 0 : refuse(line, "name NAME, of 8 letters at most");
}

static int read_season(struct calendar_text *text, struct line *line)
{
    struct calendar *calendar = &text->calendar;
    if (calendar->season_count == CALENDAR_SEASONS) {
        return refuse(line, calendar_fault_text(CALENDAR_TOO_MANY_SEASONS));
    }
    struct calendar_season *season = &calendar->seasons[calendar->season_count++];
    bool good = line->count == 6 && is_word(line, 2, "from") && is_word(line, 4, "week") &&
                take_name(line->words[1], &season->name) == 0 &&
                take_date(line->words[3], &season->start) == 0 &&
                take_name(line->words[5], &season->week) == 0;
    return good ? 0 : refuse(line, "season NAME from [YYYY-]MM-DD week NAME");
}

static int read_week(struct calendar_text *text, struct line *line)
{
    struct calendar *calendar = &text->calendar;
    if (calendar->week_count == CALENDAR_WEEKS) {
        return refuse(line, calendar_fault_text(CALENDAR_TOO_MANY_WEEKS));
    }
    struct calendar_week *week = &calendar->weeks[calendar->week_count++];
    bool good = line->count == 10 && is_word(line, 2, "days") &&
                take_name(line->words[1], &week->name) == 0;
    for (int i = 0; i < 7 && good; i++) {
        int day = number(line->words[3 + i], UINT8_MAX);
        week->day[i] = (uint8_t)day;
        good = day >= 0;
    }
    return good ? 0 : refuse(line, "week NAME days and seven numbers of days, Monday first");
}

static int read_switches(struct calendar *calendar, struct calendar_day *day, struct line *line)
{
    for (int i = 3; i + 1 < line->count; i += 2) {
        if (calendar->switch_count == calendar->switch_room || day->count == UINT8_MAX) {
            return refuse(line, calendar_fault_text(CALENDAR_TOO_MANY_SWITCHES));
        }
        struct civil at;
        int rate = number(line->words[i + 1], UINT8_MAX);
        if (take_time(line->words[i], &at) != 0 || rate < 0) {
            return refuse(line, "HH:MM[:SS] and a rate, again and again");
        }
        calendar->switches[calendar->switch_count++] =
            calendar_switch_at(at.hour, at.minute, at.second, (uint8_t)rate);
        day->count++;
    }
    return 0;
}

static int read_day(struct calendar_text *text, struct line *line)
{
    struct calendar *calendar = &text->calendar;
    int id = line->count > 1 ? number(line->words[1], UINT8_MAX) : -1;
    bool empty = line->count == 2;
    if (id < 0 ||
        (!empty && (line->count < 5 || line->count % 2 == 0 || !is_word(line, 2, "at")))) {
        return refuse(line, "day NUMBER at HH:MM[:SS] RATE ...");
    }
    if (calendar->day_count == CALENDAR_DAYS) {
        return refuse(line, calendar_fault_text(CALENDAR_TOO_MANY_DAYS));
    }
    struct calendar_day *day = &calendar->days[calendar->day_count++];
    *day = (struct calendar_day){.id = (uint8_t)id};
    return read_switches(calendar, day, line);
}

static int read_special(struct calendar_text *text, struct line *line)
{
    struct calendar_specials *specials = &text->specials;
    if (specials->count == CALENDAR_SPECIALS) {
        return refuse(line, calendar_fault_text(CALENDAR_TOO_MANY_SPECIALS));
    }
    struct calendar_special *special = &specials->entries[specials->count++];
    bool words = line->count == 6 && is_word(line, 2, "on") && is_word(line, 4, "day");
    int index = words ? number(line->words[1], UINT16_MAX) : -1;
    int day = words ? number(line->words[5], UINT8_MAX) : -1;
    if (index < 0 || day < 0 || take_date(line->words[3], &special->date) != 0) {
        return refuse(line, "special NUMBER on [YYYY-]MM-DD[/WEEKDAY] day NUMBER");
    }
    special->index = (uint16_t)index;
    special->day = (uint8_t)day;
    return 0;
}

static int read_activate(struct calendar_text *text, struct line *line)
{
    static const char wanted[] = "activate now, or YYYY-MM-DDTHH:MM[:SS]";
    struct civil at;
    struct calendar_date date;
    char *time = line->count == 2 ? cut_field(line->words[1], 'T') : NULL;
    if (is_word(line, 1, "now") && line->count == 2) {
        text->activation = CALENDAR_AT_ONCE;
        return 0;
    }
    if (!time || take_time(time, &at) != 0 || take_date(line->words[1], &date) != 0 ||
        date.year == CALENDAR_ANY_YEAR || date.month > 12 || date.day > 31) {
        return refuse(line, wanted);
    }
    text->activation = CALENDAR_AT_A_TIME;
    text->activation_time = (struct civil){.year = date.year,
                                           .month = date.month,
                                           .day = date.day,
                                           .hour = at.hour,
                                           .minute = at.minute,
                                           .second = at.second};
    return 0;
}

static const struct {
    const char *word;
    int (*read)(struct calendar_text *text, struct line *line);
} kinds[] = {
    {"name", read_name}, {"season", read_season},   {"week", read_week},
    {"day", read_day},   {"special", read_special}, {"activate", read_activate},
};

static void take_apart(struct line *line)
{
    char *hash = strchr(line->text, '#');
    char *rest;
    if (hash) {
        *hash = '\0';
    }
    line->count = 0;
    for (char *word = strtok_r(line->text, " \t\r", &rest); word && line->count < WORDS;
         word = strtok_r(NULL, " \t\r", &rest)) {
        line->words[line->count++] = word;
    }
}

static int read_line(struct calendar_text *text, struct line *line)
{
    take_apart(line);
    if (line->count == 0) {
        return 0;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(line->words[0], kinds[i].word) == 0) {
            return kinds[i].read(text, line);
        }
    }
    return refuse(line, "a line begins with name, season, week, day, special or activate");
}

/* ---- the whole ---- */

static int by_index(const void *a, const void *b)
{
    const struct calendar_special *x = a;
    const struct calendar_special *y = b;
    return (x->index > y->index) - (x->index < y->index);
}

static enum calendar_fault check(struct calendar_text *text)
{
    struct calendar_specials *specials = &text->specials;
    qsort(specials->entries, specials->count, sizeof specials->entries[0], by_index);
    enum calendar_fault fault = calendar_check(&text->calendar, &calendar_text_limits);
    fault =
        fault == CALENDAR_GOOD ? calendar_check_specials(specials, &calendar_text_limits) : fault;
    for (unsigned i = 0; i < specials->count && fault == CALENDAR_GOOD; i++) {
        bool known = calendar_has_day(&text->calendar, specials->entries[i].day);
        fault = known ? CALENDAR_GOOD : CALENDAR_UNKNOWN_DAY;
    }
    return fault;
}

void calendar_text_begin(struct calendar_text *calendar)
{
    *calendar = (struct calendar_text){0};
    calendar->calendar = calendar_in(calendar->switches, CALENDAR_SWITCHES);
}

int calendar_text_read(struct calendar_text *calendar, const char *text,
                       char error[CALENDAR_TEXT_ERROR])
{
    struct line line;
    calendar_text_begin(calendar);
    for (int n = 1; *text; n++) {
        size_t size = strcspn(text, "\n");
        size_t kept = size < LINE - 1 ? size : LINE - 1;
        memcpy(line.text, text, kept);
        line.text[kept] = '\0';
        if (read_line(calendar, &line) != 0) {
            snprintf(error, CALENDAR_TEXT_ERROR, "line %d: %s", n, line.wanted);
            return -1;
        }
        text += size + (text[size] == '\n');
    }
    enum calendar_fault fault = check(calendar);
    snprintf(error, CALENDAR_TEXT_ERROR, "%s", calendar_fault_text(fault));
    return fault == CALENDAR_GOOD ? 0 : -1;
}

static void write_date(const struct calendar_date *date, FILE *out)
{
    if (date->year != CALENDAR_ANY_YEAR) {
        fprintf(out, "%04u-", date->year);
    }
    if (date->month == CALENDAR_ANY) {
        fputs("*-", out);
    } else {
        fprintf(out, "%02u-", date->month);
    }
    switch (date->day) {
    case CALENDAR_ANY:
        fputs("*", out);
        break;
    case CALENDAR_LAST_DAY:
        fputs("last", out);
        break;
    case CALENDAR_SECOND_LAST_DAY:
        fputs("second-last", out);
        break;
    default:
        fprintf(out, "%02u", date->day);
    }
    if (date->weekday != CALENDAR_ANY) {
        fprintf(out, "/%s", weekdays[date->weekday - 1]);
    }
}

static void write_day(const struct calendar *calendar, const struct calendar_day *day, FILE *out)
{
    fprintf(out, "day %u%s", day->id, day->count > 0 ? " at" : "");
    unsigned first = calendar_first_switch(calendar, day);
    for (unsigned i = 0; i < day->count; i++) {
        const struct calendar_switch *at = &calendar->switches[first + i];
        const struct civil time = calendar_switch_time(at);
        fprintf(out, " %02u:%02u", time.hour, time.minute);
        if (time.second != 0) {
            fprintf(out, ":%02u", time.second);
        }
        fprintf(out, " %u", calendar_switch_rate(at));
    }
    fputs("\n", out);
}

static void write_activation(const struct calendar_text *text, FILE *out)
{
    const struct civil *at = &text->activation_time;
    if (text->activation == CALENDAR_AT_ONCE) {
        fputs("activate now\n", out);
    } else if (text->activation == CALENDAR_AT_A_TIME) {
        fprintf(out, "activate %04d-%02u-%02uT%02u:%02u:%02u\n", (int)at->year, at->month, at->day,
                at->hour, at->minute, at->second);
    }
}

void calendar_text_write(const struct calendar_text *text, FILE *out)
{
    const struct calendar *calendar = &text->calendar;
    if (calendar->name.size > 0) {
        fprintf(out, "name %.*s\n", calendar->name.size, (const char *)calendar->name.octets);
    }
    for (unsigned i = 0; i < calendar->season_count; i++) {
        const struct calendar_season *season = &calendar->seasons[i];
        fprintf(out, "season %.*s from ", season->name.size, (const char *)season->name.octets);
        write_date(&season->start, out);
        fprintf(out, " week %.*s\n", season->week.size, (const char *)season->week.octets);
    }
    for (unsigned i = 0; i < calendar->week_count; i++) {
        const struct calendar_week *week = &calendar->weeks[i];
        fprintf(out, "week %.*s days", week->name.size, (const char *)week->name.octets);
        for (unsigned weekday = 0; weekday < 7; weekday++) {
            fprintf(out, " %u", week->day[weekday]);
        }
        fputs("\n", out);
    }
    for (unsigned i = 0; i < calendar->day_count; i++) {
        write_day(calendar, &calendar->days[i], out);
    }
    for (unsigned i = 0; i < text->specials.count; i++) {
        const struct calendar_special *special = &text->specials.entries[i];
        fprintf(out, "special %u on ", special->index);
        write_date(&special->date, out);
        fprintf(out, " day %u\n", special->day);
    }
    write_activation(text, out);
}
