#include "cosem/intake.h"

#include <string.h>

extern inline struct cosem_intake cosem_intake_begin(struct reader *value);

static void amiss(struct cosem_intake *in, enum cosem_result result)
{
    if (in->result == COSEM_SUCCESS) {
        in->result = result;
    }
}

static struct cosem_value take(struct cosem_intake *in, enum cosem_tag tag)
{
    struct cosem_value v = cosem_take_value(in->value);
    if (in->value->fault || v.tag != tag) {
        amiss(in, COSEM_TYPE_UNMATCHED);
    }
    return in->result == COSEM_SUCCESS ? v : (struct cosem_value){.tag = COSEM_NULL};
}

int64_t cosem_intake_integer(struct cosem_intake *in, enum cosem_tag tag, int32_t least,
                             uint32_t most)
{
    int64_t integer = take(in, tag).integer;
    if (integer < least || integer > most) {
        amiss(in, COSEM_OTHER_REASON);
    }
    return in->result == COSEM_SUCCESS ? integer : 0;
}

uint8_t cosem_intake_u8(struct cosem_intake *in)
{
    return (uint8_t)cosem_intake_integer(in, COSEM_U8, 0, UINT8_MAX);
}

uint16_t cosem_intake_u16(struct cosem_intake *in)
{
    return (uint16_t)cosem_intake_integer(in, COSEM_U16, 0, UINT16_MAX);
}

uint32_t cosem_intake_u32(struct cosem_intake *in)
{
    return (uint32_t)cosem_intake_integer(in, COSEM_U32, 0, UINT32_MAX);
}

const uint8_t *cosem_intake_string(struct cosem_intake *in, enum cosem_tag tag, size_t least,
                                   size_t most, size_t *size)
{
    struct cosem_value v = take(in, tag);
    if (v.count < least || v.count > most) {
        amiss(in, COSEM_OTHER_REASON);
    }
    bool good = in->result == COSEM_SUCCESS;
    *size = good ? v.count : 0;
    return good ? v.octets : NULL;
}

void cosem_intake_name(struct cosem_intake *in, uint8_t obis[COSEM_NAME_SIZE])
{
    size_t size;
    const uint8_t *octets =
        cosem_intake_string(in, COSEM_OCTET_STRING, COSEM_NAME_SIZE, COSEM_NAME_SIZE, &size);
    memset(obis, 0, COSEM_NAME_SIZE);
    if (octets != NULL) {
        memcpy(obis, octets, COSEM_NAME_SIZE);
    }
}

void cosem_intake_structure(struct cosem_intake *in, size_t elements)
{
    if (take(in, COSEM_STRUCTURE).count != elements) {
        amiss(in, COSEM_TYPE_UNMATCHED);
    }
}

size_t cosem_intake_array(struct cosem_intake *in, size_t most)
{
    size_t count = take(in, COSEM_ARRAY).count;
    if (count > most) {
        amiss(in, COSEM_OTHER_REASON);
    }
    return in->result == COSEM_SUCCESS ? count : 0;
}

void cosem_intake_refuse(struct cosem_intake *in)
{
    amiss(in, COSEM_OTHER_REASON);
}

enum cosem_result cosem_intake_end(struct cosem_intake *in)
{
    if (!reader_done(in->value)) {
        amiss(in, COSEM_TYPE_UNMATCHED);
    }
    return in->result;
}

enum cosem_result cosem_intake_zero(struct reader *parameter)
{
    struct cosem_intake in = cosem_intake_begin(parameter);
    cosem_intake_integer(&in, COSEM_I8, 0, 0);
    return cosem_intake_end(&in);
}
