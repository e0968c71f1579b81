/* A table of objects that numbers each name as it comes along, until it is full. */
#ifndef WATTHOUR_TEST_FUNCTION_OBJECT_BOOK_H
#define WATTHOUR_TEST_FUNCTION_OBJECT_BOOK_H

#include "function/object_table.h"

enum { OBJECT_BOOK = 256 };

struct object_book {
    struct object_book *self; /* where it is, to be found by what may not change it */
    unsigned count;
    unsigned most; /* of names that it learns; the others are none of its */
    struct object_name names[OBJECT_BOOK];
};

/* It has forgotten all of them, and must stay where it is. */
struct object_table object_book_open(struct object_book *book, unsigned most);

#endif
