#include "cosem/give.h"

enum cosem_result cosem_give_null(struct writer *w)
{
    cosem_put_null(w);
    return COSEM_SUCCESS;
}

enum cosem_result cosem_give_boolean(struct writer *w, bool value)
{
    cosem_put_boolean(w, value);
    return COSEM_SUCCESS;
}

enum cosem_result cosem_give_i8(struct writer *w, int8_t value)
{
    cosem_put_i8(w, value);
    return COSEM_SUCCESS;
}

enum cosem_result cosem_give_u8(struct writer *w, uint8_t value)
{
    cosem_put_u8(w, value);
    return COSEM_SUCCESS;
}

enum cosem_result cosem_give_u16(struct writer *w, uint16_t value)
{
    cosem_put_u16(w, value);
    return COSEM_SUCCESS;
}

enum cosem_result cosem_give_u32(struct writer *w, uint32_t value)
{
    cosem_put_u32(w, value);
    return COSEM_SUCCESS;
}

enum cosem_result cosem_give_enum(struct writer *w, uint8_t value)
{
    cosem_put_enum(w, value);
    return COSEM_SUCCESS;
}

enum cosem_result cosem_give_integer(struct writer *w, enum cosem_tag tag, int64_t value)
{
    cosem_put_integer(w, tag, value);
    return COSEM_SUCCESS;
}

enum cosem_result cosem_give_octet_string(struct writer *w, const void *octets, size_t size)
{
    cosem_put_octet_string(w, octets, size);
    return COSEM_SUCCESS;
}
