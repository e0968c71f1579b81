#define _POSIX_C_SOURCE 200809L /* isatty */
#include "app/client.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VALUE_ROOM = 16 * 1024 * 1024 /* 100 000 profile rows of 160 octets */ };
enum { PROGRESS_OCTETS = 64 * 1024 };

static int fail(const struct client *client, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "watthour %s: %s: ", client->options->command, client->options->url);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return -1;
}

/* There is nobody left to take leave of. */
static int fail_transport(struct client *client)
{
    client->associated = false;
    return fail(client, "%s", client->transport.error);
}

/* Sends the APDU of `size` octets, and receives the answer in its place: its size, or -1. */
static int exchange(struct client *client, size_t size)
{
    struct transport *transport = &client->transport;
    if (transport_send(transport, client->apdu, size) != 0) {
        return fail_transport(client);
    }
    int received = transport_receive(transport, client->apdu, TRANSPORT_APDU);
    return received < 0 ? fail_transport(client) : received;
}

static const char *diagnostic_text(const struct dlms_refusal *refusal)
{
    switch (refusal->diagnostic) {
    case DLMS_DIAGNOSTIC_CONTEXT_NAME:
        return "application context not supported";
    case DLMS_DIAGNOSTIC_MECHANISM_NOT_RECOGNISED:
        return "it wants another authentication mechanism";
    case DLMS_DIAGNOSTIC_MECHANISM_REQUIRED:
    case DLMS_DIAGNOSTIC_AUTHENTICATION_REQUIRED:
        return "a password is required: --password-file or WATTHOUR_PASSWORD";
    case DLMS_DIAGNOSTIC_AUTHENTICATION_FAILURE:
        return "wrong password";
    default:
        return refusal->initiate_error >= 0 ? "it does not agree with what we propose"
                                            : "no reason given; is this client known to it?";
    }
}

static int associate(struct client *client)
{
    const struct client_options *options = client->options;
    struct dlms_octets password = {NULL, 0};
    if (options->has_password) {
        password =
            (struct dlms_octets){(const uint8_t *)options->password, strlen(options->password)};
    }
    uint8_t *apdu = client->apdu;
    int size = exchange(client, dlms_client_open(&client->dlms, password, apdu, TRANSPORT_APDU));
    if (size < 0) {
        return -1;
    }
    struct dlms_refusal refusal;
    switch (dlms_client_opened(&client->dlms, apdu, (size_t)size, &refusal)) {
    case DLMS_CLIENT_DONE:
        client->associated = true;
        return 0;
    case DLMS_CLIENT_REFUSED:
        return fail(client, "the meter rejects client %u: %s", options->sap,
                    diagnostic_text(&refusal));
    default:
        return fail(client, "what answers there is no DLMS meter; check the port");
    }
}

void client_init(struct client *client, const struct client_options *options)
{
    *client = (struct client){.options = options, .transport = {.fd = -1}};
}

int client_open(struct client *client)
{
    const struct client_options *options = client->options;
    client->apdu = malloc(TRANSPORT_APDU);
    client->value = malloc(VALUE_ROOM);
    if (!client->apdu || !client->value) {
        return fail(client, "out of memory");
    }
    dlms_client_init(&client->dlms, client->value, VALUE_ROOM, options->pdu);
    if (transport_open(&client->transport, options->url, options->timeout_s) != 0 ||
        transport_join(&client->transport, options->sap) != 0) {
        return fail_transport(client);
    }
    return associate(client);
}

/* On a terminal, how far a long answer has come. */
static void show_progress(const struct client *client, bool ended)
{
    size_t size = client->dlms.size;
    if (size < PROGRESS_OCTETS || !isatty(STDERR_FILENO)) {
        return;
    }
    if (ended) {
        fputs("\r\033[K", stderr);
    } else {
        fprintf(stderr, "\r%zu kB", size / 1000);
    }
}

/* Sends the request of `size` octets (0: none could be made), and what follows of it. */
static int converse(struct client *client, size_t size, struct reader *value,
                    enum cosem_result *result)
{
    if (size == 0) {
        return fail(client, "the value is too long for this meter, which takes no blocks");
    }
    for (;;) {
        struct dlms_refusal refusal;
        int received = exchange(client, size);
        if (received < 0) {
            return -1;
        }
        enum dlms_client_outcome outcome =
            dlms_client_answer(&client->dlms, client->apdu, (size_t)received, &refusal);
        show_progress(client, outcome != DLMS_CLIENT_MORE);
        switch (outcome) {
        case DLMS_CLIENT_DONE:
            *value = dlms_client_value(&client->dlms);
            return 0;
        case DLMS_CLIENT_MORE:
            size = dlms_client_next(&client->dlms, client->apdu, TRANSPORT_APDU);
            break;
        case DLMS_CLIENT_REFUSED:
            *result = refusal.exception[0] != 0 ? COSEM_OTHER_REASON : refusal.result;
            return 1;
        case DLMS_CLIENT_TOO_LONG:
            return fail(client, "a value longer than %d octets", VALUE_ROOM);
        default:
            return fail(client, "an answer that is malformed");
        }
    }
}

int client_read(struct client *client, uint16_t class_id, const struct cosem_name *name,
                int attribute, struct reader *value, enum cosem_result *result)
{
    const struct dlms_target target = {class_id, *name, (int8_t)attribute};
    return client_read_part(client, &target, NULL, value, result);
}

int client_read_part(struct client *client, const struct dlms_target *target,
                     const struct dlms_selection *part, struct reader *value,
                     enum cosem_result *result)
{
    size_t size = dlms_client_get_part(&client->dlms, target, part, client->apdu, TRANSPORT_APDU);
    return converse(client, size, value, result);
}

int client_write(struct client *client, const struct dlms_target *target, struct reader value,
                 struct reader *returned, enum cosem_result *result)
{
    size_t size = dlms_client_set(&client->dlms, target, value, client->apdu, TRANSPORT_APDU);
    return converse(client, size, returned, result);
}

int client_call(struct client *client, const struct dlms_target *target, struct reader parameter,
                struct reader *returned, enum cosem_result *result)
{
    size_t size = dlms_client_act(&client->dlms, target, parameter, client->apdu, TRANSPORT_APDU);
    return converse(client, size, returned, result);
}

static void release(struct client *client)
{
    size_t size = dlms_client_release(client->apdu, TRANSPORT_APDU);
    if (transport_send(&client->transport, client->apdu, size) == 0) {
        (void)transport_receive(&client->transport, client->apdu, TRANSPORT_APDU);
    }
    client->associated = false;
}

void client_close(struct client *client)
{
    if (client->associated) {
        release(client);
    }
    transport_close(&client->transport);
    free(client->apdu);
    free(client->value);
}

const char *client_result_text(enum cosem_result result)
{
    switch (result) {
    case COSEM_HARDWARE_FAULT:
        return "hardware-fault";
    case COSEM_TEMPORARY_FAILURE:
        return "temporary-failure: there is no valid value at the moment";
    case COSEM_READ_WRITE_DENIED:
        return "read-write-denied: this client has no right to do that";
    case COSEM_OBJECT_UNDEFINED:
        return "object-undefined: the meter shows this client no such object or attribute";
    case COSEM_OBJECT_CLASS_INCONSISTENT:
        return "object-class-inconsistent: the object is of another class";
    case COSEM_OBJECT_UNAVAILABLE:
        return "object-unavailable";
    case COSEM_TYPE_UNMATCHED:
        return "type-unmatched: it wants a value of another type";
    case COSEM_OTHER_REASON:
        return "other-reason: not a value that it can take, or not possible now";
    case COSEM_SCOPE_OF_ACCESS_VIOLATED:
        return "scope-of-access-violated";
    default:
        return "the meter gives no other reason";
    }
}
