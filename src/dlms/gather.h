/* A long request on its way in, block by block: gathered in the server's stage until it is whole,
 * then read back through its window and served as if it had come at once. Source: Green Book 9.4.6.
 */
#ifndef WATTHOUR_DLMS_GATHER_H
#define WATTHOUR_DLMS_GATHER_H

#include "base/reader.h"

#include <stdbool.h>
#include <stdint.h>

struct dlms_association;

struct dlms_gather {
    uint8_t tag;    /* of the service; 0: nothing is gathered */
    bool list;      /* of attributes, of methods */
    uint32_t block; /* number of the last one */
    uint32_t size;  /* octets gathered */
    uint8_t given;  /* protection that all of its blocks had */
};

/* A block of a SET or an ACTION. */
struct dlms_block {
    bool last;
    uint32_t number;
    struct reader data;
};

struct dlms_block dlms_block_take(struct reader *r);

/* Begins anew, with what stands before the first block's data. 0, or -1: there is no stage, or it
 * fails. */
int dlms_gather_begin(struct dlms_association *a, uint8_t tag, bool list,
                      const struct reader *before);

/* Whether a request of this service is being gathered; `*lost`: it was, and somebody else has got
 * the stage. */
bool dlms_gather_under_way(const struct dlms_association *a, uint8_t tag, bool *lost);

/* Appends. 0, or -1: it fails, the request has become too long, or it comes out of the stage
 * itself; it is dropped. */
int dlms_gather_append(struct dlms_association *a, const struct reader *octets);

/* All of it, and ends the gathering: to be read until dlms_gather_over(). 0, or -1: it cannot be
 * read back. */
int dlms_gather_end(struct dlms_association *a, struct reader *whole);

/* The request is answered, if there was one: nobody has the stage. */
void dlms_gather_over(struct dlms_association *a);

void dlms_gather_drop(struct dlms_association *a);

#endif
