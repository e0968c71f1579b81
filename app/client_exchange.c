#include "app/client_exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* The same in blocks. What a datagram lost is sent again. */
static int carry_blocks(struct client *client, size_t size, struct reader *answer)
{
    enum { TRIES = 3 };
    struct dlms_client_blocks *blocks = &client->blocks;
    enum dlms_client_outcome outcome = DLMS_CLIENT_MORE;
    int silent = 0;
    if (dlms_client_blocks_ask(blocks, reader_over(client->sent, size), client->dlms.send_max) !=
        0) {
        return client_fail(client, "a request of too many blocks");
    }
    while (outcome == DLMS_CLIENT_MORE) {
        while ((size = dlms_client_blocks_next(blocks, client->block, TRANSPORT_APDU)) > 0) {
            if (transport_send(&client->transport, client->block, size) != 0) {
                return client_fail_transport(client);
            }
        }
        int received = transport_receive(&client->transport, client->received, TRANSPORT_APDU);
        if (received < 0 && client->transport.url.scheme == URL_UDP && ++silent < TRIES) {
            dlms_client_blocks_lost(blocks);
        } else if (received < 0) {
            return client_fail_transport(client);
        } else {
            outcome = dlms_client_blocks_take(blocks, client->received, (size_t)received);
        }
    }
    *answer = dlms_client_blocks_whole(blocks);
    return outcome == DLMS_CLIENT_DONE ? 0 : client_fail(client, "blocks that are malformed");
}

/* One APDU out, one back. */
static int carry_any(struct client *client, size_t size, struct reader *answer)
{
    if (client->dlms.in_general_blocks) {
        return carry_blocks(client, size, answer);
    }
    int received = carry(client, size);
    *answer = reader_over(client->received, received < 0 ? 0 : (size_t)received);
    return received < 0 ? -1 : 0;
}

int client_exchange_plain(struct client *client, size_t size, struct reader *answer)
{
    memmove(client->sent, client->request, size);
    int received = carry(client, size);
    *answer = reader_over(client->received, received < 0 ? 0 : (size_t)received);
    return received < 0 ? -1 : 0;
}

static size_t deciphered_room(const struct client *client)
{
    return client->options->window > 0 ? (size_t)CLIENT_VALUE : (size_t)TRANSPORT_APDU;
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

/* What is sent once: 0, or -1: no answer. */
static int exchange_once(struct client *client, size_t size, struct reader *came)
{
    size_t room = DLMS_PROTECT_HEAD_MOST + CLIENT_REQUEST;
    size_t sent = dlms_client_guard_send(&client->guard, client->request, size, client->sent, room);
    if (sent == 0 || sent > TRANSPORT_APDU) {
        return client_fail(client, "the request cannot be protected so; try another --form");
    }
    return carry_any(client, sent, came);
}

/* Agreed keys have a counter of their own, which nobody can ask for: the meter has to tell it. */
static bool is_behind(struct client *client, struct reader came)
{
    bool told = reader_u8(&came) == DLMS_EXCEPTION_RESPONSE;
    (void)reader_u8(&came);
    told = reader_u8(&came) == DLMS_INVOCATION_COUNTER_ERROR && told;
    uint32_t expected = reader_u32(&came);
    bool behind = told && reader_done(&came) && expected >= client->guard.sent.next;
    client->guard.sent.next = behind ? expected : client->guard.sent.next;
    return behind;
}

int client_exchange(struct client *client, size_t size, struct reader *answer)
{
    bool agrees = client->guard.use.agreement != 0;
    struct reader came = reader_over(NULL, 0);
    memcpy(client->deciphered, client->request, agrees ? size : 0);
    int failed = exchange_once(client, size, &came);
    if (agrees && failed == 0 && is_behind(client, came)) {
        memcpy(client->request, client->deciphered, size);
        failed = exchange_once(client, size, &came);
    }
    if (failed != 0) {
        return -1;
    }
    int error = dlms_client_guard_receive(&client->guard, came.data, came.size, client->deciphered,
                                          deciphered_room(client), answer);
    return error == 0 ? 0 : fail_protection(client, error);
}

/* Blocks need memory for themselves. */
static int make_room_for_blocks(struct client *client)
{
    if (client->options->window == 0) {
        return 0;
    }
    client->block = malloc(TRANSPORT_APDU);
    client->whole = malloc(CLIENT_VALUE);
    return client->block && client->whole ? 0 : -1;
}

int client_exchange_begin(struct client *client)
{
    client->value = malloc(CLIENT_VALUE);
    client->sent = malloc(DLMS_PROTECT_HEAD_MOST + CLIENT_REQUEST);
    client->received = malloc(TRANSPORT_APDU);
    client->deciphered = malloc(deciphered_room(client));
    if (!client->value || !client->sent || !client->received || !client->deciphered ||
        make_room_for_blocks(client) != 0) {
        return client_fail(client, "out of memory");
    }
    client->request = client->sent + DLMS_PROTECT_HEAD_MOST;
    return 0;
}

void client_exchange_end(struct client *client)
{
    free(client->value);
    free(client->sent);
    free(client->received);
    free(client->deciphered);
    free(client->block);
    free(client->whole);
}

int client_use_blocks(struct client *client)
{
    const struct client_options *options = client->options;
    if (options->window == 0) {
        return 0;
    }
    if ((client->dlms.conformance & DLMS_CONFORMANCE_GENERAL_BLOCK) == 0) {
        return client_fail(client, "the meter has no general block transfer; leave out --blocks");
    }
    dlms_client_blocks_init(&client->blocks, options->window, client->whole, CLIENT_VALUE);
    client->dlms.in_general_blocks = true;
    return 0;
}
