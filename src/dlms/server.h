/* The DLMS/COSEM server: takes APDUs, gives APDUs. It knows no link and no function of the meter.
 *
 * A meter has one `struct dlms_server`, and a `struct dlms_session` for each transport connection.
 * In a session every client of the product can have its association, told apart by the ports, at
 * the same time. All state is in these two structures, the caller's; nothing is allocated.
 *
 * Served: AARQ and RLRQ; GET normal and GET next, with block transfer. Everything else is answered
 * by an exception-response. Sources: Green Book 9.3 to 9.5. */
#ifndef WATTHOUR_DLMS_SERVER_H
#define WATTHOUR_DLMS_SERVER_H

#include "cosem/model.h"
#include "dlms/apdu.h"
#include "dlms/association.h"
#include "dlms/secret.h"

#include <stddef.h>
#include <stdint.h>

/* What the server offers to negotiate: what it serves. */
#define DLMS_OFFERED (DLMS_CONFORMANCE_GET | DLMS_CONFORMANCE_BLOCK_GET)

enum { DLMS_LOGICAL_DEVICE = 1 /* SAP of the one logical device */ };

/* Octets that an answer's buffer needs to send APDUs of `pdu` octets: a tape writes a little
 * beyond the piece that it is asked for. */
#define DLMS_ANSWER_ROOM(pdu) ((pdu) + COSEM_CARRY)

struct dlms_server {
    const struct cosem_model *model;
    const struct cosem_context *context;
    const struct dlms_partner *partners;
    uint8_t partner_count;
    struct dlms_secret passwords[DLMS_PARTNERS]; /* as partners */
    uint16_t associated[DLMS_PARTNERS];          /* associations open in all sessions */
};

struct dlms_session {
    struct dlms_association associations[DLMS_PARTNERS]; /* as the server's partners */
    struct dlms_server *server;
};

/* `partners` (at most DLMS_PARTNERS), model and context must outlive the server. No password is
 * set: a client that needs one is refused until then. */
void dlms_server_init(struct dlms_server *server, const struct cosem_model *model,
                      const struct cosem_context *context, const struct dlms_partner *partners,
                      uint8_t partner_count);

/* 0, or -1: no such client, or the password is longer than DLMS_SECRET_MAX. */
int dlms_server_set_password(struct dlms_server *server, uint16_t client_sap, const void *password,
                             size_t size);

/* A new connection, whose link takes APDUs of up to `receive_max` octets. */
void dlms_session_init(struct dlms_session *session, struct dlms_server *server,
                       uint16_t receive_max);

/* Answers one APDU. `room` is at least DLMS_ANSWER_ROOM(DLMS_PDU_LEAST); APDUs of up to
 * `room - COSEM_CARRY` octets are sent where the client takes them. Returns the size of the
 * answer; 0: there is none. An APDU of a client or to a logical device that is not here is not
 * answered, but for an AARQ, which is rejected. */
size_t dlms_session_answer(struct dlms_session *session, uint16_t client_sap, uint16_t server_sap,
                           const uint8_t *apdu, size_t size, uint8_t *answer, size_t room);

/* The connection is gone: its associations are closed. */
void dlms_session_close(struct dlms_session *session);

#endif
