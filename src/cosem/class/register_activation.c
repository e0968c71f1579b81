#include "base/need.h"
#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"
#include "cosem/intake.h"

/* The masks are the rates: mask "n" activates the registers of rate n. Which registers there are is
 * looked up in the model, so that they are said nowhere twice. */

static const struct class_register_activation_config *config_of(const struct cosem_call *call)
{
    return call->object->config;
}

/* The rate of an object that this one activates, or 0. */
static unsigned rate_of(const struct cosem_call *call, const struct cosem_object *object)
{
    return config_of(call)->rate(object);
}

static struct cosem_rows all_objects(const struct cosem_call *call)
{
    struct cosem_rows rows = {.count = cosem_model_count(call->model), .result = COSEM_SUCCESS};
    for (uint32_t number = 0; number < rows.count; number++) {
        rows.elements += rate_of(call, cosem_model_object(call->model, number)) != 0;
    }
    return rows;
}

static void assignment(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    const struct cosem_object *object = cosem_model_object(call->model, number);
    if (rate_of(call, object) != 0) {
        cosem_put_structure(w, 2);
        cosem_put_u16(w, object->ic->id);
        cosem_put_octet_string(w, object->name.obis, sizeof object->name.obis);
    }
}

static uint32_t objects_of_rate(const struct cosem_call *call, unsigned rate)
{
    uint32_t count = 0;
    for (uint32_t number = 0; number < cosem_model_count(call->model); number++) {
        count += rate_of(call, cosem_model_object(call->model, number)) == rate;
    }
    return count;
}

static void put_name(struct writer *w, unsigned rate)
{
    const char name = (char)('0' + rate);
    cosem_put_octet_string(w, &name, sizeof name);
}

/* Rows: for each rate the head of its mask, then one for each object of the model. */
static struct cosem_rows masks(const struct cosem_call *call)
{
    uint32_t rates = call->context->tariff->limits->rates;
    return (struct cosem_rows){.count = rates * (1 + cosem_model_count(call->model)),
                               .elements = rates,
                               .result = COSEM_SUCCESS};
}

/* The place of an object in the register assignment, from 1 on. */
static uint8_t index_of(const struct cosem_call *call, uint32_t number)
{
    uint32_t index = 0;
    for (uint32_t i = 0; i <= number; i++) {
        index += rate_of(call, cosem_model_object(call->model, i)) != 0;
    }
    need(index <= UINT8_MAX);
    return (uint8_t)index;
}

static void mask_part(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    uint32_t parts = 1 + cosem_model_count(call->model);
    unsigned rate = number / parts + 1;
    uint32_t part = number % parts;
    if (part == 0) {
        cosem_put_structure(w, 2);
        put_name(w, rate);
        cosem_put_array(w, objects_of_rate(call, rate));
    } else if (rate_of(call, cosem_model_object(call->model, part - 1)) == rate) {
        cosem_put_u8(w, index_of(call, part - 1));
    }
}

static enum cosem_result active_mask(const struct cosem_call *call, struct writer *w)
{
    put_name(w, call->context->tariff->rates[config_of(call)->mask]);
    return COSEM_SUCCESS;
}

static enum cosem_result set_active_mask(const struct cosem_call *call, struct reader *value)
{
    struct tariff *tariff = call->context->tariff;
    struct cosem_intake in = cosem_intake_begin(value);
    size_t size;
    const uint8_t *name = cosem_intake_string(&in, COSEM_OCTET_STRING, 1, 1, &size);
    unsigned rate = name ? name[0] - (unsigned)'0' : 0;
    if (rate < 1 || rate > tariff->limits->rates) {
        cosem_intake_refuse(&in);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        tariff_select(tariff, config_of(call)->mask, (uint8_t)rate, call->context->clock->utc_ms);
    }
    return result;
}

unsigned class_register_activation_energy_rate(const struct cosem_object *object)
{
    const struct quantity *quantity = object->config;
    return object->ic == &class_register ? quantity->e : 0;
}

static const struct cosem_table assignments_table = {all_objects, assignment};
static const struct cosem_table masks_table = {masks, mask_part};

static const struct cosem_attribute attributes[] = {
    {.table = &assignments_table},                /* 2 register_assignment */
    {.table = &masks_table},                      /* 3 mask_list */
    {.get = active_mask, .set = set_active_mask}, /* 4 active_mask */
};

const struct cosem_class class_register_activation = {
    .id = 6, .version = 0, COSEM_CLASS_ATTRIBUTES(attributes)};
