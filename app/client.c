#define _POSIX_C_SOURCE 200809L /* clock_gettime, isatty */
#include "app/client.h"

#include "app/client_exchange.h"
#include "crypto/secret.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_S = 1 };

void client_init(struct client *client, const struct client_options *options)
{
    memset(client, 0, sizeof *client);
    client->options = options;
    client->transport.fd = -1;
}

int client_open(struct client *client)
{
    const struct client_options *options = client->options;
    if (client_exchange_begin(client) != 0) {
        return -1;
    }
    dlms_client_init(&client->dlms, client->value, CLIENT_VALUE, options->pdu);
    if (transport_open(&client->transport, options->url, options->timeout_s) != 0) {
        return client_fail_transport(client);
    }
    return client_associate(client);
}

static time_t now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/* On a terminal, how far an answer has come that takes long. */
static void show_progress(const struct client *client, time_t since_s, bool ended)
{
    if (now_s() - since_s <= PATIENCE_S || !isatty(STDERR_FILENO)) {
        return;
    }
    if (ended) {
        fputs("\r\033[K", stderr);
    } else {
        fprintf(stderr, "\r%.1f kB in %ld s", (double)client->dlms.size / 1000,
                (long)(now_s() - since_s));
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
    time_t since_s = now_s();
    for (;;) {
        struct dlms_refusal refusal;
        struct reader answer = reader_over(NULL, 0);
        if (client_exchange(client, size, &answer) != 0) {
            return -1;
        }
        enum dlms_client_outcome outcome =
            dlms_client_answer(&client->dlms, answer.data, answer.size, &refusal);
        show_progress(client, since_s, outcome != DLMS_CLIENT_MORE);
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

int client_order(struct client *client, const struct dlms_order *orders, uint16_t count,
                 struct dlms_outcomes *outcomes)
{
    struct reader value;
    enum cosem_result result = COSEM_OTHER_REASON;
    bool list = client->options->by == CLIENT_LIST;
    size_t size =
        list ? dlms_client_list(&client->dlms, orders, count, client->request, CLIENT_REQUEST)
             : dlms_client_access(&client->dlms, orders, count, false, client->request,
                                  CLIENT_REQUEST);
    int done = converse(client, size, &value, &result);
    if (done > 0) {
        return client_fail(client, client_result_text(result));
    }
    *outcomes = dlms_client_outcomes(&client->dlms);
    return done;
}

size_t client_request_limit(const struct client *client)
{
    bool limited = client->dlms.send_max != 0 && !client->dlms.in_general_blocks;
    return limited ? client->dlms.send_max : CLIENT_REQUEST;
}

void client_release(struct client *client)
{
    size_t size =
        dlms_client_guard_release(&client->guard, &client->dlms, client->sent, CLIENT_REQUEST);
    if (size > 0 && transport_send(&client->transport, client->sent, size) == 0) {
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
    client_exchange_end(client);
    crypto_wipe(&client->guard, sizeof client->guard);
}
