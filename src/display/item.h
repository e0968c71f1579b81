/* From an attribute to what a screen says of it. Private to this room. */
#ifndef WATTHOUR_DISPLAY_ITEM_H
#define WATTHOUR_DISPLAY_ITEM_H

#include "display/screen.h"

/* NULL: the product has no such object, or it cannot be shown. */
const struct cosem_object *item_object(const struct cosem_model *model,
                                       const struct display_item *item);

/* Fills in identifier, data, unit. `form`: of energies. */
void item_show(const struct display_source *source, const struct display_item *item,
               struct display_form form, struct screen *screen);

/* The reduced identifier of IEC 62056-61, "1.8.0", "C.1.0", "F.F.0". */
void item_identifier(const struct cosem_name *name, char id[SCREEN_ID + 1]);

#endif
