/* The data types of COSEM and their A-XDR encoding: a tag, then the value.
 *
 * Sources: Blue Book 4.1.5 (common data types), Green Book 9.5 (the type Data), IEC 61334-6
 * (A-XDR). What these functions write is a complete Data; structures and arrays are their head,
 * followed by their elements. Decoding is a flat walk: a container tells how many elements
 * follow it, nothing here recurses. */
#ifndef WATTHOUR_COSEM_DATA_H
#define WATTHOUR_COSEM_DATA_H

#include "base/reader.h"
#include "base/writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cosem_tag {
    COSEM_NULL = 0,
    COSEM_ARRAY = 1,
    COSEM_STRUCTURE = 2,
    COSEM_BOOLEAN = 3,
    COSEM_BIT_STRING = 4,
    COSEM_I32 = 5,
    COSEM_U32 = 6,
    COSEM_OCTET_STRING = 9,
    COSEM_VISIBLE_STRING = 10,
    COSEM_UTF8_STRING = 12,
    COSEM_BCD = 13,
    COSEM_I8 = 15,
    COSEM_I16 = 16,
    COSEM_U8 = 17,
    COSEM_U16 = 18,
    COSEM_COMPACT_ARRAY = 19,
    COSEM_I64 = 20,
    COSEM_U64 = 21,
    COSEM_ENUM = 22,
    COSEM_F32 = 23,
    COSEM_F64 = 24,
    COSEM_DATE_TIME = 25,
    COSEM_DATE = 26,
    COSEM_TIME = 27,
};

void cosem_put_null(struct writer *w);
void cosem_put_array(struct writer *w, size_t elements);
void cosem_put_structure(struct writer *w, size_t elements);
void cosem_put_boolean(struct writer *w, bool value);
void cosem_put_octet_string(struct writer *w, const void *octets, size_t size);
void cosem_put_i8(struct writer *w, int8_t value);
void cosem_put_i16(struct writer *w, int16_t value);
void cosem_put_u8(struct writer *w, uint8_t value);
void cosem_put_u16(struct writer *w, uint16_t value);
void cosem_put_u32(struct writer *w, uint32_t value);
void cosem_put_enum(struct writer *w, uint8_t value);

/* scaler_unit of registers: a structure of both. */
void cosem_put_scaler_unit(struct writer *w, int8_t scaler, uint8_t unit);

/* A bit-string of `bits` (at most 32) bits, the first in the highest of `value`'s low `bits`. */
void cosem_put_bit_string(struct writer *w, uint32_t value, unsigned bits);

/* An integer of the type that `tag` names (COSEM_I8 .. COSEM_U64); a value that the type cannot
 * hold is written as the type's nearest. */
void cosem_put_integer(struct writer *w, enum cosem_tag tag, int64_t value);

/* The length that precedes strings and elements: one octet to 127, else 8n and n octets. */
void cosem_put_length(struct writer *w, size_t length);

/* Faults the reader on a length of more than four octets. */
size_t cosem_take_length(struct reader *r);

/* One step of a walk through encoded data. */
struct cosem_value {
    enum cosem_tag tag;
    size_t count;          /* array, structure: elements; strings: octets; bit-string: bits */
    int64_t integer;       /* integers, enum, boolean; COSEM_U64 above INT64_MAX wraps */
    const uint8_t *octets; /* strings, bit-string, BCD, floats, dates, compact arrays: in place */
};

/* Takes the next value; of an array or a structure its head, its elements being the next
 * values; a compact array is one value, whose octets cosem/compact.h takes apart. Faults the
 * reader, and gives COSEM_NULL, when the octets are no such thing. Delta types are refused. */
struct cosem_value cosem_take_value(struct reader *r);

/* The same of octets that follow no tag, since it was told elsewhere. */
struct cosem_value cosem_take_contents(struct reader *r, enum cosem_tag tag);

/* Octets behind a tag, for who takes data piece by piece; or that a length comes first, and what it
 * counts; or that it is neither: a compact array, or no tag at all. */
enum {
    COSEM_COUNTS_OCTETS = -1,
    COSEM_COUNTS_BITS = -2,
    COSEM_COUNTS_VALUES = -3,
    COSEM_COUNTS_MORE = -4,
};
int cosem_contents_size(unsigned tag);

/* Passes over a whole value, nested as deep as it may be. */
void cosem_skip_value(struct reader *r);

/* The next value, whole and well formed, as a part of its own; faulted, as `r` is, if it is not. */
struct reader cosem_take_part(struct reader *r);

#endif
