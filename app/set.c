/* watthour set and watthour act: write an attribute, call a method. */
#include "app/client.h"
#include "app/command.h"
#include "app/data_text.h"
#include "app/object_list.h"
#include "app/value.h"
#include "app/words.h"

#include <stdio.h>

static const struct option_table set_table = {
    .command = "set",
    .usage =
        "usage: watthour set [OPTIONS] METER OBJECT[:ATTRIBUTE] VALUE\n\n"
        "Writes an attribute (2 unless given) and says whether the meter took it. OBJECT is named\n"
        "as for 'watthour get'.\n" URL_HELP DATA_TEXT_HELP,
    .rows = client_option_rows,
    .count = CLIENT_OPTIONS,
};

static const struct option_table act_table = {
    .command = "act",
    .usage =
        "usage: watthour act [OPTIONS] METER OBJECT:METHOD [VALUE]\n\n"
        "Calls a method and prints what it gives back. OBJECT is named as for 'watthour get'.\n"
        "Without a VALUE the parameter is i8:0.\n" URL_HELP DATA_TEXT_HELP,
    .rows = client_option_rows,
    .count = CLIENT_OPTIONS,
};

/* The class of an object that the command line does not tell. */
static int find_class(struct client *client, struct words_target *target)
{
    struct object_list list;
    if (object_list_read(&list, client) != 0) {
        return -1;
    }
    const struct object_entry *entry = object_list_find(&list, &target->name);
    target->class_id = entry ? entry->class_id : 0;
    object_list_free(&list);
    return 0;
}

static int say(const struct client *client, const char *word, const char *reason)
{
    fprintf(stderr, "watthour %s: %s: %s\n", client->options->command, word, reason);
    return COMMAND_FAILED;
}

static void print_outcome(const struct client *client, struct reader returned)
{
    static const struct value_meaning plain;
    cJSON *value = reader_left(&returned) > 0 ? value_json(returned, &plain) : NULL;
    if (client->options->json) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddTrueToObject(row, "done");
        if (value) {
            cJSON_AddItemToObject(row, "returned", value);
        }
        value_print(row);
        cJSON_Delete(row);
        return;
    }
    if (value) {
        value_print(value);
    } else {
        puts("done");
    }
    cJSON_Delete(value);
}

typedef int sends(struct client *client, const struct dlms_target *target, struct reader value,
                  struct reader *returned, enum cosem_result *result);

static int send(struct client *client, sends *sender, const char *word, struct words_target *target,
                struct reader value)
{
    if (client_open(client) != 0 || (target->class_id == 0 && find_class(client, target) != 0)) {
        return COMMAND_FAILED;
    }
    if (target->class_id == 0) {
        return say(client, word, client_result_text(COSEM_OBJECT_UNDEFINED));
    }
    struct dlms_target member = {target->class_id, target->name, (int8_t)target->attribute};
    enum cosem_result result;
    struct reader returned;
    int sent = sender(client, &member, value, &returned, &result);
    if (sent == 0) {
        print_outcome(client, returned);
    }
    return sent > 0 ? say(client, word, client_result_text(result))
                    : (sent < 0 ? COMMAND_FAILED : COMMAND_DONE);
}

static int command(const struct option_table *table, sends *sender, int argc, char **argv,
                   const char *otherwise)
{
    struct client_options options = client_defaults;
    const char *words[3] = {NULL, NULL, otherwise};
    int exit_code;
    options.command = table->command;
    int least = otherwise ? 2 : 3;
    if (client_words(&options, table, argc, argv, words, least, 3, &exit_code) < 0) {
        return exit_code;
    }
    struct words_target target;
    if (words_find(words[1], &target) != 0) {
        fprintf(stderr,
                "watthour %s: %s: neither an OBIS code nor a word; see 'watthour get --help'\n",
                table->command, words[1]);
        return COMMAND_USAGE;
    }
    uint8_t octets[DATA_TEXT_ROOM];
    const char *wanted;
    size_t size = data_text_take(words[2], octets, &wanted);
    if (size == 0) {
        fprintf(stderr, "watthour %s: %s: no value: %s\n", table->command, words[2], wanted);
        return COMMAND_USAGE;
    }
    struct client client;
    client_init(&client, &options);
    exit_code = send(&client, sender, words[1], &target, reader_over(octets, size));
    client_close(&client);
    return exit_code;
}

int command_set(int argc, char **argv)
{
    return command(&set_table, client_write, argc, argv, NULL);
}

int command_act(int argc, char **argv)
{
    return command(&act_table, client_call, argc, argv, "i8:0");
}
