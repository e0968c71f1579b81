/* Application associations of the server: who may open one, what was negotiated, what is under
 * way in it. Sources: Green Book 9.3.2, 9.4.4 (opening and releasing), Blue Book class 15. */
#ifndef WATTHOUR_DLMS_ASSOCIATION_H
#define WATTHOUR_DLMS_ASSOCIATION_H

#include "base/reader.h"
#include "base/writer.h"
#include "cosem/tape.h"
#include "dlms/acse.h"
#include "dlms/initiate.h"

#include <stdbool.h>
#include <stdint.h>

/* A client that the server knows: a const row of the product. */
struct dlms_partner {
    uint16_t sap;   /* 16 public, 2 reading, .. */
    uint8_t column; /* of the access rows */
    enum dlms_mechanism mechanism;
};

enum { DLMS_PARTNERS = COSEM_CLIENTS };

struct dlms_server;

/* A GET whose answer takes several blocks. */
struct dlms_transfer {
    bool active;
    uint32_t block; /* number of the last block sent, from 1 */
    struct cosem_tape tape;
};

/* One client's association on one connection. */
struct dlms_association {
    struct dlms_server *server;
    const struct dlms_partner *partner;
    bool open;
    uint32_t conformance; /* negotiated */
    uint16_t receive_max; /* octets of an APDU that we take */
    uint16_t send_max;    /* that the client takes; at most our own buffer */
    struct dlms_transfer transfer;
};

/* Answers the AARQ in `r`. When the association was open already it is closed first: the client
 * began anew, and is authenticated anew. Writes nothing when the client wants no answer. */
void dlms_association_open(struct dlms_association *association, struct reader *r, struct writer *w,
                           size_t send_room);

/* Answers an AARQ of a client that the server does not know: rejected, no reason given. */
void dlms_association_refuse(struct writer *w);

/* Also drops a transfer under way. Does nothing when it is not open. */
void dlms_association_close(struct dlms_association *association);

/* What class 15 shows of the association of one client. */
struct dlms_association_view {
    const struct dlms_partner *partner; /* NULL: there is no such client */
    uint16_t server_sap;
    bool open;
    uint32_t conformance; /* negotiated in the asking client's own, else what we offer */
    uint16_t receive_max;
    uint16_t send_max;
};

/* The association that asks (`client_sap` 0), or that of a client of the same server. A client
 * can be associated on several connections, so that only one's own has negotiated values. */
struct dlms_association_view dlms_association_view(const struct dlms_association *asking,
                                                   uint16_t client_sap);

#endif
