/* A random walk through the life of a meter: loads, requests, settings, power cuts, clocks that are
 * set, buttons, octets that mean nothing; and what holds after each step of it, whatever came
 * before. The same seed is the same walk. */
#ifndef WATTHOUR_TEST_METER_WALK_H
#define WATTHOUR_TEST_METER_WALK_H

#include "test/meter/head.h"
#include "test/meter/warp.h"
#include "test/meter/writable.h"

enum { WALK_ACTIONS = 14 };

/* What was seen before the step. */
struct walk_seen {
    int64_t energy_uws[1 + LEGAL_PHASES][LEGAL_ENERGIES];
    uint32_t entries[EVENT_LOGS];
    uint8_t causes[EVENT_CAUSES];
    uint32_t rows[PRODUCT_PROFILES];
    uint32_t row_s[PRODUCT_PROFILES]; /* time of the newest; 0: none */
};

struct walk {
    struct life *life;
    struct head head;
    struct warp warp;
    struct writable writables[WRITABLE_MOST];
    size_t writable_count;
    uint64_t dice;
    unsigned steps;
    struct walk_seen seen;
    struct walk_seen kept;             /* what a cut without a warning goes back to at most, */
    struct walk_seen older;            /* and what it will be next */
    int64_t older_ms;                  /* of the meter's time */
    uint16_t causes[8 * EVENT_CAUSES]; /* how often each began, by its event's code, */
    uint16_t told[EVENT_LOGS][8 * EVENT_CAUSES]; /* and how often each log was told */
    bool may_fall;                               /* energies, to those, in this step */
    bool time_moved;                             /* somebody may have set the clock in this step, */
    bool moved[PRODUCT_PROFILES];                /* and since the newest row of each profile */
    unsigned taken;                              /* of the settings that were tried */
    unsigned done[WALK_ACTIONS];                 /* how often each action was taken */
};

/* A new meter of the product. */
void walk_begin(struct walk *walk, const char *product, uint64_t seed);

/* One action, and some time. Fails the test, naming the step, where a law does not hold. */
void walk_step(struct walk *walk);

void walk_end(struct walk *walk);

/* The laws (walk_laws.c). Causes are counted before the supply fails, too: one that began since the
 * last look may be in a log and be forgotten by the cut. */
void walk_count_causes(struct walk *walk);
void walk_look(struct walk *walk);
void walk_assert_laws(struct walk *walk);

#endif
