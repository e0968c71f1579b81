#include "function/profile.h"

/* Local time minus UTC, seconds. */
static int64_t offset_s(const struct civil_zone *zone, int64_t utc_s)
{
    return civil_offset_min(zone, utc_s) * 60L;
}

static int64_t past(int64_t local_s, uint32_t period_s)
{
    int64_t rest = local_s % period_s;
    return rest < 0 ? rest + period_s : rest;
}

/* The end by the clock as it goes now; when daylight saving changes before it, and the end is not
 * one by the clock as it goes then, by that one. */
int64_t profile_period_end(const struct civil_zone *zone, int64_t utc_s, uint32_t period_s)
{
    int64_t now_s = offset_s(zone, utc_s);
    int64_t end_s = utc_s + period_s - past(utc_s + now_s, period_s);
    int64_t then_s = offset_s(zone, end_s);
    if (past(end_s + then_s, period_s) != 0) {
        end_s += now_s - then_s;
    }
    return end_s > utc_s ? end_s : end_s + period_s;
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
