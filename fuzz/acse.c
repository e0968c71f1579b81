/* Everything that opens and ends an association, under any octets: AARQ, AARE, RLRQ and RLRE, and
 * the InitiateRequest and -Response in them. What is taken and made again means the same; what is
 * malformed is so at every cut.
 *
 * Input: an APDU, or an InitiateRequest or -Response alone. */
#include "dlms/acse.h"
#include "dlms/apdu.h"
#include "dlms/initiate.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Every octet is there to be read. */
static bool is_same(struct dlms_octets a, struct dlms_octets b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.octets, b.octets, a.size) == 0);
}

static bool is_within(struct dlms_octets part, const uint8_t *data, size_t size)
{
    return part.octets == NULL || (part.octets >= data && part.octets + part.size <= data + size);
}

/* Made again it is not longer by more than what we always name. */
enum { ROOM = 4096, OURS = 64 };

static void try_request(const uint8_t *data, size_t size)
{
    struct reader r = reader_over(data, size);
    struct dlms_initiate request = dlms_initiate_take_request(&r);
    if (!reader_done(&r) || size > ROOM - OURS) {
        return;
    }
    uint8_t octets[ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    dlms_initiate_put_request(&w, &request);
    struct reader again = reader_over(octets, writer_kept(&w));
    struct dlms_initiate taken = dlms_initiate_take_request(&again);
    check(reader_done(&again) && taken.conformance == request.conformance &&
          taken.max_pdu == request.max_pdu && taken.version == request.version);
    check(is_same(taken.dedicated_key, request.dedicated_key));
    check(is_within(request.dedicated_key, data, size));
}

static void try_response(const uint8_t *data, size_t size)
{
    struct reader r = reader_over(data, size);
    struct dlms_initiate response = dlms_initiate_take_response(&r);
    if (!reader_done(&r)) {
        return;
    }
    uint8_t octets[DLMS_INITIATE_RESPONSE_SIZE];
    struct writer w = writer_over(octets, sizeof octets);
    dlms_initiate_put_response(&w, &response);
    check(writer_kept(&w) == sizeof octets);
    struct reader again = reader_over(octets, sizeof octets);
    struct dlms_initiate taken = dlms_initiate_take_response(&again);
    check(reader_done(&again) && taken.conformance == response.conformance &&
          taken.max_pdu == response.max_pdu && taken.version == response.version);
}

static void try_information(struct dlms_octets information)
{
    if (information.octets != NULL) {
        try_request(information.octets, information.size);
        try_response(information.octets, information.size);
    }
}

static void try_aarq(const uint8_t *data, size_t size)
{
    struct reader r = reader_over(data, size);
    struct dlms_aarq aarq = dlms_aarq_take(&r);
    if (!reader_done(&r) || size > ROOM - OURS) {
        return;
    }
    check(is_within(aarq.title, data, size) && is_within(aarq.value, data, size) &&
          is_within(aarq.user_information, data, size));
    try_information(aarq.user_information);
    uint8_t octets[ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    bool known = aarq.context != DLMS_CONTEXT_UNKNOWN && aarq.mechanism != DLMS_MECHANISM_UNKNOWN;
    if (!known || aarq.value.size == 0) {
        return; /* what we never make */
    }
    dlms_aarq_put(&w, &aarq);
    struct reader again = reader_over(octets, writer_kept(&w));
    struct dlms_aarq taken = dlms_aarq_take(&again);
    check(reader_done(&again) && taken.context == aarq.context &&
          taken.mechanism == aarq.mechanism);
    check(is_same(taken.title, aarq.title) && is_same(taken.value, aarq.value) &&
          is_same(taken.user_information, aarq.user_information));
}

static void try_aare(const uint8_t *data, size_t size)
{
    struct reader r = reader_over(data, size);
    struct dlms_aare aare = dlms_aare_take(&r);
    if (!reader_done(&r) || size > ROOM - OURS) {
        return;
    }
    check(is_within(aare.title, data, size) && is_within(aare.value, data, size) &&
          is_within(aare.user_information, data, size));
    try_information(aare.user_information);
    if (aare.context == DLMS_CONTEXT_UNKNOWN) {
        return;
    }
    uint8_t octets[ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    dlms_aare_put(&w, &aare);
    struct reader again = reader_over(octets, writer_kept(&w));
    struct dlms_aare taken = dlms_aare_take(&again);
    check(reader_done(&again) && taken.result == aare.result && is_same(taken.title, aare.title) &&
          is_same(taken.user_information, aare.user_information));
}

static void try_release(const uint8_t *data, size_t size)
{
    struct reader r = reader_over(data, size);
    struct dlms_octets information = dlms_rlrq_take(&r);
    if (reader_done(&r)) {
        check(is_within(information, data, size));
        try_information(information);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *octets = malloc(size > 0 ? size : 1); /* of exactly its size */
    memcpy(octets, data, size);
    try_aarq(octets, size);
    try_aare(octets, size);
    try_release(octets, size);
    try_request(octets, size);
    try_response(octets, size);
    free(octets);
    return 0;
}
