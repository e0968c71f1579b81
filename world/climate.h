/* The temperature where the meter hangs: a year's and a day's wave about a mean. The year is
 * coldest in the middle of January, the day before sunrise, both by UTC. */
#ifndef WATTHOUR_WORLD_CLIMATE_H
#define WATTHOUR_WORLD_CLIMATE_H

#include <stdint.h>

struct climate {
    double mean_c;
    double yearly_c; /* above and below the mean */
    double daily_c;
};

/* 23 degrees Celsius, always. */
struct climate climate_default(void);

double climate_c(const struct climate *climate, int64_t utc_s);

#endif
