#include "dlms/client.h"

#include "base/need.h"
#include "base/writer.h"
#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/client_inside.h"

#include <string.h>

/* High priority, confirmed; the invoke-id counts in the lower four bits. */
enum { INVOKE_FLAGS = 0xC0, INVOKE_ID = 0x0F };

/* What the tag of an answer is more than that of its request. */
enum { ANSWER_TAG = 4 };

static const struct dlms_refusal no_refusal = {.initiate_error = -1};

void dlms_client_init(struct dlms_client *client, uint8_t *value, size_t room, uint16_t receive_max)
{
    *client = (struct dlms_client){.value = value, .room = room, .receive_max = receive_max};
}

struct dlms_initiate dlms_client_proposal(const struct dlms_client *client)
{
    return (struct dlms_initiate){
        .version = DLMS_VERSION,
        .conformance = DLMS_CLIENT_PROPOSED,
        .max_pdu = client->receive_max,
    };
}

size_t dlms_client_open(const struct dlms_client *client, struct dlms_octets password,
                        uint8_t *apdu, size_t room)
{
    need(room >= DLMS_CLIENT_ROOM && password.size <= DLMS_SECRET_MAX);
    uint8_t information[32];
    struct writer inner = writer_over(information, sizeof information);
    struct dlms_initiate proposed = dlms_client_proposal(client);
    dlms_initiate_put_request(&inner, &proposed);
    struct writer w = writer_over(apdu, room);
    const struct dlms_aarq aarq = {.context = DLMS_CONTEXT_LN,
                                   .mechanism = DLMS_MECHANISM_LOW,
                                   .value = password,
                                   .user_information = {information, writer_kept(&inner)}};
    dlms_aarq_put(&w, &aarq);
    return writer_kept(&w);
}

static bool is_exception(const uint8_t *apdu, size_t size, struct dlms_refusal *refusal)
{
    struct reader r = reader_over(apdu, size);
    if (reader_u8(&r) != DLMS_EXCEPTION_RESPONSE) {
        return false;
    }
    uint8_t state = reader_u8(&r);
    uint8_t service = reader_u8(&r);
    uint32_t counter = service == DLMS_INVOCATION_COUNTER_ERROR ? reader_u32(&r) : 0;
    if (!reader_done(&r)) {
        return false;
    }
    refusal->exception[0] = state;
    refusal->exception[1] = service;
    refusal->counter = counter;
    return true;
}

static int take_initiate_error(struct reader *information)
{
    enum { HEAD = 3 };
    reader_octets(information, HEAD);
    uint8_t error = reader_u8(information);
    return reader_done(information) ? error : -1;
}

enum dlms_client_outcome dlms_client_take_aare(const uint8_t *apdu, size_t size,
                                               struct dlms_aare *aare, struct dlms_refusal *refusal)
{
    *refusal = no_refusal;
    if (is_exception(apdu, size, refusal)) {
        return DLMS_CLIENT_REFUSED;
    }
    struct reader r = reader_over(apdu, size);
    *aare = dlms_aare_take(&r);
    return reader_done(&r) ? DLMS_CLIENT_DONE : DLMS_CLIENT_MALFORMED;
}

enum dlms_client_outcome dlms_client_take_response(struct dlms_client *client,
                                                   const struct dlms_aare *aare,
                                                   struct reader information,
                                                   struct dlms_refusal *refusal)
{
    if (aare->result != DLMS_ACCEPTED) {
        refusal->diagnostic = aare->diagnostic;
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

enum dlms_client_outcome dlms_client_opened(struct dlms_client *client, const uint8_t *apdu,
                                            size_t size, struct dlms_refusal *refusal)
{
    struct dlms_aare aare;
    enum dlms_client_outcome outcome = dlms_client_take_aare(apdu, size, &aare, refusal);
    if (outcome != DLMS_CLIENT_DONE) {
        return outcome;
    }
    struct reader information =
        reader_over(aare.user_information.octets, aare.user_information.size);
    return dlms_client_take_response(client, &aare, information, refusal);
}

static uint8_t invoke_octet(const struct dlms_client *client)
{
    return (uint8_t)(INVOKE_FLAGS | (client->invoke & INVOKE_ID));
}

void dlms_client_begin(struct dlms_client *client, uint8_t service, struct reader value)
{
    client->service = service;
    client->invoke++;
    client->block = 0;
    client->size = 0;
    client->sending = value;
    client->orders = NULL;
    client->order_count = 0;
}

void dlms_client_put_head(struct writer *w, const struct dlms_client *client, uint8_t choice)
{
    writer_u8(w, client->service);
    writer_u8(w, choice);
    writer_u8(w, invoke_octet(client));
}

void dlms_client_put_target(struct writer *w, const struct dlms_target *target)
{
    writer_u16(w, target->class_id);
    writer_octets(w, target->name.obis, sizeof target->name.obis);
    writer_u8(w, (uint8_t)target->member);
}

size_t dlms_client_limit(const struct dlms_client *client, size_t room)
{
    bool limited = client->send_max != 0 && !client->in_general_blocks;
    return limited && client->send_max < room ? client->send_max : room;
}

void dlms_client_put_selection(struct writer *w, const struct dlms_selection *part)
{
    writer_u8(w, part != NULL);
    if (part != NULL) {
        struct reader parameters = part->parameters;
        size_t size = reader_left(&parameters);
        writer_u8(w, part->selector);
        writer_octets(w, reader_octets(&parameters, size), size);
    }
}

size_t dlms_client_get_part(struct dlms_client *client, const struct dlms_target *target,
                            const struct dlms_selection *part, uint8_t *apdu, size_t room)
{
    need(room >= DLMS_CLIENT_ROOM);
    dlms_client_begin(client, DLMS_GET_REQUEST, reader_over(NULL, 0));
    if (part != NULL && (client->conformance & DLMS_CONFORMANCE_SELECTIVE) == 0) {
        return 0;
    }
    struct writer w = writer_over(apdu, dlms_client_limit(client, room));
    dlms_client_put_head(&w, client, DLMS_GET_NORMAL);
    dlms_client_put_target(&w, target);
    dlms_client_put_selection(&w, part);
    return writer_overflow(&w) ? 0 : writer_kept(&w);
}

size_t dlms_client_get(struct dlms_client *client, uint16_t class_id, const struct cosem_name *name,
                       int8_t attribute, uint8_t *apdu, size_t room)
{
    const struct dlms_target target = {class_id, *name, attribute};
    return dlms_client_get_part(client, &target, NULL, apdu, room);
}

void dlms_client_put_block(struct writer *w, struct dlms_client *client)
{
    enum { LAST_AND_NUMBER = 5, LENGTH_MOST = 3 };
    size_t room = w->room - w->tape - LAST_AND_NUMBER - LENGTH_MOST;
    size_t left = reader_left(&client->sending);
    size_t size = left < room ? left : room;
    client->block++;
    writer_u8(w, size == left);
    writer_u32(w, client->block);
    cosem_put_length(w, size);
    writer_octets(w, reader_octets(&client->sending, size), size);
}

/* In one APDU, or the first of its blocks; `blocks` is what must have been negotiated for them. */
static size_t put_request(struct dlms_client *client, const struct dlms_target *target,
                          uint8_t first_block, uint32_t blocks, uint8_t *apdu, size_t room)
{
    enum { AROUND = 13 /* octets before the value */ };
    need(room >= DLMS_CLIENT_ROOM);
    struct writer w = writer_over(apdu, dlms_client_limit(client, room));
    size_t size = reader_left(&client->sending);
    bool whole = size + AROUND <= w.room;
    if (!whole && (client->conformance & blocks) == 0) {
        return 0;
    }
    dlms_client_put_head(&w, client, whole ? DLMS_SET_NORMAL : first_block);
    dlms_client_put_target(&w, target);
    bool set = client->service == DLMS_SET_REQUEST;
    if (set) {
        writer_u8(&w, 0); /* no access selection */
    } else if (whole) {
        writer_u8(&w, size > 0); /* whether there is a parameter */
    }
    if (whole) {
        writer_octets(&w, reader_octets(&client->sending, size), size);
    } else {
        dlms_client_put_block(&w, client);
    }
    return writer_overflow(&w) ? 0 : writer_kept(&w);
}

size_t dlms_client_set(struct dlms_client *client, const struct dlms_target *target,
                       struct reader value, uint8_t *apdu, size_t room)
{
    dlms_client_begin(client, DLMS_SET_REQUEST, value);
    return put_request(client, target, DLMS_SET_FIRST_BLOCK, DLMS_CONFORMANCE_BLOCK_SET, apdu,
                       room);
}

size_t dlms_client_act(struct dlms_client *client, const struct dlms_target *target,
                       struct reader parameter, uint8_t *apdu, size_t room)
{
    dlms_client_begin(client, DLMS_ACTION_REQUEST, parameter);
    return put_request(client, target, DLMS_ACTION_FIRST_BLOCK, DLMS_CONFORMANCE_BLOCK_ACTION, apdu,
                       room);
}

size_t dlms_client_next(struct dlms_client *client, uint8_t *apdu, size_t room)
{
    need(room >= DLMS_CLIENT_ROOM);
    struct writer w = writer_over(apdu, dlms_client_limit(client, room));
    bool set = client->service == DLMS_SET_REQUEST;
    if (reader_left(&client->sending) > 0) {
        dlms_client_put_head(&w, client,
                             set ? (uint8_t)DLMS_SET_BLOCK : (uint8_t)DLMS_ACTION_BLOCK);
        dlms_client_put_block(&w, client);
    } else {
        dlms_client_put_head(&w, client, DLMS_GET_NEXT); /* of an ACTION, too */
        writer_u32(&w, client->block);
    }
    return writer_kept(&w);
}

size_t dlms_client_release(uint8_t *apdu, size_t room)
{
    struct writer w = writer_over(apdu, room);
    dlms_rlrq_put(&w, (struct dlms_octets){.octets = NULL});
    return writer_kept(&w);
}

enum dlms_client_outcome dlms_client_keep(struct dlms_client *client, struct reader *r, size_t size)
{
    const uint8_t *octets = reader_octets(r, size);
    if (!reader_done(r)) {
        return DLMS_CLIENT_MALFORMED;
    }
    if (size > client->room - client->size) {
        return DLMS_CLIENT_TOO_LONG;
    }
    memmove(client->value + client->size, octets, size);
    client->size += size;
    return DLMS_CLIENT_DONE;
}

static enum dlms_client_outcome refuse(struct reader *r, struct dlms_refusal *refusal)
{
    refusal->result = (enum cosem_result)reader_u8(r);
    bool reason = reader_done(r) && refusal->result != COSEM_SUCCESS;
    return reason ? DLMS_CLIENT_REFUSED : DLMS_CLIENT_MALFORMED;
}

static enum dlms_client_outcome take_block(struct dlms_client *client, struct reader *r, bool last,
                                           uint32_t number)
{
    if (number != client->block + 1) {
        return DLMS_CLIENT_MALFORMED;
    }
    client->block = number;
    size_t size = cosem_take_length(r);
    if (size == 0 && !last) {
        return DLMS_CLIENT_MALFORMED; /* a transfer that leads nowhere */
    }
    enum dlms_client_outcome kept = dlms_client_keep(client, r, size);
    return kept == DLMS_CLIENT_DONE && !last ? DLMS_CLIENT_MORE : kept;
}

/* A list is looked through when all of it is there. */
static enum dlms_client_outcome end(const struct dlms_client *client,
                                    enum dlms_client_outcome outcome)
{
    bool whole = outcome == DLMS_CLIENT_DONE && client->order_count > 0;
    return whole ? dlms_client_end_list(client) : outcome;
}

static enum dlms_client_outcome take_get(struct dlms_client *client, uint8_t choice,
                                         struct reader *r, struct dlms_refusal *refusal)
{
    if (choice == DLMS_GET_BLOCK) {
        bool last = reader_u8(r) != 0;
        uint32_t number = reader_u32(r);
        bool data = reader_u8(r) == DLMS_RESULT_DATA;
        return data ? end(client, take_block(client, r, last, number)) : refuse(r, refusal);
    }
    if (choice == DLMS_GET_LIST && client->order_count > 0 && client->block == 0) {
        return dlms_client_take_list(client, r, reader_left(r));
    }
    if (choice != DLMS_GET_NORMAL || client->block != 0) {
        return DLMS_CLIENT_MALFORMED;
    }
    bool data = reader_u8(r) == DLMS_RESULT_DATA;
    if (data && client->order_count > 0) {
        return DLMS_CLIENT_MALFORMED;
    }
    return data ? dlms_client_keep(client, r, reader_left(r)) : refuse(r, refusal);
}

/* The server asks for the next block: there must be one. */
static enum dlms_client_outcome take_acknowledgement(const struct dlms_client *client,
                                                     struct reader *r)
{
    bool next = reader_u32(r) == client->block && reader_done(r);
    return next && reader_left(&client->sending) > 0 ? DLMS_CLIENT_MORE : DLMS_CLIENT_MALFORMED;
}

static enum dlms_client_outcome take_result(struct reader *r, struct dlms_refusal *refusal)
{
    refusal->result = (enum cosem_result)reader_u8(r);
    return refusal->result == COSEM_SUCCESS ? DLMS_CLIENT_DONE : DLMS_CLIENT_REFUSED;
}

/* The results of a list, behind its blocks with the number of the last; or of all of it one. */
static enum dlms_client_outcome take_set_list(struct dlms_client *client, uint8_t choice,
                                              struct reader *r, struct dlms_refusal *refusal)
{
    enum { NUMBER = 4 };
    size_t left = reader_left(r);
    if (choice == DLMS_SET_LIST_DONE) {
        return dlms_client_take_list(client, r, left);
    }
    if (choice == DLMS_SET_LAST_BLOCK_OF_LIST_TAKEN && left > NUMBER) {
        struct reader results = reader_part(r, left - NUMBER);
        return dlms_client_take_list(client, &results, results.size);
    }
    return choice == DLMS_SET_NORMAL ? refuse(r, refusal) : DLMS_CLIENT_MALFORMED;
}

static enum dlms_client_outcome take_set(struct dlms_client *client, uint8_t choice,
                                         struct reader *r, struct dlms_refusal *refusal)
{
    if (choice == DLMS_SET_BLOCK_TAKEN) {
        return take_acknowledgement(client, r);
    }
    if (client->order_count > 0) {
        return take_set_list(client, choice, r, refusal);
    }
    enum dlms_client_outcome outcome = take_result(r, refusal);
    if (choice == DLMS_SET_LAST_BLOCK_TAKEN) {
        reader_u32(r);
    } else if (choice != DLMS_SET_NORMAL) {
        return DLMS_CLIENT_MALFORMED;
    }
    return reader_done(r) ? outcome : DLMS_CLIENT_MALFORMED;
}

/* Result, and the value that the method gives back: kept alone. */
static enum dlms_client_outcome take_returned(struct dlms_client *client, struct reader r,
                                              struct dlms_refusal *refusal)
{
    enum dlms_client_outcome outcome = take_result(&r, refusal);
    bool returned = reader_u8(&r) == 1;
    client->size = 0;
    if (outcome != DLMS_CLIENT_DONE || !returned) {
        return reader_done(&r) ? outcome : DLMS_CLIENT_MALFORMED;
    }
    bool data = reader_u8(&r) == DLMS_RESULT_DATA;
    return data ? dlms_client_keep(client, &r, reader_left(&r)) : refuse(&r, refusal);
}

static enum dlms_client_outcome take_action(struct dlms_client *client, uint8_t choice,
                                            struct reader *r, struct dlms_refusal *refusal)
{
    if (choice == DLMS_ACTION_BLOCK_TAKEN) {
        return take_acknowledgement(client, r);
    }
    if (choice == DLMS_ACTION_LIST && client->order_count > 0) {
        return dlms_client_take_list(client, r, reader_left(r));
    }
    if (choice == DLMS_ACTION_NORMAL) {
        struct reader whole = reader_part(r, reader_left(r));
        enum dlms_client_outcome outcome = take_returned(client, whole, refusal);
        bool none = outcome == DLMS_CLIENT_DONE && client->order_count > 0;
        return none ? DLMS_CLIENT_MALFORMED : outcome;
    }
    if (choice != DLMS_ACTION_RESPONSE_BLOCK || reader_left(&client->sending) > 0) {
        return DLMS_CLIENT_MALFORMED;
    }
    if (client->size == 0) {
        client->block = 0; /* from here on blocks are received */
    }
    bool last = reader_u8(r) != 0;
    uint32_t number = reader_u32(r);
    enum dlms_client_outcome outcome = take_block(client, r, last, number);
    if (outcome != DLMS_CLIENT_DONE || client->order_count > 0) {
        return end(client, outcome);
    }
    return take_returned(client, dlms_client_value(client), refusal);
}

enum dlms_client_outcome dlms_client_answer(struct dlms_client *client, const uint8_t *apdu,
                                            size_t size, struct dlms_refusal *refusal)
{
    *refusal = no_refusal;
    if (is_exception(apdu, size, refusal)) {
        return DLMS_CLIENT_REFUSED;
    }
    struct reader r = reader_over(apdu, size);
    uint8_t tag = reader_u8(&r);
    if (client->service == DLMS_ACCESS_REQUEST) {
        return tag == DLMS_ACCESS_RESPONSE ? dlms_client_take_access(client, &r)
                                           : DLMS_CLIENT_MALFORMED;
    }
    uint8_t choice = reader_u8(&r);
    bool ours = (reader_u8(&r) & INVOKE_ID) == (client->invoke & INVOKE_ID);
    if (tag != client->service + ANSWER_TAG || !ours || r.fault) {
        return DLMS_CLIENT_MALFORMED;
    }
    switch (client->service) {
    case DLMS_GET_REQUEST:
        return take_get(client, choice, &r, refusal);
    case DLMS_SET_REQUEST:
        return take_set(client, choice, &r, refusal);
    default:
        return take_action(client, choice, &r, refusal);
    }
}

struct reader dlms_client_value(const struct dlms_client *client)
{
    return reader_over(client->value, client->size);
}
