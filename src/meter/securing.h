/* The meter's security setup: keys, system title, random port, and counters that storage keeps.
 * Private to this room. */
#ifndef WATTHOUR_METER_SECURING_H
#define WATTHOUR_METER_SECURING_H

#include "meter/meter.h"

/* 0, or -1: there is no entropy. Without keys the meter has no security setup. */
int securing_init(struct meter *meter, const struct meter_setup *setup);

/* What has to do with time: clients that wait. */
void securing_step(struct meter *meter);

/* The counters go on where they may not have been yet: once storage has been recovered. */
void securing_restore(struct meter *meter);

/* The system title: three letters of the manufacturer, device type, functions, serial number. */
void securing_title(const struct identity_config *config, uint32_t serial,
                    uint8_t title[DLMS_TITLE_SIZE]);

#endif
