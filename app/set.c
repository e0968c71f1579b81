/* watthour set and watthour act: write attributes, call methods. */
#include "app/command.h"
#include "app/data_text.h"
#include "app/several.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAIRS_MOST = 32, WORDS_MOST = 1 + 2 * PAIRS_MOST };

static const char set_usage[] =
    "usage: watthour set [OPTIONS] METER OBJECT[:ATTRIBUTE] VALUE ...\n\n"
    "Writes attributes (2 unless given) and says whether the meter took them. OBJECT is named\n"
    "as for 'watthour get'.\n" URL_HELP DATA_TEXT_HELP;

static const char act_usage[] =
    "usage: watthour act [OPTIONS] METER OBJECT:METHOD [VALUE]\n"
    "       watthour act [OPTIONS] METER OBJECT:METHOD VALUE OBJECT:METHOD VALUE ...\n\n"
    "Calls methods and prints what they give back. OBJECT is named as for 'watthour get'.\n"
    "Without a VALUE the parameter is i8:0.\n" URL_HELP DATA_TEXT_HELP;

/* What the command line asks for. */
struct task {
    struct client client;
    const char *words[PAIRS_MOST];
    struct words_target targets[PAIRS_MOST];
    struct dlms_order orders[PAIRS_MOST];
    uint8_t *octets; /* of all values */
    int count;
    cJSON *json; /* NULL: lines are printed */
};

static int say(const struct task *task, int index, const char *reason)
{
    const char *word = task->words[index];
    fprintf(stderr, "watthour %s: %s: %s\n", task->client.options->command, word, reason);
    return 1;
}

/* One pair of words: 0, or -1 and one line says why. */
static int take_pair(struct task *task, enum dlms_access_choice what, const char *word,
                     const char *value)
{
    int i = task->count;
    uint8_t *octets = task->octets + (size_t)i * DATA_TEXT_ROOM;
    const char *wanted;
    if (words_find(word, &task->targets[i]) != 0) {
        fprintf(stderr,
                "watthour %s: %s: neither an OBIS code nor a word; see 'watthour get --help'\n",
                task->client.options->command, word);
        return -1;
    }
    size_t size = data_text_take(value, octets, &wanted);
    if (size == 0) {
        fprintf(stderr, "watthour %s: %s: no value: %s\n", task->client.options->command, value,
                wanted);
        return -1;
    }
    task->words[i] = word;
    task->orders[i] = (struct dlms_order){.what = what, .value = reader_over(octets, size)};
    task->count++;
    return 0;
}

/* "done", or what a method gave back. */
static void print_outcome(struct task *task, const struct reader *returned)
{
    static const struct value_meaning plain;
    cJSON *value = reader_left(returned) > 0 ? value_json(*returned, &plain) : NULL;
    if (task->json) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddTrueToObject(row, "done");
        if (value) {
            cJSON_AddItemToObject(row, "returned", value);
        }
        cJSON_AddItemToArray(task->json, row);
        return;
    }
    if (value) {
        value_print(value);
    } else {
        puts("done");
    }
    cJSON_Delete(value);
}

static int take_outcome(void *owner, int index, const struct dlms_order_outcome *outcome)
{
    struct task *task = owner;
    if (outcome->result != COSEM_SUCCESS) {
        return say(task, index, client_result_text(outcome->result));
    }
    print_outcome(task, &outcome->value);
    return 0;
}

static int carry_out(struct task *task)
{
    if (client_open(&task->client) != 0 ||
        several_find_classes(&task->client, task->targets, task->count) != 0) {
        return COMMAND_FAILED;
    }
    for (int i = 0; i < task->count; i++) {
        const struct words_target *target = &task->targets[i];
        if (target->class_id == 0) {
            (void)say(task, i, client_result_text(COSEM_OBJECT_UNDEFINED));
            return COMMAND_FAILED;
        }
        task->orders[i].target =
            (struct dlms_target){target->class_id, target->name, (int8_t)target->attribute};
    }
    int done = several_do(&task->client, task->orders, task->count, take_outcome, task);
    return done == 0 ? COMMAND_DONE : COMMAND_FAILED;
}

/* One object as JSON, several as an array of them. */
static void print_json(const struct task *task)
{
    cJSON *only = cJSON_GetArraySize(task->json) == 1 ? cJSON_GetArrayItem(task->json, 0) : NULL;
    if (only != NULL && task->count == 1) {
        value_print(only);
    } else if (cJSON_GetArraySize(task->json) > 0) {
        value_print(task->json);
    }
}

static int do_pairs(struct task *task, enum dlms_access_choice what, const char **words, int pairs)
{
    task->octets = malloc((size_t)PAIRS_MOST * DATA_TEXT_ROOM);
    if (task->octets == NULL) {
        return COMMAND_FAILED;
    }
    for (int i = 0; i < pairs; i++) {
        if (take_pair(task, what, words[2 * i], words[2 * i + 1]) != 0) {
            return COMMAND_USAGE;
        }
    }
    task->json = task->client.options->json ? cJSON_CreateArray() : NULL;
    int exit_code = carry_out(task);
    if (task->json) {
        print_json(task);
    }
    return exit_code;
}

static int command(const char *name, const char *usage, enum dlms_access_choice what, int argc,
                   char **argv)
{
    struct client_options options = client_defaults;
    struct option_row rows[CLIENT_SEVERAL_OPTIONS];
    const struct option_table table = {name, usage, rows, CLIENT_SEVERAL_OPTIONS};
    const char *words[WORDS_MOST] = {[2] = "i8:0"};
    int exit_code;
    bool calls = what == DLMS_ACCESS_ACTION;
    client_several_rows(rows);
    options.command = name;
    int count =
        client_words(&options, &table, argc, argv, words, calls ? 2 : 3, WORDS_MOST, &exit_code);
    if (count < 0) {
        return exit_code;
    }
    int pairs = count / 2; /* the parameter of the only method may be left out */
    if (count % 2 == 0 && count > 2) {
        fprintf(stderr, "watthour %s: %s: give a value, too\n", name, words[2 * pairs - 1]);
        return COMMAND_USAGE;
    }
    static struct task task;
    client_init(&task.client, &options);
    exit_code = do_pairs(&task, what, words + 1, pairs);
    client_close(&task.client);
    free(task.octets);
    cJSON_Delete(task.json);
    return exit_code;
}

int command_set(int argc, char **argv)
{
    return command("set", set_usage, DLMS_ACCESS_SET, argc, argv);
}

int command_act(int argc, char **argv)
{
    return command("act", act_usage, DLMS_ACCESS_ACTION, argc, argv);
}
