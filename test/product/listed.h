/* What an object list tells of an object: who reads it may do that, and nothing else. */
#ifndef WATTHOUR_TEST_PRODUCT_LISTED_H
#define WATTHOUR_TEST_PRODUCT_LISTED_H

#include "base/reader.h"
#include "cosem/model.h"

#include <stdbool.h>
#include <stdint.h>

enum { LISTED_MEMBERS = 22 };
enum { LISTED_READ = 1, LISTED_WRITE = 2, LISTED_CALL = 1 };

/* Of an attribute or a method: rights, and the protection that they take as the bits of version 3,
 * whichever version the list is of. */
struct listed_right {
    bool listed;
    uint8_t rights;
    uint8_t protection;
};

struct listed {
    struct listed_right attributes[LISTED_MEMBERS];
    struct listed_right methods[LISTED_MEMBERS];
};

/* The object in a list (class 15, attribute 2), which is of the version that the list tells of its
 * own class. The list is well formed. */
struct listed listed_find(struct reader list, const struct cosem_instance *one);

#endif
