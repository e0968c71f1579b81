/* watthour profile: rows of a load profile, a billing profile or a log. */
#define _POSIX_C_SOURCE 200809L /* isatty */
#include "app/client.h"
#include "app/command.h"
#include "app/profile_reader.h"
#include "app/url.h"
#include "app/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OWN_OPTIONS = 3, WORDS = 2, SLICE_S = 86400, SLICE_ROWS = 100, BAR = 30 };

struct profile_options {
    struct client_options client; /* first: the client's rows take it for theirs */
    int64_t from_s;
    int64_t to_s;
    bool from;
    bool to;
    bool csv;
};

static void take_from(void *context, struct option_value *value)
{
    struct profile_options *options = context;
    options->from_s = option_time(value);
    options->from = true;
}

static void take_to(void *context, struct option_value *value)
{
    struct profile_options *options = context;
    options->to_s = option_time(value);
    options->to = true;
}

static void take_csv(void *context, struct option_value *value)
{
    (void)value;
    struct profile_options *options = context;
    options->csv = true;
}

static const struct option_row own_rows[OWN_OPTIONS] = {
    {"from", "TIME", take_from, "rows from TIME on, UTC: 2026-11-21T00:00:00"},
    {"to", "TIME", take_to, "rows up to TIME"},
    {"csv", NULL, take_csv, "print lines with commas"},
};

static const char usage[] =
    "usage: watthour profile [OPTIONS] METER PROFILE\n\n"
    "PROFILE is an OBIS code: 1-0:99.1.0 the first load profile, 1-0:99.2.0 the second,\n"
    "0-0:98.1.0 billing, 0-0:99.98.0 the standard log. A table is printed, or JSON, or "
    "CSV.\n\n" URL_HELP "\n";

/* ---- Progress ---- */

static void show_progress(int64_t done, int64_t all)
{
    if (!isatty(STDERR_FILENO) || all <= 0) {
        return;
    }
    int filled = (int)(done * BAR / all);
    fprintf(stderr, "\r[%.*s%.*s] %3d %%%s", filled, "##############################", BAR - filled,
            "                              ", (int)(done * 100 / all), done == all ? "\n" : "");
}

/* A day at a time. */
static int read_range(struct profile_reader *reader, int64_t from_s, int64_t to_s)
{
    for (int64_t at_s = from_s; at_s <= to_s; at_s += SLICE_S) {
        int64_t end_s = at_s + SLICE_S - 1 < to_s ? at_s + SLICE_S - 1 : to_s;
        if (profile_reader_range(reader, at_s, end_s) != 0) {
            return -1;
        }
        show_progress(end_s - from_s + 1, to_s - from_s + 1);
    }
    return 0;
}

static int read_all(struct profile_reader *reader)
{
    for (uint32_t from = 1; from <= reader->entries; from += SLICE_ROWS) {
        uint32_t to = from + SLICE_ROWS - 1;
        to = to < reader->entries ? to : reader->entries;
        if (profile_reader_entries(reader, from, to) != 0) {
            return -1;
        }
        show_progress(to, reader->entries);
    }
    return 0;
}

/* The time of an entry: where an open end of the range lies. */
static int find_end(struct profile_reader *reader, uint32_t entry, int64_t *time_s)
{
    if (profile_reader_entries(reader, entry, entry) != 0) {
        return -1;
    }
    *time_s = profile_reader_time(reader);
    cJSON_DeleteItemFromArray(reader->rows, cJSON_GetArraySize(reader->rows) - 1);
    return 0;
}

static int read_rows(struct profile_reader *reader, const struct profile_options *options)
{
    int64_t from_s = options->from_s;
    int64_t to_s = options->to_s;
    if (!options->from && !options->to) {
        return read_all(reader);
    }
    if (reader->entries == 0) {
        return 0;
    }
    if (!options->from && find_end(reader, 1, &from_s) != 0) {
        return -1;
    }
    if (!options->to && find_end(reader, reader->entries, &to_s) != 0) {
        return -1;
    }
    return read_range(reader, from_s, to_s);
}

/* ---- Output ---- */

static void column_name(const struct profile_reader_column *column, char text[WORDS_OBIS_ROOM])
{
    char label[WORDS_LABEL_ROOM];
    words_label(&column->name, label);
    words_obis(&column->name, text);
    if (*label) {
        snprintf(text, WORDS_OBIS_ROOM, "%s", label);
    }
}

static void print_json(const struct profile_reader *reader)
{
    cJSON *out = cJSON_CreateObject();
    cJSON *columns = cJSON_AddArrayToObject(out, "columns");
    for (int i = 0; i < reader->count; i++) {
        char obis[WORDS_OBIS_ROOM];
        cJSON *column = cJSON_CreateObject();
        words_obis(&reader->columns[i].name, obis);
        cJSON_AddStringToObject(column, "obis", obis);
        cJSON_AddNumberToObject(column, "class", reader->columns[i].class_id);
        cJSON_AddNumberToObject(column, "attribute", reader->columns[i].attribute);
        if (*reader->columns[i].unit) {
            cJSON_AddStringToObject(column, "unit", reader->columns[i].unit);
        }
        cJSON_AddItemToArray(columns, column);
    }
    cJSON_AddItemReferenceToObject(out, "rows", reader->rows);
    value_print(out);
    cJSON_Delete(out);
}

static char *cell_text(const cJSON *cell)
{
    return cJSON_IsString(cell) ? strdup(cell->valuestring) : cJSON_PrintUnformatted(cell);
}

/* A comma within is quoted. */
static void print_cell(const cJSON *cell, bool csv, bool first)
{
    char *text = cell_text(cell);
    const char *shown = text ? text : "";
    if (csv) {
        const char *quote = strpbrk(shown, ",\"") ? "\"" : "";
        printf("%s%s%s%s", first ? "" : ",", quote, shown, quote);
    } else {
        printf("%s%*s", first ? "" : "  ", first ? -25 : 12, shown);
    }
    free(text);
}

static void print_head(const struct profile_reader *reader, bool csv)
{
    for (int i = 0; i < reader->count; i++) {
        char name[WORDS_OBIS_ROOM];
        char text[WORDS_OBIS_ROOM + 16];
        column_name(&reader->columns[i], name);
        const char *unit = reader->columns[i].unit;
        snprintf(text, sizeof text, *unit ? "%s [%s]" : "%s", name, unit);
        printf(csv ? "%s%s" : i == 0 ? "%s%-25s" : "%s%12s", i == 0 ? "" : csv ? "," : "  ", text);
    }
    putchar('\n');
}

static void print_rows(const struct profile_reader *reader, bool csv)
{
    const cJSON *row;
    print_head(reader, csv);
    cJSON_ArrayForEach(row, reader->rows)
    {
        const cJSON *cell;
        bool first = true;
        cJSON_ArrayForEach(cell, row)
        {
            print_cell(cell, csv, first);
            first = false;
        }
        putchar('\n');
    }
}

static int read_profile(struct client *client, const struct cosem_name *name,
                        const struct profile_options *options)
{
    struct profile_reader reader = {.rows = NULL};
    int exit_code = COMMAND_FAILED;
    if (client_open(client) == 0 && profile_reader_open(&reader, client, name) == 0 &&
        read_rows(&reader, options) == 0) {
        if (options->client.json) {
            print_json(&reader);
        } else {
            print_rows(&reader, options->csv);
        }
        exit_code = COMMAND_DONE;
    }
    profile_reader_close(&reader);
    return exit_code;
}

int command_profile(int argc, char **argv)
{
    struct profile_options options = {.client = client_defaults};
    struct option_row rows[OWN_OPTIONS + CLIENT_OPTIONS];
    memcpy(rows, own_rows, sizeof own_rows);
    memcpy(rows + OWN_OPTIONS, client_option_rows, sizeof client_option_rows);
    const struct option_table table = {"profile", usage, rows, OWN_OPTIONS + CLIENT_OPTIONS};
    const char *words[WORDS];
    int exit_code;
    options.client.command = table.command;
    if (client_words(&options.client, &table, argc, argv, words, WORDS, WORDS, &exit_code) < 0) {
        return exit_code;
    }
    struct words_target target;
    if (words_find(words[1], &target) != 0) {
        fprintf(stderr, "watthour profile: %s: give an OBIS code, such as 1-0:99.1.0\n", words[1]);
        return COMMAND_USAGE;
    }
    struct client client;
    client_init(&client, &options.client);
    exit_code = read_profile(&client, &target.name, &options);
    client_close(&client);
    return exit_code;
}
