/* The DLMS/COSEM server: takes APDUs, gives APDUs. It knows no link and no function of the meter.
 *
 * A meter has one `struct dlms_server`, and a `struct dlms_session` for each transport connection.
 * In a session as many clients as its owner lends places can have an association at the same time,
 * told apart by the ports; one more is refused for now (rejected-transient). Who is pre-established
 * needs no place. All state is the caller's; nothing is allocated.
 *
 * Served: AARQ and RLRQ; GET, SET and ACTION with lists and in blocks both ways; ACCESS; general
 * block transfer of any of them. Everything else, and what was not negotiated, is answered by an
 * exception-response, which goes plain. Partners that cipher do so with every form; general block
 * transfer is put around what is ciphered. A request is served whole, one after the other.
 *
 * Sources: Green Book 9.3 to 9.5. */
#ifndef WATTHOUR_DLMS_SERVER_H
#define WATTHOUR_DLMS_SERVER_H

#include "cosem/model.h"
#include "dlms/apdu.h"
#include "dlms/association.h"
#include "dlms/long_request.h"
#include "dlms/patience.h"
#include "dlms/secret.h"
#include "dlms/security_setup.h"
#include "dlms/stage.h"

#include <stddef.h>
#include <stdint.h>

/* What the server offers to negotiate, which is what it serves: the services, and how. What needs a
 * stage is offered when there is one. */
#define DLMS_SERVICES                                                                              \
    (DLMS_CONFORMANCE_GET | DLMS_CONFORMANCE_SET | DLMS_CONFORMANCE_ACTION |                       \
     DLMS_CONFORMANCE_ACCESS)
#define DLMS_OFFERED                                                                               \
    (DLMS_SERVICES | DLMS_CONFORMANCE_BLOCK_GET | DLMS_CONFORMANCE_MULTIPLE |                      \
     DLMS_CONFORMANCE_SELECTIVE)
#define DLMS_OFFERED_WITH_STAGE                                                                    \
    (DLMS_CONFORMANCE_BLOCK_SET | DLMS_CONFORMANCE_BLOCK_ACTION | DLMS_CONFORMANCE_GENERAL_BLOCK)

/* What is there without being negotiated: pre-established partners. */
#define DLMS_ESTABLISHED                                                                           \
    (DLMS_CONFORMANCE_SET | DLMS_CONFORMANCE_ACTION | DLMS_CONFORMANCE_MULTIPLE)

enum { DLMS_LOGICAL_DEVICE = 1 /* SAP of the one logical device */ };

/* Octets that an answer's buffer needs to send APDUs of `pdu` octets: a tape writes a little
 * beyond the piece that it is asked for. */
#define DLMS_ANSWER_ROOM(pdu) ((pdu) + COSEM_CARRY)

/* For long requests. One that is longer than the window is read through it where it is staged; a
 * single string of it must fit. */
enum { DLMS_WINDOW_LEAST = 64 };
struct dlms_storage {
    const struct dlms_stage *stage; /* NULL: there is none */
    uint8_t *window;                /* of a request that has become whole: all of it, or a part */
    size_t window_room;             /* at least DLMS_WINDOW_LEAST */
    size_t request_most; /* octets of the longest request, at most what the stage takes */
};

/* Where passwords are kept that clients change. */
struct dlms_secret_keep {
    /* Keeps the secret of the client in place of the one before. 0 once it is there for good;
     * anything else: the one before still is. NULL: they do not outlive the supply. */
    int (*keep)(void *owner, uint16_t client_sap, const struct dlms_secret *secret);
    void *owner;
};

/* What somebody may have to know of. */
enum dlms_incident_kind {
    DLMS_INCIDENT_AUTHENTICATION, /* a client did not prove who it is */
    DLMS_INCIDENT_DECIPHERING,    /* an APDU in its association was not authentic */
    DLMS_INCIDENT_REPLAY,         /* an invocation counter was used before */
    DLMS_INCIDENT_KEYS,           /* a client changed keys */
    DLMS_INCIDENT_SECURITY,       /* a client changed a password or the security policy */
};

struct dlms_incident {
    enum dlms_incident_kind kind;
    uint16_t client_sap;
    uint32_t failures; /* of authentication, this one counted, since it last succeeded */
};

struct dlms_watch {
    void (*tell)(void *owner, const struct dlms_incident *incident); /* NULL: nobody */
    void *owner;
};

struct dlms_server {
    const struct cosem_model *model;
    const struct cosem_context *context;
    const struct dlms_partner *partners;
    uint8_t partner_count;
    struct dlms_secret passwords[DLMS_PARTNERS]; /* as partners */
    uint8_t mechanisms[DLMS_PARTNERS];           /* that each may use: DLMS_MAY() */
    struct dlms_security_setup *security;        /* NULL: no high level security, no ciphering */
    uint16_t associated[DLMS_PARTNERS];          /* associations open in all sessions */
    struct dlms_secret_keep keep;
    const struct dlms_patience *patience; /* NULL: nobody waits */
    struct dlms_attempts attempts[DLMS_PARTNERS];
    int64_t now_ms; /* by which waiting is measured */
    struct dlms_watch watch;
    uint32_t changes; /* that clients have made: SETs and ACTIONs that succeeded */
    uint32_t offered; /* conformance */
    struct dlms_storage storage;
    const struct dlms_association *gathering; /* who has the stage */
    union { /* for one request, which is one or the other: who is pre-established has no blocks */
        struct dlms_long request;            /* longer than the window, while it is answered */
        struct dlms_association established; /* of such a partner, while its request is served */
    };
};

struct dlms_session {
    struct dlms_server *server;
    struct dlms_association
        *places; /* the caller's; free, or one client's that is not established */
    uint16_t receive_max;
    struct dlms_kept kept;
    struct dlms_dedicated dedicated;
    struct dlms_sealed sealed;
};

/* `partners` (at most DLMS_PARTNERS), model and context must outlive the server. No password is
 * set: a client that needs one is refused until then. */
void dlms_server_init(struct dlms_server *server, const struct cosem_model *model,
                      const struct cosem_context *context, const struct dlms_partner *partners,
                      uint8_t partner_count);

/* The storage must outlive the server. Before any session begins. */
void dlms_server_set_storage(struct dlms_server *server, struct dlms_storage storage);

/* 0, or -1: no such client, or the password is longer than DLMS_SECRET_MAX. */
int dlms_server_set_password(struct dlms_server *server, uint16_t client_sap, const void *password,
                             size_t size);

/* For passwords that clients change. */
void dlms_server_set_keep(struct dlms_server *server, struct dlms_secret_keep keep);

/* Clients that fail to prove who they are wait, as `patience` says, which must outlive the server;
 * by the time told last. */
void dlms_server_set_patience(struct dlms_server *server, const struct dlms_patience *patience);
void dlms_server_set_time(struct dlms_server *server, int64_t now_ms);

void dlms_server_set_watch(struct dlms_server *server, struct dlms_watch watch);

/* Which of the partners the client is, or -1: none. */
int dlms_server_partner(const struct dlms_server *server, uint16_t client_sap);

/* For the associations: something happened in one. */
void dlms_server_tell(struct dlms_server *server, enum dlms_incident_kind kind, uint8_t partner);

/* High level security and ciphering, for the partners that have them. The setup must outlive the
 * server. Before any session begins. */
void dlms_server_set_security(struct dlms_server *server, struct dlms_security_setup *security);

/* Lets a client use one more mechanism than its row says. 0, or -1: there is no such client. */
int dlms_server_allow(struct dlms_server *server, uint16_t client_sap,
                      enum dlms_mechanism mechanism);

/* A new connection, whose link takes APDUs of up to `receive_max` octets. It must stay where it is
 * until it is closed. */
void dlms_session_init(struct dlms_session *session, struct dlms_server *server,
                       uint16_t receive_max);

/* Memory for the associations of `count` clients more, the session's until it is closed. */
void dlms_session_lend(struct dlms_session *session, struct dlms_association *places,
                       uint8_t count);

/* The client has an association, or there is a place where it can open one. */
bool dlms_session_has_place(const struct dlms_session *session, uint16_t client_sap);

/* With all places lent: the link promises to ask dlms_session_more() after every answer,
 * so that the blocks of a general block transfer can be streamed; without it each is acknowledged.
 */
void dlms_session_stream(struct dlms_session *session);

/* Answers one APDU, which is used up: what is encrypted is deciphered in place. `room` is at least
 * DLMS_ANSWER_ROOM(DLMS_PDU_LEAST); APDUs of up to `room - COSEM_CARRY` octets are sent where the
 * client takes them. Returns the size of the answer; 0: there is none. An APDU of a client or to a
 * logical device that is not here is not answered, but for an AARQ, which is rejected. */
size_t dlms_session_answer(struct dlms_session *session, uint16_t client_sap, uint16_t server_sap,
                           uint8_t *apdu, size_t size, uint8_t *octets, size_t room);

/* An answer of this client has been sent: the next APDU that follows without a request. Returns its
 * size; 0: there is none. */
size_t dlms_session_more(struct dlms_session *session, uint16_t client_sap, uint8_t *answer,
                         size_t room);

/* The client's link is gone (HDLC: disconnected): its association is closed. */
void dlms_session_end(struct dlms_session *session, uint16_t client_sap);

/* The connection is gone: its associations are closed. */
void dlms_session_close(struct dlms_session *session);

#endif
