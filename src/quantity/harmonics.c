#include "harmonics/harmonics.h"

#include "quantity/parts.h"

extern inline bool quantity_is_distortion(enum quantity_kind kind);
extern inline bool quantity_is_harmonic(struct quantity quantity);

static int read_order(const struct quantity_source *source, struct quantity quantity,
                      int64_t *value)
{
    int64_t u_uv;
    int64_t i_na;
    int result = source->method->order(source->harmonics, source->legal, quantity.phase, quantity.e,
                                       &u_uv, &i_na);
    if (result == 0) {
        *value = quantity.kind == QUANTITY_U ? u_uv : i_na;
    }
    return result;
}

static int read_distortion(const struct quantity_source *source, struct quantity quantity,
                           int64_t *value)
{
    const struct harmonics_method *method = source->method;
    bool of_u = quantity.kind == QUANTITY_THD_U;
    int32_t ppm = 0;
    int result = (of_u ? method->thd_u_ppm : method->thd_i_ppm)(source->harmonics, source->legal,
                                                                quantity.phase, &ppm);
    if (result == 0) {
        *value = ppm;
    }
    return result;
}

void quantity_harmonics(const struct quantity_source *source, struct quantity quantity,
                        struct quantity_value *value)
{
    if (!source->harmonics) {
        value->valid = false;
        return;
    }
    int result = quantity_is_harmonic(quantity) ? read_order(source, quantity, &value->value)
                                                : read_distortion(source, quantity, &value->value);
    value->valid = result == 0;
}
