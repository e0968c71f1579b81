/* Application associations of the server: who may open one, what was negotiated, what is under
 * way in it. Sources: Green Book 9.3.2, 9.4.4 (opening and releasing), Blue Book class 15. */
#ifndef WATTHOUR_DLMS_ASSOCIATION_H
#define WATTHOUR_DLMS_ASSOCIATION_H

#include "base/reader.h"
#include "base/writer.h"
#include "dlms/acse.h"
#include "dlms/ciphered.h"
#include "dlms/gather.h"
#include "dlms/general_block.h"
#include "dlms/guard.h"
#include "dlms/initiate.h"
#include "dlms/reply.h"
#include "dlms/secret.h"
#include "dlms/security_setup.h"

#include <stdbool.h>
#include <stdint.h>

/* A client that the server knows: a const row of the product. */
struct dlms_partner {
    uint16_t sap;   /* 16 public, 2 reading, .. */
    uint8_t column; /* of the access rows */
    enum dlms_mechanism mechanism;
    uint8_t also; /* further ones that it may use: DLMS_MAY() each */
    bool ciphers; /* may use the application context with ciphering */

    /* Pre-established: nobody opens or releases its association, it is there with the keys of the
     * security setup. It takes SET and ACTION that are authenticated and unconfirmed, and answers
     * nothing: what comes may be for many meters. The sender names itself: general forms only. */
    bool established;
};

#define DLMS_MAY(mechanism) (1U << (mechanism))

enum { DLMS_PARTNERS = COSEM_CLIENTS };

struct dlms_server;

/* One client's association on one connection; a place without one is not open, and nothing of it
 * is awaited. */
struct dlms_association {
    struct dlms_association *next; /* place of the session */
    struct dlms_server *server;
    const struct dlms_partner *partner;
    bool open;
    uint32_t conformance; /* negotiated */
    uint16_t receive_max; /* octets of an APDU that we take */
    uint16_t send_max;    /* that the client takes; at most our own buffer */
    struct dlms_guard guard;
    struct dlms_dedicated *dedicated; /* the connection's */

    struct cosem_place place; /* of what was asked for last */

    /* The exchange under way. */
    struct cosem_exchange exchange;
    uint16_t answer_max;    /* octets of an answer: send_max, at most what its buffer holds */
    uint16_t plain_max;     /* of a plain one: answer_max, less what goes around it */
    uint16_t signed_max;    /* and less a signature, which may be demanded */
    bool by_general_blocks; /* the request came so, and so does its answer */
    bool streams;           /* the link sends several APDUs in a row */
    struct dlms_reply reply;
    struct dlms_gather gather;
    struct dlms_general_block general;
    struct dlms_sealed *sealed; /* the connection's */
    struct dlms_kept *kept;     /* the connection's */
};

/* Answers the AARQ in `r`. When the association was open already it is closed first: the client
 * began anew, and is authenticated anew. Writes nothing when the client wants no answer. */
void dlms_association_open(struct dlms_association *association, struct reader *r, struct writer *w,
                           size_t send_room);

/* The association of a partner that is pre-established is open, if the server has a security setup.
 */
void dlms_association_establish(struct dlms_association *association);

/* Answers an AARQ that nobody looks at: rejected, no reason given. */
void dlms_association_refuse(struct writer *w, enum dlms_result result);

/* Holds the client's reply to our challenge, opens the association and gives our own proof: its
 * size; 0: the reply is wrong, or none is awaited. There is one attempt for each AARQ. */
size_t dlms_association_reply(struct dlms_association *association, struct dlms_octets reply,
                              uint8_t proof[DLMS_PROOF_MAX]);

/* Which of the server's partners it is. */
uint8_t dlms_association_partner(const struct dlms_association *association);

/* Also drops what is under way. Does nothing when it is not open. */
void dlms_association_close(struct dlms_association *association);

/* Ends what is under way in it: long answers, long requests. */
void dlms_association_drop(struct dlms_association *association);

/* The invocation counter accepted last of a client with its unicast key, or of protected data, if
 * that is higher: whoever goes on above it is right in either case. 0: none, or it has no
 * ciphering.
 */
uint32_t dlms_association_counter(const struct dlms_association *asking, uint16_t client_sap);

/* Which of a client's secrets: what it tells (LLS), or what it proves that it knows (HLS by a
 * hash). The meter has one for both. */
enum dlms_secret_use { DLMS_SECRET_OF_LOW, DLMS_SECRET_OF_HIGH };

/* Sets the secret of a client (0: of the one that asks), kept before this returns. Refused: there
 * is no such client, it has no such secret, or the new one is empty or too long. */
enum dlms_change dlms_association_set_secret(struct dlms_association *asking, uint16_t client_sap,
                                             enum dlms_secret_use use, const uint8_t *octets,
                                             size_t size);

/* The security setup of the server; NULL: it has none. */
struct dlms_security_setup *dlms_association_setup(const struct dlms_association *asking);

/* The system title that the asking client gave; NULL: none. */
const uint8_t *dlms_association_title(const struct dlms_association *asking);

/* What class 15 shows of the association of one client. */
struct dlms_association_view {
    const struct dlms_partner *partner; /* NULL: there is no such client */
    uint16_t server_sap;
    bool open;
    enum dlms_context context;
    enum dlms_mechanism mechanism;
    uint32_t conformance; /* negotiated in the asking client's own, else what we offer */
    uint16_t receive_max;
    uint16_t send_max;
};

/* The association that asks (`client_sap` 0), or that of a client of the same server. A client
 * can be associated on several connections, so that only one's own has negotiated values. */
struct dlms_association_view dlms_association_view(const struct dlms_association *asking,
                                                   uint16_t client_sap);

#endif
