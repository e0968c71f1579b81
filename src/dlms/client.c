#include "dlms/client.h"

#include "base/need.h"
#include "base/writer.h"
#include "cosem/data.h"
#include "dlms/apdu.h"

#include <string.h>

/* High priority, confirmed; the invoke-id counts in the lower four bits. */
enum { INVOKE_FLAGS = 0xC0, INVOKE_ID = 0x0F };

static const struct dlms_refusal no_refusal = {.initiate_error = -1};

void dlms_client_init(struct dlms_client *client, uint8_t *value, size_t room, uint16_t receive_max)
{
    *client = (struct dlms_client){.value = value, .room = room, .receive_max = receive_max};
}

size_t dlms_client_open(const struct dlms_client *client, struct dlms_octets password,
                        uint8_t *apdu, size_t room)
{
    need(room >= DLMS_CLIENT_ROOM && password.size <= DLMS_SECRET_MAX);
    uint8_t information[32];
    struct writer inner = writer_over(information, sizeof information);
    struct dlms_initiate proposed = {
        .version = DLMS_VERSION,
        .conformance = DLMS_CONFORMANCE_GET | DLMS_CONFORMANCE_BLOCK_GET,
        .max_pdu = client->receive_max,
    };
    dlms_initiate_put_request(&inner, &proposed);
    struct writer w = writer_over(apdu, room);
    dlms_aarq_put(&w, password, (struct dlms_octets){information, writer_kept(&inner)});
    return writer_kept(&w);
}

static bool is_exception(const uint8_t *apdu, size_t size, struct dlms_refusal *refusal)
{
    if (size != 3 || apdu[0] != DLMS_EXCEPTION_RESPONSE) {
        return false;
    }
    memcpy(refusal->exception, apdu + 1, sizeof refusal->exception);
    return true;
}

static int take_initiate_error(struct reader *information)
{
    enum { HEAD = 3 };
    reader_octets(information, HEAD);
    uint8_t error = reader_u8(information);
    return reader_done(information) ? error : -1;
}

enum dlms_client_outcome dlms_client_opened(struct dlms_client *client, const uint8_t *apdu,
                                            size_t size, struct dlms_refusal *refusal)
{
    *refusal = no_refusal;
    if (is_exception(apdu, size, refusal)) {
        return DLMS_CLIENT_REFUSED;
    }
    struct reader r = reader_over(apdu, size);
    struct dlms_aare aare = dlms_aare_take(&r);
    if (!reader_done(&r)) {
        return DLMS_CLIENT_MALFORMED;
    }
    struct reader information =
        reader_over(aare.user_information.octets, aare.user_information.size);
    if (aare.result != DLMS_ACCEPTED) {
        refusal->diagnostic = aare.diagnostic;
        if (reader_peek(&information) == DLMS_CONFIRMED_SERVICE_ERROR) {
            refusal->initiate_error = take_initiate_error(&information);
        }
        return DLMS_CLIENT_REFUSED;
    }
    struct dlms_initiate negotiated = dlms_initiate_take_response(&information);
    if (!reader_done(&information)) {
        return DLMS_CLIENT_MALFORMED;
    }
    client->conformance = negotiated.conformance;
    client->send_max = negotiated.max_pdu;
    return DLMS_CLIENT_DONE;
}

static uint8_t invoke_octet(const struct dlms_client *client)
{
    return (uint8_t)(INVOKE_FLAGS | (client->invoke & INVOKE_ID));
}

size_t dlms_client_get(struct dlms_client *client, uint16_t class_id, const struct cosem_name *name,
                       int8_t attribute, uint8_t *apdu, size_t room)
{
    need(room >= DLMS_CLIENT_ROOM);
    client->invoke++;
    client->block = 0;
    client->size = 0;
    struct writer w = writer_over(apdu, room);
    writer_u8(&w, DLMS_GET_REQUEST);
    writer_u8(&w, DLMS_GET_NORMAL);
    writer_u8(&w, invoke_octet(client));
    writer_u16(&w, class_id);
    writer_octets(&w, name->obis, sizeof name->obis);
    writer_u8(&w, (uint8_t)attribute);
    writer_u8(&w, 0); /* no access selection */
    return writer_kept(&w);
}

size_t dlms_client_next(const struct dlms_client *client, uint8_t *apdu, size_t room)
{
    need(room >= DLMS_CLIENT_ROOM);
    struct writer w = writer_over(apdu, room);
    writer_u8(&w, DLMS_GET_REQUEST);
    writer_u8(&w, DLMS_GET_NEXT);
    writer_u8(&w, invoke_octet(client));
    writer_u32(&w, client->block);
    return writer_kept(&w);
}

size_t dlms_client_release(uint8_t *apdu, size_t room)
{
    struct writer w = writer_over(apdu, room);
    dlms_rlrq_put(&w);
    return writer_kept(&w);
}

static enum dlms_client_outcome keep(struct dlms_client *client, struct reader *r, size_t size)
{
    const uint8_t *octets = reader_octets(r, size);
    if (!reader_done(r)) {
        return DLMS_CLIENT_MALFORMED;
    }
    if (size > client->room - client->size) {
        return DLMS_CLIENT_TOO_LONG;
    }
    memcpy(client->value + client->size, octets, size);
    client->size += size;
    return DLMS_CLIENT_DONE;
}

static enum dlms_client_outcome refuse(struct reader *r, struct dlms_refusal *refusal)
{
    refusal->result = (enum cosem_result)reader_u8(r);
    bool reason = reader_done(r) && refusal->result != COSEM_SUCCESS;
    return reason ? DLMS_CLIENT_REFUSED : DLMS_CLIENT_MALFORMED;
}

static enum dlms_client_outcome take_block(struct dlms_client *client, struct reader *r,
                                           struct dlms_refusal *refusal)
{
    bool last = reader_u8(r) != 0;
    uint32_t number = reader_u32(r);
    if (reader_u8(r) != 0) {
        return refuse(r, refusal);
    }
    if (number != client->block + 1) {
        return DLMS_CLIENT_MALFORMED;
    }
    client->block = number;
    size_t size = cosem_take_length(r);
    if (size == 0 && !last) {
        return DLMS_CLIENT_MALFORMED; /* a transfer that leads nowhere */
    }
    enum dlms_client_outcome kept = keep(client, r, size);
    return kept == DLMS_CLIENT_DONE && !last ? DLMS_CLIENT_MORE : kept;
}

enum dlms_client_outcome dlms_client_answer(struct dlms_client *client, const uint8_t *apdu,
                                            size_t size, struct dlms_refusal *refusal)
{
    *refusal = no_refusal;
    if (is_exception(apdu, size, refusal)) {
        return DLMS_CLIENT_REFUSED;
    }
    struct reader r = reader_over(apdu, size);
    bool get = reader_u8(&r) == DLMS_GET_RESPONSE;
    uint8_t choice = reader_u8(&r);
    bool ours = (reader_u8(&r) & INVOKE_ID) == (client->invoke & INVOKE_ID);
    if (!get || !ours || r.fault) {
        return DLMS_CLIENT_MALFORMED;
    }
    if (choice == DLMS_GET_BLOCK) {
        return take_block(client, &r, refusal);
    }
    if (choice != DLMS_GET_NORMAL || client->block != 0) {
        return DLMS_CLIENT_MALFORMED;
    }
    bool data = reader_u8(&r) == 0;
    return data ? keep(client, &r, reader_left(&r)) : refuse(&r, refusal);
}

struct reader dlms_client_value(const struct dlms_client *client)
{
    return reader_over(client->value, client->size);
}
