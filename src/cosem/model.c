#include "cosem/model.h"

/* The name as a number: comparing two is what a look-up spends its time with. */
static uint64_t key_of(const struct cosem_name *name)
{
    const uint8_t *o = name->obis;
    uint32_t first = (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3];
    uint32_t last = (uint32_t)o[4] << 8 | o[5];
    return (uint64_t)first << 16 | last;
}

/* Groups are many and mostly far from a name. */
static bool spans(const struct cosem_group *group, uint64_t key)
{
    return group->count > 0 && key >= key_of(&group->objects[0].name) &&
           key <= key_of(&group->objects[group->count - 1].name);
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

static bool is_meant(const struct cosem_object *object, uint16_t class_id, uint64_t key,
                     unsigned column)
{
    return object != NULL && object->ic->id == class_id && key_of(&object->name) == key &&
           cosem_object_visible(object, column);
}

/* A name under a class is in one group only, so that it does not matter where the search begins. */
const struct cosem_object *cosem_model_find_near(const struct cosem_model *model,
                                                 struct cosem_place *place, uint16_t class_id,
                                                 const struct cosem_name *name, unsigned column,
                                                 enum cosem_result *why)
{
    uint64_t key = key_of(name);
    uint16_t at = place->group;
    *why = COSEM_OBJECT_UNDEFINED;
    if (is_meant(place->object, class_id, key, column)) {
        return place->object;
    }
    for (uint16_t i = 0; i < model->group_count; i++, at++) {
        at = at < model->group_count ? at : 0;
        const struct cosem_group *group = model->groups[at];
        const struct cosem_object *object =
            spans(group, key) ? find_in_group(group, class_id, key, column, why) : NULL;
        if (object != NULL) {
            *place = (struct cosem_place){object, at};
            return object;
        }
    }
    return NULL;
}

const struct cosem_object *cosem_model_find(const struct cosem_model *model, uint16_t class_id,
                                            const struct cosem_name *name, unsigned column,
                                            enum cosem_result *why)
{
    struct cosem_place beginning = {.group = 0};
    return cosem_model_find_near(model, &beginning, class_id, name, column, why);
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

int32_t cosem_model_number(const struct cosem_model *model, uint16_t class_id,
                           const struct cosem_name *name)
{
    struct cosem_place place = {.group = 0};
    enum cosem_result why;
    if (cosem_model_find_near(model, &place, class_id, name, COSEM_ANYBODY, &why) == NULL) {
        return -1;
    }
    int32_t number = (int32_t)(place.object - model->groups[place.group]->objects);
    for (uint16_t i = 0; i < place.group; i++) {
        number += model->groups[i]->count;
    }
    return number;
}

const struct cosem_attribute *cosem_object_attribute(const struct cosem_object *object,
                                                     int attribute)
{
    if (attribute < 2 || attribute - 2 >= object->ic->attribute_count) {
        return NULL;
    }
    return &object->ic->attributes[attribute - 2];
}

const struct cosem_method *cosem_object_method(const struct cosem_object *object, int method)
{
    if (method < 1 || method > object->ic->method_count) {
        return NULL;
    }
    return &object->ic->methods[method - 1];
}

bool cosem_object_visible(const struct cosem_object *object, unsigned column)
{
    const struct cosem_access *access = object->access;
    return column == COSEM_ANYBODY ||
           (access->read[column] | access->write[column] | access->call[column]) != 0;
}

/* `number` is at least 1 and within the class. */
static bool granted(uint32_t mask, int number)
{
    return (mask >> (number - 1) & 1u) != 0;
}

bool cosem_object_readable(const struct cosem_object *object, int attribute, unsigned column)
{
    if (attribute == 1) {
        return cosem_object_visible(object, column);
    }
    const struct cosem_attribute *row = cosem_object_attribute(object, attribute);
    bool has_value = row != NULL && (row->get != NULL || row->table != NULL);
    return has_value && granted(object->access->read[column], attribute);
}

bool cosem_object_writable(const struct cosem_object *object, int attribute, unsigned column)
{
    const struct cosem_attribute *row = cosem_object_attribute(object, attribute);
    bool has_setter = row != NULL && row->set != NULL;
    return has_setter && granted(object->access->write[column], attribute);
}

bool cosem_object_callable(const struct cosem_object *object, int method, unsigned column)
{
    const struct cosem_method *row = cosem_object_method(object, method);
    bool has_action = row != NULL && row->invoke != NULL;
    return has_action && granted(object->access->call[column], method);
}

static uint8_t protection_by(const struct cosem_protection *protection, uint32_t mask, int number)
{
    return number >= 1 && number <= COSEM_ATTRIBUTES && granted(mask, number) ? protection->bits
                                                                              : 0;
}

uint8_t cosem_object_attribute_protection(const struct cosem_object *object, int attribute)
{
    const struct cosem_protection *protection = object->access->protection;
    return protection ? protection_by(protection, protection->attributes, attribute) : 0;
}

uint8_t cosem_object_method_protection(const struct cosem_object *object, int method)
{
    const struct cosem_protection *protection = object->access->protection;
    return protection ? protection_by(protection, protection->methods, method) : 0;
}

enum cosem_result cosem_call_demand(const struct cosem_call *call, uint8_t protection)
{
    struct cosem_exchange *exchange = call->exchange;
    if (exchange == NULL) {
        return COSEM_SUCCESS;
    }
    if ((protection & ~(unsigned)exchange->given) != 0) {
        return COSEM_SCOPE_OF_ACCESS_VIOLATED;
    }
    exchange->demanded |= protection;
    return COSEM_SUCCESS;
}

bool cosem_call_is_possible(const struct cosem_call *call)
{
    return call->association != NULL || !call->object->ic->of_association;
}

enum cosem_result cosem_object_get(const struct cosem_call *call, int attribute, struct writer *w)
{
    const struct cosem_attribute *row = cosem_object_attribute(call->object, attribute);
    if (row == NULL || row->get == NULL) {
        return COSEM_OBJECT_UNDEFINED;
    }
    return cosem_call_is_possible(call) ? row->get(call, w) : COSEM_OBJECT_UNAVAILABLE;
}

enum cosem_result cosem_object_may_set(const struct cosem_call *call, int attribute)
{
    if (attribute != 1 && cosem_object_attribute(call->object, attribute) == NULL) {
        return COSEM_OBJECT_UNDEFINED;
    }
    if (!cosem_object_writable(call->object, attribute, call->column)) {
        return COSEM_READ_WRITE_DENIED;
    }
    uint8_t protection = cosem_object_attribute_protection(call->object, attribute);
    if (call->selection.selector != 0 || cosem_call_demand(call, protection) != COSEM_SUCCESS) {
        return COSEM_SCOPE_OF_ACCESS_VIOLATED;
    }
    return cosem_call_is_possible(call) ? COSEM_SUCCESS : COSEM_OBJECT_UNAVAILABLE;
}

enum cosem_result cosem_object_set(const struct cosem_call *call, int attribute,
                                   struct reader *value)
{
    enum cosem_result result = cosem_object_may_set(call, attribute);
    return result == COSEM_SUCCESS
               ? cosem_object_attribute(call->object, attribute)->set(call, value)
               : result;
}

enum cosem_result cosem_object_may_invoke(const struct cosem_call *call, int method)
{
    if (cosem_object_method(call->object, method) == NULL) {
        return COSEM_OBJECT_UNDEFINED;
    }
    if (!cosem_object_callable(call->object, method, call->column)) {
        return COSEM_READ_WRITE_DENIED;
    }
    uint8_t protection = cosem_object_method_protection(call->object, method);
    if (cosem_call_demand(call, protection) != COSEM_SUCCESS) {
        return COSEM_SCOPE_OF_ACCESS_VIOLATED;
    }
    return cosem_call_is_possible(call) ? COSEM_SUCCESS : COSEM_OBJECT_UNAVAILABLE;
}

enum cosem_result cosem_object_invoke(const struct cosem_call *call, int method,
                                      struct reader *parameter, struct writer *returned)
{
    enum cosem_result result = cosem_object_may_invoke(call, method);
    return result == COSEM_SUCCESS
               ? cosem_object_method(call->object, method)->invoke(call, parameter, returned)
               : result;
}
