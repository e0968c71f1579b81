/* How registers show quantities on the wire: for classes 3 and 61. */
#ifndef WATTHOUR_COSEM_CLASS_REGISTER_FORM_H
#define WATTHOUR_COSEM_CLASS_REGISTER_FORM_H

#include "cosem/model.h"
#include "quantity/quantity.h"

/* The value, with type and scaler of its unit; temporary-failure: it is not valid at the moment. */
enum cosem_result register_form_put_value(const struct quantity_source *source,
                                          struct quantity quantity, struct writer *w);

/* scal_unit_type. */
void register_form_put_scaler_unit(struct quantity quantity, struct writer *w);

#endif
