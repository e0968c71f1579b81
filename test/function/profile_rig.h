/* A profile on a small chip that captures a counter of the seconds with supply. */
#ifndef WATTHOUR_TEST_FUNCTION_PROFILE_RIG_H
#define WATTHOUR_TEST_FUNCTION_PROFILE_RIG_H

#include "function/profile.h"
#include "test/function/bed.h"
#include "test/function/object_book.h"

struct profile_rig {
    struct bed bed;
    struct event_book book;
    struct object_book objects;
    struct object_table table;
    struct column_pool columns;
    struct profile_common common;
    struct profile profile;
    uint32_t counter; /* seconds with supply */
    uint8_t longer;   /* octets that texts have grown by */
    unsigned learns;  /* objects that the meter has */
};

/* Quarters of an hour; columns: clock, counter. The clock says 2026-11-21 00:00:00 UTC. */
struct profile_rig *profile_rig_open(void);
void profile_rig_close(struct profile_rig *rig);

/* So many seconds pass with supply, or without; the clock goes on. */
void profile_rig_run(struct profile_rig *rig, int64_t seconds);
void profile_rig_cut(struct profile_rig *rig, int64_t seconds);

/* Begins anew with a clock that says this; -1: that has lost its time. */
void profile_rig_start(struct profile_rig *rig, int64_t utc_ms);

/* The counter in a row. */
uint32_t profile_rig_counter(const struct profile_row *row);

#endif
