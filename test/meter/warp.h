/* Values beside a value: the same Data with one of its parts changed, for writing what should not
 * be written. Each part in turn gets every other type, other lengths, and the ends of its range;
 * what comes out is well formed, as a client could send it. */
#ifndef WATTHOUR_TEST_METER_WARP_H
#define WATTHOUR_TEST_METER_WARP_H

#include "base/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WARP_ROOM = 8192, WARP_PARTS = 1024 };

/* What is changed of a part. */
enum warp_kind { WARP_TYPE, WARP_LENGTH, WARP_RANGE };

/* Where a part of the value is: of a container only its head. */
struct warp_part {
    size_t begin;
    size_t end;
    size_t whole_end; /* behind the last element, of a container */
};

struct warp {
    const uint8_t *value;
    size_t size;
    struct warp_part parts[WARP_PARTS];
    size_t count;
    size_t part; /* the next change */
    unsigned change;
    enum warp_kind kind; /* of the last one given */
    uint8_t octets[WARP_ROOM];
};

/* The value, one complete Data, must stand. Of a long one only the first parts are changed. */
void warp_begin(struct warp *warp, const uint8_t *value, size_t size);

/* The next value beside it; false: that were all. */
bool warp_next(struct warp *warp, struct reader *beside);

#endif
