/* For setters and methods: takes a value apart and says what is wrong with it.
 *
 * Sticky as a reader is: after the first thing amiss everything reads as zero, and that thing is
 * the result. A setter takes field after field into locals, ends, and only then changes anything.
 *
 *     struct cosem_intake in = cosem_intake_begin(value);
 *     int16_t zone = (int16_t)cosem_intake_integer(&in, COSEM_I16, -840, 720);
 *     if (cosem_intake_end(&in) == COSEM_SUCCESS) ...
 */
#ifndef WATTHOUR_COSEM_INTAKE_H
#define WATTHOUR_COSEM_INTAKE_H

#include "cosem/data.h"
#include "cosem/model.h"

struct cosem_intake {
    struct reader *value;
    enum cosem_result result; /* success so far; type-unmatched; other-reason: out of range */
};

inline struct cosem_intake cosem_intake_begin(struct reader *value)
{
    return (struct cosem_intake){.value = value, .result = COSEM_SUCCESS};
}

/* An integer, an enum or a boolean of just that type and from `least` to `most`. */
int64_t cosem_intake_integer(struct cosem_intake *in, enum cosem_tag tag, int32_t least,
                             uint32_t most);

/* Any unsigned, long-unsigned or double-long-unsigned. */
uint8_t cosem_intake_u8(struct cosem_intake *in);
uint16_t cosem_intake_u16(struct cosem_intake *in);
uint32_t cosem_intake_u32(struct cosem_intake *in);

/* A string of just that type and of `least` to `most` octets, in place; NULL when amiss. */
const uint8_t *cosem_intake_string(struct cosem_intake *in, enum cosem_tag tag, size_t least,
                                   size_t most, size_t *size);

/* A logical name: an octet-string of its size. Zeros when amiss. */
void cosem_intake_name(struct cosem_intake *in, uint8_t obis[COSEM_NAME_SIZE]);

/* The heads of containers: a structure of just so many elements; an array of at most so many. */
void cosem_intake_structure(struct cosem_intake *in, size_t elements);
size_t cosem_intake_array(struct cosem_intake *in, size_t most);

/* For a value that is of the right type, and not one that can be. */
void cosem_intake_refuse(struct cosem_intake *in);

/* The result; something left over is type-unmatched. */
enum cosem_result cosem_intake_end(struct cosem_intake *in);

/* The parameter of methods that need none: integer(0), and nothing else. */
enum cosem_result cosem_intake_zero(struct reader *parameter);

#endif
