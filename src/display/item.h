/* From an attribute to what a screen says of it. Private to this room. */
#ifndef WATTHOUR_DISPLAY_ITEM_H
#define WATTHOUR_DISPLAY_ITEM_H

#include "base/reader.h"
#include "display/screen.h"

/* The number of its object in the model; -1: there is none such, or it cannot be shown. */
int32_t item_number(const struct cosem_model *model, const struct display_item *item);

/* The object itself, or that of no row. */
struct cosem_instance item_object(const struct cosem_model *model, const struct display_item *item);

/* Fills in identifier, data, unit. `form`: of energies. */
void item_show(const struct display_source *source, const struct display_item *item,
               struct display_form form, struct screen *screen);

/* The same with a value of it that was kept, one Data; it is not the register itself. */
void item_show_kept(const struct display_source *source, const struct display_item *item,
                    struct display_form form, struct reader *kept, struct screen *screen);

/* A number that was kept of an object, with the object's scaler and unit. False: it is none. */
bool item_take_number(const struct display_source *source, const struct display_item *item,
                      struct reader *kept, struct quantity_value *value);

/* Puts a value as data of a screen. */
void item_show_number(const struct quantity_value *value, struct display_form form,
                      struct screen *screen);

/* The reduced identifier of IEC 62056-61, "1.8.0", "C.1.0", "F.F.0". */
void item_identifier(const struct cosem_name *name, char id[SCREEN_ID + 1]);

#endif
