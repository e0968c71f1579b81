/* Push over the meter's HDLC lines, in UI frames. Private to this room. */
#ifndef WATTHOUR_METER_PUSHING_LINE_H
#define WATTHOUR_METER_PUSHING_LINE_H

#include "meter/meter.h"

/* A sender whose context is the meter: a message goes out on the line that its destination names
 * (a digit: value group B of class 23), else on the line opened last that takes it, before the next
 * answer to that client or, when nobody is connected, as soon as the line is quiet. Several
 * APDUs go in a frame each, on the same line. */
struct push_sender pushing_line_sender(struct meter *meter);

/* Octets of the longest APDU that goes into a frame where the set-up's next message would; 0: there
 * is no such line, or it has something to say already. */
uint16_t pushing_line_most(const struct meter *meter, enum push_setup setup);

/* A line is still sending a message that was given up: its octets must stay. */
bool pushing_line_is_busy(struct meter *meter);

#endif
