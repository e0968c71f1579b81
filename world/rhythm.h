/* When a load runs. Time is local seconds since 1970; everything follows from the seed and the
 * time, so that a rhythm can be asked about any moment in any order. */
#ifndef WATTHOUR_WORLD_RHYTHM_H
#define WATTHOUR_WORLD_RHYTHM_H

#include <stdbool.h>
#include <stdint.h>

enum rhythm_kind {
    RHYTHM_ALWAYS,     /* on, its level varying by `vary` every minute */
    RHYTHM_THERMOSTAT, /* on for `on_share` of each cycle of about `cycle_s` */
    RHYTHM_USES,       /* some times a day, within hours that are more or less likely */
    RHYTHM_SUN,        /* daylight at a latitude, with clouds */
};

enum { RHYTHM_HOURS = 12 };

/* A part of the day; it may not cross midnight. */
struct rhythm_hours {
    double from_h;
    double to_h;
    double weight;
};

struct rhythm {
    enum rhythm_kind kind;
    double vary;      /* 0.2: level between 0.8 and 1.2 */
    double cycle_s;   /* thermostat */
    double on_share;  /* thermostat */
    double per_day;   /* uses: how many, on average */
    double use_min_s; /* uses: how long */
    double use_max_s; /* uses */
    uint8_t days;     /* uses: bit 0 = Monday .. bit 6 = Sunday */
    unsigned hours;   /* uses: parts of the day below; 0: the whole day */
    struct rhythm_hours hour[RHYTHM_HOURS];
    double latitude_deg; /* sun */
    double noon_h;       /* sun: local time of its highest stand */
    double clouds;       /* sun: 0 = never a cloud, 1 = mostly */
};

/* A level that holds from `begin_s` until before `end_s`. 1 is rated, 0 is off. */
struct rhythm_span {
    double level;
    int64_t begin_s;
    int64_t end_s;
};

struct rhythm_span rhythm_at(const struct rhythm *rhythm, uint64_t seed, int64_t local_s);

#endif
