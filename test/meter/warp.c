#include "test/meter/warp.h"

#include "base/writer.h"
#include "cosem/data.h"

#include <string.h>

/* One small value of each type. */
static const struct {
    uint8_t size, octets[14];
} types[] = {
    {1, {COSEM_NULL}},
    {2, {COSEM_ARRAY}},
    {2, {COSEM_STRUCTURE}},
    {2, {COSEM_BOOLEAN}},
    {3, {COSEM_BIT_STRING, 8}},
    {5, {COSEM_I32}},
    {5, {COSEM_U32}},
    {2, {COSEM_OCTET_STRING}},
    {2, {COSEM_VISIBLE_STRING}},
    {2, {COSEM_UTF8_STRING}},
    {2, {COSEM_BCD}},
    {2, {COSEM_I8}},
    {3, {COSEM_I16}},
    {2, {COSEM_U8}},
    {3, {COSEM_U16}},
    {9, {COSEM_I64}},
    {9, {COSEM_U64}},
    {2, {COSEM_ENUM}},
    {5, {COSEM_F32}},
    {9, {COSEM_F64}},
    {13, {COSEM_DATE_TIME}},
    {6, {COSEM_DATE}},
    {5, {COSEM_TIME}},
};

enum { TYPES = sizeof types / sizeof types[0] };

void warp_begin(struct warp *warp, const uint8_t *value, size_t size)
{
    struct reader r = reader_over(value, size);
    warp->value = value;
    warp->size = size;
    warp->count = warp->part = warp->change = 0;
    while (reader_left(&r) > 0 && warp->count < WARP_PARTS) {
        struct warp_part *part = &warp->parts[warp->count++];
        struct reader whole = r;
        part->begin = r.at;
        (void)cosem_take_value(&r);
        cosem_skip_value(&whole);
        part->end = r.at;
        part->whole_end = whole.at;
    }
}

/* What takes the place of a part, and what of the value it takes the place of. */
struct place {
    struct writer w;
    size_t end;
};

/* An integer of the type with other octets: the ends of its range and what is next to it. */
static bool put_integer(struct place *place, const uint8_t *octets, unsigned size, unsigned change)
{
    uint64_t value = 0;
    uint64_t top = UINT64_C(1) << (8 * size - 1);
    for (unsigned i = 0; i < size; i++) {
        value = value << 8 | octets[1 + i];
    }
    const uint64_t others[] = {0,  1,  2,  3,   value + 1,   value - 1, top - 1,   top, 2 * top - 1,
                               24, 60, 61, 100, value ^ 128, value * 2, value + 60};
    if (change >= sizeof others / sizeof others[0]) {
        return false;
    }
    writer_u8(&place->w, octets[0]);
    writer_big_endian(&place->w, others[change], size);
    return true;
}

/* A string with another length: none, one less, one more, many more. */
static bool put_string_of_length(struct place *place, const struct cosem_value *v, unsigned change)
{
    static const uint8_t zeros[200];
    bool bits = v->tag == COSEM_BIT_STRING;
    size_t lengths[] = {0, v->count - 1, v->count + 1, v->count + sizeof zeros / 2};
    size_t length = lengths[change];
    size_t octets = bits ? (length + 7) / 8 : length;
    size_t had = bits ? (v->count + 7) / 8 : v->count;
    size_t kept = octets < had ? octets : had;
    if (change == 1 && v->count == 0) {
        return false;
    }
    writer_u8(&place->w, (uint8_t)v->tag);
    cosem_put_length(&place->w, length);
    writer_octets(&place->w, v->octets, kept);
    writer_octets(&place->w, zeros, octets - kept);
    return true;
}

/* A string of the same length with another octet at its beginning, middle or end. */
static bool put_string_of_octets(struct place *place, const struct cosem_value *v, unsigned change)
{
    static const uint8_t others[] = {0, 1, 13, 32, 127, 254, 255};
    enum { OTHERS = sizeof others };
    size_t octets = v->tag == COSEM_BIT_STRING ? (v->count + 7) / 8 : v->count;
    size_t at = change / OTHERS;
    if (at >= octets || at >= 16) {
        return false;
    }
    writer_u8(&place->w, (uint8_t)v->tag);
    cosem_put_length(&place->w, v->count);
    writer_octets(&place->w, v->octets, at);
    writer_u8(&place->w, others[change % OTHERS]);
    writer_octets(&place->w, v->octets + at + 1, octets - at - 1);
    return true;
}

/* A container without its last element, with it twice, without any. */
static bool put_container(struct warp *warp, struct place *place, const struct cosem_value *v,
                          unsigned change)
{
    const struct warp_part *part = &warp->parts[warp->part];
    struct reader r = reader_over(warp->value, part->whole_end);
    size_t last = part->end;
    if (v->count == 0) {
        return false;
    }
    (void)reader_octets(&r, part->end);
    for (size_t i = 0; i < v->count; i++) {
        last = r.at;
        cosem_skip_value(&r);
    }
    writer_u8(&place->w, (uint8_t)v->tag);
    cosem_put_length(&place->w, change == 0 ? v->count - 1 : change == 1 ? v->count + 1 : 0);
    size_t kept = change == 0 ? last : change == 1 ? part->whole_end : part->end;
    writer_octets(&place->w, warp->value + part->end, kept - part->end);
    if (change == 1) {
        writer_octets(&place->w, warp->value + last, part->whole_end - last);
    }
    place->end = part->whole_end;
    return true;
}

static bool put_type(struct warp *warp, struct place *place, enum cosem_tag tag, unsigned change)
{
    if (types[change].octets[0] == tag) {
        return false;
    }
    writer_octets(&place->w, types[change].octets, types[change].size);
    place->end = warp->parts[warp->part].whole_end;
    return true;
}

enum { LENGTHS = 4, CHANGES = TYPES + LENGTHS + 112 };

static bool put_length(struct warp *warp, struct place *place, const struct cosem_value *v,
                       unsigned change)
{
    if (v->tag == COSEM_ARRAY || v->tag == COSEM_STRUCTURE) {
        return change < 3 && put_container(warp, place, v, change);
    }
    bool string = v->tag == COSEM_OCTET_STRING || v->tag == COSEM_VISIBLE_STRING ||
                  v->tag == COSEM_UTF8_STRING || v->tag == COSEM_BIT_STRING;
    return string && put_string_of_length(place, v, change);
}

static bool put_range(struct place *place, const struct cosem_value *v, const uint8_t *octets,
                      size_t size, unsigned change)
{
    switch (v->tag) {
    case COSEM_OCTET_STRING:
    case COSEM_VISIBLE_STRING:
    case COSEM_UTF8_STRING:
    case COSEM_BIT_STRING:
        return put_string_of_octets(place, v, change);
    case COSEM_ARRAY:
    case COSEM_STRUCTURE:
    case COSEM_NULL:
        return false;
    default:
        return size <= 9 && put_integer(place, octets, (unsigned)size - 1, change);
    }
}

static bool put_change(struct warp *warp, struct place *place)
{
    const struct warp_part *part = &warp->parts[warp->part];
    struct reader r = reader_over(warp->value + part->begin, warp->size - part->begin);
    struct cosem_value v = cosem_take_value(&r);
    unsigned change = warp->change++;
    if (change < TYPES) {
        warp->kind = WARP_TYPE;
        return put_type(warp, place, v.tag, change);
    }
    if (change < TYPES + LENGTHS) {
        warp->kind = WARP_LENGTH;
        return put_length(warp, place, &v, change - TYPES);
    }
    warp->kind = WARP_RANGE;
    return put_range(place, &v, warp->value + part->begin, part->end - part->begin,
                     change - TYPES - LENGTHS);
}

bool warp_next(struct warp *warp, struct reader *beside)
{
    for (; warp->part < warp->count; warp->part++, warp->change = 0) {
        const struct warp_part *part = &warp->parts[warp->part];
        while (warp->change < CHANGES) {
            struct place place = {writer_over(warp->octets, sizeof warp->octets), part->end};
            writer_octets(&place.w, warp->value, part->begin);
            if (!put_change(warp, &place)) {
                continue;
            }
            writer_octets(&place.w, warp->value + place.end, warp->size - place.end);
            size_t size = writer_kept(&place.w);
            bool same = size == warp->size && memcmp(warp->octets, warp->value, size) == 0;
            if (!same && !writer_overflow(&place.w)) {
                *beside = reader_over(warp->octets, size);
                return true;
            }
        }
    }
    return false;
}
