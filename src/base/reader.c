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

static uint64_t read_big_endian(struct reader *r, size_t size)
{
    const uint8_t *octets = reader_octets(r, size);
    uint64_t value = 0;
    for (size_t i = 0; octets && i < size; i++) {
        value = value << 8 | octets[i];
    }
    return value;
}

uint8_t reader_u8(struct reader *r)
{
    return (uint8_t)read_big_endian(r, 1);
}

uint16_t reader_u16(struct reader *r)
{
    return (uint16_t)read_big_endian(r, 2);
}

uint32_t reader_u32(struct reader *r)
{
    return (uint32_t)read_big_endian(r, 4);
}

uint64_t reader_u64(struct reader *r)
{
    return read_big_endian(r, 8);
}
