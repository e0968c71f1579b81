/* watthour scan: looks for the meters on a line of several, RS-485. Each address is asked to
 * connect, and who does is asked who he is. Where something is said that nobody can read, again and
 * again, two meters have one address. */
#define _POSIX_C_SOURCE 200809L /* read, write */
#include "app/command.h"
#include "app/option.h"
#include "app/socket.h"
#include "app/transport.h"
#include "app/value.h"
#include "cosem/data.h"
#include "dlms/client.h"
#include "link/hdlc_client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FIRST = 0x10,
    LAST_SHORT = 0x7D, /* of addresses of one octet */
    LAST = 0x3FFD,
    WAIT_MS = 150,
    TRIES = 3,
    PDU = 512,
    CHUNK = 512,
    NAME_ROOM = 64,
    TIMEOUT_S = 5,
    CLIENT_PUBLIC = 16,
};

struct scan {
    uint16_t from;
    uint16_t to;
    uint32_t wait_ms;
    bool json;
    struct transport transport;
    struct hdlc_settings settings;
    struct hdlc_client hdlc;
    struct dlms_client dlms;
    uint8_t frame[PDU + HDLC_LLC];
    uint8_t request[PDU];
    uint8_t answer[PDU];
    size_t answer_size;
    uint8_t value[PDU];
    size_t heard; /* octets, of whatever kind, since an address was asked first */
    bool lost;    /* the line */
    cJSON *meters;
    cJSON *conflicts;
    unsigned found;
    unsigned unclear;
};

struct found {
    char serial[NAME_ROOM];
    char name[NAME_ROOM];
};

static void take_from(void *context, struct option_value *value)
{
    struct scan *scan = context;
    scan->from = (uint16_t)option_integer(value, LAST, "an address, 16 to 16381");
}

static void take_to(void *context, struct option_value *value)
{
    struct scan *scan = context;
    scan->to = (uint16_t)option_integer(value, LAST, "an address, 16 to 16381");
}

static void take_wait(void *context, struct option_value *value)
{
    struct scan *scan = context;
    scan->wait_ms = (uint32_t)option_integer(value, 10000, "milliseconds up to 10000");
}

static void take_json(void *context, struct option_value *value)
{
    struct scan *scan = context;
    (void)value;
    scan->json = true;
}

static const struct option_row rows[] = {
    {"from", "N", take_from, "first address (default 16)"},
    {"to", "N", take_to, "last address (default 125; up to 16381)"},
    {"wait", "MS", take_wait, "silence after which nobody is there (default 150)"},
    {"json", NULL, take_json, "one JSON object"},
};

static const struct option_table table = {
    .command = "scan",
    .usage =
        "usage: watthour scan [OPTIONS] METER\n\n"
        "Looks for the meters on a line of several, RS-485: who is at which address, and where\n"
        "two share one. METER is serial:///dev/NAME or hdlc+tcp://HOST:PORT, with parameters as\n"
        "for 'watthour get'.\n\n",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
};

/* ---- the line ---- */

static void take_apdu(void *owner, const uint8_t *apdu, size_t size, bool confirmed)
{
    struct scan *scan = owner;
    if (confirmed && size <= sizeof scan->answer) {
        memcpy(scan->answer, apdu, size);
        scan->answer_size = size;
    }
}

static void begin(struct scan *scan, uint16_t device)
{
    const struct url *url = &scan->transport.url;
    const struct hdlc_client_config config = {
        .settings = &scan->settings,
        .server = hdlc_address_of((uint16_t)url->parameters[URL_LOGICAL], device),
        .client = CLIENT_PUBLIC,
        .answer = scan->frame,
        .answer_room = sizeof scan->frame,
        .time_out_ms = scan->wait_ms,
        .pause_ms = 1,
        .patience = 2,
        .received = take_apdu,
        .owner = scan,
    };
    hdlc_client_init(&scan->hdlc, &config, socket_now_ms());
}

static void put_octets(struct scan *scan)
{
    const uint8_t *octets;
    size_t size;
    while ((size = hdlc_client_output(&scan->hdlc, &octets, socket_now_ms())) > 0) {
        ssize_t sent = write(scan->transport.fd, octets, size);
        if (sent < 0) {
            scan->lost = errno != EAGAIN && errno != EINTR;
            return;
        }
        hdlc_client_sent(&scan->hdlc, (size_t)sent, socket_now_ms());
    }
}

static void take_octets(struct scan *scan)
{
    uint8_t octets[CHUNK];
    ssize_t got = read(scan->transport.fd, octets, sizeof octets);
    if (got > 0) {
        scan->heard += (size_t)got;
        hdlc_client_receive(&scan->hdlc, octets, (size_t)got, socket_now_ms());
    } else {
        scan->lost = got == 0 || (errno != EAGAIN && errno != EINTR);
    }
}

static bool is_settled(const struct hdlc_client *client)
{
    return client->state == HDLC_CLIENT_DISCONNECTED || client->state == HDLC_CLIENT_CONNECTED;
}

/* Until it has connected or disconnected, has its answer, or has given up. */
static bool settle(struct scan *scan)
{
    enum { POLL_MS = 5 };
    while (!is_settled(&scan->hdlc) && !scan->lost) {
        struct pollfd wanted = {.fd = scan->transport.fd, .events = POLLIN};
        hdlc_client_step(&scan->hdlc, socket_now_ms());
        put_octets(scan);
        if (poll(&wanted, 1, POLL_MS) > 0) {
            take_octets(scan);
        }
    }
    return scan->hdlc.state == HDLC_CLIENT_CONNECTED;
}

/* ---- a meter ---- */

static bool exchange(struct scan *scan, size_t size)
{
    scan->answer_size = 0;
    hdlc_client_request(&scan->hdlc, scan->request, size);
    return settle(scan) && scan->answer_size > 0;
}

static bool associate(struct scan *scan)
{
    static const struct dlms_octets none = {NULL, 0};
    struct dlms_refusal refusal;
    dlms_client_init(&scan->dlms, scan->value, sizeof scan->value, PDU);
    return exchange(scan,
                    dlms_client_open(&scan->dlms, none, scan->request, sizeof scan->request)) &&
           dlms_client_opened(&scan->dlms, scan->answer, scan->answer_size, &refusal) ==
               DLMS_CLIENT_DONE;
}

/* A text; empty when the meter has none for us. False: no answer. */
static bool read_text(struct scan *scan, const struct cosem_name *name, char text[NAME_ROOM])
{
    struct dlms_refusal refusal;
    text[0] = '\0';
    if (!exchange(scan,
                  dlms_client_get(&scan->dlms, 1, name, 2, scan->request, sizeof scan->request))) {
        return false;
    }
    if (dlms_client_answer(&scan->dlms, scan->answer, scan->answer_size, &refusal) ==
        DLMS_CLIENT_DONE) {
        struct reader r = dlms_client_value(&scan->dlms);
        struct cosem_value value = cosem_take_value(&r);
        if (!r.fault && value.tag == COSEM_OCTET_STRING && value.count < NAME_ROOM) {
            snprintf(text, NAME_ROOM, "%.*s", (int)value.count, (const char *)value.octets);
        }
    }
    return true;
}

static bool ask_who(struct scan *scan, struct found *found)
{
    static const struct cosem_name serial = COSEM_NAME(0, 0, 96, 1, 0);
    static const struct cosem_name device = COSEM_NAME(0, 0, 42, 0, 0);
    return associate(scan) && read_text(scan, &serial, found->serial) &&
           read_text(scan, &device, found->name);
}

static void leave(struct scan *scan)
{
    if (scan->hdlc.state == HDLC_CLIENT_CONNECTED) {
        hdlc_client_disconnect(&scan->hdlc);
        (void)settle(scan);
    }
}

/* Garbled once may be a bad line: it is asked again. */
static bool ask(struct scan *scan, uint16_t device, struct found *found)
{
    bool answered = false;
    scan->heard = 0;
    for (int i = 0; i < TRIES && !answered && !scan->lost && (i == 0 || scan->heard > 0); i++) {
        begin(scan, device);
        hdlc_client_connect(&scan->hdlc);
        answered = settle(scan) && ask_who(scan, found);
        leave(scan);
    }
    return answered;
}

/* ---- what is told ---- */

static void tell_found(struct scan *scan, uint16_t device, const struct found *found)
{
    scan->found++;
    if (!scan->json) {
        printf("device=%-5u  serial %-8s  %s\n", device, found->serial, found->name);
        fflush(stdout);
        return;
    }
    cJSON *row = cJSON_CreateObject();
    cJSON_AddNumberToObject(row, "device", device);
    cJSON_AddStringToObject(row, "serial", found->serial);
    cJSON_AddStringToObject(row, "name", found->name);
    cJSON_AddItemToArray(scan->meters, row);
}

static void tell_conflict(struct scan *scan, uint16_t device)
{
    scan->unclear++;
    if (scan->json) {
        cJSON_AddItemToArray(scan->conflicts, cJSON_CreateNumber(device));
        return;
    }
    printf("device=%-5u  several meters answer at once: two have this address\n", device);
    fflush(stdout);
}

static int conclude(struct scan *scan, const char *meter)
{
    if (scan->json) {
        cJSON *all = cJSON_CreateObject();
        cJSON_AddItemToObject(all, "meters", scan->meters);
        cJSON_AddItemToObject(all, "conflicts", scan->conflicts);
        value_print(all);
        cJSON_Delete(all);
    } else {
        printf("%u found at the addresses %u to %u\n", scan->found, scan->from, scan->to);
    }
    if (scan->lost) {
        fprintf(stderr, "watthour scan: %s: the line is lost: %s\n", meter, strerror(errno));
    } else if (scan->unclear > 0) {
        fprintf(stderr,
                "watthour scan: %s: %u address%s shared; disconnect one meter, and give the other "
                "another device address (class 23, 0-1:22.0.0, attribute 9)\n",
                meter, scan->unclear, scan->unclear == 1 ? " is" : "es are");
    } else if (scan->found == 0) {
        fprintf(stderr,
                "watthour scan: %s: nobody answers; check the wiring and the speed, or give other "
                "addresses by --from and --to\n",
                meter);
    }
    bool good = scan->found > 0 && scan->unclear == 0 && !scan->lost;
    return good ? COMMAND_DONE : COMMAND_FAILED;
}

static int run(struct scan *scan, const char *meter)
{
    const struct hdlc_limits limits = hdlc_limits_default();
    if (transport_open(&scan->transport, meter, TIMEOUT_S) != 0) {
        fprintf(stderr, "watthour scan: %s: %s\n", meter, scan->transport.error);
        return COMMAND_FAILED;
    }
    scan->settings = (struct hdlc_settings){
        .limits = limits,
        .inter_octet_time_ms = (uint16_t)scan->transport.url.parameters[URL_GAP],
        .response_time_ms = 5,
    };
    scan->meters = scan->json ? cJSON_CreateArray() : NULL;
    scan->conflicts = scan->json ? cJSON_CreateArray() : NULL;
    for (uint32_t device = scan->from; device <= scan->to && !scan->lost; device++) {
        struct found found = {{0}, {0}};
        if (ask(scan, (uint16_t)device, &found)) {
            tell_found(scan, (uint16_t)device, &found);
        } else if (scan->heard > 0) {
            tell_conflict(scan, (uint16_t)device);
        }
    }
    return conclude(scan, meter);
}

/* The line's other end is of one kind: it carries HDLC. */
static bool can_be_scanned(const char *meter)
{
    return strncmp(meter, "serial://", 9) == 0 || strncmp(meter, "hdlc+tcp://", 11) == 0;
}

int command_scan(int argc, char **argv)
{
    int exit_code = COMMAND_USAGE;
    struct scan *scan = calloc(1, sizeof *scan);
    if (!scan) {
        fputs("watthour scan: out of memory\n", stderr);
        return COMMAND_FAILED;
    }
    scan->from = FIRST;
    scan->to = LAST_SHORT;
    scan->wait_ms = WAIT_MS;
    scan->transport.fd = -1;
    int at = option_parse(&table, scan, argc, argv, &exit_code);
    if (at >= 0 && (at + 1 != argc || !can_be_scanned(argv[at]))) {
        fputs(
            "watthour scan: give one METER, serial:// or hdlc+tcp://; see 'watthour scan --help'\n",
            stderr);
    } else if (at >= 0 && (scan->from < FIRST || scan->from > scan->to || scan->wait_ms == 0)) {
        fputs("watthour scan: give --from 16 or more, --to not below it, --wait above 0\n", stderr);
    } else if (at >= 0) {
        exit_code = run(scan, argv[at]);
    }
    transport_close(&scan->transport);
    free(scan);
    return exit_code;
}
