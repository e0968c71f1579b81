/* watthour get: reads attributes. */
#include "app/client.h"
#include "app/command.h"
#include "app/several.h"
#include "app/words.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORDS_MOST = 256 };

static const char usage[] =
    "usage: watthour get [OPTIONS] METER OBJECT[:ATTRIBUTE] ...\n\n"
    "OBJECT is an OBIS code (1-0:32.7.0, or 32.7.0) or a word: clock, name, serial,\n"
    "firmware, metrology, checksum, association, saps, or a quantity such as u1, i1,\n"
    "p, a+, f, pf ('watthour objects' lists them). ATTRIBUTE is 2 unless given.\n"
    "3:1-0:32.7.0 says the class, too. Without it the one that the code usually has is\n"
    "tried, and where that is wrong the meter's object list is read.\n" URL_HELP "\n";

struct get {
    struct client client;
    struct words_target targets[WORDS_MOST];
    const char *words[WORDS_MOST];
    int count;
    cJSON *json; /* NULL: lines are printed */
};

/* 1: goes on with the next word, and the command fails in the end. */
static int refuse(const struct get *get, const char *word, const char *reason)
{
    fprintf(stderr, "watthour get: %s: %s\n", word, reason);
    if (get->json) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "word", word);
        cJSON_AddStringToObject(row, "error", reason);
        cJSON_AddItemToArray(get->json, row);
    }
    return 1;
}

static void print_line(const char *obis, const char *label, const char *value, const char *unit)
{
    printf("%-16s %-12s %s%s%s\n", obis, label, value, *unit ? " " : "", unit);
}

static void add_row(cJSON *rows, const struct words_target *target, const char *label, cJSON *value,
                    const char *unit)
{
    char obis[WORDS_OBIS_ROOM];
    words_obis(&target->name, obis);
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "obis", obis);
    cJSON_AddStringToObject(row, "word", label);
    cJSON_AddNumberToObject(row, "class", target->class_id);
    cJSON_AddNumberToObject(row, "attribute", target->attribute);
    cJSON_AddItemToObject(row, "value", value);
    if (*unit) {
        cJSON_AddStringToObject(row, "unit", unit);
    }
    cJSON_AddItemToArray(rows, row);
}

/* The value goes out: 0, or 1 when it is none. */
static int show(const struct get *get, const struct words_target *target,
                const struct reading *reading)
{
    char obis[WORDS_OBIS_ROOM];
    char label[WORDS_LABEL_ROOM];
    words_obis(&target->name, obis);
    words_label(&target->name, label);
    if (get->json) {
        cJSON *value = value_json(reading->value, &reading->meaning);
        if (value) {
            add_row(get->json, target, label, value, reading->unit);
        }
        return value == NULL;
    }
    char *text = value_text(reading->value, &reading->meaning);
    if (text) {
        print_line(obis, label, text, reading->unit);
    }
    free(text);
    return text == NULL;
}

static int take(void *owner, int index, const struct reading *reading)
{
    struct get *get = owner;
    const char *word = get->words[index];
    if (reading->result != COSEM_SUCCESS) {
        return refuse(get, word, client_result_text(reading->result));
    }
    if (show(get, &get->targets[index], reading) != 0) {
        return refuse(get, word, "the meter's answer is malformed");
    }
    return 0;
}

/* What is no object of the meter is said at once, and not asked for. */
static int find_targets(struct get *get, const char **words, int count)
{
    struct words_target targets[WORDS_MOST];
    const char *known[WORDS_MOST];
    int failed = 0;
    int found = 0;
    for (int i = 0; i < count; i++) {
        known[found] = words[i];
        if (words_find(words[i], &targets[found]) == 0) {
            found++;
        } else {
            failed =
                refuse(get, words[i], "neither an OBIS code nor a word; see 'watthour get --help'");
        }
    }
    if (several_find_classes(&get->client, targets, found) != 0) {
        return -1;
    }
    for (int i = 0; i < found; i++) {
        if (targets[i].class_id == 0) {
            failed = refuse(get, known[i], client_result_text(COSEM_OBJECT_UNDEFINED));
            continue;
        }
        get->words[get->count] = known[i];
        get->targets[get->count++] = targets[i];
    }
    return failed;
}

static int read_words(struct get *get, const char **words, int count)
{
    int failed = find_targets(get, words, count);
    if (failed >= 0) {
        int read = several_read(&get->client, get->targets, get->count, take, get);
        failed = read < 0 ? read : (failed | read);
    }
    return failed != 0 ? COMMAND_FAILED : COMMAND_DONE;
}

int command_get(int argc, char **argv)
{
    struct client_options options = client_defaults;
    const char *words[WORDS_MOST];
    int exit_code;
    struct option_row rows[CLIENT_SEVERAL_OPTIONS];
    const struct option_table table = {"get", usage, rows, CLIENT_SEVERAL_OPTIONS};
    client_several_rows(rows);
    options.command = table.command;
    int count = client_words(&options, &table, argc, argv, words, 2, WORDS_MOST, &exit_code);
    if (count < 0) {
        return exit_code;
    }
    static struct get get;
    client_init(&get.client, &options);
    exit_code = COMMAND_FAILED;
    if (client_open(&get.client) == 0) {
        get.json = options.json ? cJSON_CreateArray() : NULL;
        exit_code = read_words(&get, words + 1, count - 1);
        if (get.json) {
            value_print(get.json);
        }
    }
    client_close(&get.client);
    cJSON_Delete(get.json);
    return exit_code;
}
