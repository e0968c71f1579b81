/* The meter reads its own objects, as the Management client may: for columns of profiles and values
 * of messages. Private to this room. */
#ifndef WATTHOUR_METER_READING_H
#define WATTHOUR_METER_READING_H

#include "meter/meter.h"

/* A call to the object, ready to be made. 0; -1: there is no such object. */
int reading_call(const struct meter *meter, uint16_t class_id, const uint8_t obis[6],
                 struct cosem_call *call);

#endif
