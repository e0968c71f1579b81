/* The objects of the meter by number. What a list keeps of an object is its class and name, eight
 * octets; where the meter has the object its number says the same in two. Numbers are of this
 * firmware: what is kept on flash, or shown to a client, has names. */
#ifndef WATTHOUR_FUNCTION_OBJECT_TABLE_H
#define WATTHOUR_FUNCTION_OBJECT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

struct object_name {
    uint16_t class_id;
    uint8_t obis[6];
};

/* Whoever knows the objects gives the functions: cosem/class/object_numbers.h. */
struct object_table {
    int32_t (*number)(const void *owner, const struct object_name *name); /* -1: there is none */
    bool (*name)(const void *owner, uint16_t number, struct object_name *name);
    const void *owner;
};

/* Of an object that the meter does not have; its name is all zeros, as is its class. */
enum { OBJECT_NONE = 0xFFFF };

uint16_t object_number(const struct object_table *table, const struct object_name *name);
struct object_name object_name(const struct object_table *table, uint16_t number);

#endif
