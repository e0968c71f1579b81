/* watthour p1: reads telegrams of a customer port, shows and checks them. */
#define _POSIX_C_SOURCE 200809L /* read */
#include "app/command.h"
#include "app/option.h"
#include "app/p1_check.h"
#include "app/p1_fault.h"
#include "app/p1_key.h"
#include "app/p1_text.h"
#include "app/serial_device.h"
#include "app/socket.h"
#include "app/url.h"
#include "app/value.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 16384, CHUNK = 2048, CONNECT_MS = 5000, BAUD = 115200, SECOND_MS = 1000 };

struct p1_options {
    uint64_t count; /* telegrams; 0: until the source ends */
    double for_s;   /* 0: any time */
    int timeout_s;  /* silence that is an error */
    bool json;
    bool quiet;
    bool list_faults;
    bool encrypted;
    struct p1_keys keys;
};

struct p1_run {
    struct p1_options options;
    const char *source;
    int fd;
    struct p1_receiver receiver;
    struct p1_checker checker;
    cJSON *remarks; /* of the telegram at hand, with --json */
    uint64_t telegrams;
    uint64_t amiss;
    uint8_t text[BUFFER];
    uint8_t envelope[BUFFER];
    size_t envelope_size;
};

static void take_count(void *context, struct option_value *value)
{
    struct p1_options *options = context;
    options->count = option_integer(value, UINT32_MAX, "how many telegrams (0 = until it ends)");
}

static void take_for(void *context, struct option_value *value)
{
    struct p1_options *options = context;
    options->for_s = option_number(value, 0.1, 1e9, "seconds above 0");
}

static void take_timeout(void *context, struct option_value *value)
{
    struct p1_options *options = context;
    options->timeout_s = (int)option_integer(value, 3600, "seconds up to 3600");
}

static void take_key(void *context, struct option_value *value)
{
    struct p1_options *options = context;
    options->encrypted = true;
    if (p1_key_take(value->text, &options->keys) != 0) {
        option_refuse(value, P1_KEY_WANTED);
    }
}

static void take_json(void *context, struct option_value *value)
{
    struct p1_options *options = context;
    (void)value;
    options->json = true;
}

static void take_faults(void *context, struct option_value *value)
{
    struct p1_options *options = context;
    (void)value;
    options->list_faults = true;
}

static void take_quiet(void *context, struct option_value *value)
{
    struct p1_options *options = context;
    (void)value;
    options->quiet = true;
}

static const struct option_row rows[] = {
    {"count", "N", take_count, "stop after so many telegrams (default 1, 0 = none)"},
    {"for", "SECONDS", take_for, "stop after so long; then as many telegrams as come"},
    {"timeout", "SECONDS", take_timeout, "silence that is an error (default 15)"},
    {"key", "HEX", take_key,
     "telegrams are encrypted with AES-128-GCM under this key;\n"
     "KEY:KEY gives the authentication key too"},
    {"faults", NULL, take_faults, "lists what 'watthour run --p1-fault NAME' plays"},
    {"quiet", NULL, take_quiet, "only what is amiss"},
    {"json", NULL, take_json, "one JSON object a telegram"},
};

static const struct option_table table = {
    .command = "p1",
    .usage =
        "usage: watthour p1 [OPTIONS] SOURCE\n\n"
        "Reads telegrams of a customer port P1 and checks them: CRC, form, time, that energies\n"
        "do not fall, that phases add up. SOURCE is tcp://HOST:PORT, serial:///dev/NAME\n"
        "(115200 8N1), a file, or - for the standard input.\n\n",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
};

static int fail(const struct p1_run *run, const char *reason)
{
    fprintf(stderr, "watthour p1: %s: %s\n", run->source, reason);
    return -1;
}

static int open_url(struct p1_run *run)
{
    char error[256];
    const char *unknown = NULL;
    struct url url;
    if (url_take(&url, run->source, error, sizeof error) != 0) {
        return fail(run, error);
    }
    if (url.scheme == URL_SERIAL) {
        run->fd = serial_device_open(url.host, BAUD, SERIAL_8N1);
    } else if (url.scheme == URL_TCP) {
        run->fd = socket_connect(url.host, url.port, false, CONNECT_MS, &unknown);
    } else {
        return fail(run, "give tcp:// or serial://");
    }
    return run->fd >= 0 ? 0 : fail(run, unknown ? unknown : strerror(errno));
}

static int open_source(struct p1_run *run)
{
    if (strcmp(run->source, "-") == 0) {
        run->fd = STDIN_FILENO;
        return 0;
    }
    if (strstr(run->source, "://")) {
        return open_url(run);
    }
    run->fd = open(run->source, O_RDONLY | O_NOCTTY | O_CLOEXEC);
    return run->fd >= 0 ? 0 : fail(run, strerror(errno));
}

static void take_remark(void *owner, const char *text)
{
    struct p1_run *run = owner;
    if (run->options.json) {
        cJSON_AddItemToArray(run->remarks, cJSON_CreateString(text));
    } else {
        printf("  ! %s\n", text);
    }
}

static void show(struct p1_run *run, const uint8_t *octets, size_t size)
{
    run->telegrams++;
    if (!run->options.json && !run->options.quiet) {
        p1_text_print(octets, size);
    }
    run->remarks = run->options.json ? cJSON_CreateArray() : NULL;
    run->amiss += p1_check_telegram(&run->checker, octets, size) > 0;
    if (run->options.json) {
        cJSON *telegram = p1_text_json(octets, size);
        cJSON_AddItemToObject(telegram, "remarks", run->remarks);
        char *line = cJSON_PrintUnformatted(telegram);
        puts(line);
        free(line);
        cJSON_Delete(telegram);
    }
    fflush(stdout);
}

static bool is_enough(const struct p1_run *run)
{
    return run->options.count > 0 && run->telegrams >= run->options.count;
}

static void take_text(struct p1_run *run, const uint8_t *octets, size_t size)
{
    size_t at = 0;
    while (at < size && !is_enough(run)) {
        bool whole;
        at += p1_receiver_take(&run->receiver, octets + at, size - at, &whole);
        if (whole) {
            show(run, run->receiver.octets, run->receiver.size);
        }
    }
}

/* Drops octets of the envelope from its beginning. */
static void drop(struct p1_run *run, size_t size)
{
    run->envelope_size -= size;
    memmove(run->envelope, run->envelope + size, run->envelope_size);
}

/* Takes the envelope at the beginning. False: more octets are needed. What is none, or was made
 * with another key, is passed over octet by octet. */
static bool take_envelope(struct p1_run *run)
{
    static uint8_t opened[BUFFER];
    int size = run->envelope_size > 0 ? p1_envelope_size(run->envelope, run->envelope_size) : 0;
    if (size == 0 || (size > 0 && size <= BUFFER && (size_t)size > run->envelope_size)) {
        return false;
    }
    int text = size > 0 && size <= BUFFER
                   ? p1_open(&run->options.keys, run->envelope, (size_t)size, opened)
                   : -1;
    if (text >= 0) {
        take_text(run, opened, (size_t)text);
    } else if (size > 0) {
        run->amiss++;
        puts("  ! an encrypted telegram is not of this key");
    }
    drop(run, text >= 0 ? (size_t)size : 1);
    return true;
}

static void take(struct p1_run *run, const uint8_t *octets, size_t size)
{
    if (!run->options.encrypted) {
        take_text(run, octets, size);
        return;
    }
    for (size_t i = 0; i < size && !is_enough(run); i++) {
        if (run->envelope_size == BUFFER) {
            drop(run, 1);
        }
        run->envelope[run->envelope_size++] = octets[i];
        while (take_envelope(run) && !is_enough(run)) {
            continue;
        }
    }
}

/* Octets that came; 0: the source has ended; -1: silence, or an error, which has been said. */
static int receive(const struct p1_run *run, uint8_t octets[CHUNK], int wait_ms)
{
    struct pollfd wanted = {.fd = run->fd, .events = POLLIN};
    int ready = poll(&wanted, 1, wait_ms);
    if (ready == 0) {
        return fail(run, "silent; is the port enabled?");
    }
    ssize_t got = ready < 0 ? -1 : read(run->fd, octets, CHUNK);
    return got < 0 && errno != EINTR ? fail(run, strerror(errno)) : (int)got;
}

static int read_until_enough(struct p1_run *run)
{
    uint8_t octets[CHUNK];
    int64_t end_ms = socket_now_ms() + (int64_t)(run->options.for_s * SECOND_MS);
    while (!is_enough(run)) {
        int64_t left_ms = run->options.for_s > 0 ? end_ms - socket_now_ms() : INT64_MAX;
        int wait_ms = run->options.timeout_s * SECOND_MS;
        if (left_ms <= 0) {
            return 0;
        }
        bool last = left_ms < wait_ms;
        struct pollfd wanted = {.fd = run->fd, .events = POLLIN};
        if (last && poll(&wanted, 1, (int)left_ms) == 0) {
            return 0;
        }
        int got = receive(run, octets, wait_ms);
        if (got <= 0) {
            return got;
        }
        take(run, octets, (size_t)got);
    }
    return 0;
}

/* The end of a file may be the end of a telegram. */
static int finish(struct p1_run *run)
{
    const struct p1_receiver *receiver = &run->receiver;
    if (receiver->state == P1_END && receiver->size > 0 && !is_enough(run)) {
        show(run, receiver->octets, receiver->size);
    }
    if (run->telegrams == 0) {
        return fail(run, "no telegram in what came");
    }
    if (run->options.quiet && !run->options.json) {
        printf("%llu telegrams, %llu with remarks, %u cut off\n",
               (unsigned long long)run->telegrams, (unsigned long long)run->amiss,
               receiver->cut_off);
    }
    return run->amiss > 0 ? -1 : 0;
}

int command_p1(int argc, char **argv)
{
    int exit_code = COMMAND_USAGE;
    struct p1_run *run = calloc(1, sizeof *run);
    if (!run) {
        fputs("watthour p1: out of memory\n", stderr);
        return COMMAND_FAILED;
    }
    run->options = (struct p1_options){.count = 1, .timeout_s = 15};
    int at = option_parse(&table, &run->options, argc, argv, &exit_code);
    if (at >= 0 && run->options.list_faults) {
        p1_fault_list();
        exit_code = COMMAND_DONE;
    } else if (at >= 0 && at + 1 != argc) {
        fputs("watthour p1: give one SOURCE; see 'watthour p1 --help'\n", stderr);
    } else if (at >= 0) {
        run->source = argv[at];
        run->options.count = run->options.for_s > 0 ? 0 : run->options.count;
        run->checker.remark = take_remark;
        run->checker.owner = run;
        p1_receiver_init(&run->receiver, run->text, sizeof run->text);
        exit_code = open_source(run) == 0 && read_until_enough(run) == 0 && finish(run) == 0
                        ? COMMAND_DONE
                        : COMMAND_FAILED;
        if (run->fd > STDIN_FILENO) {
            close(run->fd);
        }
    }
    free(run);
    return exit_code;
}
