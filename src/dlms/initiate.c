#include "dlms/initiate.h"

#include "cosem/data.h"
#include "dlms/apdu.h"

/* [APPLICATION 31] IMPLICIT BIT STRING of 24 bits, as BER encodes it: two octets of tag, the
 * length, the number of unused bits. */
static const uint8_t conformance_head[] = {0x5F, 0x1F, 0x04, 0x00};

static uint32_t take_conformance(struct reader *r)
{
    for (size_t i = 0; i < sizeof conformance_head; i++) {
        if (reader_u8(r) != conformance_head[i]) {
            reader_fail(r);
        }
    }
    uint32_t high = reader_u8(r);
    return high << 16 | reader_u16(r);
}

static void put_conformance(struct writer *w, uint32_t conformance)
{
    writer_octets(w, conformance_head, sizeof conformance_head);
    writer_u8(w, (uint8_t)(conformance >> 16));
    writer_u16(w, (uint16_t)conformance);
}

static void expect(struct reader *r, uint8_t octet)
{
    if (reader_u8(r) != octet) {
        reader_fail(r);
    }
}

/* The octet that tells whether an optional or defaulted component is there. */
static bool take_presence(struct reader *r)
{
    uint8_t flag = reader_u8(r);
    if (flag > 1) {
        reader_fail(r);
    }
    return flag == 1;
}

static int8_t take_quality(struct reader *r)
{
    return take_presence(r) ? (int8_t)reader_u8(r) : 0;
}

struct dlms_initiate dlms_initiate_take_request(struct reader *r)
{
    struct dlms_initiate request = {.response_allowed = true};
    expect(r, DLMS_INITIATE_REQUEST);
    if (take_presence(r)) {
        request.dedicated_key.size = cosem_take_length(r);
        request.dedicated_key.octets = reader_octets(r, request.dedicated_key.size);
    }
    if (take_presence(r)) {
        request.response_allowed = reader_u8(r) != 0;
    }
    request.quality_of_service = take_quality(r);
    request.version = reader_u8(r);
    request.conformance = take_conformance(r);
    request.max_pdu = reader_u16(r);
    return request;
}

struct dlms_initiate dlms_initiate_take_response(struct reader *r)
{
    struct dlms_initiate response = {.response_allowed = true};
    expect(r, DLMS_INITIATE_RESPONSE);
    response.quality_of_service = take_quality(r);
    response.version = reader_u8(r);
    response.conformance = take_conformance(r);
    response.max_pdu = reader_u16(r);
    if (reader_u16(r) != DLMS_VAA_NAME_LN) {
        reader_fail(r);
    }
    return response;
}

void dlms_initiate_put_request(struct writer *w, const struct dlms_initiate *proposed)
{
    const struct dlms_octets *key = &proposed->dedicated_key;
    writer_u8(w, DLMS_INITIATE_REQUEST);
    writer_u8(w, key->octets != NULL);
    if (key->octets != NULL) {
        cosem_put_length(w, key->size);
        writer_octets(w, key->octets, key->size);
    }
    writer_u8(w, 0); /* response-allowed: yes, as always */
    writer_u8(w, 0); /* no quality of service */
    writer_u8(w, proposed->version);
    put_conformance(w, proposed->conformance);
    writer_u16(w, proposed->max_pdu);
}

void dlms_initiate_put_response(struct writer *w, const struct dlms_initiate *negotiated)
{
    writer_u8(w, DLMS_INITIATE_RESPONSE);
    writer_u8(w, 0); /* no quality of service */
    writer_u8(w, negotiated->version);
    put_conformance(w, negotiated->conformance);
    writer_u16(w, negotiated->max_pdu);
    writer_u16(w, DLMS_VAA_NAME_LN);
}
