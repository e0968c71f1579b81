#include "cosem/model.h"

/* The name as a number: comparing two is what a look-up spends its time with. */
static uint64_t key_of(const struct cosem_name *name)
{
    const uint8_t *o = name->obis;
    uint32_t first = (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3];
    uint32_t last = (uint32_t)o[4] << 8 | o[5];
    return (uint64_t)first << 16 | last;
}

/* The first row of the group that is not before the name. */
static const struct cosem_object *lower_bound(const struct cosem_group *group, uint64_t key)
{
    const struct cosem_object *low = group->objects;
    for (size_t left = group->count; left > 0;) {
        size_t half = left / 2;
        bool before = key_of(&low[half].name) < key;
        low += before ? half + 1 : 0;
        left = before ? left - half - 1 : half;
    }
    return low;
}

static const struct cosem_object *find_in_group(const struct cosem_group *group, uint16_t class_id,
                                                uint64_t key, unsigned column,
                                                enum cosem_result *why)
{
    const struct cosem_object *end = group->objects + group->count;
    const struct cosem_object *object = lower_bound(group, key);
    for (; object < end && key_of(&object->name) == key; object++) {
        if (cosem_object_visible(object, column)) {
            if (object->ic->id == class_id) {
                return object;
            }
            *why = COSEM_OBJECT_CLASS_INCONSISTENT;
        }
    }
    return NULL;
}

const struct cosem_object *cosem_model_find(const struct cosem_model *model, uint16_t class_id,
                                            const struct cosem_name *name, unsigned column,
                                            enum cosem_result *why)
{
    uint64_t key = key_of(name);
    *why = COSEM_OBJECT_UNDEFINED;
    for (uint16_t i = 0; i < model->group_count; i++) {
        const struct cosem_object *object =
            find_in_group(model->groups[i], class_id, key, column, why);
        if (object != NULL) {
            return object;
        }
    }
    return NULL;
}

uint32_t cosem_model_count(const struct cosem_model *model)
{
    uint32_t count = 0;
    for (uint16_t i = 0; i < model->group_count; i++) {
        count += model->groups[i]->count;
    }
    return count;
}

const struct cosem_object *cosem_model_object(const struct cosem_model *model, uint32_t number)
{
    for (uint16_t i = 0; i < model->group_count; i++) {
        if (number < model->groups[i]->count) {
            return &model->groups[i]->objects[number];
        }
        number -= model->groups[i]->count;
    }
    return NULL;
}

const struct cosem_attribute *cosem_object_attribute(const struct cosem_object *object,
                                                     int attribute)
{
    if (attribute < 2 || attribute - 2 >= object->ic->attribute_count) {
        return NULL;
    }
    return &object->ic->attributes[attribute - 2];
}

bool cosem_object_visible(const struct cosem_object *object, unsigned column)
{
    return object->access->read[column] != 0;
}

bool cosem_object_readable(const struct cosem_object *object, int attribute, unsigned column)
{
    if (attribute == 1) {
        return cosem_object_visible(object, column);
    }
    const struct cosem_attribute *row = cosem_object_attribute(object, attribute);
    bool has_value = row != NULL && (row->get != NULL || row->table != NULL);
    return has_value && (object->access->read[column] >> (attribute - 1) & 1u) != 0;
}
