/* watthour events: what a meter remembers of what happened, over DLMS/COSEM or from its data
 * directory. */
#include "app/client.h"
#include "app/command.h"
#include "app/event_text.h"
#include "app/flash_view.h"
#include "app/profile_reader.h"
#include "app/url.h"
#include "base/civil.h"
#include "function/event.h"
#include "product/product.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { OWN_OPTIONS = 1, PATH_ROOM = 4096, TIME_ROOM = 40 };

struct events_options {
    struct client_options client; /* first: the client's rows take it for theirs */
    int log;                      /* of `logs` */
};

static const char *const log_names[] = {"standard",      "fraud",          "quality",
                                        "communication", "terminal-cover", "meter-cover",
                                        "programming",   "interruption",   NULL};

static const struct log_row {
    enum event_log log;
    struct cosem_name name;
} logs[] = {
    {EVENT_LOG_STANDARD, COSEM_NAME(0, 0, 99, 98, 0)},
    {EVENT_LOG_FRAUD, COSEM_NAME(0, 0, 99, 98, 1)},
    {EVENT_LOG_QUALITY, COSEM_NAME(0, 0, 99, 98, 4)},
    {EVENT_LOG_COMMUNICATION, COSEM_NAME(0, 0, 99, 98, 5)},
    {EVENT_LOG_TERMINAL_COVER, COSEM_NAME(0, 0, 99, 98, 128)},
    {EVENT_LOG_METER_COVER, COSEM_NAME(0, 0, 99, 98, 130)},
    {EVENT_LOG_PROGRAMMING, COSEM_NAME(0, 0, 99, 98, 129)},
    {EVENT_LOG_INTERRUPTION, COSEM_NAME(1, 0, 99, 97, 0)},
};

static void take_log(void *context, struct option_value *value)
{
    struct events_options *options = context;
    options->log = option_word(value, log_names,
                               "standard, fraud, quality, communication, terminal-cover, "
                               "meter-cover, programming or interruption");
}

static const struct option_row own_rows[OWN_OPTIONS] = {
    {"log", "NAME", take_log,
     "standard (default), fraud, quality, communication,\n"
     "terminal-cover, meter-cover, programming (these of the\n"
     "XS211), interruption"},
};

static const char usage[] =
    "usage: watthour events [OPTIONS] METER|DIR\n\n"
    "Prints a log of the meter, oldest entry first. DIR is the data directory of a virtual meter\n"
    "(`watthour run --data DIR`), which may be running.\n" URL_HELP "\n";

/* ---- Output ---- */

struct output {
    enum event_log log;
    cJSON *rows; /* NULL: lines are printed */
};

/* Of the log of interruptions `number` is a duration, of the others a code. */
static void show(const struct output *output, const char *time, uint32_t number)
{
    bool duration = output->log == EVENT_LOG_INTERRUPTION;
    if (output->rows == NULL && duration) {
        printf("%-25s  %10u s\n", time, number);
    } else if (output->rows == NULL) {
        printf("%-25s  %3u  %s\n", time, number, event_text((uint8_t)number));
    } else {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "time", time);
        cJSON_AddNumberToObject(row, duration ? "duration_s" : "code", number);
        if (!duration) {
            cJSON_AddStringToObject(row, "event", event_text((uint8_t)number));
        }
        cJSON_AddItemToArray(output->rows, row);
    }
}

/* ---- From a meter ---- */

/* Numbers come as the text that they are printed with. */
static uint32_t number_of(const cJSON *cell)
{
    return cJSON_IsRaw(cell) ? (uint32_t)strtoul(cell->valuestring, NULL, 10) : 0;
}

static int read_meter(struct client *client, const struct log_row *log, const struct output *output)
{
    struct profile_reader reader = {.rows = NULL};
    const cJSON *row;
    int exit_code = COMMAND_FAILED;
    if (client_open(client) == 0 && profile_reader_open(&reader, client, &log->name) == 0 &&
        (reader.entries == 0 || profile_reader_entries(&reader, 1, 0) == 0)) {
        cJSON_ArrayForEach(row, reader.rows)
        {
            const cJSON *time = cJSON_GetArrayItem(row, 0);
            show(output, cJSON_IsString(time) ? time->valuestring : "?",
                 number_of(cJSON_GetArrayItem(row, 1)));
        }
        exit_code = COMMAND_DONE;
    }
    profile_reader_close(&reader);
    return exit_code;
}

/* ---- From a data directory ---- */

static void time_text(const struct event_stamp *stamp, char text[TIME_ROOM])
{
    struct civil c = civil_from_seconds(stamp->utc_s + stamp->offset_min * INT64_C(60));
    unsigned offset = (unsigned)abs(stamp->offset_min);
    snprintf(text, TIME_ROOM, "%04d-%02u-%02uT%02u:%02u:%02u%c%02u:%02u", (int)c.year, c.month,
             c.day, c.hour, c.minute, c.second, stamp->offset_min < 0 ? '-' : '+', offset / 60,
             offset % 60);
}

static int refuse(const char *where, const char *what)
{
    fprintf(stderr, "watthour events: %s: %s\n", where, what);
    return COMMAND_FAILED;
}

static int show_log(const struct event_book *book, const struct output *output)
{
    const struct record_ring *ring = event_log_ring(book, output->log);
    if (ring == NULL) {
        return -1;
    }
    for (uint32_t n = record_first(ring); n < record_next(ring); n++) {
        struct event event;
        char time[TIME_ROOM];
        if (event_log_read(book, output->log, n, &event) == STORAGE_DONE) {
            time_text(&event.stamp, time);
            show(output, time,
                 output->log == EVENT_LOG_INTERRUPTION ? event.detail.duration_s : event.code);
        }
    }
    return 0;
}

static int read_directory(const char *directory, const struct output *output)
{
    char path[PATH_ROOM];
    char error[256];
    struct flash_view *view = malloc(sizeof *view);
    struct clock clock = {.utc_ms = 0};
    int exit_code = COMMAND_FAILED;
    snprintf(path, sizeof path, "%s/flash.nor", directory);
    if (view == NULL || flash_view_open(view, path, error, sizeof error) != 0) {
        free(view);
        return refuse(path, view ? error : "no memory");
    }
    const struct product *product = view->layout ? product_find(view->layout->product) : NULL;
    if (product == NULL) {
        exit_code = refuse(path, "no meter has written it");
    } else {
        struct event_book book;
        event_init(&book, product->events, &clock);
        book.storage = &view->storage;
        book.ready = true;
        exit_code = show_log(&book, output) == 0 ? COMMAND_DONE
                                                 : refuse(path, "this meter has no such log");
    }
    flash_view_close(view);
    free(view);
    return exit_code;
}

static bool is_directory(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static int read_log(const struct events_options *options, const char *where,
                    const struct output *output)
{
    if (is_directory(where)) {
        return read_directory(where, output);
    }
    struct client client;
    client_init(&client, &options->client);
    int exit_code = read_meter(&client, &logs[options->log], output);
    client_close(&client);
    return exit_code;
}

int command_events(int argc, char **argv)
{
    struct events_options options = {.client = client_defaults};
    struct option_row rows[OWN_OPTIONS + CLIENT_OPTIONS];
    memcpy(rows, own_rows, sizeof own_rows);
    memcpy(rows + OWN_OPTIONS, client_option_rows, sizeof client_option_rows);
    const struct option_table table = {"events", usage, rows, OWN_OPTIONS + CLIENT_OPTIONS};
    const char *word;
    int exit_code;
    options.client.command = table.command;
    if (client_words(&options.client, &table, argc, argv, &word, 1, 1, &exit_code) < 0) {
        return exit_code;
    }
    const struct output output = {.log = logs[options.log].log,
                                  .rows = options.client.json ? cJSON_CreateArray() : NULL};
    exit_code = read_log(&options, word, &output);
    if (output.rows && exit_code == COMMAND_DONE) {
        value_print(output.rows);
    }
    cJSON_Delete(output.rows);
    return exit_code;
}
