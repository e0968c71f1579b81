#include "world/rhythm.h"

#include "world/phasor.h"
#include "world/random.h"

#include <math.h>

enum {
    DAY_S = 86400,
    VARY_S = 60,    /* how long a varying level holds */
    SUN_S = 20,     /* how long daylight is taken as constant */
    CLOUD_S = 240,  /* how far apart the clouds are that the light passes between */
    USES_A_DAY = 48 /* at most */
};

/* Independent random numbers of one load. */
enum stream { STREAM_VARY, STREAM_CYCLE, STREAM_COUNT, STREAM_USE, STREAM_DAY, STREAM_CLOUD };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static double unit(uint64_t seed, enum stream stream, int64_t index)
{
    return random_unit(random_hash(seed, stream, (uint64_t)index));
}

static struct rhythm_span always(const struct rhythm *rhythm, uint64_t seed, int64_t now)
{
    int64_t index = floor_div(now, VARY_S);
    double swing = 2 * unit(seed, STREAM_VARY, index) - 1;
    return (struct rhythm_span){
        .level = 1 + rhythm->vary * swing,
        .begin_s = index * VARY_S,
        .end_s = (index + 1) * VARY_S,
    };
}

/* Each cycle is on once, a little longer or shorter, a little earlier or later. */
static struct rhythm_span thermostat(const struct rhythm *rhythm, uint64_t seed, int64_t now)
{
    int64_t cycle_s = (int64_t)rhythm->cycle_s;
    int64_t index = floor_div(now, cycle_s);
    int64_t begin = index * cycle_s;
    double share = rhythm->on_share * (0.85 + 0.3 * unit(seed, STREAM_CYCLE, 2 * index));
    double on_s = fmin(share, 1.0) * rhythm->cycle_s;
    double wait_s = unit(seed, STREAM_CYCLE, 2 * index + 1) * (rhythm->cycle_s - on_s);
    int64_t on = begin + (int64_t)wait_s;
    int64_t off = on + (int64_t)on_s;
    if (now < on) {
        return (struct rhythm_span){.level = 0, .begin_s = begin, .end_s = on};
    }
    if (now < off) {
        return (struct rhythm_span){.level = 1, .begin_s = on, .end_s = off};
    }
    return (struct rhythm_span){.level = 0, .begin_s = off, .end_s = begin + cycle_s};
}

/* A second of the day: first a part of the day by weight, then a moment in it. */
static double use_begin(const struct rhythm *rhythm, double which, double where)
{
    double total = 0;
    for (unsigned n = 0; n < rhythm->hours; n++) {
        total += rhythm->hour[n].weight;
    }
    double left = which * total;
    for (unsigned n = 0; n < rhythm->hours; n++) {
        const struct rhythm_hours *part = &rhythm->hour[n];
        if (left < part->weight) {
            return 3600 * (part->from_h + where * (part->to_h - part->from_h));
        }
        left -= part->weight;
    }
    return where * DAY_S;
}

static unsigned uses_of_day(const struct rhythm *rhythm, uint64_t seed, int64_t day)
{
    unsigned weekday = (unsigned)(((day + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
    if (!(rhythm->days >> weekday & 1)) {
        return 0;
    }
    double count = floor(rhythm->per_day + unit(seed, STREAM_COUNT, day));
    return count < USES_A_DAY ? (unsigned)count : USES_A_DAY;
}

/* Narrows `span` to what the uses that begin on `day` leave of it around `now`. */
static void uses_narrow(const struct rhythm *rhythm, uint64_t seed, int64_t day, int64_t now,
                        struct rhythm_span *span)
{
    unsigned count = uses_of_day(rhythm, seed, day);
    for (unsigned n = 0; n < count; n++) {
        int64_t index = (day * USES_A_DAY + n) * 3;
        double second =
            use_begin(rhythm, unit(seed, STREAM_USE, index), unit(seed, STREAM_USE, index + 1));
        double length = rhythm->use_min_s +
                        unit(seed, STREAM_USE, index + 2) * (rhythm->use_max_s - rhythm->use_min_s);
        int64_t edge[2] = {day * DAY_S + (int64_t)second,
                           day * DAY_S + (int64_t)second + (int64_t)length};
        if (edge[0] <= now && now < edge[1]) {
            span->level = 1;
        }
        for (int e = 0; e < 2; e++) {
            if (edge[e] <= now && edge[e] > span->begin_s) {
                span->begin_s = edge[e];
            }
            if (edge[e] > now && edge[e] < span->end_s) {
                span->end_s = edge[e];
            }
        }
    }
}

/* A use lasts a day at most, so that today's and yesterday's are all there are. */
static struct rhythm_span uses(const struct rhythm *rhythm, uint64_t seed, int64_t now)
{
    int64_t day = floor_div(now, DAY_S);
    struct rhythm_span span = {
        .level = 0,
        .begin_s = (day - 1) * DAY_S,
        .end_s = (day + 1) * DAY_S,
    };
    uses_narrow(rhythm, seed, day - 1, now, &span);
    uses_narrow(rhythm, seed, day, now, &span);
    return span;
}

/* Sine of the sun's height; declination by the day of the year (within half a degree). */
static double sun_height(const struct rhythm *rhythm, int64_t now)
{
    double day = (double)now / DAY_S;
    double declination = -23.44 * DEGREES * cos(TWO_PI * (day + 10) / 365.2425);
    double hour = (day - floor(day)) * 24 - rhythm->noon_h;
    double latitude = rhythm->latitude_deg * DEGREES;
    return sin(latitude) * sin(declination) +
           cos(latitude) * cos(declination) * cos(hour * TWO_PI / 24);
}

/* Between 0 (no light lost) and 1: clear and dull days, and clouds passing on each. */
static double cloud_cover(const struct rhythm *rhythm, uint64_t seed, int64_t now)
{
    int64_t index = floor_div(now, CLOUD_S);
    double between = (double)(now - index * CLOUD_S) / CLOUD_S;
    double passing = (1 - between) * unit(seed, STREAM_CLOUD, index) +
                     between * unit(seed, STREAM_CLOUD, index + 1);
    double dull = unit(seed, STREAM_DAY, floor_div(now, DAY_S));
    return 0.85 * rhythm->clouds * dull * (0.5 + 0.5 * passing);
}

static struct rhythm_span sun(const struct rhythm *rhythm, uint64_t seed, int64_t now)
{
    int64_t index = floor_div(now, SUN_S);
    struct rhythm_span span = {.begin_s = index * SUN_S, .end_s = (index + 1) * SUN_S};
    double height = sun_height(rhythm, span.begin_s);
    if (height > 0) {
        span.level = height * (1 - cloud_cover(rhythm, seed, span.begin_s));
    }
    return span;
}

struct rhythm_span rhythm_at(const struct rhythm *rhythm, uint64_t seed, int64_t local_s)
{
    switch (rhythm->kind) {
    case RHYTHM_THERMOSTAT:
        return thermostat(rhythm, seed, local_s);
    case RHYTHM_USES:
        return uses(rhythm, seed, local_s);
    case RHYTHM_SUN:
        return sun(rhythm, seed, local_s);
    case RHYTHM_ALWAYS:
        break;
    }
    return always(rhythm, seed, local_s);
}
