/* A meter that somebody has programmed: calendars, special days, schedules, messages to push and
 * more, where a new one has empty arrays. For tests that change what is there, piece by piece. */
#ifndef WATTHOUR_TEST_METER_FURNISH_H
#define WATTHOUR_TEST_METER_FURNISH_H

#include "test/meter/head.h"

/* Writes them over the association; each is accepted, where the product has the object. */
void furnish(struct head *head);

#endif
