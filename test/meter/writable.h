/* Attributes that Management may write, found by walking the objects of a whole meter, not by hand;
 * read and written from within, so that what takes protection on the line is reached as well. */
#ifndef WATTHOUR_TEST_METER_WRITABLE_H
#define WATTHOUR_TEST_METER_WRITABLE_H

#include "test/meter/head.h"

enum { WRITABLE_MOST = 512, WRITABLE_ROOM = 8192, WRITABLE_VALUES = 1 << 17 };

struct writable {
    struct cosem_instance one;
    int attribute;
};

/* All of the product, in the order of its objects; how many. */
size_t writable_list(const struct product *product, struct writable list[WRITABLE_MOST]);

/* The value of an attribute, a table's as well: its size; 0: it cannot be read. */
size_t writable_get(struct head *head, const struct writable *writable, uint8_t *octets,
                    size_t room);

/* All that can be read of the object, one value behind the other. */
size_t writable_get_object(struct head *head, const struct cosem_instance *one, uint8_t *octets,
                           size_t room);

enum cosem_result writable_set(struct head *head, const struct writable *writable,
                               struct reader value);

/* The values of the attributes of a list, one behind the other. */
struct writable_values {
    size_t begin[WRITABLE_MOST + 1];
    uint8_t octets[WRITABLE_VALUES];
};

void writable_values_take(struct head *head, const struct writable *list, size_t count,
                          struct writable_values *values);

/* Whether the i-th attribute has the same value in both. */
bool writable_values_same(const struct writable_values *a, const struct writable_values *b,
                          size_t i);

/* The time, and alarms, which a start is one of: what it is now says nothing of what was kept. */
bool writable_passes(const struct writable *writable);

/* How many rows fit follows from their columns, once the ring has taken their new form. */
bool writable_follows(const struct writable *writable);

/* Of all values of all objects, but for tables. */
uint32_t writable_digest(struct head *head);

/* "8 0-0:1.0.0.2": for messages. */
const char *writable_name(const struct writable *writable);

#endif
