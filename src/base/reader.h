/* A bounded reader over octets that came from outside, most significant octet first.
 *
 * Its fault is sticky: after the first read beyond the end every read gives zero and the fault
 * stays, so a decoder reads field after field and checks once, at the end.
 *
 * What is longer than memory stays where it is, on flash say, and a window moves over it: see
 * struct reader_source. */
#ifndef WATTHOUR_BASE_READER_H
#define WATTHOUR_BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Octets that are fetched when they are read. Readers of one source share its window: what one of
 * them gave in place is there until the next read that needs other octets. A field longer than the
 * window cannot be read, and is a fault, as is a source that fails. */
struct reader_source {
    int (*fetch)(void *owner, size_t at, uint8_t *octets, size_t size); /* 0, or -1: it fails */
    void *owner;
    size_t size; /* of all */
    uint8_t *window;
    size_t room;
    size_t shown_at; /* what the window shows */
    size_t shown;
};

struct reader {
    const uint8_t *data; /* not owned; must outlive the reader */
    size_t size;
    size_t at;
    bool fault;
    struct reader_source *source; /* NULL: `data` has them all */
    size_t begin;                 /* in the source */
};

struct reader reader_over(const void *data, size_t size);

/* Over all of the source, whose window shows nothing yet. It must outlive the reader. */
struct reader reader_over_source(struct reader_source *source);

/* The same octets, in memory as a whole if the window has room for them: to be read in any order,
 * as long as nothing else is read from the source. Otherwise `part` as it was. */
struct reader reader_settle(struct reader part);

/* Octet after octet is what decoders do most: that is written here, so that it can be put in line
 * where that is faster. From a source they come one by one. */
uint8_t reader_u8_from_source(struct reader *r);
inline uint8_t reader_u8(struct reader *r)
{
    if (r->source != NULL) {
        return reader_u8_from_source(r);
    }
    if (r->fault || r->at >= r->size) {
        r->fault = true;
        return 0;
    }
    return r->data[r->at++];
}

uint16_t reader_u16(struct reader *r);
uint32_t reader_u32(struct reader *r);
uint64_t reader_u64(struct reader *r);

/* The next octet without taking it; 0 at the end, which is no fault. */
uint8_t reader_peek_from_source(const struct reader *r);
inline uint8_t reader_peek(const struct reader *r)
{
    if (r->source != NULL) {
        return reader_peek_from_source(r);
    }
    return !r->fault && r->at < r->size ? r->data[r->at] : 0;
}

/* The next `size` octets in place, or NULL (and the fault) when fewer are left. No octets of a
 * reader over NULL are not NULL. */
const uint8_t *reader_octets(struct reader *r, size_t size);

/* A reader over the next `size` octets, which are taken from `r`; faulted when fewer are left. */
struct reader reader_part(struct reader *r, size_t size);

inline size_t reader_left(const struct reader *r)
{
    return r->fault ? 0 : r->size - r->at;
}

/* For a decoder that finds something malformed. */
void reader_fail(struct reader *r);

/* Everything read, nothing left over, no fault. */
bool reader_done(const struct reader *r);

#endif
