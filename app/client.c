#define _POSIX_C_SOURCE 200809L /* isatty */
#include "app/client.h"

#include "app/client_exchange.h"
#include "crypto/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VALUE_ROOM = 16 * 1024 * 1024 /* 100 000 profile rows of 160 octets */ };
enum { PROGRESS_OCTETS = 64 * 1024 };

int client_fail(const struct client *client, const char *what)
{
    fprintf(stderr, "watthour %s: %s: %s\n", client->options->command, client->options->url, what);
    return -1;
}

/* There is nobody left to take leave of. */
int client_fail_transport(struct client *client)
{
    client->associated = false;
    return client_fail(client, client->transport.error);
}

/* The `size` octets in client->sent to and fro. */
static int carry(struct client *client, size_t size)
{
    struct transport *transport = &client->transport;
    if (transport_send(transport, client->sent, size) != 0) {
        return client_fail_transport(client);
    }
    int received = transport_receive(transport, client->received, TRANSPORT_APDU);
    return received < 0 ? client_fail_transport(client) : received;
}

int client_exchange_plain(struct client *client, size_t size, struct reader *answer)
{
    memmove(client->sent, client->request, size);
    int received = carry(client, size);
    *answer = reader_over(client->received, received < 0 ? 0 : (size_t)received);
    return received < 0 ? -1 : 0;
}

static int fail_protection(const struct client *client, int error)
{
    switch (error) {
    case DLMS_SECURITY_WEAK:
        return client_fail(client, "an answer that is less protected than the request");
    case DLMS_SECURITY_TAG:
        return client_fail(client, "an answer that is not authentic; check the keys");
    case DLMS_SECURITY_COUNTER:
        return client_fail(client, "an answer that was sent before: its invocation counter is old");
    case DLMS_SECURITY_KEY:
        return client_fail(client, "an answer by a key that we do not have; check the keys");
    default:
        return client_fail(client, "an answer that cannot be deciphered");
    }
}

/* What is sent once; -1: no answer. */
static int exchange_once(struct client *client, size_t size)
{
    size_t room = DLMS_PROTECT_HEAD_MOST + CLIENT_REQUEST;
    size_t sent = dlms_client_guard_send(&client->guard, client->request, size, client->sent, room);
    if (sent == 0 || sent > TRANSPORT_APDU) {
        return client_fail(client, "the request cannot be protected so; try another --form");
    }
    return carry(client, sent);
}

/* Agreed keys have a counter of their own, which nobody can ask for: the meter has to tell it. */
static bool is_behind(struct client *client, size_t received)
{
    struct reader r = reader_over(client->received, received);
    bool told = reader_u8(&r) == DLMS_EXCEPTION_RESPONSE;
    (void)reader_u8(&r);
    told = reader_u8(&r) == DLMS_INVOCATION_COUNTER_ERROR && told;
    uint32_t expected = reader_u32(&r);
    bool behind = told && reader_done(&r) && expected > client->guard.sent.next;
    client->guard.sent.next = behind ? expected : client->guard.sent.next;
    return behind;
}

int client_exchange(struct client *client, size_t size, struct reader *answer)
{
    bool agrees = client->guard.use.agreement != 0;
    memcpy(client->deciphered, client->request, agrees ? size : 0);
    int received = exchange_once(client, size);
    if (agrees && received > 0 && is_behind(client, (size_t)received)) {
        memcpy(client->request, client->deciphered, size);
        received = exchange_once(client, size);
    }
    if (received < 0) {
        return -1;
    }
    int error =
        dlms_client_guard_receive(&client->guard, client->received, (size_t)received,
                                  client->deciphered, DLMS_UNPROTECT_ROOM(TRANSPORT_APDU), answer);
    return error == 0 ? 0 : fail_protection(client, error);
}

void client_init(struct client *client, const struct client_options *options)
{
    memset(client, 0, sizeof *client);
    client->options = options;
    client->transport.fd = -1;
}

static int make_room(struct client *client)
{
    client->value = malloc(VALUE_ROOM);
    client->sent = malloc(DLMS_PROTECT_HEAD_MOST + CLIENT_REQUEST);
    client->received = malloc(TRANSPORT_APDU);
    client->deciphered = malloc(DLMS_UNPROTECT_ROOM(TRANSPORT_APDU));
    if (!client->value || !client->sent || !client->received || !client->deciphered) {
        return client_fail(client, "out of memory");
    }
    client->request = client->sent + DLMS_PROTECT_HEAD_MOST;
    return 0;
}

int client_open(struct client *client)
{
    const struct client_options *options = client->options;
    if (make_room(client) != 0) {
        return -1;
    }
    dlms_client_init(&client->dlms, client->value, VALUE_ROOM, options->pdu);
    if (transport_open(&client->transport, options->url, options->timeout_s) != 0) {
        return client_fail_transport(client);
    }
    return client_associate(client);
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
        return client_fail(client, "the request is too long for this meter, or of a kind that it "
                                   "does not serve");
    }
    for (;;) {
        struct dlms_refusal refusal;
        struct reader answer = reader_over(NULL, 0);
        if (client_exchange(client, size, &answer) != 0) {
            return -1;
        }
        enum dlms_client_outcome outcome =
            dlms_client_answer(&client->dlms, answer.data, answer.size, &refusal);
        show_progress(client, outcome != DLMS_CLIENT_MORE);
        switch (outcome) {
        case DLMS_CLIENT_DONE:
            *value = dlms_client_value(&client->dlms);
            return 0;
        case DLMS_CLIENT_MORE:
            size = dlms_client_next(&client->dlms, client->request, CLIENT_REQUEST);
            break;
        case DLMS_CLIENT_REFUSED:
            *result = refusal.exception[0] != 0 ? COSEM_OTHER_REASON : refusal.result;
            return 1;
        case DLMS_CLIENT_TOO_LONG:
            return client_fail(client, "a value that is too long");
        default:
            return client_fail(client, "an answer that is malformed");
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
    size_t size =
        dlms_client_get_part(&client->dlms, target, part, client->request, CLIENT_REQUEST);
    return converse(client, size, value, result);
}

int client_write(struct client *client, const struct dlms_target *target, struct reader value,
                 struct reader *returned, enum cosem_result *result)
{
    size_t size = dlms_client_set(&client->dlms, target, value, client->request, CLIENT_REQUEST);
    return converse(client, size, returned, result);
}

int client_call(struct client *client, const struct dlms_target *target, struct reader parameter,
                struct reader *returned, enum cosem_result *result)
{
    size_t size =
        dlms_client_act(&client->dlms, target, parameter, client->request, CLIENT_REQUEST);
    return converse(client, size, returned, result);
}

void client_release(struct client *client)
{
    size_t size = dlms_client_release(client->sent, TRANSPORT_APDU);
    if (transport_send(&client->transport, client->sent, size) == 0) {
        (void)transport_receive(&client->transport, client->received, TRANSPORT_APDU);
    }
    client->associated = false;
}

void client_close(struct client *client)
{
    if (client->associated) {
        client_release(client);
    }
    transport_close(&client->transport);
    free(client->value);
    free(client->sent);
    free(client->received);
    free(client->deciphered);
    crypto_wipe(&client->guard, sizeof client->guard);
}
