#include "base/need.h"
#include "base/reader.h"
#include "base/writer.h"
#include "dlms/apdu.h"
#include "dlms/dispatch.h"
#include "dlms/exception.h"
#include "dlms/general_block.h"
#include "dlms/security_change.h"
#include "dlms/server.h"

#include <string.h>

void dlms_session_init(struct dlms_session *session, struct dlms_server *server,
                       uint16_t receive_max)
{
    session->server = server;
    session->kept.owner = NULL;
    session->dedicated.owner = NULL;
    dlms_key_drop(&session->dedicated.key);
    for (uint8_t i = 0; i < server->partner_count; i++) {
        struct dlms_association *association = &session->associations[i];
        *association = (struct dlms_association){.server = server,
                                                 .partner = &server->partners[i],
                                                 .receive_max = receive_max,
                                                 .dedicated = &session->dedicated,
                                                 .kept = &session->kept};
    }
}

void dlms_session_stream(struct dlms_session *session)
{
    for (uint8_t i = 0; i < session->server->partner_count; i++) {
        session->associations[i].streams = true;
    }
}

void dlms_session_close(struct dlms_session *session)
{
    for (uint8_t i = 0; i < session->server->partner_count; i++) {
        dlms_association_close(&session->associations[i]);
    }
}

static struct dlms_association *find_association(struct dlms_session *session, uint16_t client_sap)
{
    for (uint8_t i = 0; i < session->server->partner_count; i++) {
        if (session->server->partners[i].sap == client_sap) {
            return &session->associations[i];
        }
    }
    return NULL;
}

void dlms_session_end(struct dlms_session *session, uint16_t client_sap)
{
    struct dlms_association *association = find_association(session, client_sap);
    if (association != NULL) {
        dlms_association_close(association);
    }
}

static const struct dlms_stream reply_stream = {dlms_reply_read, dlms_reply_ended};

/* What came in one APDU. The window of a client that did not choose one is 1. */
static void answer_single(struct dlms_association *a, struct reader *r, struct writer *w,
                          size_t plain_max)
{
    a->plain_max = (uint16_t)plain_max;
    a->by_general_blocks = false;
    a->general.sending = false;
    if (dlms_dispatch(a, r, w) == DLMS_LONG) {
        w->tape = 0;
        dlms_general_block_begin(a, reply_stream, 1);
        dlms_general_block_send(a, w);
    }
}

/* What came in general blocks and is whole. */
static void answer_whole(struct dlms_association *a, struct reader *whole, struct writer *w)
{
    a->plain_max = (uint16_t)(a->send_max - DLMS_GENERAL_BLOCK_HEAD);
    a->by_general_blocks = true;
    if (dlms_dispatch(a, whole, w) == DLMS_LONG) {
        w->tape = 0;
        dlms_general_block_begin(a, reply_stream, a->general.window);
        dlms_general_block_send(a, w);
    } else if (w->tape > 0) {
        dlms_general_block_wrap(a, w);
    }
}

static void answer_general_block(struct dlms_association *a, struct reader *r, struct writer *w)
{
    if ((a->conformance & DLMS_CONFORMANCE_GENERAL_BLOCK) == 0) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_SERVICE_NOT_SUPPORTED);
        return;
    }
    struct dlms_general_block_apdu block = dlms_general_block_take(r);
    if (r->fault) {
        dlms_exception_put(w, DLMS_SERVICE_UNKNOWN, DLMS_OTHER_REASON);
        return;
    }
    struct reader whole;
    switch (dlms_general_block_receive(a, &block, &whole)) {
    case DLMS_GENERAL_NOTHING:
        break;
    case DLMS_GENERAL_ASK:
        dlms_general_block_acknowledge(a, w);
        break;
    case DLMS_GENERAL_WHOLE:
        answer_whole(a, &whole, w);
        break;
    case DLMS_GENERAL_SEND:
        if (dlms_general_block_more(a)) {
            dlms_general_block_send(a, w);
            break;
        }
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
        break;
    case DLMS_GENERAL_BROKEN:
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
        break;
    }
}

/* Before the client has proved itself nothing is served but its reply to our challenge: ACTION
 * normal, class 15, 0-0:40.0.0, method 1. */
static bool is_proof(const struct reader *r)
{
    static const uint8_t method[] = {0, 15, 0, 0, 40, 0, 0, 255, 1};
    struct reader ahead = *r;
    bool normal = reader_u8(&ahead) == DLMS_ACTION_REQUEST;
    normal &= reader_u8(&ahead) == DLMS_ACTION_NORMAL;
    reader_u8(&ahead); /* invoke-id-and-priority */
    const uint8_t *octets = reader_octets(&ahead, sizeof method);
    return normal && octets != NULL && memcmp(octets, method, sizeof method) == 0;
}

static bool may_be_served(const struct dlms_association *a, const struct reader *r)
{
    return a->open || (a->guard.pending && (reader_peek(r) == DLMS_RLRQ || is_proof(r)));
}

/* What needs an open association. */
static void answer_request(struct dlms_association *a, struct reader *r, struct writer *w)
{
    if (!may_be_served(a, r)) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    } else if (r->size > a->receive_max) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_PDU_TOO_LONG);
    } else if (reader_peek(r) == DLMS_GENERAL_BLOCK_TRANSFER) {
        answer_general_block(a, r, w);
    } else {
        answer_single(a, r, w, a->send_max);
    }
}

static void tell_refused(struct dlms_association *a, int error)
{
    uint8_t partner = dlms_association_partner(a);
    if (error == DLMS_SECURITY_COUNTER) {
        dlms_server_tell(a->server, DLMS_INCIDENT_REPLAY, partner);
    } else if (error == DLMS_SECURITY_TAG || error == DLMS_SECURITY_KEY) {
        dlms_server_tell(a->server, DLMS_INCIDENT_DECIPHERING, partner);
    }
}

static void refuse_ciphered(struct writer *w, int error, uint32_t expected)
{
    switch (error) {
    case DLMS_SECURITY_COUNTER:
        dlms_exception_put_counter(w, expected);
        break;
    case DLMS_SECURITY_WEAK:
    case DLMS_SECURITY_STORE:
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
        break;
    case DLMS_SECURITY_ROOM:
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_PDU_TOO_LONG);
        break;
    default:
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_DECIPHERING_ERROR);
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The plain answer is rendered where it can be protected in place. An exception goes plain: it has
 * no ciphered form. */
static void answer_deciphered(struct dlms_association *a, struct dlms_protection *by,
                              struct reader *plain, struct writer *w)
{
    uint8_t *text = w->window + DLMS_PROTECT_HEAD;
    struct writer inner = writer_over(text, w->room - DLMS_PROTECT_HEAD);
    size_t limit = least(dlms_guard_limit(a, by), inner.room - COSEM_CARRY);
    if (!may_be_served(a, plain) || reader_peek(plain) == DLMS_GENERAL_BLOCK_TRANSFER) {
        dlms_exception_put(&inner, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    } else {
        answer_single(a, plain, &inner, limit);
    }
    size_t size = writer_kept(&inner);
    if (size == 0) {
        return;
    }
    if (text[0] == DLMS_EXCEPTION_RESPONSE) {
        writer_octets(w, text, size);
        return;
    }
    w->tape = dlms_guard_send(a, by, text, size, w->window, w->room);
    if (w->tape == 0) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OTHER_REASON);
    }
}

static void answer_ciphered(struct dlms_association *a, struct reader *r, struct writer *w)
{
    struct dlms_protection by;
    struct reader plain;
    if (r->size > a->receive_max ||
        w->room < DLMS_PROTECT_HEAD + DLMS_ANSWER_ROOM(DLMS_PDU_LEAST)) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_PDU_TOO_LONG);
        return;
    }
    int error = dlms_guard_receive(a, (struct dlms_octets){r->data, r->size}, &by, &plain);
    if (error != 0) {
        tell_refused(a, error);
        refuse_ciphered(w, error, by.counter);
    } else {
        answer_deciphered(a, &by, &plain, w);
    }
}

/* A plain service where a protected one is required. */
static bool is_weak(const struct dlms_association *a, uint8_t tag)
{
    return tag != DLMS_RLRQ && (a->open || a->guard.pending) && dlms_guard_required(a) != 0;
}

static void answer_apdu(struct dlms_association *a, struct reader *r, struct writer *w)
{
    uint8_t tag = reader_peek(r);
    a->exchange.given = 0;
    if (tag == DLMS_AARQ) {
        dlms_association_open(a, r, w, w->room - COSEM_CARRY);
    } else if (a->guard.ciphered && dlms_is_ciphered(tag) && dlms_is_request(tag)) {
        answer_ciphered(a, r, w);
    } else if (dlms_is_request(tag) && is_weak(a, tag)) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    } else if (tag == DLMS_RLRQ || dlms_is_request(tag)) {
        answer_request(a, r, w);
    } else if (!dlms_is_answer(tag)) {
        dlms_exception_put(w, DLMS_SERVICE_UNKNOWN, DLMS_SERVICE_NOT_SUPPORTED);
    }
}

/* Keys that a client has sent are in force once it has all of the answer. */
static void adopt_keys(struct dlms_association *a)
{
    struct dlms_security_setup *security = a->server->security;
    bool under_way = a->reply.blocks || a->general.sending;
    if (security != NULL && security->changer == a && !security->adopts_late && !under_way) {
        dlms_security_adopt(security);
    }
}

size_t dlms_session_answer(struct dlms_session *session, uint16_t client_sap, uint16_t server_sap,
                           const uint8_t *apdu, size_t size, uint8_t *answer, size_t room)
{
    need(room >= DLMS_ANSWER_ROOM(DLMS_PDU_LEAST));
    if (server_sap != DLMS_LOGICAL_DEVICE || size == 0) {
        return 0;
    }
    struct reader r = reader_over(apdu, size);
    struct writer w = writer_over(answer, room);
    struct dlms_association *association = find_association(session, client_sap);
    if (association != NULL) {
        answer_apdu(association, &r, &w);
        adopt_keys(association);
    } else if (reader_peek(&r) == DLMS_AARQ) {
        dlms_association_refuse(&w);
    }
    return writer_kept(&w);
}

size_t dlms_session_more(struct dlms_session *session, uint16_t client_sap, uint8_t *answer,
                         size_t room)
{
    struct dlms_association *association = find_association(session, client_sap);
    struct writer w = writer_over(answer, room);
    if (association != NULL && association->open && association->streams &&
        dlms_general_block_more(association)) {
        dlms_general_block_send(association, &w);
    }
    return writer_kept(&w);
}
