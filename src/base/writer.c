#include "base/writer.h"

extern inline struct writer writer_over(void *buffer, size_t room);
extern inline struct writer writer_window(void *buffer, size_t room, size_t begin);
extern inline size_t writer_kept(const struct writer *w);
extern inline bool writer_overflow(const struct writer *w);

struct writer writer_measure(void)
{
    return writer_over(NULL, 0);
}

extern inline void writer_u8(struct writer *w, uint8_t value);

/* Mostly all octets fall into the window, which then is asked once. */
void writer_big_endian(struct writer *w, uint64_t value, unsigned size)
{
    size_t at = w->tape - w->begin; /* before the window it wraps, beyond any room */
    if (at > w->room || size > w->room - at) {
        while (size-- > 0) {
            writer_u8(w, (uint8_t)(value >> (8 * size)));
        }
        return;
    }
    w->tape += size;
    for (uint8_t *octet = w->window + at + size; size > 0; size--) {
        *--octet = (uint8_t)value;
        value >>= 8;
    }
}

void writer_u16(struct writer *w, uint16_t value)
{
    writer_big_endian(w, value, 2);
}

void writer_u32(struct writer *w, uint32_t value)
{
    writer_big_endian(w, value, 4);
}

void writer_u64(struct writer *w, uint64_t value)
{
    writer_big_endian(w, value, 8);
}

void writer_octets(struct writer *w, const void *octets, size_t size)
{
    const uint8_t *octet = octets;
    for (size_t i = 0; i < size; i++) {
        writer_u8(w, octet[i]);
    }
}
