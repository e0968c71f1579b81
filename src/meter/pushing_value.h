/* The values of a push message. Private to this room. */
#ifndef WATTHOUR_METER_PUSHING_VALUE_H
#define WATTHOUR_METER_PUSHING_VALUE_H

#include "meter/meter.h"

/* What an element of the push list stands for, one Data at `at`; its size, 0: it cannot be read, or
 * does not fit. All of an object is a structure of what Management reads of it, and null-data for
 * the rest. */
size_t pushing_value(const struct meter *meter, enum push_setup setup,
                     const struct push_object *object, uint8_t *at, size_t room);

#endif
