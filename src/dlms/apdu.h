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

/* The choice behind a GET tag. */
enum dlms_get_choice {
    DLMS_GET_NORMAL = 1,
    DLMS_GET_NEXT = 2,  /* of the request */
    DLMS_GET_BLOCK = 2, /* of the response */
    DLMS_GET_LIST = 3,
};

enum dlms_state_error {
    DLMS_SERVICE_NOT_ALLOWED = 1,
    DLMS_SERVICE_UNKNOWN = 2,
};

enum dlms_service_error {
    DLMS_OPERATION_NOT_POSSIBLE = 1,
    DLMS_SERVICE_NOT_SUPPORTED = 2,
    DLMS_OTHER_REASON = 3,
};

/* Conformance block: bit 0 of the standard is the highest of 24. */
#define DLMS_CONFORMANCE(bit) (UINT32_C(1) << (23 - (bit)))
enum {
    DLMS_CONFORMANCE_BLOCK_GET = DLMS_CONFORMANCE(11),
    DLMS_CONFORMANCE_GET = DLMS_CONFORMANCE(19),
};

enum {
    DLMS_PDU_LEAST = 64,       /* max-receive-pdu-size that we accept; 0 means no limit */
    DLMS_VAA_NAME_LN = 0x0007, /* vaa-name of logical name referencing */
};

#endif
