#include "app/panel_spectrum.h"

#include <math.h>

/* Digits behind the point of a value: more than the converters tell of an order. */
enum { DECIMALS_U = 3, DECIMALS_I = 5, DECIMALS_THD = 3 };

static cJSON *number_of(const struct simulation *simulation, struct quantity quantity, int decimals)
{
    struct quantity_value value;
    if (quantity_read(&simulation->meter.source, quantity, &value) != 0 || !value.valid) {
        return cJSON_CreateNull();
    }
    double steps = pow(10, decimals);
    return cJSON_CreateNumber(round((double)value.value * pow(10, value.scaler) * steps) / steps);
}

/* All orders of a phase; null before its first window. */
static cJSON *orders_of(const struct simulation *simulation, enum quantity_kind kind, uint8_t phase,
                        int decimals)
{
    cJSON *orders = cJSON_CreateArray();
    for (uint8_t order = 1; order <= QUANTITY_ORDERS; order++) {
        struct quantity quantity = {.kind = (uint8_t)kind, .phase = phase, .e = order};
        cJSON *number = number_of(simulation, quantity, decimals);
        if (cJSON_IsNull(number)) {
            cJSON_Delete(orders);
            return number;
        }
        cJSON_AddItemToArray(orders, number);
    }
    return orders;
}

bool panel_spectrum_is_there(const struct simulation *simulation)
{
    return simulation->source == RUN_SOURCE_SAMPLES && simulation->meter.product->harmonics;
}

void panel_spectrum_add(cJSON *json, const struct simulation *simulation)
{
    if (!panel_spectrum_is_there(simulation) || !simulation->on) {
        return;
    }
    cJSON *spectrum = cJSON_AddObjectToObject(json, "spectrum");
    cJSON *u = cJSON_AddArrayToObject(spectrum, "u");
    cJSON *i = cJSON_AddArrayToObject(spectrum, "i");
    cJSON *thd_u = cJSON_AddArrayToObject(spectrum, "thd_u");
    cJSON *thd_i = cJSON_AddArrayToObject(spectrum, "thd_i");
    for (uint8_t phase = 1; phase <= simulation->meter.config.phases; phase++) {
        struct quantity distorted_u = {.kind = QUANTITY_THD_U, .phase = phase};
        struct quantity distorted_i = {.kind = QUANTITY_THD_I, .phase = phase};
        cJSON_AddItemToArray(u, orders_of(simulation, QUANTITY_U, phase, DECIMALS_U));
        cJSON_AddItemToArray(i, orders_of(simulation, QUANTITY_I, phase, DECIMALS_I));
        cJSON_AddItemToArray(thd_u, number_of(simulation, distorted_u, DECIMALS_THD));
        cJSON_AddItemToArray(thd_i, number_of(simulation, distorted_i, DECIMALS_THD));
    }
}
