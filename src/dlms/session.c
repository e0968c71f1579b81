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
    session->places = NULL;
    session->receive_max = receive_max;
    session->kept.owner = NULL;
    session->dedicated.owner = NULL;
    session->sealed.owner = NULL;
    dlms_envelope_tape_close(&session->sealed.tape);
    dlms_key_drop(&session->dedicated.key, NULL);
}

static void init_place(struct dlms_session *session, struct dlms_association *place)
{
    memset(place, 0, sizeof *place);
    place->server = session->server;
    place->receive_max = session->receive_max;
    place->dedicated = &session->dedicated;
    place->sealed = &session->sealed;
    place->kept = &session->kept;
}

void dlms_session_lend(struct dlms_session *session, struct dlms_association *places, uint8_t count)
{
    for (uint8_t i = 0; i < count; i++) {
        init_place(session, &places[i]);
        places[i].next = session->places;
        session->places = &places[i];
    }
}

void dlms_session_stream(struct dlms_session *session)
{
    for (struct dlms_association *place = session->places; place != NULL; place = place->next) {
        place->streams = true;
    }
}

void dlms_session_close(struct dlms_session *session)
{
    for (struct dlms_association *place = session->places; place != NULL; place = place->next) {
        dlms_association_close(place);
    }
}

/* ---- who has which place ---- */

enum { NOBODY = 0 /* no client's SAP */ };

static uint16_t holder(const struct dlms_association *place)
{
    return place->open || place->guard.pending ? place->partner->sap : NOBODY;
}

static struct dlms_association *find(const struct dlms_session *session, uint16_t client_sap)
{
    struct dlms_association *place = session->places;
    while (place != NULL && holder(place) != client_sap) {
        place = place->next;
    }
    return place;
}

bool dlms_session_has_place(const struct dlms_session *session, uint16_t client_sap)
{
    return find(session, client_sap) != NULL || find(session, NOBODY) != NULL;
}

/* Who failed to prove himself may have left something behind. NULL: every place is taken. */
static struct dlms_association *take_place(struct dlms_session *session,
                                           const struct dlms_partner *partner)
{
    struct dlms_association *place = find(session, NOBODY);
    if (place != NULL) {
        dlms_association_close(place);
        place->partner = partner;
    }
    return place;
}

void dlms_session_end(struct dlms_session *session, uint16_t client_sap)
{
    struct dlms_association *association = find(session, client_sap);
    if (association != NULL) {
        dlms_association_close(association);
    }
}

/* ---- answers ---- */

/* A plain service where a protected one is required; of general blocks it is what they hold. */
static bool is_weak(const struct dlms_association *a, uint8_t tag)
{
    return tag != DLMS_RLRQ && tag != DLMS_GENERAL_BLOCK_TRANSFER &&
           (a->open || a->guard.pending) &&
           (dlms_guard_required(a) != 0 || dlms_guard_requires_signature(a));
}

static const struct dlms_stream reply_stream = {dlms_reply_read, dlms_reply_ended};

/* Links may have less room for one answer than for another. */
static void bound_answer(struct dlms_association *a, const struct writer *w)
{
    size_t room = w->room - COSEM_CARRY;
    a->answer_max = (uint16_t)(a->send_max < room ? a->send_max : room);
}

/* Blocks of an answer have one size: where they do not fit it does not go on. A ciphered answer
 * whose length has changed on the way cannot be ended. */
static void send_block(struct dlms_association *a, struct writer *w)
{
    if (a->general.room + DLMS_GENERAL_BLOCK_HEAD > a->answer_max) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_PDU_TOO_LONG);
        return;
    }
    dlms_general_block_send(a, w);
    if (dlms_sealed_broken(a)) {
        dlms_association_drop(a);
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    }
}

static void begin_blocks(struct dlms_association *a, struct dlms_stream stream, uint8_t window,
                         struct writer *w)
{
    w->tape = 0;
    dlms_general_block_begin(a, stream, window);
    send_block(a, w);
}

/* What came in one APDU. The window of a client that did not choose one is 1. */
static void answer_single(struct dlms_association *a, struct reader *r, struct writer *w)
{
    a->plain_max = a->answer_max;
    a->by_general_blocks = false;
    a->general.sending = false;
    if (dlms_dispatch(a, r, w) == DLMS_LONG) {
        begin_blocks(a, reply_stream, 1, w);
    }
}

/* What came in general blocks and is whole. */
static void answer_whole(struct dlms_association *a, struct reader *whole, struct writer *w)
{
    size_t most = (size_t)(a->answer_max - DLMS_GENERAL_BLOCK_HEAD);
    bool ciphered = a->guard.ciphered && dlms_is_protected(reader_peek(whole));
    enum dlms_sent sent = DLMS_SENT;
    a->plain_max = (uint16_t)most;
    a->by_general_blocks = true;
    if (ciphered) {
        sent = dlms_ciphered_answer(a, whole, most, w);
    } else if (is_weak(a, reader_peek(whole))) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    } else {
        sent = dlms_dispatch(a, whole, w);
    }
    if (sent == DLMS_LONG) {
        begin_blocks(a, ciphered ? dlms_sealed_stream : reply_stream, a->general.window, w);
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
            send_block(a, w);
            break;
        }
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
        break;
    case DLMS_GENERAL_BROKEN:
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
        break;
    }
}

/* What needs an open association. */
static void answer_request(struct dlms_association *a, struct reader *r, struct writer *w)
{
    if (!dlms_may_be_served(a, r)) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    } else if (r->size > a->receive_max) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_PDU_TOO_LONG);
    } else if (reader_peek(r) == DLMS_GENERAL_BLOCK_TRANSFER) {
        answer_general_block(a, r, w);
    } else {
        answer_single(a, r, w);
    }
}

/* What came ciphered in one APDU. */
static void answer_ciphered(struct dlms_association *a, struct reader *r, struct writer *w)
{
    if (r->size > a->receive_max) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_PDU_TOO_LONG);
        return;
    }
    a->by_general_blocks = false;
    a->general.sending = false;
    if (dlms_ciphered_answer(a, r, a->answer_max, w) == DLMS_LONG) {
        begin_blocks(a, dlms_sealed_stream, 1, w);
    }
}

static void answer_apdu(struct dlms_association *a, struct reader *r, struct writer *w)
{
    uint8_t tag = reader_peek(r);
    bool request = dlms_is_request(tag);
    a->exchange.given = 0;
    if (tag == DLMS_AARQ) {
        dlms_association_open(a, r, w, w->room - COSEM_CARRY);
    } else if (a->guard.ciphered && dlms_is_protected(tag) && request) {
        answer_ciphered(a, r, w);
    } else if (request && is_weak(a, tag)) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    } else if (tag == DLMS_RLRQ || request) {
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

static void answer(struct dlms_association *a, struct reader *r, struct writer *w)
{
    bound_answer(a, w);
    answer_apdu(a, r, w);
    adopt_keys(a);
    dlms_gather_over(a);
}

/* A client that has no association, and for which there is no place. */
static void answer_stranger(uint8_t tag, struct writer *w)
{
    if (tag == DLMS_AARQ) {
        dlms_association_refuse(w, DLMS_REJECTED_TRANSIENT);
    } else if (tag == DLMS_RLRQ || dlms_is_request(tag)) {
        dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    } else if (!dlms_is_answer(tag)) {
        dlms_exception_put(w, DLMS_SERVICE_UNKNOWN, DLMS_SERVICE_NOT_SUPPORTED);
    }
}

static void answer_client(struct dlms_session *session, const struct dlms_partner *partner,
                          struct reader *r, struct writer *w)
{
    uint8_t tag = reader_peek(r);
    struct dlms_association *association = find(session, partner->sap);
    if (association == NULL && tag == DLMS_AARQ) {
        association = take_place(session, partner);
    }
    if (association == NULL) {
        answer_stranger(tag, w);
    } else {
        answer(association, r, w);
    }
}

/* Nothing is under way from one request to the next, and nothing is ever said. */
static void take_established(struct dlms_session *session, const struct dlms_partner *partner,
                             struct reader *r, struct writer *w)
{
    struct dlms_association *association = &session->server->established;
    init_place(session, association);
    association->partner = partner;
    dlms_association_establish(association);
    answer(association, r, w);
    w->tape = 0;
}

size_t dlms_session_answer(struct dlms_session *session, uint16_t client_sap, uint16_t server_sap,
                           uint8_t *apdu, size_t size, uint8_t *octets, size_t room)
{
    need(room >= DLMS_ANSWER_ROOM(DLMS_PDU_LEAST));
    if (server_sap != DLMS_LOGICAL_DEVICE || size == 0) {
        return 0;
    }
    struct reader r = reader_over(apdu, size);
    struct writer w = writer_over(octets, room);
    int number = dlms_server_partner(session->server, client_sap);
    const struct dlms_partner *partner = number < 0 ? NULL : &session->server->partners[number];
    bool associates = partner != NULL && !partner->established;
    if (associates) {
        answer_client(session, partner, &r, &w);
    } else if (reader_peek(&r) == DLMS_AARQ) {
        dlms_association_refuse(&w, DLMS_REJECTED_PERMANENT);
    } else if (partner != NULL) {
        take_established(session, partner, &r, &w);
    }
    return writer_kept(&w);
}

size_t dlms_session_more(struct dlms_session *session, uint16_t client_sap, uint8_t *answer,
                         size_t room)
{
    struct dlms_association *association = find(session, client_sap);
    struct writer w = writer_over(answer, room);
    if (association != NULL && association->open && association->streams &&
        dlms_general_block_more(association)) {
        bound_answer(association, &w);
        send_block(association, &w);
    }
    return writer_kept(&w);
}
