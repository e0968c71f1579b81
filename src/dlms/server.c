#include "dlms/server.h"

#include "base/need.h"
#include "base/reader.h"
#include "base/writer.h"
#include "dlms/apdu.h"
#include "dlms/get.h"

#include <string.h>

void dlms_server_init(struct dlms_server *server, const struct cosem_model *model,
                      const struct cosem_context *context, const struct dlms_partner *partners,
                      uint8_t partner_count)
{
    need(partner_count <= DLMS_PARTNERS);
    *server = (struct dlms_server){
        .model = model, .context = context, .partners = partners, .partner_count = partner_count};
}

int dlms_server_set_password(struct dlms_server *server, uint16_t client_sap, const void *password,
                             size_t size)
{
    for (uint8_t i = 0; i < server->partner_count; i++) {
        if (server->partners[i].sap == client_sap) {
            return dlms_secret_set(&server->passwords[i], password, size);
        }
    }
    return -1;
}

void dlms_session_init(struct dlms_session *session, struct dlms_server *server,
                       uint16_t receive_max)
{
    session->server = server;
    for (uint8_t i = 0; i < server->partner_count; i++) {
        struct dlms_association *association = &session->associations[i];
        association->server = server;
        association->partner = &server->partners[i];
        association->open = false;
        association->receive_max = receive_max;
        association->transfer.active = false;
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

static size_t put_exception(uint8_t *answer, enum dlms_state_error state,
                            enum dlms_service_error service)
{
    answer[0] = DLMS_EXCEPTION_RESPONSE;
    answer[1] = (uint8_t)state;
    answer[2] = (uint8_t)service;
    return 3;
}

/* A service that a client may ask for, plain or ciphered. */
static bool is_request(uint8_t tag)
{
    static const uint8_t requests[] = {
        DLMS_READ_REQUEST,
        DLMS_WRITE_REQUEST,
        DLMS_GET_REQUEST,
        DLMS_SET_REQUEST,
        DLMS_ACTION_REQUEST,
        DLMS_GET_REQUEST + DLMS_GLO,
        DLMS_SET_REQUEST + DLMS_GLO,
        DLMS_ACTION_REQUEST + DLMS_GLO,
        DLMS_GET_REQUEST + DLMS_DED,
        DLMS_SET_REQUEST + DLMS_DED,
        DLMS_ACTION_REQUEST + DLMS_DED,
        DLMS_ACCESS_REQUEST,
        DLMS_GENERAL_GLO_CIPHERING,
        DLMS_GENERAL_DED_CIPHERING,
        DLMS_GENERAL_CIPHERING,
        DLMS_GENERAL_SIGNING,
        DLMS_GENERAL_BLOCK_TRANSFER,
        DLMS_GATEWAY_REQUEST,
    };
    return memchr(requests, tag, sizeof requests) != NULL;
}

/* What a server sends. An exception-response to it could go round in circles. */
static bool is_answer(uint8_t tag)
{
    static const uint8_t answers[] = {
        DLMS_INITIATE_RESPONSE,
        DLMS_READ_RESPONSE,
        DLMS_WRITE_RESPONSE,
        DLMS_CONFIRMED_SERVICE_ERROR,
        DLMS_DATA_NOTIFICATION,
        DLMS_DATA_NOTIFICATION_CONFIRM,
        DLMS_INFORMATION_REPORT,
        DLMS_AARE,
        DLMS_RLRE,
        DLMS_EVENT_NOTIFICATION,
        DLMS_GET_RESPONSE,
        DLMS_SET_RESPONSE,
        DLMS_ACTION_RESPONSE,
        DLMS_EVENT_NOTIFICATION + DLMS_GLO,
        DLMS_GET_RESPONSE + DLMS_GLO,
        DLMS_SET_RESPONSE + DLMS_GLO,
        DLMS_ACTION_RESPONSE + DLMS_GLO,
        DLMS_EVENT_NOTIFICATION + DLMS_DED,
        DLMS_GET_RESPONSE + DLMS_DED,
        DLMS_SET_RESPONSE + DLMS_DED,
        DLMS_ACTION_RESPONSE + DLMS_DED,
        DLMS_EXCEPTION_RESPONSE,
        DLMS_ACCESS_RESPONSE,
        DLMS_GATEWAY_RESPONSE,
    };
    return memchr(answers, tag, sizeof answers) != NULL;
}

static size_t answer_get(struct dlms_association *association, struct reader *r, uint8_t *answer)
{
    size_t size = dlms_get_answer(association, r, answer);
    if (size > 0) {
        return size;
    }
    return r->fault ? put_exception(answer, DLMS_SERVICE_UNKNOWN, DLMS_OTHER_REASON)
                    : put_exception(answer, DLMS_SERVICE_NOT_ALLOWED, DLMS_SERVICE_NOT_SUPPORTED);
}

static size_t answer_release(struct dlms_association *association, struct reader *r,
                             uint8_t *answer)
{
    dlms_rlrq_take(r);
    if (r->fault) {
        return put_exception(answer, DLMS_SERVICE_UNKNOWN, DLMS_OTHER_REASON);
    }
    dlms_association_close(association);
    struct writer w = writer_over(answer, DLMS_PDU_LEAST);
    dlms_rlre_put(&w);
    return writer_kept(&w);
}

/* What needs an open association. */
static size_t answer_request(struct dlms_association *association, struct reader *r,
                             uint8_t *answer)
{
    if (!association->open) {
        return put_exception(answer, DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    }
    switch (reader_peek(r)) {
    case DLMS_RLRQ:
        return answer_release(association, r, answer);
    case DLMS_GET_REQUEST:
        reader_u8(r);
        return answer_get(association, r, answer);
    default:
        return put_exception(answer, DLMS_SERVICE_NOT_ALLOWED, DLMS_SERVICE_NOT_SUPPORTED);
    }
}

static size_t answer_apdu(struct dlms_association *association, struct reader *r, uint8_t *answer,
                          size_t room)
{
    uint8_t tag = reader_peek(r);
    if (tag == DLMS_AARQ) {
        struct writer w = writer_over(answer, room);
        dlms_association_open(association, r, &w, room - COSEM_CARRY);
        return writer_kept(&w);
    }
    if (tag == DLMS_RLRQ || is_request(tag)) {
        return answer_request(association, r, answer);
    }
    if (is_answer(tag)) {
        return 0;
    }
    return put_exception(answer, DLMS_SERVICE_UNKNOWN, DLMS_SERVICE_NOT_SUPPORTED);
}

static size_t answer_stranger(struct reader *r, uint8_t *answer, size_t room)
{
    struct writer w = writer_over(answer, room);
    if (reader_peek(r) == DLMS_AARQ) {
        dlms_association_refuse(&w);
    }
    return writer_kept(&w);
}

size_t dlms_session_answer(struct dlms_session *session, uint16_t client_sap, uint16_t server_sap,
                           const uint8_t *apdu, size_t size, uint8_t *answer, size_t room)
{
    need(room >= DLMS_ANSWER_ROOM(DLMS_PDU_LEAST));
    if (server_sap != DLMS_LOGICAL_DEVICE || size == 0) {
        return 0;
    }
    struct reader r = reader_over(apdu, size);
    struct dlms_association *association = find_association(session, client_sap);
    if (association == NULL) {
        return answer_stranger(&r, answer, room);
    }
    return answer_apdu(association, &r, answer, room);
}
