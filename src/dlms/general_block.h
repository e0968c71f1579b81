/* General block transfer of the server: an APDU of any service, plain or ciphered, cut into blocks
 * and put together, both ways. Up to a window of blocks is sent without an acknowledgement; what
 * the client lost is sent again from the octets kept, never made anew. Source: Green Book 9.4.6.13.
 */
#ifndef WATTHOUR_DLMS_GENERAL_BLOCK_H
#define WATTHOUR_DLMS_GENERAL_BLOCK_H

#include "base/reader.h"
#include "base/writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dlms_association;

enum {
    DLMS_GENERAL_BLOCK_HEAD = 9,    /* octets before the data, at most */
    DLMS_GENERAL_BLOCK_WINDOW = 63, /* blocks that the server takes without acknowledging */
};

/* One block, for server and client. */
struct dlms_general_block_apdu {
    bool last;
    bool streaming; /* another follows without an acknowledgement */
    uint8_t window;
    uint16_t number;
    uint16_t acknowledged;
    struct reader data;
};

/* A whole APDU, tag included; faults the reader when it is none. */
struct dlms_general_block_apdu dlms_general_block_take(struct reader *r);

/* The head; `size` octets of data are to follow. */
void dlms_general_block_put_head(struct writer *w, const struct dlms_general_block_apdu *block,
                                 size_t size);

/* The APDU that is sent in blocks: a tape. */
struct dlms_stream {
    /* The next octets, `room` of them while it lasts; `piece` holds COSEM_CARRY more. */
    size_t (*read)(struct dlms_association *a, uint8_t *piece, size_t room);
    bool (*ended)(const struct dlms_association *a);
};

struct dlms_general_block {
    struct dlms_stream stream;
    bool sending;
    bool ended;            /* the last block has been made */
    uint8_t window;        /* blocks that the client takes, and that are kept */
    uint16_t taken;        /* number of the last block of the request */
    uint16_t acknowledged; /* of ours */
    uint16_t sent;         /* the last one sent, maybe again */
    uint16_t made;
    uint16_t kept_at; /* where the blocks are kept; each has `room` octets there */
    uint16_t room;
    uint16_t last_size;
};

enum dlms_general_taken {
    DLMS_GENERAL_NOTHING, /* nothing is to be said */
    DLMS_GENERAL_SEND,    /* the client is ready for more: dlms_general_block_send() */
    DLMS_GENERAL_ASK,     /* the request goes on: dlms_general_block_acknowledge() */
    DLMS_GENERAL_WHOLE,   /* the request is there */
    DLMS_GENERAL_BROKEN,  /* out of order, or too long: it is given up */
};

/* Takes a block of the client. */
enum dlms_general_taken dlms_general_block_receive(struct dlms_association *a,
                                                   const struct dlms_general_block_apdu *block,
                                                   struct reader *whole);
void dlms_general_block_acknowledge(struct dlms_association *a, struct writer *w);

/* Sends the answer in `w` as one block, the last; it has plain_max octets at most. */
void dlms_general_block_wrap(struct dlms_association *a, struct writer *w);

/* Begins to send a stream: nothing is written yet. */
void dlms_general_block_begin(struct dlms_association *a, struct dlms_stream stream,
                              uint8_t window);

/* Whether another block may be sent before the client is heard; and sends it. */
bool dlms_general_block_more(const struct dlms_association *a);
void dlms_general_block_send(struct dlms_association *a, struct writer *w);

#endif
