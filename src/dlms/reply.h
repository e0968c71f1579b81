/* The plain answer to a request as a tape: read whole into one APDU, in the blocks of its own
 * service, or piece by piece by whoever protects it or cuts it up (general block transfer).
 *
 * Values are read from the model as the tape goes on, however long they are. Everything else (the
 * results of writing and calling) has been written before, because it must not be done twice.
 * Source: Green Book 9.4.6 (protocol of the services). */
#ifndef WATTHOUR_DLMS_REPLY_H
#define WATTHOUR_DLMS_REPLY_H

#include "base/reader.h"
#include "base/writer.h"
#include "cosem/tape.h"
#include "dlms/item.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dlms_association;

enum {
    DLMS_KEPT = 1536,    /* octets that one connection keeps for the one answer under way */
    DLMS_LIST_MOST = 64, /* items of a list that tells its results behind the values */
    DLMS_REPLY_HEAD = 7,
    DLMS_BLOCK_HEAD_MOST = 12, /* octets of a block's APDU before its data */
    DLMS_PLAIN_LEAST = 20,     /* of a plain answer: a block's head, and something in it */
};

/* What must outlive the request: its descriptors, an answer written already, or the blocks that
 * may be asked for again. One answer of the connection at a time; the next takes it over, and the
 * answer that it was for cannot go on. */
struct dlms_kept {
    const struct dlms_association *owner;
    size_t size;
    uint8_t octets[DLMS_KEPT + COSEM_CARRY];
};

enum dlms_reply_form {
    DLMS_REPLY_OCTETS, /* written already */
    DLMS_REPLY_VALUE,  /* one attribute */
    DLMS_REPLY_VALUES, /* a list: its length; before each a choice: the value, or its result */
    DLMS_REPLY_ACCESS, /* a list: its length; values, null where there is none; then the results */
};

struct dlms_reply {
    uint8_t form;
    bool blocks;                   /* blocks of the service are under way */
    uint32_t block;                /* number of the last one, from 1 */
    const struct dlms_item *first; /* of one value: taken apart already; until it is kept */
    struct reader all;             /* the octets; or the descriptors, from the first on */
    struct reader left;
    uint16_t count; /* of items */
    uint16_t begun;
    uint16_t told; /* of their results */
    bool reading;  /* the tape is of the item begun last */
    struct cosem_tape tape;
    uint8_t head[DLMS_REPLY_HEAD]; /* of the APDU in one piece */
    uint8_t head_size;
    uint8_t head_at;
    uint8_t ready[8]; /* octets that come before anything else of the body */
    uint8_t ready_size;
    uint8_t ready_at;
    uint8_t own[DLMS_ITEM_SIZE + 1];
    uint8_t results[DLMS_LIST_MOST]; /* of ACCESS; of one value the first is its own */
};

/* An answer of octets that stand at `octets`; or one of values, `count` of whose descriptors stand
 * there. They must stand until dlms_reply_keep(). The head is of the APDU in one piece. */
void dlms_reply_begin(struct dlms_association *a, enum dlms_reply_form form, struct reader octets,
                      uint16_t count, const uint8_t *head, size_t head_size);

/* The request is going: keeps what is needed of it. 0, or -1: it is too long to be kept. */
int dlms_reply_keep(struct dlms_association *a);

/* Back to the beginning of the tape. */
void dlms_reply_rewind(struct dlms_reply *reply);

/* The next octets, `room` of them while the tape lasts, into `piece`, which holds COSEM_CARRY
 * octets more: of the whole APDU, or of its body alone. Returns how many. */
size_t dlms_reply_read(struct dlms_association *a, uint8_t *piece, size_t room);
size_t dlms_reply_read_body(struct dlms_association *a, uint8_t *piece, size_t room);
bool dlms_reply_ended(const struct dlms_association *a);

/* Octets of the whole APDU. Reads it once without keeping anything, so that a value that changes
 * its size until it is really read makes it wrong. */
size_t dlms_reply_measure(struct dlms_association *a);

/* Octets of a plain answer, as it is demanded so far; whatever is still to be demanded. */
uint16_t dlms_reply_max(const struct dlms_association *a);
uint16_t dlms_reply_max_of_any(const struct dlms_association *a);

enum dlms_sent {
    DLMS_SENT,     /* written: the answer, its first block, or nothing, where there is none */
    DLMS_LONG,     /* it has to go by general block transfer: the tape is at its beginning, what it
                      needs is kept */
    DLMS_TOO_LONG, /* it cannot be sent at all */
};

/* Writes the answer begun: in one APDU of at most plain_max octets, or where `blocks` (of the
 * conformance) is negotiated the first of its service's blocks. */
enum dlms_sent dlms_reply_send(struct dlms_association *a, uint32_t blocks, struct writer *w);

/* Writes the next block. */
void dlms_reply_send_block(struct dlms_association *a, struct writer *w);

/* Whether blocks of the service with this tag are under way. */
bool dlms_reply_under_way(const struct dlms_association *a, uint8_t tag);

/* Ends what is under way. */
void dlms_reply_drop(struct dlms_association *a);

#endif
