#include "cosem/data.h"

#include "base/need.h"
#include "cosem/compact.h"

void cosem_put_length(struct writer *w, size_t length)
{
    if (length < 0x80) {
        writer_u8(w, (uint8_t)length);
    } else if (length <= 0xFF) {
        writer_u8(w, 0x81);
        writer_u8(w, (uint8_t)length);
    } else if (length <= 0xFFFF) {
        writer_u8(w, 0x82);
        writer_u16(w, (uint16_t)length);
    } else {
        writer_u8(w, 0x84);
        writer_u32(w, (uint32_t)length);
    }
}

void cosem_put_null(struct writer *w)
{
    writer_u8(w, COSEM_NULL);
}

void cosem_put_array(struct writer *w, size_t elements)
{
    writer_u8(w, COSEM_ARRAY);
    cosem_put_length(w, elements);
}

void cosem_put_structure(struct writer *w, size_t elements)
{
    writer_u8(w, COSEM_STRUCTURE);
    cosem_put_length(w, elements);
}

void cosem_put_boolean(struct writer *w, bool value)
{
    writer_u8(w, COSEM_BOOLEAN);
    writer_u8(w, value);
}

void cosem_put_octet_string(struct writer *w, const void *octets, size_t size)
{
    writer_u8(w, COSEM_OCTET_STRING);
    cosem_put_length(w, size);
    writer_octets(w, octets, size);
}

void cosem_put_i8(struct writer *w, int8_t value)
{
    writer_u8(w, COSEM_I8);
    writer_u8(w, (uint8_t)value);
}

void cosem_put_i16(struct writer *w, int16_t value)
{
    writer_u8(w, COSEM_I16);
    writer_u16(w, (uint16_t)value);
}

void cosem_put_u8(struct writer *w, uint8_t value)
{
    writer_u8(w, COSEM_U8);
    writer_u8(w, value);
}

void cosem_put_u16(struct writer *w, uint16_t value)
{
    writer_u8(w, COSEM_U16);
    writer_u16(w, value);
}

void cosem_put_u32(struct writer *w, uint32_t value)
{
    writer_u8(w, COSEM_U32);
    writer_u32(w, value);
}

void cosem_put_enum(struct writer *w, uint8_t value)
{
    writer_u8(w, COSEM_ENUM);
    writer_u8(w, value);
}

void cosem_put_scaler_unit(struct writer *w, int8_t scaler, uint8_t unit)
{
    cosem_put_structure(w, 2);
    cosem_put_i8(w, scaler);
    cosem_put_enum(w, unit);
}

void cosem_put_bit_string(struct writer *w, uint32_t value, unsigned bits)
{
    need(bits <= 32);
    writer_u8(w, COSEM_BIT_STRING);
    cosem_put_length(w, bits);
    uint32_t aligned = bits > 0 ? value << (32 - bits) : 0;
    for (unsigned done = 0; done < bits; done += 8) {
        writer_u8(w, (uint8_t)(aligned >> (24 - done)));
    }
}

/* How the value behind a tag is encoded; what is not listed is refused. */
enum form { REFUSED, SIGNED, UNSIGNED, OCTETS, STRING, BITS, CONTAINER, COMPACT };

static const struct shape {
    uint8_t form;
    uint8_t size; /* octets, of the forms whose size is fixed */
} shapes[] = {
    [COSEM_NULL] = {UNSIGNED, 0},
    [COSEM_ARRAY] = {CONTAINER, 0},
    [COSEM_STRUCTURE] = {CONTAINER, 0},
    [COSEM_BOOLEAN] = {UNSIGNED, 1},
    [COSEM_BIT_STRING] = {BITS, 0},
    [COSEM_I32] = {SIGNED, 4},
    [COSEM_U32] = {UNSIGNED, 4},
    [COSEM_OCTET_STRING] = {STRING, 0},
    [COSEM_VISIBLE_STRING] = {STRING, 0},
    [COSEM_UTF8_STRING] = {STRING, 0},
    [COSEM_BCD] = {UNSIGNED, 1},
    [COSEM_I8] = {SIGNED, 1},
    [COSEM_I16] = {SIGNED, 2},
    [COSEM_U8] = {UNSIGNED, 1},
    [COSEM_U16] = {UNSIGNED, 2},
    [COSEM_COMPACT_ARRAY] = {COMPACT, 0},
    [COSEM_I64] = {SIGNED, 8},
    [COSEM_U64] = {UNSIGNED, 8},
    [COSEM_ENUM] = {UNSIGNED, 1},
    [COSEM_F32] = {OCTETS, 4},
    [COSEM_F64] = {OCTETS, 8},
    [COSEM_DATE_TIME] = {OCTETS, 12},
    [COSEM_DATE] = {OCTETS, 5},
    [COSEM_TIME] = {OCTETS, 4},
};

static struct shape shape_of(unsigned tag)
{
    return tag < sizeof shapes / sizeof shapes[0] ? shapes[tag] : (struct shape){REFUSED, 0};
}

int cosem_contents_size(unsigned tag)
{
    struct shape shape = shape_of(tag);
    switch (shape.form) {
    case STRING:
        return COSEM_COUNTS_OCTETS;
    case BITS:
        return COSEM_COUNTS_BITS;
    case CONTAINER:
        return COSEM_COUNTS_VALUES;
    case REFUSED:
    case COMPACT:
        return COSEM_COUNTS_MORE;
    default:
        return shape.size;
    }
}

static int64_t nearest(int64_t value, struct shape shape)
{
    unsigned bits = 8u * shape.size - (shape.form == SIGNED);
    int64_t greatest = bits >= 63 ? INT64_MAX : ((int64_t)1 << bits) - 1;
    int64_t least = shape.form == SIGNED ? -greatest - 1 : 0;
    return value < least ? least : value > greatest ? greatest : value;
}

void cosem_put_integer(struct writer *w, enum cosem_tag tag, int64_t value)
{
    struct shape shape = shape_of(tag);
    need(shape.size > 0 && (shape.form == SIGNED || shape.form == UNSIGNED));
    uint64_t bits = (uint64_t)nearest(value, shape);
    writer_u8(w, (uint8_t)tag);
    writer_big_endian(w, bits, shape.size);
}

size_t cosem_take_length(struct reader *r)
{
    uint8_t first = reader_u8(r);
    if (first < 0x80) {
        return first;
    }
    unsigned octets = first & 0x7F;
    if (octets == 0 || octets > 4) {
        reader_fail(r);
    }
    size_t length = 0;
    while (octets-- > 0 && !r->fault) {
        length = length << 8 | reader_u8(r);
    }
    return r->fault ? 0 : length;
}

/* Every element takes at least its tag, so a container cannot announce more than is left. */
static void take_container(struct reader *r, struct cosem_value *v)
{
    v->count = cosem_take_length(r);
    if (v->count > reader_left(r)) {
        reader_fail(r);
    }
}

static void take_octets(struct reader *r, struct cosem_value *v, size_t size)
{
    v->count = size;
    v->octets = reader_octets(r, size);
}

static void take_bits(struct reader *r, struct cosem_value *v)
{
    size_t bits = cosem_take_length(r);
    take_octets(r, v, bits / 8 + (bits % 8 != 0));
    v->count = bits;
}

static void take_compact(struct reader *r, struct cosem_value *v)
{
    struct reader ahead = *r;
    cosem_compact_skip(&ahead);
    if (ahead.fault) {
        reader_fail(r);
    } else {
        take_octets(r, v, ahead.at - r->at);
    }
}

static int64_t take_integer(struct reader *r, struct shape shape)
{
    uint64_t bits = shape.form == SIGNED && reader_peek(r) >= 0x80 ? UINT64_MAX : 0;
    for (unsigned i = 0; i < shape.size; i++) {
        bits = bits << 8 | reader_u8(r);
    }
    return (int64_t)bits;
}

struct cosem_value cosem_take_contents(struct reader *r, enum cosem_tag tag)
{
    struct cosem_value v = {.tag = tag};
    struct shape shape = shape_of(tag);
    switch (shape.form) {
    case SIGNED:
    case UNSIGNED:
        v.integer = take_integer(r, shape);
        break;
    case OCTETS:
        take_octets(r, &v, shape.size);
        break;
    case STRING:
        take_octets(r, &v, cosem_take_length(r));
        break;
    case BITS:
        take_bits(r, &v);
        break;
    case CONTAINER:
        take_container(r, &v);
        break;
    case COMPACT:
        take_compact(r, &v);
        break;
    default:
        reader_fail(r);
    }
    return r->fault ? (struct cosem_value){.tag = COSEM_NULL} : v;
}

struct cosem_value cosem_take_value(struct reader *r)
{
    enum cosem_tag tag = reader_u8(r);
    return cosem_take_contents(r, tag);
}

void cosem_skip_value(struct reader *r)
{
    size_t due = 1;
    while (due > 0 && !r->fault) {
        struct cosem_value v = cosem_take_value(r);
        bool container = v.tag == COSEM_ARRAY || v.tag == COSEM_STRUCTURE;
        due += container ? v.count : 0;
        due--;
        if (due > reader_left(r)) {
            reader_fail(r);
        }
    }
}

struct reader cosem_take_part(struct reader *r)
{
    struct reader whole = *r;
    cosem_skip_value(r);
    return reader_part(&whole, r->fault ? SIZE_MAX : r->at - whole.at);
}
