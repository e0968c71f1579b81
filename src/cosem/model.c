#include "cosem/model.h"

#include <string.h>

static int compare_names(const struct cosem_name *a, const struct cosem_name *b)
{
    return memcmp(a->obis, b->obis, sizeof a->obis);
}

/* The first row of the group that is not before the name. */
static uint16_t lower_bound(const struct cosem_group *group, const struct cosem_name *name)
{
    uint16_t low = 0;
    uint16_t high = group->count;
    while (low < high) {
        uint16_t middle = (uint16_t)((low + high) / 2);
        if (compare_names(&group->objects[middle].name, name) < 0) {
            low = (uint16_t)(middle + 1);
        } else {
            high = middle;
        }
    }
    return low;
}

static const struct cosem_object *find_in_group(const struct cosem_group *group, uint16_t class_id,
                                                const struct cosem_name *name, unsigned column,
                                                enum cosem_result *why)
{
    for (uint16_t i = lower_bound(group, name); i < group->count; i++) {
        const struct cosem_object *object = &group->objects[i];
        if (compare_names(&object->name, name) != 0) {
            break;
        }
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
    *why = COSEM_OBJECT_UNDEFINED;
    for (uint16_t i = 0; i < model->group_count; i++) {
        const struct cosem_object *object =
            find_in_group(model->groups[i], class_id, name, column, why);
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
