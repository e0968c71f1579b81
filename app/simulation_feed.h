/* What the world gives, fed to the meter that lives. */
#ifndef WATTHOUR_APP_SIMULATION_FEED_H
#define WATTHOUR_APP_SIMULATION_FEED_H

#include "app/simulation.h"

/* Sample by sample, at most FEED_MOST frames at once; a watcher sees them, and each pulse at its
 * frame. */
enum { FEED_MOST = 256 };
void feed_frames(struct simulation *simulation, size_t count);

/* As the true quantities of an interval. */
void feed_interval(struct simulation *simulation, uint32_t frames);

#endif
