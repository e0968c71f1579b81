/* The objects of a model by number, for functions that keep lists of them. */
#ifndef WATTHOUR_COSEM_CLASS_OBJECT_NUMBERS_H
#define WATTHOUR_COSEM_CLASS_OBJECT_NUMBERS_H

#include "cosem/model.h"
#include "function/object_table.h"

/* Whoever may see them; the model must outlive the table. */
struct object_table object_numbers(const struct cosem_model *model);

#endif
