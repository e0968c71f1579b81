#include "function/mask.h"

#include "base/need.h"

#include <string.h>

void mask_init(struct mask_book *book, uint8_t rates)
{
    need(rates >= 1 && rates <= 9);
    *book = (struct mask_book){.rates = rates, .count = rates};
    for (uint8_t i = 0; i < rates; i++) {
        book->names[i] =
            (struct mask_name){.size = 1, .octets = {(uint8_t)('1' + i)}, .rate = (uint8_t)(i + 1)};
    }
}

int mask_find(const struct mask_book *book, const uint8_t *octets, size_t size)
{
    for (uint8_t i = 0; i < book->count; i++) {
        if (book->names[i].size == size && memcmp(book->names[i].octets, octets, size) == 0) {
            return i;
        }
    }
    return -1;
}

static unsigned names_of(const struct mask_book *book, uint8_t rate)
{
    unsigned count = 0;
    for (uint8_t i = 0; i < book->count; i++) {
        count += book->names[i].rate == rate;
    }
    return count;
}

const struct mask_name *mask_of_rate(const struct mask_book *book, uint8_t rate)
{
    if (book->chosen < book->count && book->names[book->chosen].rate == rate) {
        return &book->names[book->chosen];
    }
    for (uint8_t i = 0; i < book->count; i++) {
        if (book->names[i].rate == rate) {
            return &book->names[i];
        }
    }
    need(false);
    return NULL;
}

void mask_choose(struct mask_book *book, unsigned place)
{
    need(place < book->count);
    book->chosen = (uint8_t)place;
}

int mask_add(struct mask_book *book, const struct mask_name *name)
{
    need(name->size >= 1 && name->size <= MASK_NAME && name->rate >= 1 &&
         name->rate <= book->rates);
    int place = mask_find(book, name->octets, name->size);
    if (place < 0) {
        if (book->count == MASK_NAMES) {
            return -1;
        }
        place = book->count++;
    } else if (book->names[place].rate != name->rate &&
               names_of(book, book->names[place].rate) == 1) {
        return -1;
    }
    book->names[place] = *name;
    book->changes++;
    return 0;
}

int mask_delete(struct mask_book *book, const uint8_t *octets, size_t size)
{
    int place = mask_find(book, octets, size);
    if (place < 0 || names_of(book, book->names[place].rate) == 1) {
        return -1;
    }
    memmove(&book->names[place], &book->names[place + 1],
            (size_t)(book->count - 1 - place) * sizeof book->names[0]);
    book->count--;
    book->chosen = 0;
    book->changes++;
    return 0;
}

void mask_write(const struct mask_book *book, struct writer *w)
{
    writer_u8(w, book->count);
    for (uint8_t i = 0; i < book->count; i++) {
        writer_u8(w, book->names[i].rate);
        writer_u8(w, book->names[i].size);
        writer_octets(w, book->names[i].octets, book->names[i].size);
    }
}

static bool take_name(struct reader *r, struct mask_name *name, uint8_t rates)
{
    *name = (struct mask_name){.rate = reader_u8(r)};
    name->size = reader_u8(r);
    const uint8_t *octets = reader_octets(r, name->size);
    if (octets == NULL || name->size < 1 || name->size > MASK_NAME || name->rate < 1 ||
        name->rate > rates) {
        return false;
    }
    memcpy(name->octets, octets, name->size);
    return true;
}

int mask_read(struct mask_book *book, struct reader *r)
{
    struct mask_book taken = {.rates = book->rates, .changes = book->changes};
    uint8_t count = reader_u8(r);
    bool sound = count <= MASK_NAMES;
    for (uint8_t i = 0; i < count && sound; i++) {
        struct mask_name name;
        sound = take_name(r, &name, book->rates) && mask_find(&taken, name.octets, name.size) < 0 &&
                mask_add(&taken, &name) == 0;
    }
    for (uint8_t rate = 1; rate <= book->rates && sound; rate++) {
        sound = names_of(&taken, rate) > 0;
    }
    if (!sound || !reader_done(r)) {
        return -1;
    }
    taken.changes = book->changes;
    *book = taken;
    return 0;
}
