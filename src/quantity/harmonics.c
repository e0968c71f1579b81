#include "legal/harmonics.h"

#include "quantity/parts.h"

extern inline bool quantity_is_distortion(enum quantity_kind kind);
extern inline bool quantity_is_harmonic(struct quantity quantity);

static int read_order(const struct legal *legal, struct quantity quantity, int64_t *value)
{
    int64_t u_uv;
    int64_t i_na;
    int result = legal_harmonic(legal, quantity.phase, quantity.e, &u_uv, &i_na);
    if (result == 0) {
        *value = quantity.kind == QUANTITY_U ? u_uv : i_na;
    }
    return result;
}

static int read_distortion(const struct legal *legal, struct quantity quantity, int64_t *value)
{
    int32_t ppm;
    int result = quantity.kind == QUANTITY_THD_U ? legal_thd_u_ppm(legal, quantity.phase, &ppm)
                                                 : legal_thd_i_ppm(legal, quantity.phase, &ppm);
    if (result == 0) {
        *value = ppm;
    }
    return result;
}

void quantity_harmonics(const struct legal *legal, struct quantity quantity,
                        struct quantity_value *value)
{
    int result = quantity_is_harmonic(quantity) ? read_order(legal, quantity, &value->value)
                                                : read_distortion(legal, quantity, &value->value);
    value->valid = result == 0;
}
