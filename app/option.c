#include "app/option.h"

#include "app/command.h"
#include "base/civil.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HELP_COLUMN = 23 };

void option_refuse(struct option_value *value, const char *wanted)
{
    fprintf(stderr, "watthour %s: --%s %s: give %s\n", value->command, value->name, value->text,
            wanted);
    value->bad = true;
}

double option_number(struct option_value *value, double least, double most, const char *wanted)
{
    char *end;
    errno = 0;
    double number = strtod(value->text, &end);
    if (end == value->text || *end != '\0' || errno != 0 || !(number >= least && number <= most)) {
        option_refuse(value, wanted);
    }
    return number;
}

uint64_t option_integer(struct option_value *value, uint64_t most, const char *wanted)
{
    char *end;
    errno = 0;
    uint64_t number = strtoull(value->text, &end, 10);
    if (end == value->text || *end != '\0' || errno != 0 || *value->text == '-' || number > most) {
        option_refuse(value, wanted);
    }
    return number;
}

int option_word(struct option_value *value, const char *const *words, const char *wanted)
{
    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], value->text) == 0) {
            return i;
        }
    }
    option_refuse(value, wanted);
    return 0;
}

/* A date that the calendar does not have comes back as another one. */
static bool is_same_instant(const struct civil *a, const struct civil *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day && a->hour == b->hour &&
           a->minute == b->minute && a->second == b->second;
}

int64_t option_time(struct option_value *value)
{
    struct civil given = {0};
    int used = 0;
    int fields = sscanf(value->text, "%4d-%2hhu-%2hhuT%2hhu:%2hhu:%2hhu%n", &given.year,
                        &given.month, &given.day, &given.hour, &given.minute, &given.second, &used);
    const char *rest = value->text + used;
    bool ended = *rest == '\0' || strcmp(rest, "Z") == 0;
    if (fields == 6 && ended && given.month >= 1 && given.month <= 12) {
        int64_t utc_s = civil_to_seconds(&given);
        struct civil back = civil_from_seconds(utc_s);
        if (is_same_instant(&back, &given) && given.year >= 2000 && given.year < 2100) {
            return utc_s;
        }
    }
    option_refuse(value, "UTC such as 2026-11-21T12:00:00, in the years 2000 to 2099");
    return 0;
}

static void print_row(const struct option_row *row)
{
    if (!row->help) {
        printf("\n%s\n", row->name);
        return;
    }
    const char *argument = row->argument ? row->argument : "";
    int width = printf("  --%s %s", row->name, argument);
    if (width >= HELP_COLUMN) {
        putchar('\n');
        width = 0;
    }
    printf("%*s", HELP_COLUMN - width, "");
    for (const char *c = row->help; *c; c++) {
        putchar(*c);
        if (*c == '\n') {
            printf("%*s", HELP_COLUMN, "");
        }
    }
    putchar('\n');
}

static void print_help(const struct option_table *table)
{
    fputs(table->usage, stdout);
    for (int i = 0; i < table->count; i++) {
        print_row(&table->rows[i]);
    }
    printf("  --help               this text\n");
}

static const struct option_row *find_row(const struct option_table *table, const char *name,
                                         size_t size)
{
    for (int i = 0; i < table->count; i++) {
        const struct option_row *row = &table->rows[i];
        if (row->help && strncmp(row->name, name, size) == 0 && row->name[size] == '\0') {
            return row;
        }
    }
    return NULL;
}

/* Takes the option at argv[at] and gives the index behind it, or -1. */
static int take_option(const struct option_table *table, void *context, int argc, char **argv,
                       int at)
{
    const char *name = argv[at] + 2;
    const char *equals = strchr(name, '=');
    const struct option_row *row =
        find_row(table, name, equals ? (size_t)(equals - name) : strlen(name));
    if (!row || (equals && !row->argument)) {
        fprintf(stderr, "watthour %s: %s: unknown option; see 'watthour %s --help'\n",
                table->command, argv[at], table->command);
        return -1;
    }
    struct option_value value = {.command = table->command, .name = row->name};
    int next = at + 1;
    if (row->argument) {
        value.text = equals ? equals + 1 : next < argc ? argv[next++] : NULL;
        if (!value.text) {
            fprintf(stderr, "watthour %s: --%s: give %s\n", table->command, row->name,
                    row->argument);
            return -1;
        }
    }
    row->take(context, &value);
    return value.bad ? -1 : next;
}

int option_parse(const struct option_table *table, void *context, int argc, char **argv,
                 int *exit_code)
{
    int at = 1;
    while (at < argc && strncmp(argv[at], "--", 2) == 0) {
        if (strcmp(argv[at], "--help") == 0) {
            print_help(table);
            *exit_code = COMMAND_DONE;
            return -1;
        }
        if (argv[at][2] == '\0') {
            return at + 1;
        }
        at = take_option(table, context, argc, argv, at);
        if (at < 0) {
            *exit_code = COMMAND_USAGE;
            return -1;
        }
    }
    return at;
}
