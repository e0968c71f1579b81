#include "meter/reading.h"

int reading_call_near(const struct meter *meter, struct cosem_place *place, uint16_t class_id,
                      const uint8_t obis[6], struct cosem_call *call)
{
    enum cosem_result why;
    int management = dlms_server_partner(&meter->server, PRODUCT_SAP_MANAGEMENT);
    *call = (struct cosem_call){.model = &meter->product->model,
                                .context = &meter->context,
                                .column = meter->server.partners[management].column};
    return cosem_call_turn_near(call, place, class_id, obis, &why) ? 0 : -1;
}

int reading_call(const struct meter *meter, uint16_t class_id, const uint8_t obis[6],
                 struct cosem_call *call)
{
    struct cosem_place beginning = {.group = 0};
    return reading_call_near(meter, &beginning, class_id, obis, call);
}

bool reading_supply(const struct meter *meter, struct reading_supply *supply)
{
    struct legal_snapshot snapshot;
    if (meter->legal == NULL) {
        return false;
    }
    legal_read(meter->legal, &snapshot);
    for (int phase = 0; phase < LEGAL_PHASES; phase++) {
        supply->u_mv[phase] = (uint32_t)(snapshot.phase[phase].u_uv / 1000);
    }
    supply->p_uw = snapshot.total.p_uw;
    supply->missing = snapshot.missing;
    return snapshot.window != 0;
}
