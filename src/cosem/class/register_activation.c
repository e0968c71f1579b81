#include "base/need.h"
#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"
#include "cosem/intake.h"

#include <string.h>

/* A mask activates the registers of one rate; clients give it names. Which registers there are is
 * looked up in the model, so that they are said nowhere twice: all that have a rate are assigned.
 */

static const struct class_register_activation_config *config_of(const struct cosem_call *call)
{
    return call->object->config;
}

/* The rate of an object of the model that this one activates, or 0. */
static unsigned rate_of(const struct cosem_call *call, uint32_t number)
{
    struct cosem_instance listed = cosem_model_object(call->model, number);
    return config_of(call)->rate(listed.object, listed.member);
}

static struct cosem_rows all_objects(const struct cosem_call *call)
{
    struct cosem_rows rows = {.count = cosem_model_count(call->model), .result = COSEM_SUCCESS};
    for (uint32_t number = 0; number < rows.count; number++) {
        rows.elements += rate_of(call, number) != 0;
    }
    return rows;
}

static void assignment(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    if (rate_of(call, number) != 0) {
        struct cosem_instance listed = cosem_model_object(call->model, number);
        cosem_put_structure(w, 2);
        cosem_put_u16(w, listed.object->ic->id);
        cosem_put_octet_string(w, listed.name.obis, sizeof listed.name.obis);
    }
}

static uint32_t objects_of_rate(const struct cosem_call *call, unsigned rate)
{
    uint32_t count = 0;
    for (uint32_t number = 0; number < cosem_model_count(call->model); number++) {
        count += rate_of(call, number) == rate;
    }
    return count;
}

static struct mask_book *book_of(const struct cosem_call *call)
{
    return &call->context->masks[config_of(call)->mask];
}

static void put_name(struct writer *w, const struct mask_name *name)
{
    cosem_put_octet_string(w, name->octets, name->size);
}

/* Rows: for each name the head of its mask, then one for each object of the model. */
static struct cosem_rows masks(const struct cosem_call *call)
{
    uint32_t names = book_of(call)->count;
    return (struct cosem_rows){.count = names * (1 + cosem_model_count(call->model)),
                               .elements = names,
                               .result = COSEM_SUCCESS,
                               .stamp = cosem_rows_stamp(book_of(call)->changes)};
}

/* The place of an object in the register assignment, from 1 on. */
static uint8_t index_of(const struct cosem_call *call, uint32_t number)
{
    uint32_t index = 0;
    for (uint32_t i = 0; i <= number; i++) {
        index += rate_of(call, i) != 0;
    }
    need(index <= UINT8_MAX);
    return (uint8_t)index;
}

static void mask_part(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    uint32_t parts = 1 + cosem_model_count(call->model);
    uint32_t place = number / parts;
    uint32_t part = number % parts;
    if (place >= book_of(call)->count) {
        return;
    }
    const struct mask_name *name = &book_of(call)->names[place];
    if (part == 0) {
        cosem_put_structure(w, 2);
        put_name(w, name);
        cosem_put_array(w, objects_of_rate(call, name->rate));
    } else if (rate_of(call, part - 1) == name->rate) {
        cosem_put_u8(w, index_of(call, part - 1));
    }
}

static enum cosem_result active_mask(const struct cosem_call *call, struct writer *w)
{
    put_name(w, mask_of_rate(book_of(call), call->context->tariff->rates[config_of(call)->mask]));
    return COSEM_SUCCESS;
}

static enum cosem_result set_active_mask(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    size_t size;
    const uint8_t *octets = cosem_intake_string(&in, COSEM_OCTET_STRING, 1, MASK_NAME, &size);
    int place = octets != NULL ? mask_find(book_of(call), octets, size) : -1;
    if (place < 0) {
        cosem_intake_refuse(&in);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        mask_choose(book_of(call), (unsigned)place);
        tariff_select(call->context->tariff, config_of(call)->mask,
                      book_of(call)->names[place].rate, call->context->clock->utc_ms);
    }
    return result;
}

/* ---- methods ---- */

/* Whatever has a rate is assigned already; nothing else can be. */
static enum cosem_result add_register(const struct cosem_call *call, struct reader *parameter,
                                      struct writer *returned)
{
    (void)returned;
    struct cosem_intake in = cosem_intake_begin(parameter);
    struct cosem_call other = *call;
    struct cosem_name name;
    enum cosem_result why;
    cosem_intake_structure(&in, 2);
    uint16_t class_id = cosem_intake_u16(&in);
    cosem_intake_name(&in, name.obis);
    if (!cosem_call_turn(&other, class_id, name.obis, &why) ||
        config_of(call)->rate(other.object, other.member) == 0) {
        cosem_intake_refuse(&in);
    }
    return cosem_intake_end(&in);
}

/* The rate of the n-th assigned register, from 1 on; 0: there is none such. */
static unsigned rate_of_index(const struct cosem_call *call, unsigned index)
{
    uint32_t count = cosem_model_count(call->model);
    for (uint32_t number = 0; number < count; number++) {
        unsigned rate = rate_of(call, number);
        if (rate != 0 && --index == 0) {
            return rate;
        }
    }
    return 0;
}

/* The rate whose registers these are, all of them and no other; 0: of none. */
static unsigned take_registers(const struct cosem_call *call, struct cosem_intake *in)
{
    uint8_t seen[UINT8_MAX + 1] = {0};
    unsigned rate = 0;
    size_t count = cosem_intake_array(in, UINT8_MAX);
    size_t distinct = 0;
    bool alike = true;
    for (size_t i = 0; i < count; i++) {
        unsigned index = (unsigned)cosem_intake_integer(in, COSEM_U8, 1, UINT8_MAX);
        unsigned its = index != 0 ? rate_of_index(call, index) : 0;
        rate = i == 0 ? its : rate;
        alike = alike && its == rate;
        distinct += seen[index] == 0;
        seen[index] = 1;
    }
    return rate != 0 && alike && distinct == objects_of_rate(call, rate) ? rate : 0;
}

static enum cosem_result add_mask(const struct cosem_call *call, struct reader *parameter,
                                  struct writer *returned)
{
    (void)returned;
    struct mask_name name = {0};
    size_t size;
    struct cosem_intake in = cosem_intake_begin(parameter);
    cosem_intake_structure(&in, 2);
    const uint8_t *octets = cosem_intake_string(&in, COSEM_OCTET_STRING, 1, MASK_NAME, &size);
    if (octets != NULL) {
        name.size = (uint8_t)size;
        memcpy(name.octets, octets, size);
    }
    name.rate = (uint8_t)take_registers(call, &in);
    if (name.rate == 0) {
        cosem_intake_refuse(&in);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS && mask_add(book_of(call), &name) != 0) {
        return COSEM_OTHER_REASON;
    }
    return result;
}

static enum cosem_result delete_mask(const struct cosem_call *call, struct reader *parameter,
                                     struct writer *returned)
{
    (void)returned;
    size_t size;
    struct cosem_intake in = cosem_intake_begin(parameter);
    const uint8_t *octets = cosem_intake_string(&in, COSEM_OCTET_STRING, 1, MASK_NAME, &size);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS && mask_delete(book_of(call), octets, size) != 0) {
        return COSEM_OTHER_REASON;
    }
    return result;
}

unsigned class_register_activation_energy_rate(const struct cosem_object *object, uint8_t member)
{
    return object->ic == &class_register ? class_register_quantity(object, member).e : 0;
}

static const struct cosem_table assignments_table = {.freeze = all_objects, .row = assignment};
static const struct cosem_table masks_table = {.freeze = masks, .row = mask_part};

static const struct cosem_attribute attributes[] = {
    {.table = &assignments_table},                /* 2 register_assignment */
    {.table = &masks_table},                      /* 3 mask_list */
    {.get = active_mask, .set = set_active_mask}, /* 4 active_mask */
};

static const struct cosem_method methods[] = {
    {add_register}, /* 1 */
    {add_mask},     /* 2 */
    {delete_mask},  /* 3 */
};

const struct cosem_class class_register_activation = {.id = 6,
                                                      .version = 0,
                                                      COSEM_CLASS_ATTRIBUTES(attributes),
                                                      .tables = 1 << 2 | 1 << 3,
                                                      COSEM_CLASS_METHODS(methods)};
