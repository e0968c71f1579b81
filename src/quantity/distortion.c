#include "legal/harmonics.h"
#include "quantity/parts.h"

bool quantity_is_distortion(enum quantity_kind kind)
{
    return kind == QUANTITY_THD_U || kind == QUANTITY_THD_I;
}

void quantity_distortion(const struct legal *legal, struct quantity quantity,
                         struct quantity_value *value)
{
    int32_t ppm = 0;
    int result = quantity.kind == QUANTITY_THD_U ? legal_thd_u_ppm(legal, quantity.phase, &ppm)
                                                 : legal_thd_i_ppm(legal, quantity.phase, &ppm);
    value->valid = result == 0;
    value->value = value->valid ? ppm : 0;
}
