/* A small chip with a log of each kind, for tests of what functions remember. */
#ifndef WATTHOUR_TEST_FUNCTION_BED_H
#define WATTHOUR_TEST_FUNCTION_BED_H

#include "function/event.h"
#include "world/nor/nor.h"

enum {
    BED_RING_PROFILE,
    BED_RING_STANDARD,
    BED_RING_FRAUD,
    BED_RING_COVER,
    BED_RING_QUALITY,
    BED_RING_INTERRUPTION,
    BED_RINGS
};

enum {
    BED_VALUE_CAUSES,
    BED_VALUE_ALARMS,
    BED_VALUE_PROFILE,
    BED_VALUE_PROFILE_STATE,
    BED_VALUE_MESSAGE, /* and the one behind it */
    BED_VALUE_MESSAGE_CODE,
    BED_VALUES
};

struct bed {
    struct nor nor;
    struct flash flash;
    struct storage storage;
    struct clock clock;
};

/* CET. */
extern const struct civil_zone bed_zone;

/* No communication log, no disconnect log. */
extern const struct event_plan bed_plan;

/* A new chip with its sectors prepared; the clock says 2026-11-21 00:00:00 UTC. */
void bed_open(struct bed *bed);
void bed_close(struct bed *bed);

/* The supply comes back: the storage is read anew from the chip. */
void bed_restart(struct bed *bed);

/* Prepares sectors until nothing is left to do. */
void bed_settle(struct bed *bed);

int64_t bed_utc_ms(int year, unsigned month, unsigned day, int hour, int minute, int second);

#endif
