#include "function/profile.h"

static int64_t past(int64_t local_s, uint32_t period_s)
{
    int64_t rest = local_s % period_s;
    return rest < 0 ? rest + period_s : rest;
}

/* The first instant, that one included, at which local time is a multiple of the period while it
 * goes with this offset. */
static int64_t end_from(int64_t utc_s, int offset_min, uint32_t period_s)
{
    int64_t past_s = past(utc_s + offset_min * 60L, period_s);
    return past_s == 0 ? utc_s : utc_s + period_s - past_s;
}

/* Each stretch between changes of daylight saving has its own grid of ends. */
int64_t profile_period_end(const struct civil_zone *zone, int64_t utc_s, uint32_t period_s)
{
    struct civil_stretch stretch = civil_stretch_at(zone, utc_s + 1);
    int64_t end_s = end_from(utc_s + 1, civil_offset_min(zone, utc_s + 1), period_s);
    while (end_s >= stretch.until_s) {
        int64_t from_s = stretch.until_s;
        stretch = civil_stretch_at(zone, from_s);
        end_s = end_from(from_s, civil_offset_min(zone, from_s), period_s);
    }
    return end_s;
}

bool profile_period_is_possible(uint32_t period_s)
{
    static const uint32_t possible[] = {0, 300, 600, 900, 1800, 3600, 86400};
    for (unsigned i = 0; i < sizeof possible / sizeof possible[0]; i++) {
        if (possible[i] == period_s) {
            return true;
        }
    }
    return false;
}
