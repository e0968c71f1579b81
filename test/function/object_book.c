#include "test/function/object_book.h"

#include <string.h>

/* A table does not change by being asked; this one does, and is found by its place. */
static int32_t number(const void *owner, const struct object_name *name)
{
    struct object_book *const *self = owner;
    struct object_book *book = *self;
    for (unsigned i = 0; i < book->count; i++) {
        if (book->names[i].class_id == name->class_id &&
            memcmp(book->names[i].obis, name->obis, sizeof name->obis) == 0) {
            return (int32_t)i;
        }
    }
    if (book->count == book->most) {
        return -1;
    }
    book->names[book->count] = *name;
    return (int32_t)book->count++;
}

static bool name_of(const void *owner, uint16_t number, struct object_name *name)
{
    struct object_book *const *self = owner;
    const struct object_book *book = *self;
    if (number >= book->count) {
        return false;
    }
    *name = book->names[number];
    return true;
}

struct object_table object_book_open(struct object_book *book, unsigned most)
{
    *book = (struct object_book){.self = book, .most = most};
    return (struct object_table){.number = number, .name = name_of, .owner = &book->self};
}
