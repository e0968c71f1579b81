/* The meter reads its own objects, as the Management client may: for columns of profiles and values
 * of messages; and what is watched of the supply. Private to this room. */
#ifndef WATTHOUR_METER_READING_H
#define WATTHOUR_METER_READING_H

#include "meter/meter.h"

/* A call to the object, ready to be made. 0; -1: there is no such object. Who reads several one
 * after the other says where the last one was. */
int reading_call_near(const struct meter *meter, struct cosem_place *place, uint16_t class_id,
                      const uint8_t obis[6], struct cosem_call *call);
int reading_call(const struct meter *meter, uint16_t class_id, const uint8_t obis[6],
                 struct cosem_call *call);

struct reading_supply {
    uint32_t u_mv[LEGAL_PHASES];
    int64_t p_uw;
    uint8_t missing; /* phases, as struct legal_snapshot has them */
};

/* What the last window says; false: nothing is known of the supply. Apart from who watches it, so
 * that the whole snapshot does not lie below all that an event brings about. */
bool reading_supply(const struct meter *meter, struct reading_supply *supply);

#endif
