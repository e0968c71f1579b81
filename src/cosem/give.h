/* For getters: an attribute that is one value ends with writing it, which cannot fail.
 *
 *     return cosem_give_u16(w, links->port);
 */
#ifndef WATTHOUR_COSEM_GIVE_H
#define WATTHOUR_COSEM_GIVE_H

#include "cosem/data.h"
#include "cosem/model.h"

/* What cosem_put_..() of that name writes, and success. */
enum cosem_result cosem_give_null(struct writer *w);
enum cosem_result cosem_give_boolean(struct writer *w, bool value);
enum cosem_result cosem_give_i8(struct writer *w, int8_t value);
enum cosem_result cosem_give_u8(struct writer *w, uint8_t value);
enum cosem_result cosem_give_u16(struct writer *w, uint16_t value);
enum cosem_result cosem_give_u32(struct writer *w, uint32_t value);
enum cosem_result cosem_give_enum(struct writer *w, uint8_t value);
enum cosem_result cosem_give_integer(struct writer *w, enum cosem_tag tag, int64_t value);
enum cosem_result cosem_give_octet_string(struct writer *w, const void *octets, size_t size);

#endif
