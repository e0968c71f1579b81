/* A bounded reader over octets that came from outside, most significant octet first.
 *
 * Its fault is sticky: after the first read beyond the end every read gives zero and the fault
 * stays, so a decoder reads field after field and checks once, at the end. */
#ifndef WATTHOUR_BASE_READER_H
#define WATTHOUR_BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
    const uint8_t *data; /* not owned; must outlive the reader */
    size_t size;
    size_t at;
    bool fault;
};

struct reader reader_over(const void *data, size_t size);

uint8_t reader_u8(struct reader *r);
uint16_t reader_u16(struct reader *r);
uint32_t reader_u32(struct reader *r);
uint64_t reader_u64(struct reader *r);

/* The next octet without taking it; 0 at the end, which is no fault. */
uint8_t reader_peek(const struct reader *r);

/* The next `size` octets in place, or NULL (and the fault) when fewer are left. */
const uint8_t *reader_octets(struct reader *r, size_t size);

/* A reader over the next `size` octets, which are taken from `r`; faulted when fewer are left. */
struct reader reader_part(struct reader *r, size_t size);

size_t reader_left(const struct reader *r);

/* For a decoder that finds something malformed. */
void reader_fail(struct reader *r);

/* Everything read, nothing left over, no fault. */
bool reader_done(const struct reader *r);

#endif
