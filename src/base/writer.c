#include "base/writer.h"

struct writer writer_over(void *buffer, size_t room)
{
    return writer_window(buffer, room, 0);
}

struct writer writer_window(void *buffer, size_t room, size_t begin)
{
    return (struct writer){.window = buffer, .room = room, .begin = begin};
}

struct writer writer_measure(void)
{
    return writer_over(NULL, 0);
}

extern inline void writer_u8(struct writer *w, uint8_t value);

static void write_big_endian(struct writer *w, uint64_t value, unsigned size)
{
    while (size-- > 0) {
        writer_u8(w, (uint8_t)(value >> (8 * size)));
    }
}

void writer_u16(struct writer *w, uint16_t value)
{
    write_big_endian(w, value, 2);
}

void writer_u32(struct writer *w, uint32_t value)
{
    write_big_endian(w, value, 4);
}

void writer_u64(struct writer *w, uint64_t value)
{
    write_big_endian(w, value, 8);
}

void writer_octets(struct writer *w, const void *octets, size_t size)
{
    const uint8_t *octet = octets;
    for (size_t i = 0; i < size; i++) {
        writer_u8(w, octet[i]);
    }
}

size_t writer_kept(const struct writer *w)
{
    if (w->tape <= w->begin) {
        return 0;
    }
    size_t written = w->tape - w->begin;
    return written < w->room ? written : w->room;
}

bool writer_overflow(const struct writer *w)
{
    return w->tape > w->begin && w->tape - w->begin > w->room;
}
