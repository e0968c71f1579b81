#include "world/climate.h"

#include <math.h>

static const double pi = 3.14159265358979323846;
static const double day_s = 86400;
static const double year_s = 365.2425 * 86400;
static const double coldest_day_s = 15 * 86400.0;
static const double coldest_hour_s = 4 * 3600.0;

struct climate climate_default(void)
{
    return (struct climate){.mean_c = 23};
}

static double wave(double at_s, double coldest_s, double period_s)
{
    return -cos(2 * pi * fmod(at_s - coldest_s, period_s) / period_s);
}

double climate_c(const struct climate *climate, int64_t utc_s)
{
    double at_s = (double)utc_s;
    return climate->mean_c + climate->yearly_c * wave(at_s, coldest_day_s, year_s) +
           climate->daily_c * wave(at_s, coldest_hour_s, day_s);
}
