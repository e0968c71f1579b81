/* watthour objects: what a meter shows to a client. */
#include "app/client.h"
#include "app/command.h"
#include "app/object_list.h"
#include "app/reading.h"
#include "app/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = CLIENT_OPTIONS + 1, ASSOCIATION_LN = 15, RIGHTS_ROOM = 256, VALUE = 2 };

static void take_values(void *context, struct option_value *value)
{
    (void)value;
    struct client_options *options = context;
    options->values = true;
}

static const char usage[] =
    "usage: watthour objects [OPTIONS] METER\n\n"
    "Lists every object that the meter shows to the client: OBIS code, the word for it, class,\n"
    "version, and its rights on attributes (r read, w write; a: authenticated requests only) and\n"
    "methods (m).\n" URL_HELP "\n";

static const char *mode_text(uint8_t mode)
{
    static const char *const modes[] = {"", "r", "w", "rw", "ra", "wa", "rwa"};
    return mode < sizeof modes / sizeof modes[0] ? modes[mode] : "?";
}

/* "1r 2r 3rw m1". */
static void rights_text(const struct object_entry *entry, char text[RIGHTS_ROOM])
{
    size_t size = 0;
    text[0] = '\0';
    for (int i = 0; i < entry->attribute_count && size < RIGHTS_ROOM - 16; i++) {
        const struct object_right *right = &entry->attributes[i];
        if (right->mode != 0) {
            size += (size_t)snprintf(text + size, RIGHTS_ROOM - size, "%s%d%s", size ? " " : "",
                                     right->id, mode_text(right->mode));
        }
    }
    for (int i = 0; i < entry->method_count && size < RIGHTS_ROOM - 16; i++) {
        if (entry->methods[i].mode != 0) {
            size += (size_t)snprintf(text + size, RIGHTS_ROOM - size, " m%d", entry->methods[i].id);
        }
    }
}

/* The value of attribute 2, or why there is none; NULL where it is not asked for. The object list
 * in itself is not repeated. 0, or -1: the connection is of no more use. */
static int read_value(struct client *client, const struct object_entry *entry, cJSON **value,
                      const char **unit)
{
    struct reading reading;
    *value = NULL;
    *unit = "";
    if (!client->options->values || entry->class_id == ASSOCIATION_LN) {
        return 0;
    }
    int read = reading_take(&reading, client, entry->class_id, &entry->name, VALUE);
    if (read < 0) {
        return -1;
    }
    if (read == 0) {
        *value = value_json(reading.value, &reading.meaning);
        *unit = reading.unit;
    }
    if (!*value) {
        *value = cJSON_CreateNull();
    }
    return 0;
}

static void print_entry(const struct object_entry *entry, cJSON *value, const char *unit)
{
    char obis[WORDS_OBIS_ROOM];
    char label[WORDS_LABEL_ROOM];
    char class_name[WORDS_CLASS_ROOM];
    char rights[RIGHTS_ROOM];
    words_obis(&entry->name, obis);
    words_label(&entry->name, label);
    words_class(entry->class_id, class_name);
    rights_text(entry, rights);
    printf("%-16s %-12s %2u %-20s v%u  ", obis, label, entry->class_id, class_name, entry->version);
    if (!value) {
        puts(rights);
        return;
    }
    const char *bare = cJSON_GetStringValue(value);
    char *text = bare ? NULL : cJSON_PrintUnformatted(value);
    printf("%-26s %s%s%s\n", rights, bare ? bare : text ? text : "", *unit ? " " : "", unit);
    free(text);
}

static cJSON *make_rights(const struct object_right *rights, int count)
{
    cJSON *array = cJSON_CreateArray();
    for (int i = 0; i < count; i++) {
        cJSON *right = cJSON_CreateObject();
        cJSON_AddNumberToObject(right, "id", rights[i].id);
        cJSON_AddNumberToObject(right, "access", rights[i].mode);
        cJSON_AddItemToArray(array, right);
    }
    return array;
}

static void add_entry(cJSON *rows, const struct object_entry *entry, cJSON *value, const char *unit)
{
    char obis[WORDS_OBIS_ROOM];
    char label[WORDS_LABEL_ROOM];
    char class_name[WORDS_CLASS_ROOM];
    words_obis(&entry->name, obis);
    words_label(&entry->name, label);
    words_class(entry->class_id, class_name);
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "obis", obis);
    cJSON_AddStringToObject(row, "word", label);
    cJSON_AddNumberToObject(row, "class", entry->class_id);
    cJSON_AddStringToObject(row, "class_name", class_name);
    cJSON_AddNumberToObject(row, "version", entry->version);
    cJSON_AddItemToObject(row, "attributes",
                          make_rights(entry->attributes, entry->attribute_count));
    cJSON_AddItemToObject(row, "methods", make_rights(entry->methods, entry->method_count));
    if (value) {
        cJSON_AddItemToObject(row, "value", value);
    }
    if (*unit) {
        cJSON_AddStringToObject(row, "unit", unit);
    }
    cJSON_AddItemToArray(rows, row);
}

static int list_objects(struct client *client, const struct object_list *list, cJSON *rows)
{
    for (size_t i = 0; i < list->count; i++) {
        const char *unit;
        cJSON *value;
        if (read_value(client, &list->entries[i], &value, &unit) != 0) {
            return COMMAND_FAILED;
        }
        if (rows) {
            add_entry(rows, &list->entries[i], value, unit);
        } else {
            print_entry(&list->entries[i], value, unit);
            cJSON_Delete(value);
        }
    }
    return COMMAND_DONE;
}

static int list_meter(struct client *client)
{
    struct object_list list;
    if (client_open(client) != 0 || object_list_read(&list, client) != 0) {
        return COMMAND_FAILED;
    }
    cJSON *rows = client->options->json ? cJSON_CreateArray() : NULL;
    int exit_code = list_objects(client, &list, rows);
    if (rows) {
        value_print(rows);
    }
    cJSON_Delete(rows);
    object_list_free(&list);
    return exit_code;
}

int command_objects(int argc, char **argv)
{
    struct option_row rows[ROWS];
    memcpy(rows, client_option_rows, sizeof client_option_rows);
    rows[CLIENT_OPTIONS] =
        (struct option_row){"values", NULL, take_values, "read attribute 2 of every object, too"};
    struct option_table table = {"objects", usage, rows, ROWS};
    struct client_options options = client_defaults;
    const char *words[1];
    int exit_code;
    options.command = table.command;
    if (client_words(&options, &table, argc, argv, words, 1, 1, &exit_code) < 0) {
        return exit_code;
    }
    struct client client;
    client_init(&client, &options);
    exit_code = list_meter(&client);
    client_close(&client);
    return exit_code;
}
