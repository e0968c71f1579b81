#include "cosem/model.h"

#include <string.h>

/* The name as a number: comparing two is what a look-up spends its time with. */
static uint64_t key_of(const struct cosem_name *name)
{
    const uint8_t *o = name->obis;
    uint32_t first = (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3];
    uint32_t last = (uint32_t)o[4] << 8 | o[5];
    return (uint64_t)first << 16 | last;
}

/* The value group in which the names of a row's objects count on. */
static unsigned counted_group(const struct cosem_object *object)
{
    enum { E = 4, F = 5, NOT_USED = 255 };
    return object->name.obis[F] != NOT_USED ? F : E;
}

uint8_t cosem_object_member(const struct cosem_object *object, const struct cosem_name *name)
{
    unsigned counted = counted_group(object);
    return (uint8_t)(name->obis[counted] - object->name.obis[counted]);
}

struct cosem_name cosem_object_name(const struct cosem_object *object, uint8_t member)
{
    struct cosem_name name = object->name;
    name.obis[counted_group(object)] += member;
    return name;
}

/* From the key of a row's object to that of the next. */
static uint32_t stride(const struct cosem_object *object)
{
    return object->name.obis[5] != 255 ? 1 : 1 << 8;
}

static uint64_t last_key(const struct cosem_object *object, uint8_t more)
{
    return key_of(&object->name) + more * stride(object);
}

/* Groups are many and mostly far from a name. */
static bool spans(const struct cosem_group *group, uint64_t key)
{
    return group->count > 0 && key >= key_of(&group->objects[0].name) &&
           key <= last_key(&group->objects[group->count - 1], group->more);
}

/* The first row of the group that does not end before the name. */
static const struct cosem_object *lower_bound(const struct cosem_group *group, uint64_t key)
{
    const struct cosem_object *low = group->objects;
    for (size_t left = group->count; left > 0;) {
        size_t half = left / 2;
        bool before = last_key(&low[half], group->more) < key;
        low += before ? half + 1 : 0;
        left = before ? left - half - 1 : half;
    }
    return low;
}

/* Between the names of a series there are those that have another F. */
static bool has_key(const struct cosem_object *object, uint8_t more, uint64_t key)
{
    uint64_t beyond = key - key_of(&object->name);
    if (more == 0) {
        return beyond == 0;
    }
    uint32_t step = stride(object);
    return beyond <= more * step && (beyond & (step - 1)) == 0;
}

static const struct cosem_object *find_in_group(const struct cosem_group *group, uint16_t class_id,
                                                uint64_t key, unsigned column,
                                                enum cosem_result *why)
{
    if (!spans(group, key)) {
        return NULL;
    }
    const struct cosem_object *end = group->objects + group->count;
    const struct cosem_object *object = lower_bound(group, key);
    for (; object < end && has_key(object, group->more, key); object++) {
        if (cosem_object_visible(object, column)) {
            if (object->ic->id == class_id) {
                return object;
            }
            *why = COSEM_OBJECT_CLASS_INCONSISTENT;
        }
    }
    return NULL;
}

/* A name under a class is in one group only, so that it does not matter where the search begins. */
const struct cosem_object *cosem_model_find_near(const struct cosem_model *model,
                                                 struct cosem_place *place, uint16_t class_id,
                                                 const struct cosem_name *name, unsigned column,
                                                 enum cosem_result *why)
{
    const struct cosem_object *last = place->object;
    uint64_t key = key_of(name);
    uint16_t at = place->group;
    *why = COSEM_OBJECT_UNDEFINED;
    if (last != NULL && last->ic->id == class_id && has_key(last, place->more, key) &&
        cosem_object_visible(last, column)) {
        return last;
    }
    for (uint16_t i = 0; i < model->group_count; i++, at++) {
        at = at < model->group_count ? at : 0;
        const struct cosem_object *object =
            find_in_group(model->groups[at], class_id, key, column, why);
        if (object != NULL) {
            *place = (struct cosem_place){object, at, model->groups[at]->more};
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

bool cosem_call_turn_near(struct cosem_call *call, struct cosem_place *place, uint16_t class_id,
                          const uint8_t obis[COSEM_NAME_SIZE], enum cosem_result *why)
{
    struct cosem_name name;
    memcpy(name.obis, obis, sizeof name.obis);
    call->object = cosem_model_find_near(call->model, place, class_id, &name, call->column, why);
    call->member = call->object != NULL ? cosem_object_member(call->object, &name) : 0;
    return call->object != NULL;
}

bool cosem_call_turn(struct cosem_call *call, uint16_t class_id,
                     const uint8_t obis[COSEM_NAME_SIZE], enum cosem_result *why)
{
    struct cosem_place beginning = {.group = 0};
    return cosem_call_turn_near(call, &beginning, class_id, obis, why);
}

static uint32_t objects_in(const struct cosem_group *group)
{
    return group->count * (group->more + 1u);
}

uint32_t cosem_model_count(const struct cosem_model *model)
{
    uint32_t count = 0;
    for (uint16_t i = 0; i < model->group_count; i++) {
        count += objects_in(model->groups[i]);
    }
    return count;
}

struct cosem_instance cosem_model_object(const struct cosem_model *model, uint32_t number)
{
    for (uint16_t i = 0; i < model->group_count; i++) {
        const struct cosem_group *group = model->groups[i];
        if (number < objects_in(group)) {
            const struct cosem_object *object = &group->objects[number / (group->more + 1u)];
            uint8_t member = (uint8_t)(number % (group->more + 1u));
            return (struct cosem_instance){object, cosem_object_name(object, member), member};
        }
        number -= objects_in(group);
    }
    return (struct cosem_instance){.object = NULL};
}

int32_t cosem_model_number(const struct cosem_model *model, uint16_t class_id,
                           const struct cosem_name *name)
{
    struct cosem_place place = {.group = 0};
    enum cosem_result why;
    if (cosem_model_find_near(model, &place, class_id, name, COSEM_ANYBODY, &why) == NULL) {
        return -1;
    }
    int32_t row = (int32_t)(place.object - model->groups[place.group]->objects);
    int32_t number = row * (place.more + 1) + cosem_object_member(place.object, name);
    for (uint16_t i = 0; i < place.group; i++) {
        number += (int32_t)objects_in(model->groups[i]);
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

uint16_t cosem_rows_stamp(uint32_t changes)
{
    return (uint16_t)(changes * 2 + 1);
}

static bool is_table(const struct cosem_object *object, int attribute)
{
    return (object->ic->tables >> attribute & 1) != 0;
}

const struct cosem_table *cosem_object_table(const struct cosem_object *object, int attribute)
{
    const struct cosem_attribute *row = cosem_object_attribute(object, attribute);
    return row != NULL && is_table(object, attribute) ? row->table : NULL;
}

bool cosem_object_gettable(const struct cosem_object *object, int attribute)
{
    const struct cosem_attribute *row = cosem_object_attribute(object, attribute);
    return row != NULL && !is_table(object, attribute) && row->get != NULL;
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
    bool has_value =
        cosem_object_gettable(object, attribute) || cosem_object_table(object, attribute) != NULL;
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
    if (!cosem_object_gettable(call->object, attribute)) {
        return COSEM_OBJECT_UNDEFINED;
    }
    return cosem_call_is_possible(call)
               ? cosem_object_attribute(call->object, attribute)->get(call, w)
               : COSEM_OBJECT_UNAVAILABLE;
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
