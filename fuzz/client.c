/* The client's decoders under any answers: an AARE, then the answers to a GET, and the value that
 * comes of them as text, as JSON and as an object list.
 *
 * Input: what was asked (0 get, 1 set, 2 action, with a value that takes blocks), then answers,
 * each a length and its octets; the first answers an AARQ. */
#include "dlms/client.h"
#include "app/object_list.h"
#include "app/value.h"
#include "cosem/data.h"

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
    switch (size > 0 ? data[0] : 0) {
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
        take(&client, data + at + 1, length, at == 1);
        at += 1 + length;
    }
    free(value);
    return 0;
}
