#include "base/need.h"
#include "function/push.h"

#include <string.h>

/* Octets of the texts before that one. */
static size_t begin_of(const struct push *push, int setup, int text)
{
    const uint8_t *sizes = &push->text_sizes[0][0];
    size_t octets = 0;
    for (int before = 0; before < setup * PUSH_TEXTS + text; before++) {
        octets += sizes[before];
    }
    return octets;
}

static size_t used(const struct push *push)
{
    return begin_of(push, PUSH_SETUPS, 0);
}

struct reader push_text(const struct push *push, enum push_setup setup, enum push_text text)
{
    return reader_over(push->texts + begin_of(push, setup, text), push->text_sizes[setup][text]);
}

size_t push_text_room(const struct push *push, enum push_setup setup)
{
    size_t own = begin_of(push, setup + 1, 0) - begin_of(push, setup, 0);
    return PUSH_TEXT_ROOM - (used(push) - own);
}

int push_put_text(struct push *push, enum push_setup setup, enum push_text text,
                  const uint8_t *octets, size_t size)
{
    need(size <= (text == PUSH_TEXT_PARTS ? PUSH_PARTS : PUSH_PROTECTION));
    uint8_t *at = push->texts + begin_of(push, setup, text);
    size_t old = push->text_sizes[setup][text];
    size_t all = used(push);
    if (size > PUSH_TEXT_ROOM - (all - old)) {
        return -1;
    }
    memmove(at + size, at + old, (size_t)(push->texts + all - (at + old)));
    if (size > 0) {
        memcpy(at, octets, size);
    }
    push->text_sizes[setup][text] = (uint8_t)size;
    return 0;
}

struct reader push_part(const struct push *push, enum push_setup setup,
                        const struct push_object *object)
{
    struct reader parts = push_text(push, setup, PUSH_TEXT_PARTS);
    (void)reader_part(&parts, object->part_at);
    return reader_part(&parts, object->part_size);
}
