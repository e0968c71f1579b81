/* General block transfer, the client's side: any APDU, plain or ciphered, goes in blocks, and what
 * answers it comes so. It stands between the guard and the link, and does no input or output:
 *
 *     dlms_client_blocks_ask(&blocks, request, send_max);
 *     do {
 *         while ((size = dlms_client_blocks_next(&blocks, apdu, room)) > 0)    send
 *         receive; or dlms_client_blocks_lost(&blocks), when nothing comes
 *     } while (dlms_client_blocks_take(&blocks, apdu, size) == DLMS_CLIENT_MORE);
 *
 * Up to a window of blocks goes without an acknowledgement, either way; what did not arrive, or out
 * of its order, is sent again. Source: Green Book 9.4.6.13. */
#ifndef WATTHOUR_DLMS_CLIENT_BLOCKS_H
#define WATTHOUR_DLMS_CLIENT_BLOCKS_H

#include "dlms/client.h"

enum { DLMS_CLIENT_WINDOW_MOST = 63 };

struct dlms_client_blocks {
    uint8_t window; /* blocks that we take without acknowledging */

    struct reader asked;      /* what is sent: the caller's */
    uint16_t block_size;      /* octets of it in a block */
    uint16_t count;           /* its blocks */
    uint16_t sent;            /* the last one sent, maybe again */
    uint16_t acknowledged;    /* the last one that the server has */
    uint8_t window_of_server; /* 1 until it says more */

    uint8_t *octets; /* what comes: the caller's */
    size_t room;
    size_t size;
    uint16_t taken;     /* the last block that came in its order */
    uint16_t said;      /* acknowledgements of ours: they are numbered behind our blocks */
    uint16_t fruitless; /* blocks in a row that led nowhere */
    bool says;          /* an acknowledgement is due */
    struct reader whole;
};

/* `octets` (`room` of them) hold the longest answer. `window`: 1 .. DLMS_CLIENT_WINDOW_MOST. */
void dlms_client_blocks_init(struct dlms_client_blocks *blocks, uint8_t window, uint8_t *octets,
                             size_t room);

/* Begins a request, which must stand until it is answered; the server takes APDUs of `send_max`
 * octets (0: of any size). 0, or -1: it has more blocks than can be numbered. */
int dlms_client_blocks_ask(struct dlms_client_blocks *blocks, struct reader request,
                           uint16_t send_max);

/* The next APDU to send, with at most `room` (DLMS_CLIENT_ROOM at least) octets; 0: none, it is
 * the server's turn. */
size_t dlms_client_blocks_next(struct dlms_client_blocks *blocks, uint8_t *apdu, size_t room);

/* Takes an APDU. DLMS_CLIENT_DONE: the answer is whole; DLMS_CLIENT_MORE: it goes on; else it is
 * given up. An APDU that is no block is the answer itself (an exception). */
enum dlms_client_outcome dlms_client_blocks_take(struct dlms_client_blocks *blocks,
                                                 const uint8_t *apdu, size_t size);

/* Nothing came: what the server may have missed is sent again. */
void dlms_client_blocks_lost(struct dlms_client_blocks *blocks);

/* The answer: stands until the next request, or, where it is no block, as long as its APDU. */
struct reader dlms_client_blocks_whole(const struct dlms_client_blocks *blocks);

#endif
