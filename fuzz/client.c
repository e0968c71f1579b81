/* The client's decoders under any answers: an AARE, then the answers to a GET, and the value that
 * comes of them as text, as JSON and as an object list.
 *
 * Input: what was asked (0 get, 1 set, 2 action, with a value that takes blocks; 3 to 5 the same
 * with list, 6 ACCESS; with 8 added, in a ciphered association that high level security opens; with
 * 16 added, answers are put together from general blocks), then answers, each a length and its
 * octets; the first answers an AARQ. */
#include "app/object_list.h"
#include "app/value.h"
#include "cosem/data.h"
#include "dlms/client_blocks.h"
#include "dlms/client_guard.h"
#include "dlms/client_list.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { VALUE_ROOM = 2048 };

static void show_value(const struct dlms_client *client)
{
    for (int scaler = -128; scaler < 128; scaler += 51) {
        struct value_meaning meaning = {.scaler = (int8_t)scaler, .date_time = scaler < 0};
        free(value_text(dlms_client_value(client), &meaning));
        cJSON_Delete(value_json(dlms_client_value(client), &meaning));
    }
    struct object_list list;
    object_list_take(&list, dlms_client_value(client));
    object_list_free(&list);
}

/* Keys and challenges that a seed can hold a right answer to. */
static void begin_guard(struct dlms_client_guard *guard)
{
    static const struct dlms_client_security use = {
        .mechanism = DLMS_MECHANISM_SHA256,
        .secret = {(const uint8_t *)"secret", 6},
        .control = DLMS_CONTROL_AUTHENTICATED,
        .challenge_size = DLMS_CHALLENGE_LEAST,
    };
    static const uint8_t key[16];
    dlms_client_guard_init(guard, &use, DLMS_SUITE_0);
    (void)dlms_keyring_put(&guard->ring, DLMS_KEY_UNICAST, key, sizeof key);
    (void)dlms_keyring_put(&guard->ring, DLMS_KEY_AUTHENTICATION, key, sizeof key);
}

/* What the guard makes of it is what the codec gets. */
static void take_guarded(struct dlms_client_guard *guard, struct dlms_client *client,
                         const uint8_t *answer, size_t size, bool first)
{
    struct dlms_refusal refusal;
    struct reader plain;
    uint8_t *scratch = malloc(size);
    if (first &&
        dlms_client_guard_opened(guard, client, answer, size, &refusal) == DLMS_CLIENT_MORE) {
        uint8_t request[DLMS_CLIENT_ROOM];
        (void)dlms_client_guard_prove(guard, client, request, sizeof request);
    } else if (dlms_client_guard_receive(guard, answer, size, scratch, size, &plain) == 0) {
        if (dlms_client_answer(client, plain.data, plain.size, &refusal) == DLMS_CLIENT_DONE) {
            (void)dlms_client_guard_proved(guard, client);
        }
    }
    free(scratch);
}

static void show_outcomes(const struct dlms_client *client)
{
    struct dlms_outcomes outcomes = dlms_client_outcomes(client);
    for (uint16_t i = 0; i < client->order_count; i++) {
        struct value_meaning plain = {.scaler = 0};
        free(value_text(dlms_outcomes_next(&outcomes).value, &plain));
    }
    if (outcomes.values.fault || outcomes.results.fault) {
        abort(); /* it was said to be whole */
    }
}

static void take_plain(struct dlms_client *client, const uint8_t *answer, size_t size)
{
    uint8_t request[DLMS_CLIENT_ROOM];
    struct dlms_refusal refusal;
    switch (dlms_client_answer(client, answer, size, &refusal)) {
    case DLMS_CLIENT_MORE:
        dlms_client_next(client, request, sizeof request);
        break;
    case DLMS_CLIENT_DONE:
        if (client->order_count > 0) {
            show_outcomes(client);
        } else {
            show_value(client);
        }
        break;
    default:
        break;
    }
}

static void take(struct dlms_client *client, const uint8_t *octets, size_t size, bool first)
{
    struct dlms_refusal refusal;
    uint8_t *answer = malloc(size > 0 ? size : 1);
    memcpy(answer, octets, size);
    if (first) {
        dlms_client_opened(client, answer, size, &refusal);
    }
    take_plain(client, answer, size);
    free(answer);
}

/* What the blocks make of it is what the codec gets. */
static void take_block(struct dlms_client_blocks *blocks, struct dlms_client *client,
                       const uint8_t *octets, size_t size)
{
    uint8_t *apdu = malloc(size > 0 ? size : 1);
    memcpy(apdu, octets, size);
    if (dlms_client_blocks_take(blocks, apdu, size) == DLMS_CLIENT_DONE) {
        struct reader whole = dlms_client_blocks_whole(blocks);
        take_plain(client, whole.data, whole.size);
    }
    uint8_t request[DLMS_CLIENT_ROOM];
    while (dlms_client_blocks_next(blocks, request, sizeof request) > 0) {
        request[0] ^= 1; /* every octet is ours */
    }
    free(apdu);
}

/* Asks for what the input says. */
static void ask(struct dlms_client *client, unsigned what)
{
    static const struct dlms_target target = {3, COSEM_NAME(1, 0, 1, 8, 0), 2};
    static const uint8_t sent[600] = {COSEM_OCTET_STRING, 0x82, 2, 0x54};
    static const enum dlms_access_choice kinds[] = {DLMS_ACCESS_GET, DLMS_ACCESS_SET,
                                                    DLMS_ACCESS_ACTION};
    static struct dlms_order orders[2];
    uint8_t request[DLMS_CLIENT_ROOM];
    struct reader to_send = reader_over(sent, sizeof sent);
    for (unsigned i = 0; i < 2; i++) {
        orders[i] = (struct dlms_order){
            .what = kinds[what == 6 ? 2 * i : what % 3], .target = target, .value = to_send};
    }
    client->send_max = 200;
    if (what == 6) {
        orders[1].value.size = 4;
        dlms_client_access(client, orders, 2, false, request, sizeof request);
    } else if (what >= 3) {
        dlms_client_list(client, orders, 2, request, sizeof request);
    } else if (what == 1) {
        dlms_client_set(client, &target, to_send, request, sizeof request);
    } else if (what == 2) {
        dlms_client_act(client, &target, to_send, request, sizeof request);
    } else {
        dlms_client_get(client, 3, &target.name, 2, request, sizeof request);
    }
}

/* A request of several blocks is under way. */
static void begin_blocks(struct dlms_client_blocks *blocks, uint8_t *whole)
{
    static const uint8_t asked[300];
    dlms_client_blocks_init(blocks, 5, whole, VALUE_ROOM);
    (void)dlms_client_blocks_ask(blocks, reader_over(asked, sizeof asked), 64);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *value = malloc(VALUE_ROOM);
    uint8_t *whole = malloc(VALUE_ROOM);
    struct dlms_client client;
    struct dlms_client_blocks blocks;
    static struct dlms_client_guard guard;
    uint8_t options = size > 0 ? data[0] : 0;
    dlms_client_init(&client, value, VALUE_ROOM, 1024);
    client.conformance = DLMS_CLIENT_PROPOSED;
    begin_guard(&guard);
    begin_blocks(&blocks, whole);
    ask(&client, options & 7);
    for (size_t at = 1; at < size;) {
        size_t left = size - at - 1;
        size_t length = data[at] < left ? data[at] : left;
        if ((options & 16) != 0) {
            take_block(&blocks, &client, data + at + 1, length);
        } else if ((options & 8) != 0) {
            uint8_t *answer = malloc(length + 1);
            memcpy(answer, data + at + 1, length);
            take_guarded(&guard, &client, answer, length, at == 1);
            free(answer);
        } else {
            take(&client, data + at + 1, length, at == 1);
        }
        at += 1 + length;
    }
    free(value);
    free(whole);
    return 0;
}
