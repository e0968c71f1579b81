#include "cosem/class/object_numbers.h"

#include <string.h>

static int32_t number(const void *owner, const struct object_name *name)
{
    struct cosem_name wanted;
    memcpy(wanted.obis, name->obis, sizeof wanted.obis);
    return cosem_model_number(owner, name->class_id, &wanted);
}

static bool name_of(const void *owner, uint16_t number, struct object_name *name)
{
    const struct cosem_instance one = cosem_model_object(owner, number);
    if (one.object == NULL) {
        return false;
    }
    name->class_id = one.object->ic->id;
    memcpy(name->obis, one.name.obis, sizeof name->obis);
    return true;
}

struct object_table object_numbers(const struct cosem_model *model)
{
    return (struct object_table){.number = number, .name = name_of, .owner = model};
}
