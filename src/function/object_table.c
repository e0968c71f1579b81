#include "function/object_table.h"

uint16_t object_number(const struct object_table *table, const struct object_name *name)
{
    int32_t number = table->number(table->owner, name);
    return number >= 0 && number < OBJECT_NONE ? (uint16_t)number : OBJECT_NONE;
}

struct object_name object_name(const struct object_table *table, uint16_t number)
{
    struct object_name name;
    bool there = number != OBJECT_NONE && table->name(table->owner, number, &name);
    return there ? name : (struct object_name){0};
}
