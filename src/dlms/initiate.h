/* xDLMS InitiateRequest and InitiateResponse: what the two sides negotiate when they associate,
 * carried in the user-information of AARQ and AARE. Source: Green Book 9.4.1.3, 9.5; A-XDR. */
#ifndef WATTHOUR_DLMS_INITIATE_H
#define WATTHOUR_DLMS_INITIATE_H

#include "base/reader.h"
#include "base/writer.h"
#include "dlms/acse.h"

#include <stdbool.h>
#include <stdint.h>

enum { DLMS_VERSION = 6 };

struct dlms_initiate {
    uint32_t conformance; /* DLMS_CONFORMANCE_..: proposed, or negotiated */
    uint16_t max_pdu;     /* that the sender receives; 0: no limit */
    uint8_t version;
    int8_t quality_of_service;
    struct dlms_octets dedicated_key; /* of a request, in place; may be absent */
    bool response_allowed;            /* of a request taken; false: an unconfirmed association */
};

/* Take a whole InitiateRequest or InitiateResponse, tag included; fault the reader when it is none.
 */
struct dlms_initiate dlms_initiate_take_request(struct reader *r);
struct dlms_initiate dlms_initiate_take_response(struct reader *r);

void dlms_initiate_put_request(struct writer *w, const struct dlms_initiate *proposed);
void dlms_initiate_put_response(struct writer *w, const struct dlms_initiate *negotiated);

/* Octets that dlms_initiate_put_response writes. */
enum { DLMS_INITIATE_RESPONSE_SIZE = 14 };

/* ConfirmedServiceError, service initiate. */
enum dlms_initiate_error {
    DLMS_INITIATE_OTHER = 0,
    DLMS_INITIATE_VERSION_TOO_LOW = 1,
    DLMS_INITIATE_INCOMPATIBLE_CONFORMANCE = 2,
    DLMS_INITIATE_PDU_SIZE_TOO_SHORT = 3,
    DLMS_INITIATE_REFUSED = 4,
};

#endif
