#define _POSIX_C_SOURCE 200809L /* close */
#include "app/client.h"

#include "app/socket.h"
#include "link/wrapper.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SERVER_SAP = 1, FRAME_ROOM = WRAPPER_HEADER + UINT16_MAX, HOST_ROOM = 256 };
enum { VALUE_ROOM = 16 * 1024 * 1024 /* 100 000 profile rows of 160 octets */ };

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

/* tcp://HOST[:PORT], HOST a name, an address, or [an IPv6 address]. */
static int split_url(const char *url, char host[HOST_ROOM], char port[8])
{
    static const char scheme[] = "tcp://";
    if (strncmp(url, scheme, sizeof scheme - 1) != 0) {
        return -1;
    }
    const char *at = url + sizeof scheme - 1;
    bool bracket = *at == '[';
    at += bracket;
    size_t size = strcspn(at, bracket ? "]" : ":/");
    if (size == 0 || size >= HOST_ROOM || (bracket && at[size] != ']')) {
        return -1;
    }
    memcpy(host, at, size);
    host[size] = '\0';
    at += size + bracket;
    snprintf(port, 8, "%d", WRAPPER_PORT);
    if (*at == ':') {
        size_t digits = strspn(at + 1, "0123456789");
        if (digits == 0 || digits > 5) {
            return -1;
        }
        memcpy(port, at + 1, digits);
        port[digits] = '\0';
        at += 1 + digits;
    }
    return *at == '\0' || strcmp(at, "/") == 0 ? 0 : -1;
}

static int connect_socket(struct client *client)
{
    char host[HOST_ROOM];
    char port[8];
    if (split_url(client->options->url, host, port) != 0) {
        return fail(client, "no URL of a meter; give tcp://HOST[:PORT]");
    }
    const char *unknown;
    client->fd = socket_connect(host, port, client->options->timeout_s * 1000, &unknown);
    if (client->fd >= 0) {
        return 0;
    }
    if (unknown != NULL) {
        return fail(client, "%s; check the host's name", unknown);
    }
    bool refused = errno == ECONNREFUSED;
    return fail(client, "%s; %s", strerror(errno),
                refused ? "is the meter running there ('watthour run')?"
                        : "check the address and the network");
}

static int send_frame(struct client *client, size_t size)
{
    struct wrapper_header header = {client->options->sap, SERVER_SAP, (uint16_t)size};
    wrapper_header_write(client->frame, &header);
    return socket_send(client->fd, client->frame, WRAPPER_HEADER + size,
                       client->options->timeout_s * 1000);
}

/* Sends the APDU of `size` octets in the frame, and receives the answer into it: its size, or
 * -1. */
static int exchange(struct client *client, size_t size)
{
    int timeout_ms = client->options->timeout_s * 1000;
    uint8_t *frame = client->frame;
    struct wrapper_header header;
    if (send_frame(client, size) != 0 ||
        socket_receive(client->fd, frame, WRAPPER_HEADER, timeout_ms) != 0) {
        return fail(client, "%s; no answer to client %u", strerror(errno), client->options->sap);
    }
    if (!wrapper_header_read(frame, &header) || header.source != SERVER_SAP ||
        header.destination != client->options->sap) {
        return fail(client, "no DLMS wrapper answers there; check the port");
    }
    if (socket_receive(client->fd, frame + WRAPPER_HEADER, header.length, timeout_ms) != 0) {
        return fail(client, "%s; the answer broke off", strerror(errno));
    }
    return header.length;
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
    uint8_t *apdu = client->frame + WRAPPER_HEADER;
    int size = exchange(client, dlms_client_open(&client->dlms, password, apdu, UINT16_MAX));
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
    *client = (struct client){.options = options, .fd = -1};
}

int client_open(struct client *client)
{
    client->frame = malloc(FRAME_ROOM);
    client->value = malloc(VALUE_ROOM);
    if (!client->frame || !client->value) {
        return fail(client, "out of memory");
    }
    dlms_client_init(&client->dlms, client->value, VALUE_ROOM, client->options->pdu);
    return connect_socket(client) == 0 ? associate(client) : -1;
}

/* Sends the request of `size` octets in the frame (0: none could be made), and what follows of it.
 */
static int converse(struct client *client, size_t size, struct reader *value,
                    enum cosem_result *result)
{
    uint8_t *apdu = client->frame + WRAPPER_HEADER;
    if (size == 0) {
        return fail(client, "the value is too long for this meter, which takes no blocks");
    }
    for (;;) {
        struct dlms_refusal refusal;
        int received = exchange(client, size);
        if (received < 0) {
            return -1;
        }
        switch (dlms_client_answer(&client->dlms, apdu, (size_t)received, &refusal)) {
        case DLMS_CLIENT_DONE:
            *value = dlms_client_value(&client->dlms);
            return 0;
        case DLMS_CLIENT_MORE:
            size = dlms_client_next(&client->dlms, apdu, UINT16_MAX);
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
    uint8_t *apdu = client->frame + WRAPPER_HEADER;
    size_t size =
        dlms_client_get(&client->dlms, class_id, name, (int8_t)attribute, apdu, UINT16_MAX);
    return converse(client, size, value, result);
}

int client_write(struct client *client, const struct dlms_target *target, struct reader value,
                 struct reader *returned, enum cosem_result *result)
{
    uint8_t *apdu = client->frame + WRAPPER_HEADER;
    size_t size = dlms_client_set(&client->dlms, target, value, apdu, UINT16_MAX);
    return converse(client, size, returned, result);
}

int client_call(struct client *client, const struct dlms_target *target, struct reader parameter,
                struct reader *returned, enum cosem_result *result)
{
    uint8_t *apdu = client->frame + WRAPPER_HEADER;
    size_t size = dlms_client_act(&client->dlms, target, parameter, apdu, UINT16_MAX);
    return converse(client, size, returned, result);
}

/* The release is not waited for: the connection ends with it. */
void client_close(struct client *client)
{
    if (client->associated) {
        send_frame(client, dlms_client_release(client->frame + WRAPPER_HEADER, UINT16_MAX));
    }
    if (client->fd >= 0) {
        close(client->fd);
    }
    free(client->frame);
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
