/* What class 40 shows: the parts of a push set-up. Private to push_*.c. */
#ifndef WATTHOUR_COSEM_CLASS_PUSH_VIEW_H
#define WATTHOUR_COSEM_CLASS_PUSH_VIEW_H

#include "cosem/class/context.h"
#include "cosem/model.h"

enum push_setup push_view_setup(const struct cosem_call *call);
struct push_settings *push_view_settings(const struct cosem_call *call);
void push_view_changed(const struct cosem_call *call);
bool push_view_is_version_2(const struct cosem_call *call);

/* Attribute 2, push_object_list. */
extern const struct cosem_table push_view_objects;
enum cosem_result push_view_set_objects(const struct cosem_call *call, struct reader *value);

#endif
