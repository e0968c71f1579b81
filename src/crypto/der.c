#include "crypto/der.h"

#include <string.h>

enum { LONG_FORM = 0x80, LENGTH_OCTETS_MOST = 2 };

/* Up to 65535, which is beyond all that is read here. */
static size_t take_length(struct reader *r)
{
    uint8_t first = reader_u8(r);
    if (first < LONG_FORM) {
        return first;
    }
    unsigned octets = first & (LONG_FORM - 1U);
    if (octets == 0 || octets > LENGTH_OCTETS_MOST) {
        reader_fail(r);
        return 0;
    }
    size_t length = octets == 1 ? reader_u8(r) : reader_u16(r);
    if (length < (octets == 1 ? LONG_FORM : 0x100U)) {
        reader_fail(r);
    }
    return length;
}

struct reader crypto_der_take(struct reader *r, unsigned tag)
{
    if (reader_u8(r) != tag) {
        reader_fail(r);
    }
    return reader_part(r, take_length(r));
}

struct crypto_part crypto_der_part(struct reader *r, unsigned tag)
{
    struct reader inside = crypto_der_take(r, tag);
    return (struct crypto_part){r->fault ? NULL : inside.data, r->fault ? 0 : inside.size};
}

struct crypto_part crypto_der_whole(struct reader *r, unsigned tag)
{
    size_t begin = r->at;
    (void)crypto_der_take(r, tag);
    return (struct crypto_part){r->fault ? NULL : r->data + begin, r->fault ? 0 : r->at - begin};
}

void crypto_der_leave(struct reader *r, const struct reader *inside)
{
    if (!reader_done(inside)) {
        reader_fail(r);
    }
}

bool crypto_der_next_is(const struct reader *r, unsigned tag)
{
    return reader_left(r) > 0 && reader_peek(r) == tag;
}

/* Without a zero that could be left out, and not negative. */
static bool is_positive(struct crypto_part number)
{
    if (number.size == 0 || (number.octets[0] & LONG_FORM) != 0) {
        return false;
    }
    return number.size == 1 || number.octets[0] != 0 || (number.octets[1] & LONG_FORM) != 0;
}

void crypto_der_take_number(struct reader *r, uint8_t *number, size_t size)
{
    struct crypto_part part = crypto_der_part(r, CRYPTO_DER_INTEGER);
    memset(number, 0, size);
    if (!is_positive(part)) {
        reader_fail(r);
        return;
    }
    size_t zero = part.octets[0] == 0;
    size_t digits = part.size - zero;
    if (digits > size) {
        reader_fail(r);
        return;
    }
    memcpy(number + size - digits, part.octets + zero, digits);
}

struct crypto_part crypto_der_take_bits(struct reader *r)
{
    struct reader inside = crypto_der_take(r, CRYPTO_DER_BIT_STRING);
    if (reader_u8(&inside) != 0 || inside.fault) {
        reader_fail(r);
        return (struct crypto_part){NULL, 0};
    }
    return (struct crypto_part){inside.data + 1, inside.size - 1};
}

bool crypto_part_is(struct crypto_part part, const void *octets, size_t size)
{
    return part.octets != NULL && part.size == size && memcmp(part.octets, octets, size) == 0;
}

bool crypto_part_same(struct crypto_part a, struct crypto_part b)
{
    return b.octets != NULL && crypto_part_is(a, b.octets, b.size);
}

struct crypto_der crypto_der_begin(uint8_t *octets, size_t room)
{
    return (struct crypto_der){.octets = octets, .at = room};
}

void crypto_der_put(struct crypto_der *der, const void *octets, size_t size)
{
    if (der->overflow || size > der->at) {
        der->overflow = true;
        return;
    }
    der->at -= size;
    memcpy(der->octets + der->at, octets, size);
}

void crypto_der_wrap(struct crypto_der *der, unsigned tag, size_t end)
{
    size_t length = end - der->at;
    const uint8_t high = (uint8_t)(length >> 8);
    const uint8_t low = (uint8_t)length;
    if (length >= 0x100) {
        const uint8_t head[] = {(uint8_t)tag, LONG_FORM + 2, high, low};
        crypto_der_put(der, head, sizeof head);
    } else if (length >= LONG_FORM) {
        const uint8_t head[] = {(uint8_t)tag, LONG_FORM + 1, low};
        crypto_der_put(der, head, sizeof head);
    } else {
        const uint8_t head[] = {(uint8_t)tag, low};
        crypto_der_put(der, head, sizeof head);
    }
}

void crypto_der_put_element(struct crypto_der *der, unsigned tag, const void *octets, size_t size)
{
    size_t end = der->at;
    crypto_der_put(der, octets, size);
    crypto_der_wrap(der, tag, end);
}

void crypto_der_put_number(struct crypto_der *der, const uint8_t *number, size_t size)
{
    static const uint8_t zero;
    size_t end = der->at;
    while (size > 1 && *number == 0) {
        number++;
        size--;
    }
    crypto_der_put(der, number, size);
    if ((*number & LONG_FORM) != 0) {
        crypto_der_put(der, &zero, 1);
    }
    crypto_der_wrap(der, CRYPTO_DER_INTEGER, end);
}

void crypto_der_wrap_bits(struct crypto_der *der, size_t end)
{
    static const uint8_t unused_bits;
    crypto_der_put(der, &unused_bits, 1);
    crypto_der_wrap(der, CRYPTO_DER_BIT_STRING, end);
}

size_t crypto_der_end(struct crypto_der *der, size_t room)
{
    size_t size = der->overflow ? 0 : room - der->at;
    memmove(der->octets, der->octets + der->at, size);
    return size;
}
