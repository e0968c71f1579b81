#include "app/apdu_text.h"

#include "app/client_result.h"
#include "app/words.h"
#include "cosem/data.h"
#include "dlms/acse.h"
#include "dlms/apdu.h"
#include "dlms/general_block.h"
#include "dlms/initiate.h"
#include "dlms/item.h"
#include "dlms/notification.h"
#include "dlms/security.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static void line(int depth, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("%*s", 2 * depth, "");
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
}

static void print_octets(int depth, const char *name, const uint8_t *octets, size_t size)
{
    printf("%*s%s", 2 * depth, "", name);
    for (size_t i = 0; i < size; i++) {
        printf("%s%02X", i == 0 ? " " : "", octets[i]);
    }
    putchar('\n');
}

static const char *tag_name(enum cosem_tag tag)
{
    static const char *const names[] = {
        [COSEM_NULL] = "null-data",
        [COSEM_ARRAY] = "array",
        [COSEM_STRUCTURE] = "structure",
        [COSEM_BOOLEAN] = "boolean",
        [COSEM_BIT_STRING] = "bit-string",
        [COSEM_I32] = "double-long",
        [COSEM_U32] = "double-long-unsigned",
        [COSEM_OCTET_STRING] = "octet-string",
        [COSEM_VISIBLE_STRING] = "visible-string",
        [COSEM_UTF8_STRING] = "utf8-string",
        [COSEM_BCD] = "bcd",
        [COSEM_I8] = "integer",
        [COSEM_I16] = "long",
        [COSEM_U8] = "unsigned",
        [COSEM_U16] = "long-unsigned",
        [COSEM_I64] = "long64",
        [COSEM_U64] = "long64-unsigned",
        [COSEM_ENUM] = "enum",
        [COSEM_F32] = "float32",
        [COSEM_F64] = "float64",
        [COSEM_DATE_TIME] = "date-time",
        [COSEM_DATE] = "date",
        [COSEM_TIME] = "time",
    };
    return names[tag];
}

/* Containers are kept on a stack of what each still needs; deeper ones are not indented further. */
static void print_data(struct reader *r, int depth)
{
    enum { DEEPEST = 24 };
    size_t due[DEEPEST] = {1};
    int level = 0;
    while (level >= 0 && !r->fault) {
        if (due[level] == 0) {
            level--;
            continue;
        }
        due[level]--;
        struct cosem_value v = cosem_take_value(r);
        bool container = v.tag == COSEM_ARRAY || v.tag == COSEM_STRUCTURE;
        if (r->fault || (container && level + 1 == DEEPEST)) {
            reader_fail(r);
        } else if (container) {
            line(depth + level, "%s of %zu", tag_name(v.tag), v.count);
            due[++level] = v.count;
        } else if (v.octets != NULL) {
            size_t size = v.tag == COSEM_BIT_STRING ? (v.count + 7) / 8 : v.count;
            print_octets(depth + level, tag_name(v.tag), v.octets, size);
        } else if (v.tag == COSEM_NULL) {
            line(depth + level, "null-data");
        } else {
            line(depth + level, "%s %" PRId64, tag_name(v.tag), v.integer);
        }
    }
}

static void print_list(struct reader *r, int depth, const char *name,
                       void (*print)(struct reader *r, int depth))
{
    size_t count = cosem_take_length(r);
    line(depth, "%s: %zu", name, count);
    for (size_t i = 0; i < count && !r->fault; i++) {
        print(r, depth + 1);
    }
}

static void print_item(const struct dlms_item *item, int depth, const char *member)
{
    char obis[WORDS_OBIS_ROOM];
    char class_name[WORDS_CLASS_ROOM];
    words_obis(&item->name, obis);
    words_class(item->class_id, class_name);
    line(depth, "%s (%u) %s %s %d", class_name, item->class_id, obis, member, item->member);
    if (item->selection.selector != 0) {
        struct reader parameters = reader_over(item->selection.parameters, item->selection.size);
        line(depth + 1, "selector %u", item->selection.selector);
        print_data(&parameters, depth + 2);
    }
}

static void print_attribute(struct reader *r, int depth)
{
    struct dlms_item item = dlms_item_take_selective(r);
    if (!r->fault) {
        print_item(&item, depth, "attribute");
    }
}

static void print_method(struct reader *r, int depth)
{
    struct dlms_item item = dlms_item_take(r);
    if (!r->fault) {
        print_item(&item, depth, "method");
    }
}

static void print_result(struct reader *r, int depth)
{
    uint8_t result = reader_u8(r);
    line(depth, "result %u: %s", result,
         result == 0 ? "success" : client_result_text((enum cosem_result)result));
}

static void print_data_or_result(struct reader *r, int depth)
{
    if (reader_u8(r) == DLMS_RESULT_DATA) {
        print_data(r, depth);
    } else {
        print_result(r, depth);
    }
}

static void print_returned(struct reader *r, int depth)
{
    print_result(r, depth);
    if (reader_u8(r) == 1) {
        print_data_or_result(r, depth);
    }
}

static void print_number(struct reader *r, int depth)
{
    line(depth, "block %" PRIu32, reader_u32(r));
}

static void print_block(struct reader *r, int depth)
{
    bool last = reader_u8(r) != 0;
    uint32_t number = reader_u32(r);
    line(depth, "block %" PRIu32 "%s", number, last ? ", the last" : "");
    size_t size = cosem_take_length(r);
    const uint8_t *octets = reader_octets(r, size);
    print_octets(depth + 1, "raw-data", octets, octets ? size : 0);
}

static void print_get_block(struct reader *r, int depth)
{
    bool last = reader_u8(r) != 0;
    uint32_t number = reader_u32(r);
    line(depth, "block %" PRIu32 "%s", number, last ? ", the last" : "");
    if (reader_u8(r) != DLMS_RESULT_DATA) {
        print_result(r, depth);
        return;
    }
    size_t size = cosem_take_length(r);
    const uint8_t *octets = reader_octets(r, size);
    print_octets(depth + 1, "raw-data", octets, octets ? size : 0);
}

static void print_attribute_and_data(struct reader *r, int depth)
{
    print_attribute(r, depth);
    print_data(r, depth);
}

static void print_attribute_and_block(struct reader *r, int depth)
{
    print_attribute(r, depth);
    print_block(r, depth);
}

static void print_attributes(struct reader *r, int depth)
{
    print_list(r, depth, "attributes", print_attribute);
}

static void print_attributes_and_data(struct reader *r, int depth)
{
    print_attributes(r, depth);
    print_list(r, depth, "values", print_data);
}

static void print_attributes_and_block(struct reader *r, int depth)
{
    print_attributes(r, depth);
    print_block(r, depth);
}

static void print_method_and_data(struct reader *r, int depth)
{
    print_method(r, depth);
    if (reader_u8(r) == 1) {
        print_data(r, depth);
    }
}

static void print_method_and_block(struct reader *r, int depth)
{
    print_method(r, depth);
    print_block(r, depth);
}

static void print_methods_and_data(struct reader *r, int depth)
{
    print_list(r, depth, "methods", print_method);
    print_list(r, depth, "parameters", print_data);
}

static void print_methods_and_block(struct reader *r, int depth)
{
    print_list(r, depth, "methods", print_method);
    print_block(r, depth);
}

static void print_values(struct reader *r, int depth)
{
    print_list(r, depth, "values", print_data_or_result);
}

static void print_results(struct reader *r, int depth)
{
    print_list(r, depth, "results", print_result);
}

static void print_result_and_number(struct reader *r, int depth)
{
    print_result(r, depth);
    print_number(r, depth);
}

static void print_results_and_number(struct reader *r, int depth)
{
    print_results(r, depth);
    print_number(r, depth);
}

static void print_returns(struct reader *r, int depth)
{
    print_list(r, depth, "results", print_returned);
}

static const struct service {
    uint8_t tag, choice;
    const char *name;
    void (*print)(struct reader *r, int depth);
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
    {DLMS_SET_RESPONSE, 1, "set-response-normal", print_result},
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

static bool print_service(struct reader *r, int depth)
{
    struct reader ahead = *r;
    uint8_t tag = reader_u8(&ahead);
    uint8_t choice = reader_u8(&ahead);
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        if (services[i].tag == tag && services[i].choice == choice) {
            uint8_t invoke = reader_u8(&ahead);
            line(depth, "%s, invoke-id %u, %s, %s priority", services[i].name, invoke & 0x0F,
                 (invoke & DLMS_INVOKE_CONFIRMED) != 0 ? "confirmed" : "unconfirmed",
                 (invoke & 0x80) != 0 ? "high" : "normal");
            *r = ahead;
            services[i].print(r, depth + 1);
            return true;
        }
    }
    return false;
}

static void print_initiate(struct dlms_octets information, int depth)
{
    struct reader r = reader_over(information.octets, information.size);
    bool request = reader_peek(&r) == DLMS_INITIATE_REQUEST;
    struct dlms_initiate initiate =
        request ? dlms_initiate_take_request(&r) : dlms_initiate_take_response(&r);
    if (reader_done(&r)) {
        line(depth, "%s: version %u, conformance %06" PRIX32 ", APDUs of up to %u octets",
             request ? "initiate-request" : "initiate-response", initiate.version,
             initiate.conformance, initiate.max_pdu);
    } else {
        print_octets(depth, "user-information", information.octets, information.size);
    }
}

static void print_aarq(struct reader *r, int depth)
{
    struct dlms_aarq aarq = dlms_aarq_take(r);
    if (!r->fault) {
        line(depth, "AARQ, application context %d, mechanism %d", (int)aarq.context,
             (int)aarq.mechanism);
        print_initiate(aarq.user_information, depth + 1);
    }
}

static void print_aare(struct reader *r, int depth)
{
    struct dlms_aare aare = dlms_aare_take(r);
    if (!r->fault) {
        line(depth, "AARE, application context %d, %s, diagnostic %d", (int)aare.context,
             aare.result == DLMS_ACCEPTED ? "accepted" : "rejected", (int)aare.diagnostic & 0xFF);
        print_initiate(aare.user_information, depth + 1);
    }
}

static void print_general_block(struct reader *r, int depth)
{
    struct dlms_general_block_apdu block = dlms_general_block_take(r);
    if (r->fault) {
        return;
    }
    line(depth, "general-block-transfer, block %u%s%s, acknowledges %u, window %u", block.number,
         block.last ? ", the last" : "", block.streaming ? ", streaming" : "", block.acknowledged,
         block.window);
    if (block.number == 1 && block.last) {
        apdu_text_print(&block.data, depth + 1);
    } else {
        print_octets(depth + 1, "block-data", block.data.data, block.data.size);
    }
}

static void print_notification(struct reader *r, int depth)
{
    struct dlms_notification notification = dlms_notification_take(r);
    if (r->fault) {
        return;
    }
    line(depth, "data-notification, long-invoke-id %" PRIu32,
         notification.invoke & UINT32_C(0xFFFFFF));
    if (notification.time) {
        print_octets(depth + 1, "date-time", notification.time, DLMS_NOTIFICATION_TIME_SIZE);
    }
    print_data(&notification.content, depth + 1);
}

static void print_ciphered(struct reader *r, int depth)
{
    struct dlms_ciphered ciphered = dlms_ciphered_take(r);
    if (r->fault) {
        return;
    }
    uint8_t control = ciphered.by.control;
    line(depth, "ciphered APDU %02X, suite %u,%s%s invocation counter %" PRIu32, ciphered.tag,
         control & DLMS_CONTROL_SUITE,
         (control & DLMS_CONTROL_AUTHENTICATED) != 0 ? " authenticated," : "",
         (control & DLMS_CONTROL_ENCRYPTED) != 0 ? " encrypted," : "", ciphered.by.counter);
    print_octets(depth + 1, "text", ciphered.text.octets, ciphered.text.size);
}

static void print_exception(struct reader *r, int depth)
{
    reader_u8(r);
    uint8_t state = reader_u8(r);
    uint8_t service = reader_u8(r);
    line(depth, "exception-response, state-error %u, service-error %u", state, service);
    if (service == DLMS_INVOCATION_COUNTER_ERROR) {
        line(depth + 1, "expected invocation counter %" PRIu32, reader_u32(r));
    }
}

static void print_known(struct reader *r, int depth)
{
    switch (reader_peek(r)) {
    case DLMS_AARQ:
        print_aarq(r, depth);
        break;
    case DLMS_AARE:
        print_aare(r, depth);
        break;
    case DLMS_GENERAL_BLOCK_TRANSFER:
        print_general_block(r, depth);
        break;
    case DLMS_EXCEPTION_RESPONSE:
        print_exception(r, depth);
        break;
    case DLMS_DATA_NOTIFICATION:
        print_notification(r, depth);
        break;
    default:
        print_data(r, depth);
    }
}

void apdu_text_print(struct reader *r, int depth)
{
    struct reader whole = *r;
    struct reader trial = *r;
    dlms_notification_take(&trial); /* 0x0F is an integer, too */
    bool integer = reader_peek(r) == DLMS_DATA_NOTIFICATION && trial.fault;
    if (integer) {
        print_data(r, depth);
    } else if (dlms_is_ciphered(reader_peek(r))) {
        print_ciphered(r, depth);
    } else if (!print_service(r, depth)) {
        print_known(r, depth);
    }
    if (!reader_done(r)) {
        reader_fail(r);
        print_octets(depth, "not understood:", whole.data + whole.at, whole.size - whole.at);
    }
}
