#include "meter/reading.h"

#include <string.h>

static uint8_t management_column(const struct product *product)
{
    uint8_t column = 0;
    for (uint8_t i = 0; i < product->partner_count; i++) {
        if (product->partners[i].sap == PRODUCT_SAP_MANAGEMENT) {
            column = product->partners[i].column;
        }
    }
    return column;
}

int reading_call(const struct meter *meter, uint16_t class_id, const uint8_t obis[6],
                 struct cosem_call *call)
{
    enum cosem_result why;
    struct cosem_name name;
    memcpy(name.obis, obis, sizeof name.obis);
    *call = (struct cosem_call){.model = &meter->product->model,
                                .context = &meter->context,
                                .column = management_column(meter->product)};
    call->object = cosem_model_find(call->model, class_id, &name, call->column, &why);
    return call->object != NULL ? 0 : -1;
}
