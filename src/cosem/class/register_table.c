#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/class/register_form.h"
#include "cosem/data.h"
#include "cosem/give.h"

/* The cells are as the registers of the moment: nothing is captured, so that there is nothing to
 * reset either. */
static struct quantity cell_of(const struct cosem_call *call, unsigned order)
{
    struct quantity quantity = *(const struct quantity *)call->object->config;
    quantity.e = (uint8_t)order;
    return quantity;
}

static struct cosem_rows all_orders(const struct cosem_call *call)
{
    struct writer w = writer_measure();
    return (struct cosem_rows){
        .first = 1,
        .count = QUANTITY_ORDERS,
        .elements = QUANTITY_ORDERS,
        .result = register_form_put_value(call->context->quantities, cell_of(call, 1), &w),
    };
}

/* Once measured, harmonics stay so. */
static void put_order(const struct cosem_call *call, uint32_t order, struct writer *w)
{
    (void)register_form_put_value(call->context->quantities, cell_of(call, order), w);
}

static const struct cosem_table cells = {.freeze = all_orders, .row = put_order};

/* Never changes: class_id, logical_name, group_E_values, attribute_index: 1-0:32.7.1 to
 * 1-0:32.7.40, say. */
static enum cosem_result table_cell_definition(const struct cosem_call *call, struct writer *w)
{
    enum { VALUE = 2 };
    struct cosem_name name;
    (void)quantity_obis(cell_of(call, 0), name.obis);
    cosem_put_structure(w, 4);
    cosem_put_u16(w, class_register.id);
    cosem_put_octet_string(w, name.obis, sizeof name.obis);
    cosem_put_array(w, QUANTITY_ORDERS);
    for (uint8_t order = 1; order <= QUANTITY_ORDERS; order++) {
        cosem_put_u8(w, order);
    }
    return cosem_give_i8(w, VALUE);
}

static enum cosem_result scaler_unit(const struct cosem_call *call, struct writer *w)
{
    register_form_put_scaler_unit(cell_of(call, 0), w);
    return COSEM_SUCCESS;
}

static const struct cosem_attribute attributes[] = {
    {.table = &cells},              /* 2 table_cell_values */
    {.get = table_cell_definition}, /* 3 table_cell_definition */
    {.get = scaler_unit},           /* 4 scaler_unit */
};

const struct cosem_class class_register_table = {
    .id = 61, .version = 0, COSEM_CLASS_ATTRIBUTES(attributes), .tables = 1 << 2};
