/* DER, the encoding of certificates (ITU-T X.690): read strictly, since what is signed has one
 * encoding alone, and written from its end, since what goes before tells how long it is.
 *
 * Reading is that of base/reader.h, with its sticky fault; a length that is not the shortest, or
 * that is not told, is a fault. */
#ifndef WATTHOUR_CRYPTO_DER_H
#define WATTHOUR_CRYPTO_DER_H

#include "base/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum crypto_der_tag {
    CRYPTO_DER_BOOLEAN = 0x01,
    CRYPTO_DER_INTEGER = 0x02,
    CRYPTO_DER_BIT_STRING = 0x03,
    CRYPTO_DER_OCTET_STRING = 0x04,
    CRYPTO_DER_OID = 0x06,
    CRYPTO_DER_UTF8 = 0x0C,
    CRYPTO_DER_PRINTABLE = 0x13,
    CRYPTO_DER_UTC_TIME = 0x17,
    CRYPTO_DER_GENERALIZED_TIME = 0x18,
    CRYPTO_DER_SEQUENCE = 0x30,
    CRYPTO_DER_SET = 0x31,
    CRYPTO_DER_KEY_ID = 0x80, /* [0] IMPLICIT, of an authority key identifier */
    CRYPTO_DER_CONTEXT = 0xA0 /* [n] EXPLICIT: + n */
};

/* Octets in place, in what they were read from. */
struct crypto_part {
    const uint8_t *octets; /* NULL: absent */
    size_t size;
};

/* The contents of the next element, which must have this tag. */
struct reader crypto_der_take(struct reader *r, unsigned tag);
struct crypto_part crypto_der_part(struct reader *r, unsigned tag);

/* The next element whole, tag and length included. */
struct crypto_part crypto_der_whole(struct reader *r, unsigned tag);

/* Everything inside has been read, and without fault; else `r`, in which it stands, has one. */
void crypto_der_leave(struct reader *r, const struct reader *inside);

/* Whether the next element has this tag; at the end there is none. */
bool crypto_der_next_is(const struct reader *r, unsigned tag);

/* A positive INTEGER of exactly `size` octets, filled up with zeros before it. */
void crypto_der_take_number(struct reader *r, uint8_t *number, size_t size);

/* A BIT STRING of whole octets. */
struct crypto_part crypto_der_take_bits(struct reader *r);

bool crypto_part_is(struct crypto_part part, const void *octets, size_t size);
bool crypto_part_same(struct crypto_part a, struct crypto_part b);

/* Octets on their way: from the end of a buffer towards its beginning. */
struct crypto_der {
    uint8_t *octets;
    size_t at;     /* where the first of those written is */
    bool overflow; /* it did not fit; nothing was written outside */
};

struct crypto_der crypto_der_begin(uint8_t *octets, size_t room);

/* Puts octets before what is there. */
void crypto_der_put(struct crypto_der *der, const void *octets, size_t size);

/* Makes what was written since `end`, a former `der->at`, the contents of an element. */
void crypto_der_wrap(struct crypto_der *der, unsigned tag, size_t end);

/* Puts an element whole. */
void crypto_der_put_element(struct crypto_der *der, unsigned tag, const void *octets, size_t size);

/* A positive INTEGER of these octets, most significant first: without zeros before it, and with one
 * where it would read as negative. */
void crypto_der_put_number(struct crypto_der *der, const uint8_t *number, size_t size);

/* Makes what was written since `end` a BIT STRING of whole octets. */
void crypto_der_wrap_bits(struct crypto_der *der, size_t end);

/* Moves what was written, of a buffer of `room` octets, to its beginning: its size; 0: it did not
 * fit. */
size_t crypto_der_end(struct crypto_der *der, size_t room);

#endif
