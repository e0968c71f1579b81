/* Where a recording can be joined to itself: whole periods of the mains. */
#ifndef WATTHOUR_WORLD_LOOP_H
#define WATTHOUR_WORLD_LOOP_H

#include "world/recording.h"

struct loop {
    size_t samples; /* from the recording's beginning */
    size_t periods; /* whole periods in them */
    unsigned phase; /* whose voltage told so: 0 = L1 */
};

/* Finds, near the recording's end, the number of samples after which its voltage goes on as it
 * began. Returns 0, or -1 with one line: too short, no mains voltage. */
int loop_find(struct loop *loop, const struct recording *recording,
              const struct recording_error *error);

#endif
