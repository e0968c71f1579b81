#include "base/reader.h"

/* Where they are not put in line they are called here. */
extern inline uint8_t reader_u8(struct reader *r);
extern inline uint8_t reader_peek(const struct reader *r);
extern inline size_t reader_left(const struct reader *r);

struct reader reader_over(const void *data, size_t size)
{
    return (struct reader){.data = data, .size = size};
}

struct reader reader_over_source(struct reader_source *source)
{
    source->shown = 0;
    return (struct reader){.size = source->size, .source = source};
}

void reader_fail(struct reader *r)
{
    r->fault = true;
}

bool reader_done(const struct reader *r)
{
    return !r->fault && r->at == r->size;
}

/* Moves the window, from `at` on, unless it shows these octets; NULL: it cannot. */
static const uint8_t *show(struct reader_source *source, size_t at, size_t size)
{
    if (size == 0) {
        return source->window;
    }
    bool shown = at >= source->shown_at && at - source->shown_at <= source->shown &&
                 size <= source->shown - (at - source->shown_at);
    if (!shown) {
        size_t left = source->size - at;
        source->shown_at = at;
        source->shown = left < source->room ? left : source->room;
        if (size > source->shown ||
            source->fetch(source->owner, at, source->window, source->shown) != 0) {
            source->shown = 0;
            return NULL;
        }
    }
    return source->window + (at - source->shown_at);
}

/* `size` octets from where the reader is, which are there. Over nothing there may be no octets at
 * all, and none is still an answer. */
static inline const uint8_t *in_place(const struct reader *r, size_t size)
{
    static const uint8_t nothing;
    if (r->source != NULL) {
        return show(r->source, r->begin + r->at, size);
    }
    return r->data != NULL ? r->data + r->at : &nothing;
}

const uint8_t *reader_octets(struct reader *r, size_t size)
{
    const uint8_t *octets = NULL;
    if (size <= reader_left(r) && !r->fault) {
        octets = in_place(r, size);
    }
    if (octets == NULL) {
        r->fault = true;
        return NULL;
    }
    r->at += size;
    return octets;
}

struct reader reader_part(struct reader *r, size_t size)
{
    struct reader part = *r;
    part.fault = r->fault || size > reader_left(r);
    part.at = 0;
    if (part.fault) {
        r->fault = true;
        part.size = 0;
        return part;
    }
    part.size = size;
    part.begin = r->begin + r->at;
    part.data = r->data != NULL ? r->data + r->at : NULL;
    r->at += size;
    return part;
}

struct reader reader_settle(struct reader part)
{
    if (part.source == NULL || part.fault || part.size > part.source->room) {
        return part;
    }
    struct reader settled = part;
    settled.at = 0;
    const uint8_t *octets = in_place(&settled, part.size);
    settled = reader_over(octets, octets != NULL ? part.size : 0);
    settled.at = octets != NULL ? part.at : 0;
    settled.fault = octets == NULL;
    return settled;
}

uint8_t reader_peek_from_source(const struct reader *r)
{
    if (reader_left(r) == 0) {
        return 0;
    }
    const uint8_t *octet = in_place(r, 1);
    return octet != NULL ? *octet : 0;
}

uint8_t reader_u8_from_source(struct reader *r)
{
    const uint8_t *o = reader_octets(r, 1);
    return o ? o[0] : 0;
}

uint16_t reader_u16(struct reader *r)
{
    const uint8_t *o = reader_octets(r, 2);
    return (uint16_t)(o ? o[0] << 8 | o[1] : 0);
}

uint32_t reader_u32(struct reader *r)
{
    const uint8_t *o = reader_octets(r, 4);
    return o ? (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3] : 0;
}

uint64_t reader_u64(struct reader *r)
{
    if (reader_left(r) < 8) {
        reader_fail(r);
        return 0;
    }
    uint64_t high = reader_u32(r);
    return high << 32 | reader_u32(r);
}
