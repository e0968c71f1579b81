#include "app/apdu_text.h"

#include "app/access_text.h"
#include "app/apdu_lines.h"
#include "cosem/data.h"
#include "dlms/acse.h"
#include "dlms/apdu.h"
#include "dlms/general_block.h"
#include "dlms/initiate.h"
#include "dlms/item.h"
#include "dlms/notification.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void print_apdu(struct reader *r, struct place at);

static void print_attribute(struct reader *r, struct place at)
{
    struct dlms_item item = dlms_item_take_selective(r);
    if (!r->fault) {
        place_item(&item, at, "attribute");
    }
}

static void print_method(struct reader *r, struct place at)
{
    struct dlms_item item = dlms_item_take(r);
    if (!r->fault) {
        place_item(&item, at, "method");
    }
}

static void print_data_or_result(struct reader *r, struct place at)
{
    if (reader_u8(r) == DLMS_RESULT_DATA) {
        place_data(r, at);
    } else {
        place_result(r, at);
    }
}

static void print_returned(struct reader *r, struct place at)
{
    place_result(r, at);
    if (reader_u8(r) == 1) {
        print_data_or_result(r, at);
    }
}

static void print_number(struct reader *r, struct place at)
{
    fprintf(place_begin(at), "block %" PRIu32 "\n", reader_u32(r));
}

static void print_block(struct reader *r, struct place at)
{
    bool last = reader_u8(r) != 0;
    uint32_t number = reader_u32(r);
    fprintf(place_begin(at), "block %" PRIu32 "%s\n", number, last ? ", the last" : "");
    size_t size = cosem_take_length(r);
    const uint8_t *octets = reader_octets(r, size);
    place_octets(place_within(at, 1), "raw-data", octets, octets ? size : 0);
}

static void print_get_block(struct reader *r, struct place at)
{
    bool last = reader_u8(r) != 0;
    uint32_t number = reader_u32(r);
    fprintf(place_begin(at), "block %" PRIu32 "%s\n", number, last ? ", the last" : "");
    if (reader_u8(r) != DLMS_RESULT_DATA) {
        place_result(r, at);
        return;
    }
    size_t size = cosem_take_length(r);
    const uint8_t *octets = reader_octets(r, size);
    place_octets(place_within(at, 1), "raw-data", octets, octets ? size : 0);
}

static void print_attribute_and_data(struct reader *r, struct place at)
{
    print_attribute(r, at);
    place_data(r, at);
}

static void print_attribute_and_block(struct reader *r, struct place at)
{
    print_attribute(r, at);
    print_block(r, at);
}

static void print_attributes(struct reader *r, struct place at)
{
    place_list(r, at, "attributes", print_attribute);
}

static void print_attributes_and_data(struct reader *r, struct place at)
{
    print_attributes(r, at);
    place_list(r, at, "values", place_data);
}

static void print_attributes_and_block(struct reader *r, struct place at)
{
    print_attributes(r, at);
    print_block(r, at);
}

static void print_method_and_data(struct reader *r, struct place at)
{
    print_method(r, at);
    if (reader_u8(r) == 1) {
        place_data(r, at);
    }
}

static void print_method_and_block(struct reader *r, struct place at)
{
    print_method(r, at);
    print_block(r, at);
}

static void print_methods_and_data(struct reader *r, struct place at)
{
    place_list(r, at, "methods", print_method);
    place_list(r, at, "parameters", place_data);
}

static void print_methods_and_block(struct reader *r, struct place at)
{
    place_list(r, at, "methods", print_method);
    print_block(r, at);
}

static void print_values(struct reader *r, struct place at)
{
    place_list(r, at, "values", print_data_or_result);
}

static void print_results(struct reader *r, struct place at)
{
    place_list(r, at, "results", place_result);
}

static void print_result_and_number(struct reader *r, struct place at)
{
    place_result(r, at);
    print_number(r, at);
}

static void print_results_and_number(struct reader *r, struct place at)
{
    print_results(r, at);
    print_number(r, at);
}

static void print_returns(struct reader *r, struct place at)
{
    place_list(r, at, "results", print_returned);
}

static const struct service {
    uint8_t tag, choice;
    const char *name;
    void (*print)(struct reader *r, struct place at);
} services[] = {
    {DLMS_GET_REQUEST, 1, "get-request-normal", print_attribute},
    {DLMS_GET_REQUEST, 2, "get-request-next", print_number},
    {DLMS_GET_REQUEST, 3, "get-request-with-list", print_attributes},
    {DLMS_GET_RESPONSE, 1, "get-response-normal", print_data_or_result},
    {DLMS_GET_RESPONSE, 2, "get-response-with-datablock", print_get_block},
    {DLMS_GET_RESPONSE, 3, "get-response-with-list", print_values},
    {DLMS_SET_REQUEST, 1, "set-request-normal", print_attribute_and_data},
    {DLMS_SET_REQUEST, 2, "set-request-with-first-datablock", print_attribute_and_block},
    {DLMS_SET_REQUEST, 3, "set-request-with-datablock", print_block},
    {DLMS_SET_REQUEST, 4, "set-request-with-list", print_attributes_and_data},
    {DLMS_SET_REQUEST, 5, "set-request-with-list-and-first-datablock", print_attributes_and_block},
    {DLMS_SET_RESPONSE, 1, "set-response-normal", place_result},
    {DLMS_SET_RESPONSE, 2, "set-response-datablock", print_number},
    {DLMS_SET_RESPONSE, 3, "set-response-last-datablock", print_result_and_number},
    {DLMS_SET_RESPONSE, 4, "set-response-last-datablock-with-list", print_results_and_number},
    {DLMS_SET_RESPONSE, 5, "set-response-with-list", print_results},
    {DLMS_ACTION_REQUEST, 1, "action-request-normal", print_method_and_data},
    {DLMS_ACTION_REQUEST, 2, "action-request-next-pblock", print_number},
    {DLMS_ACTION_REQUEST, 3, "action-request-with-list", print_methods_and_data},
    {DLMS_ACTION_REQUEST, 4, "action-request-with-first-pblock", print_method_and_block},
    {DLMS_ACTION_REQUEST, 5, "action-request-with-list-and-first-pblock", print_methods_and_block},
    {DLMS_ACTION_REQUEST, 6, "action-request-with-pblock", print_block},
    {DLMS_ACTION_RESPONSE, 1, "action-response-normal", print_returned},
    {DLMS_ACTION_RESPONSE, 2, "action-response-with-pblock", print_block},
    {DLMS_ACTION_RESPONSE, 3, "action-response-with-list", print_returns},
    {DLMS_ACTION_RESPONSE, 4, "action-response-next-pblock", print_number},
};

static bool print_service(struct reader *r, struct place at)
{
    struct reader ahead = *r;
    uint8_t tag = reader_u8(&ahead);
    uint8_t choice = reader_u8(&ahead);
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        if (services[i].tag == tag && services[i].choice == choice) {
            uint8_t invoke = reader_u8(&ahead);
            fprintf(place_begin(at), "%s, invoke-id %u, %s, %s priority\n", services[i].name,
                    invoke & 0x0FU,
                    (invoke & DLMS_INVOKE_CONFIRMED) != 0 ? "confirmed" : "unconfirmed",
                    (invoke & 0x80) != 0 ? "high" : "normal");
            *r = ahead;
            services[i].print(r, place_within(at, 1));
            return true;
        }
    }
    return false;
}

static void print_initiate(struct reader *r, struct place at)
{
    bool request = reader_peek(r) == DLMS_INITIATE_REQUEST;
    struct dlms_initiate initiate =
        request ? dlms_initiate_take_request(r) : dlms_initiate_take_response(r);
    if (r->fault) {
        return;
    }
    fprintf(place_begin(at),
            "%s: version %u, conformance %06" PRIX32 ", APDUs of up to %u octets\n",
            request ? "initiate-request" : "initiate-response", initiate.version,
            initiate.conformance, initiate.max_pdu);
    if (initiate.dedicated_key.octets != NULL) {
        fprintf(place_begin(place_within(at, 1)), "with a dedicated key of %zu octets\n",
                initiate.dedicated_key.size);
    }
}

/* User-information; a dedicated key in it is used from here on. */
static void print_information(struct dlms_octets information, struct place at)
{
    struct reader r = reader_over(information.octets, information.size);
    if (information.size > 0) {
        print_apdu(&r, at);
    }
}

static void learn_title(struct place at, struct dlms_octets title, struct decipher_title *into)
{
    if (title.size == DLMS_TITLE_SIZE) {
        place_octets(at, "system title", title.octets, title.size);
        memcpy(into->octets, title.octets, DLMS_TITLE_SIZE);
        into->known = true;
    }
}

static void print_aarq(struct reader *r, struct place at)
{
    struct dlms_aarq aarq = dlms_aarq_take(r);
    if (!r->fault) {
        fprintf(place_begin(at), "AARQ, application context %d, mechanism %d\n", (int)aarq.context,
                (int)aarq.mechanism);
        learn_title(place_within(at, 1), aarq.title, &at.text->decipher.client);
        print_information(aarq.user_information, place_within(at, 1));
    }
}

static void print_aare(struct reader *r, struct place at)
{
    struct dlms_aare aare = dlms_aare_take(r);
    if (!r->fault) {
        fprintf(place_begin(at), "AARE, application context %d, %s, diagnostic %d\n",
                (int)aare.context, aare.result == DLMS_ACCEPTED ? "accepted" : "rejected",
                (int)aare.diagnostic & 0xFF);
        learn_title(place_within(at, 1), aare.title, &at.text->decipher.server);
        print_information(aare.user_information, place_within(at, 1));
    }
}

static void print_general_block(struct reader *r, struct place at)
{
    struct dlms_general_block_apdu block = dlms_general_block_take(r);
    if (r->fault) {
        return;
    }
    fprintf(place_begin(at), "general-block-transfer, block %u%s%s, acknowledges %u, window %u\n",
            block.number, block.last ? ", the last" : "", block.streaming ? ", streaming" : "",
            block.acknowledged, block.window);
    if (block.number == 1 && block.last) {
        print_apdu(&block.data, place_within(at, 1));
    } else {
        place_octets(place_within(at, 1), "block-data", block.data.data, block.data.size);
    }
}

static void print_notification(struct reader *r, struct place at)
{
    struct dlms_notification notification = dlms_notification_take(r);
    if (r->fault) {
        return;
    }
    fprintf(place_begin(at), "data-notification, long-invoke-id %" PRIu32 "\n",
            notification.invoke & UINT32_C(0xFFFFFF));
    if (notification.time) {
        place_octets(place_within(at, 1), "date-time", notification.time,
                     DLMS_NOTIFICATION_TIME_SIZE);
    }
    place_data(&notification.content, place_within(at, 1));
}

static void print_ciphered(struct reader *r, struct place at)
{
    struct dlms_ciphered ciphered = dlms_ciphered_take(r);
    if (r->fault) {
        return;
    }
    uint8_t control = ciphered.by.control;
    fprintf(place_begin(at), "ciphered APDU %02X, suite %u,%s%s invocation counter %" PRIu32 "\n",
            ciphered.tag, control & DLMS_CONTROL_SUITE,
            (control & DLMS_CONTROL_AUTHENTICATED) != 0 ? " authenticated," : "",
            (control & DLMS_CONTROL_ENCRYPTED) != 0 ? " encrypted," : "", ciphered.by.counter);
    uint8_t *scratch = malloc(ciphered.text.size);
    struct reader plain;
    const char *why =
        scratch ? decipher(&at.text->decipher, &ciphered, scratch, &plain) : "no memory is left";
    if (why == NULL) {
        print_apdu(&plain, place_within(at, 1));
    } else {
        fprintf(place_begin(place_within(at, 1)), "not deciphered: %s\n", why);
        place_octets(place_within(at, 1), "text", ciphered.text.octets, ciphered.text.size);
    }
    free(scratch);
}

static void print_signed(struct reader *r, struct place at)
{
    struct dlms_signed apdu = dlms_signed_take(r);
    if (r->fault) {
        return;
    }
    const char *why = decipher_signed(&at.text->decipher, &apdu);
    fprintf(place_begin(at), "general-signing, a signature of %zu octets%s%s\n",
            apdu.signature.size, why ? " " : ", good", why ? why : "");
    struct reader content = reader_over(apdu.content.octets, apdu.content.size);
    print_apdu(&content, place_within(at, 1));
}

static void print_exception(struct reader *r, struct place at)
{
    reader_u8(r);
    uint8_t state = reader_u8(r);
    uint8_t service = reader_u8(r);
    fprintf(place_begin(at), "exception-response, state-error %u, service-error %u\n", state,
            service);
    if (service == DLMS_INVOCATION_COUNTER_ERROR) {
        fprintf(place_begin(place_within(at, 1)), "expected invocation counter %" PRIu32 "\n",
                reader_u32(r));
    }
}

static void print_known(struct reader *r, struct place at)
{
    switch (reader_peek(r)) {
    case DLMS_AARQ:
        print_aarq(r, at);
        break;
    case DLMS_AARE:
        print_aare(r, at);
        break;
    case DLMS_RLRQ:
    case DLMS_RLRE:
        place_octets(at, reader_peek(r) == DLMS_RLRQ ? "RLRQ" : "RLRE", r->data + r->at,
                     reader_left(r));
        reader_octets(r, reader_left(r));
        break;
    case DLMS_GENERAL_BLOCK_TRANSFER:
        print_general_block(r, at);
        break;
    case DLMS_EXCEPTION_RESPONSE:
        print_exception(r, at);
        break;
    case DLMS_DATA_NOTIFICATION:
        print_notification(r, at);
        break;
    case DLMS_ACCESS_REQUEST:
        access_text_request(r, at);
        break;
    case DLMS_ACCESS_RESPONSE:
        access_text_response(r, at);
        break;
    default:
        place_data(r, at);
    }
}

/* The tags of InitiateRequest and InitiateResponse are those of an array and of nothing: an array
 * does not begin so. */
static bool is_initiate(const struct reader *r)
{
    struct reader trial = *r;
    bool request = reader_peek(r) == DLMS_INITIATE_REQUEST;
    if (request) {
        (void)dlms_initiate_take_request(&trial);
    } else {
        (void)dlms_initiate_take_response(&trial);
    }
    return reader_done(&trial);
}

static void print_apdu(struct reader *r, struct place at)
{
    struct reader whole = *r;
    struct reader trial = *r;
    dlms_notification_take(&trial); /* 0x0F is an integer, too */
    bool integer = reader_peek(r) == DLMS_DATA_NOTIFICATION && trial.fault;
    if (integer) {
        place_data(r, at);
    } else if (is_initiate(r)) {
        print_initiate(r, at);
    } else if (dlms_is_ciphered(reader_peek(r))) {
        print_ciphered(r, at);
    } else if (reader_peek(r) == DLMS_GENERAL_SIGNING) {
        print_signed(r, at);
    } else if (!print_service(r, at)) {
        print_known(r, at);
    }
    if (!reader_done(r)) {
        reader_fail(r);
        place_octets(at, "not understood:", whole.data + whole.at, whole.size - whole.at);
    }
}

void apdu_text_print(struct apdu_text *text, struct reader *r, int depth)
{
    print_apdu(r, (struct place){text, depth});
}
