/* The octets that begin and steer application protocol data units, for server and client.
 * Sources: Green Book 9.5 (abstract syntax), 9.4.6.1 (conformance block). */
#ifndef WATTHOUR_DLMS_APDU_H
#define WATTHOUR_DLMS_APDU_H

#include <stdint.h>

enum dlms_tag {
    DLMS_INITIATE_REQUEST = 0x01,
    DLMS_READ_REQUEST = 0x05, /* short names */
    DLMS_WRITE_REQUEST = 0x06,
    DLMS_INITIATE_RESPONSE = 0x08,
    DLMS_READ_RESPONSE = 0x0C,
    DLMS_WRITE_RESPONSE = 0x0D,
    DLMS_CONFIRMED_SERVICE_ERROR = 0x0E,
    DLMS_DATA_NOTIFICATION = 0x0F,
    DLMS_DATA_NOTIFICATION_CONFIRM = 0x10,
    DLMS_INFORMATION_REPORT = 0x18,
    DLMS_AARQ = 0x60,
    DLMS_AARE = 0x61,
    DLMS_RLRQ = 0x62,
    DLMS_RLRE = 0x63,
    DLMS_GET_REQUEST = 0xC0,
    DLMS_SET_REQUEST = 0xC1,
    DLMS_EVENT_NOTIFICATION = 0xC2,
    DLMS_ACTION_REQUEST = 0xC3,
    DLMS_GET_RESPONSE = 0xC4,
    DLMS_SET_RESPONSE = 0xC5,
    DLMS_ACTION_RESPONSE = 0xC7,
    DLMS_GLO = 0x08, /* what ciphering with the global key adds to the tags 0xC0 .. 0xC7 */
    DLMS_DED = 0x10, /* with a dedicated key */
    DLMS_EXCEPTION_RESPONSE = 0xD8,
    DLMS_ACCESS_REQUEST = 0xD9,
    DLMS_ACCESS_RESPONSE = 0xDA,
    DLMS_GENERAL_GLO_CIPHERING = 0xDB,
    DLMS_GENERAL_DED_CIPHERING = 0xDC,
    DLMS_GENERAL_CIPHERING = 0xDD,
    DLMS_GENERAL_SIGNING = 0xDF,
    DLMS_GENERAL_BLOCK_TRANSFER = 0xE0,
    DLMS_GATEWAY_REQUEST = 0xE6,
    DLMS_GATEWAY_RESPONSE = 0xE7,
};

/* The choices behind the tags. */
enum dlms_get_choice {
    DLMS_GET_NORMAL = 1,
    DLMS_GET_NEXT = 2,  /* of the request */
    DLMS_GET_BLOCK = 2, /* of the response */
    DLMS_GET_LIST = 3,
};

enum dlms_set_request {
    DLMS_SET_NORMAL = 1, /* of the response, too */
    DLMS_SET_FIRST_BLOCK = 2,
    DLMS_SET_BLOCK = 3,
    DLMS_SET_LIST = 4,
    DLMS_SET_LIST_FIRST_BLOCK = 5,
};

enum dlms_set_response {
    DLMS_SET_BLOCK_TAKEN = 2,
    DLMS_SET_LAST_BLOCK_TAKEN = 3,
    DLMS_SET_LAST_BLOCK_OF_LIST_TAKEN = 4,
    DLMS_SET_LIST_DONE = 5,
};

enum dlms_action_request {
    DLMS_ACTION_NORMAL = 1, /* of the response, too */
    DLMS_ACTION_NEXT = 2,   /* asks for the next block of the response */
    DLMS_ACTION_LIST = 3,   /* of the response, too */
    DLMS_ACTION_FIRST_BLOCK = 4,
    DLMS_ACTION_LIST_FIRST_BLOCK = 5,
    DLMS_ACTION_BLOCK = 6,
};

enum dlms_action_response {
    DLMS_ACTION_RESPONSE_BLOCK = 2,
    DLMS_ACTION_BLOCK_TAKEN = 4,
};

enum dlms_access_choice {
    DLMS_ACCESS_GET = 1,
    DLMS_ACCESS_SET = 2,
    DLMS_ACCESS_ACTION = 3,
    DLMS_ACCESS_GET_SELECTED = 4,
    DLMS_ACCESS_SET_SELECTED = 5,
};

/* Get-Data-Result: what follows is the value, or the reason why there is none. */
enum { DLMS_RESULT_DATA = 0, DLMS_RESULT_ERROR = 1 };

/* Action-Result beyond what it has in common with Data-Access-Result. */
enum { DLMS_LONG_ACTION_ABORTED = 15, DLMS_NO_LONG_ACTION_IN_PROGRESS = 16 };

/* invoke-id-and-priority, and its long form. */
enum { DLMS_INVOKE_CONFIRMED = 0x40 };
#define DLMS_LONG_INVOKE_CONFIRMED        UINT32_C(0x40000000)
#define DLMS_LONG_INVOKE_BREAK_ON_ERROR   UINT32_C(0x20000000)
#define DLMS_LONG_INVOKE_SELF_DESCRIPTIVE UINT32_C(0x10000000)

enum dlms_state_error {
    DLMS_SERVICE_NOT_ALLOWED = 1,
    DLMS_SERVICE_UNKNOWN = 2,
};

enum dlms_service_error {
    DLMS_OPERATION_NOT_POSSIBLE = 1,
    DLMS_SERVICE_NOT_SUPPORTED = 2,
    DLMS_OTHER_REASON = 3,
    DLMS_PDU_TOO_LONG = 4,
    DLMS_DECIPHERING_ERROR = 5,
    DLMS_INVOCATION_COUNTER_ERROR = 6, /* the counter that is expected follows: 4 octets */
};

/* Conformance block: bit 0 of the standard is the highest of 24. */
#define DLMS_CONFORMANCE(bit) (UINT32_C(1) << (23 - (bit)))
enum {
    DLMS_CONFORMANCE_GENERAL_BLOCK = DLMS_CONFORMANCE(2),
    DLMS_CONFORMANCE_BLOCK_GET = DLMS_CONFORMANCE(11),
    DLMS_CONFORMANCE_BLOCK_SET = DLMS_CONFORMANCE(12),
    DLMS_CONFORMANCE_BLOCK_ACTION = DLMS_CONFORMANCE(13),
    DLMS_CONFORMANCE_MULTIPLE = DLMS_CONFORMANCE(14), /* references: lists */
    DLMS_CONFORMANCE_DATA_NOTIFICATION = DLMS_CONFORMANCE(16),
    DLMS_CONFORMANCE_ACCESS = DLMS_CONFORMANCE(17),
    DLMS_CONFORMANCE_GET = DLMS_CONFORMANCE(19),
    DLMS_CONFORMANCE_SET = DLMS_CONFORMANCE(20),
    DLMS_CONFORMANCE_SELECTIVE = DLMS_CONFORMANCE(21),
    DLMS_CONFORMANCE_ACTION = DLMS_CONFORMANCE(23),
};

enum {
    DLMS_PDU_LEAST = 64,       /* max-receive-pdu-size that we accept; 0 means no limit */
    DLMS_VAA_NAME_LN = 0x0007, /* vaa-name of logical name referencing */
};

#endif
