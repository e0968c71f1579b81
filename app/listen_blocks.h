/* Messages that come in general blocks, put together for `watthour listen`. */
#ifndef WATTHOUR_APP_LISTEN_BLOCKS_H
#define WATTHOUR_APP_LISTEN_BLOCKS_H

#include "base/reader.h"

#include <stddef.h>
#include <stdint.h>

enum { LISTEN_WHOLE = 1 << 16, LISTEN_FROM = 64 };

/* One message at a time: whose first block comes begins anew. All zeros: none. */
struct listen_blocks {
    char from[LISTEN_FROM];
    uint16_t number; /* of the last block; 0: none */
    size_t size;
    uint8_t octets[LISTEN_WHOLE];
};

/* A block from somebody: 1, the message is in `whole` until the next block comes; 0, more blocks
 * are to come; -1: it is none, out of order, or too much, and what there was is given up. */
int listen_blocks_take(struct listen_blocks *blocks, const char *from, struct reader block,
                       struct reader *whole);

#endif
