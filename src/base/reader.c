#include "base/reader.h"

struct reader reader_over(const void *data, size_t size)
{
    return (struct reader){.data = data, .size = size};
}

size_t reader_left(const struct reader *r)
{
    return r->fault ? 0 : r->size - r->at;
}

void reader_fail(struct reader *r)
{
    r->fault = true;
}

bool reader_done(const struct reader *r)
{
    return !r->fault && r->at == r->size;
}

const uint8_t *reader_octets(struct reader *r, size_t size)
{
    if (size > reader_left(r)) {
        r->fault = true;
    }
    if (r->fault) {
        return NULL;
    }
    const uint8_t *octets = r->data + r->at;
    r->at += size;
    return octets;
}

struct reader reader_part(struct reader *r, size_t size)
{
    const uint8_t *octets = reader_octets(r, size);
    struct reader part = reader_over(octets, octets ? size : 0);
    part.fault = octets == NULL;
    return part;
}

uint8_t reader_peek(const struct reader *r)
{
    return reader_left(r) > 0 ? r->data[r->at] : 0;
}

uint8_t reader_u8(struct reader *r)
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
