/* watthour readout: takes the readout of IEC 62056-21 mode C from an optical port. */
#define _POSIX_C_SOURCE 200809L
#include "app/command.h"
#include "app/option.h"
#include "app/serial_device.h"
#include "app/sign_on.h"
#include "app/socket.h"
#include "app/url.h"
#include "app/value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONNECT_MS = 5000, ERROR_ROOM = 256 };

struct readout {
    const char *address;
    char list;
    bool json;
    cJSON *lines; /* NULL: they are printed */
};

static void take_address(void *context, struct option_value *value)
{
    struct readout *readout = context;
    readout->address = value->text;
    if (strlen(value->text) > IEC21_ADDRESS_MAX || strpbrk(value->text, "/!?")) {
        option_refuse(value, "at most 32 digits and letters");
    }
}

static void take_list(void *context, struct option_value *value)
{
    static const char *const words[] = {"0", "6", "7", "8", "9", NULL};
    struct readout *readout = context;
    readout->list = words[option_word(value, words, "0, or 6 to 9")][0];
}

static void take_json(void *context, struct option_value *value)
{
    struct readout *readout = context;
    (void)value;
    readout->json = true;
}

static const struct option_row rows[] = {
    {"address", "TEXT", take_address, "of the meter (default: whoever is there)"},
    {"list", "N", take_list, "0: the general list (default); 6 to 9: the maker's"},
    {"json", NULL, take_json, "one JSON object"},
};

static const struct option_table table = {
    .command = "readout",
    .usage =
        "usage: watthour readout [OPTIONS] METER\n\n"
        "Takes the readout of IEC 62056-21 mode C: sign-on at 300 baud, then at the speed that\n"
        "the meter offers. METER is serial:///dev/NAME, or tcp://HOST:PORT for a port behind a\n"
        "converter.\n\n",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
};

/* A data line, as it stands; in JSON its data sets by their addresses. */
static void take_line(void *owner, const char *text, size_t size)
{
    struct readout *readout = owner;
    struct iec21_data_set set;
    if (!readout->lines) {
        printf("%.*s\n", (int)size, text);
        return;
    }
    while (iec21_data_set_take(&set, text, size) == 0) {
        char address[IEC21_MESSAGE_MAX];
        char value[IEC21_MESSAGE_MAX];
        snprintf(address, sizeof address, "%.*s", (int)set.address_size, set.address);
        snprintf(value, sizeof value, "%.*s", (int)set.value_size, set.value);
        cJSON *row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "address", address);
        char *unit = strchr(value, '*');
        if (unit) {
            *unit++ = '\0';
            cJSON_AddStringToObject(row, "unit", unit);
        }
        cJSON_AddStringToObject(row, "value", value);
        cJSON_AddItemToArray(readout->lines, row);
        const char *end = set.value + set.value_size + 1;
        size -= (size_t)(end - text);
        text = end;
    }
}

static int fail(const char *meter, const char *reason)
{
    fprintf(stderr, "watthour readout: %s: %s\n", meter, reason);
    return -1;
}

/* The line, or -1 and one line on stderr. */
static int open_line(const char *meter, struct url *url)
{
    char error[ERROR_ROOM];
    const char *unknown = NULL;
    if (url_take(url, meter, error, sizeof error) != 0) {
        return fail(meter, error);
    }
    if (url->scheme != URL_SERIAL && url->scheme != URL_TCP) {
        return fail(meter, "give serial:// or tcp://");
    }
    int fd = url->scheme == URL_SERIAL
                 ? serial_device_open(url->host, IEC21_BAUD_OPENING, SERIAL_7E1)
                 : socket_connect(url->host, url->port, false, CONNECT_MS, &unknown);
    return fd >= 0 ? fd : fail(meter, unknown ? unknown : strerror(errno));
}

static int read_out(struct readout *readout, const char *meter)
{
    struct iec21_client client;
    struct url url;
    int fd = open_line(meter, &url);
    if (fd < 0) {
        return COMMAND_FAILED;
    }
    struct iec21_client_config config = {
        .address = readout->address, .wanted = readout->list, .line = take_line, .owner = readout};
    const char *failure = sign_on_run(&client, &config, fd, url.scheme == URL_SERIAL);
    close(fd);
    if (failure) {
        (void)fail(meter, failure);
        return COMMAND_FAILED;
    }
    if (readout->lines) {
        cJSON *all = cJSON_CreateObject();
        cJSON_AddStringToObject(all, "identification", client.identification);
        cJSON_AddItemToObject(all, "lines", readout->lines);
        value_print(all);
        cJSON_Delete(all);
        readout->lines = NULL;
    }
    return COMMAND_DONE;
}

int command_readout(int argc, char **argv)
{
    int exit_code = COMMAND_USAGE;
    struct readout readout = {.address = "", .list = IEC21_READOUT};
    int at = option_parse(&table, &readout, argc, argv, &exit_code);
    if (at < 0) {
        return exit_code;
    }
    if (at + 1 != argc) {
        fputs("watthour readout: give one METER; see 'watthour readout --help'\n", stderr);
        return COMMAND_USAGE;
    }
    readout.lines = readout.json ? cJSON_CreateArray() : NULL;
    exit_code = read_out(&readout, argv[at]);
    cJSON_Delete(readout.lines);
    return exit_code;
}
