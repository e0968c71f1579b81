/* The client's decoders under any answers: an AARE, then the answers to a GET, and the value that
 * comes of them as text, as JSON and as an object list.
 *
 * Input: what was asked (0 get, 1 set, 2 action, with a value that takes blocks; with 8 added, in a
 * ciphered association that high level security opens), then answers, each a length and its octets;
 * the first answers an AARQ. */
#include "app/object_list.h"
#include "app/value.h"
#include "cosem/data.h"
#include "dlms/client_guard.h"

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
    uint8_t *scratch = malloc(DLMS_UNPROTECT_ROOM(size));
    if (first &&
        dlms_client_guard_opened(guard, client, answer, size, &refusal) == DLMS_CLIENT_MORE) {
        uint8_t request[DLMS_CLIENT_ROOM];
        (void)dlms_client_guard_prove(guard, client, request, sizeof request);
    } else if (dlms_client_guard_receive(guard, answer, size, scratch, DLMS_UNPROTECT_ROOM(size),
                                         &plain) == 0) {
        if (dlms_client_answer(client, plain.data, plain.size, &refusal) == DLMS_CLIENT_DONE) {
            (void)dlms_client_guard_proved(guard, client);
        }
    }
    free(scratch);
}

static void take(struct dlms_client *client, const uint8_t *octets, size_t size, bool first)
{
    uint8_t request[DLMS_CLIENT_ROOM];
    struct dlms_refusal refusal;
    uint8_t *answer = malloc(size > 0 ? size : 1);
    memcpy(answer, octets, size);
    if (first) {
        dlms_client_opened(client, answer, size, &refusal);
    }
    switch (dlms_client_answer(client, answer, size, &refusal)) {
    case DLMS_CLIENT_MORE:
        dlms_client_next(client, request, sizeof request);
        break;
    case DLMS_CLIENT_DONE:
        show_value(client);
        break;
    default:
        break;
    }
    free(answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct dlms_target target = {3, COSEM_NAME(1, 0, 1, 8, 0), 2};
    static const uint8_t sent[600] = {COSEM_OCTET_STRING, 0x82, 2, 0x54};
    uint8_t *value = malloc(VALUE_ROOM);
    uint8_t request[DLMS_CLIENT_ROOM];
    struct dlms_client client;
    dlms_client_init(&client, value, VALUE_ROOM, 1024);
    client.conformance = DLMS_CLIENT_PROPOSED;
    struct reader to_send = reader_over(sent, sizeof sent);
    static struct dlms_client_guard guard;
    bool guarded = size > 0 && (data[0] & 8) != 0;
    begin_guard(&guard);
    switch (size > 0 ? data[0] & 7 : 0) {
    case 1:
        dlms_client_set(&client, &target, to_send, request, sizeof request);
        break;
    case 2:
        dlms_client_act(&client, &target, to_send, request, sizeof request);
        break;
    default:
        dlms_client_get(&client, 3, &target.name, 2, request, sizeof request);
    }
    for (size_t at = 1; at < size;) {
        size_t left = size - at - 1;
        size_t length = data[at] < left ? data[at] : left;
        if (guarded) {
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
    return 0;
}
