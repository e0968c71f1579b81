#define _POSIX_C_SOURCE 200809L /* isatty */
/* watthour dump: every attribute that the meter lets the client read. */
#include "app/client.h"
#include "app/command.h"
#include "app/object_list.h"
#include "app/reading.h"
#include "app/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct option_table table = {
    .command = "dump",
    .usage = "usage: watthour dump [OPTIONS] METER\n\n"
             "Reads every attribute that the meter lets the client read.\n" URL_HELP "\n",
    .rows = client_option_rows,
    .count = CLIENT_OPTIONS,
};

enum { ASSOCIATION_LN = 15, MODES_AS_BITS = 3 /* version of Association LN */ };

/* The rights are enumerated, or from version 3 of the association on bits, the lowest of which is
 * the right to read. */
static bool is_readable(uint8_t mode, bool bits)
{
    return bits ? (mode & 1) != 0 : mode == 1 || mode == 3 || mode == 4 || mode == 6;
}

static bool modes_are_bits(const struct object_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->entries[i].class_id == ASSOCIATION_LN) {
            return list->entries[i].version >= MODES_AS_BITS;
        }
    }
    return false;
}

static cJSON *make_value(const struct reading *reading, int read)
{
    cJSON *value = read == 0 ? value_json(reading->value, &reading->meaning) : NULL;
    if (value) {
        return value;
    }
    value = cJSON_CreateObject();
    cJSON_AddStringToObject(value, "error",
                            read > 0 ? client_result_text(reading->result) : "malformed");
    return value;
}

static void print_value(const struct object_entry *entry, int attribute, const cJSON *value,
                        const char *unit)
{
    char obis[WORDS_OBIS_ROOM];
    char *text = cJSON_PrintUnformatted(value);
    words_obis(&entry->name, obis);
    printf("%-16s %3u %3d  %s%s%s\n", obis, entry->class_id, attribute, text ? text : "",
           *unit ? " " : "", unit);
    free(text);
}

static int dump_attribute(struct client *client, const struct object_entry *entry, int attribute,
                          cJSON *attributes)
{
    struct reading reading;
    int read = reading_take(&reading, client, entry->class_id, &entry->name, attribute);
    if (read < 0) {
        return -1;
    }
    cJSON *value = make_value(&reading, read);
    if (!attributes) {
        print_value(entry, attribute, value, reading.unit);
        cJSON_Delete(value);
        return 0;
    }
    char number[8];
    snprintf(number, sizeof number, "%d", attribute);
    cJSON_AddItemToObject(attributes, number, value);
    return 0;
}

static cJSON *add_object(cJSON *rows, const struct object_entry *entry)
{
    char obis[WORDS_OBIS_ROOM];
    words_obis(&entry->name, obis);
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "obis", obis);
    cJSON_AddNumberToObject(row, "class", entry->class_id);
    cJSON_AddNumberToObject(row, "version", entry->version);
    cJSON_AddItemToArray(rows, row);
    return cJSON_AddObjectToObject(row, "attributes");
}

/* On a terminal, how far it has come. */
static void show_progress(size_t done, size_t all)
{
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%zu of %zu objects%s", done, all, done == all ? "\n" : "");
    }
}

static int dump_object(struct client *client, const struct object_entry *entry, bool bits,
                       cJSON *rows)
{
    cJSON *attributes = rows ? add_object(rows, entry) : NULL;
    for (int i = 0; i < entry->attribute_count; i++) {
        if (is_readable(entry->attributes[i].mode, bits) &&
            dump_attribute(client, entry, entry->attributes[i].id, attributes) != 0) {
            return -1;
        }
    }
    return 0;
}

static int dump_meter(struct client *client)
{
    struct object_list list;
    if (client_open(client) != 0 || object_list_read(&list, client) != 0) {
        return COMMAND_FAILED;
    }
    cJSON *rows = client->options->json ? cJSON_CreateArray() : NULL;
    bool bits = modes_are_bits(&list);
    int exit_code = COMMAND_DONE;
    for (size_t i = 0; i < list.count && exit_code == COMMAND_DONE; i++) {
        if (dump_object(client, &list.entries[i], bits, rows) != 0) {
            exit_code = COMMAND_FAILED;
        }
        if (rows) {
            show_progress(i + 1, list.count);
        }
    }
    if (rows) {
        value_print(rows);
    }
    cJSON_Delete(rows);
    object_list_free(&list);
    return exit_code;
}

int command_dump(int argc, char **argv)
{
    struct client_options options = client_defaults;
    const char *words[1];
    int exit_code;
    options.command = table.command;
    if (client_words(&options, &table, argc, argv, words, 1, 1, &exit_code) < 0) {
        return exit_code;
    }
    struct client client;
    client_init(&client, &options);
    exit_code = dump_meter(&client);
    client_close(&client);
    return exit_code;
}
