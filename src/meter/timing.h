/* The meter's time: clock and real-time clock chip, and what of them flash remembers. Private to
 * this room. */
#ifndef WATTHOUR_METER_TIMING_H
#define WATTHOUR_METER_TIMING_H

#include "meter/meter.h"

void timing_init(struct meter *meter, const struct meter_setup *setup);

/* The clock begins: once storage, if there is one, has been recovered. */
void timing_begin(struct meter *meter);

/* The processor has counted so much since the last step. */
void timing_step(struct meter *meter, int64_t elapsed_ms);

void timing_power_fail(struct meter *meter);

#endif
