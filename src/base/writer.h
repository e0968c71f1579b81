/* A writer that is a window on an endless tape, most significant octet first.
 *
 * What is written always advances the tape; only the octets that fall into the window
 * [begin, begin + room) are kept. A getter therefore renders a value without knowing of blocks,
 * and a transfer keeps of it what fits into the current one. Nothing is ever written outside the
 * buffer; `writer_overflow` tells whether anything fell behind the window's end. */
#ifndef WATTHOUR_BASE_WRITER_H
#define WATTHOUR_BASE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer {
    uint8_t *window; /* not owned */
    size_t room;     /* octets that the window holds */
    size_t begin;    /* position on the tape of window[0] */
    size_t tape;     /* position on the tape of the next octet */
};

/* What is done for every value is written here, to be put in line where that is faster. */

/* A window that skips the first `begin` octets of the tape. */
inline struct writer writer_window(void *buffer, size_t room, size_t begin)
{
    return (struct writer){.window = buffer, .room = room, .begin = begin};
}

/* A window at the tape's beginning: a plain bounded buffer. */
inline struct writer writer_over(void *buffer, size_t room)
{
    return writer_window(buffer, room, 0);
}

/* A writer that keeps nothing and only measures. */
struct writer writer_measure(void);

inline void writer_u8(struct writer *w, uint8_t value)
{
    size_t at = w->tape++ - w->begin; /* before the window it wraps, beyond any room */
    if (at < w->room) {
        w->window[at] = value;
    }
}

/* The `size` (1..8) lowest octets of the value. */
void writer_big_endian(struct writer *w, uint64_t value, unsigned size);

void writer_u16(struct writer *w, uint16_t value);
void writer_u32(struct writer *w, uint32_t value);
void writer_u64(struct writer *w, uint64_t value);
void writer_octets(struct writer *w, const void *octets, size_t size);

/* Octets that the window holds so far. */
inline size_t writer_kept(const struct writer *w)
{
    if (w->tape <= w->begin) {
        return 0;
    }
    size_t written = w->tape - w->begin;
    return written < w->room ? written : w->room;
}

/* Something was written behind the window's end. */
inline bool writer_overflow(const struct writer *w)
{
    return w->tape > w->begin && w->tape - w->begin > w->room;
}

#endif
