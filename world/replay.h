/* A recording played again and again, at the rate of the frames. */
#ifndef WATTHOUR_WORLD_REPLAY_H
#define WATTHOUR_WORLD_REPLAY_H

#include "world/frontend.h"
#include "world/loop.h"
#include "world/recording.h"
#include "world/resample.h"

struct replay {
    struct recording recording; /* with a front end: the loop, surrounded by itself */
    struct loop loop;
    struct resample resample;
    unsigned channels;               /* of the frames */
    double step;                     /* samples of a frame */
    double place;                    /* in the loop, of the next frame */
    double late[FRONTEND_CHANNELS];  /* samples by which a channel is behind the recording */
    struct world_quantities average; /* over the loop */
};

/* Opens the recording of the options. Without a front end only the averages are there. Returns 0,
 * or -1 with one line in `text`. */
int replay_open(struct replay *replay, const struct world_options *options, char *text,
                size_t size);
void replay_close(struct replay *replay);

/* What is true of the loop; reads the recording as it was opened. */
struct world_quantities replay_average(const struct replay *replay);

/* The next `count` values of each channel, in volts and amperes, into values[channel][at ..]. */
void replay_values(struct replay *replay, size_t at, size_t count, double values[][SYNTH_RUN]);

/* Moves on without looking. */
void replay_skip(struct replay *replay, size_t count);

#endif
