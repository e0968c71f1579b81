/* The programming mode of the optical port: who may do what, and what can be read, written and
 * executed. Private to this room. */
#ifndef WATTHOUR_METER_PROGRAMMING_H
#define WATTHOUR_METER_PROGRAMMING_H

#include "meter/optical.h"
#include "p1/readout.h"

/* What lines of lists show. */
struct p1_view programming_view(const struct meter *meter);

/* For link/iec62056_21.h; the owner is a struct meter_optical. */
void programming_begin(void *owner, struct writer *w);
enum iec21_result programming_command(void *owner, const struct iec21_command *command,
                                      struct writer *w);
void programming_end(void *owner);

#endif
