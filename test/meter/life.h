/* A meter that lives on a chip of its own, comes and goes with the supply, and is fed phasors: for
 * tests of what it remembers. */
#ifndef WATTHOUR_TEST_METER_LIFE_H
#define WATTHOUR_TEST_METER_LIFE_H

#include "meter/meter.h"
#include "world/nor/nor.h"

enum { LIFE_GUARD = 64 };

struct life {
    struct nor nor;
    struct flash flash;
    uint8_t guard_before[LIFE_GUARD]; /* what nobody writes: see life_is_intact() */
    struct meter meter;
    uint8_t guard_between[LIFE_GUARD];
    struct legal_part legal;
    struct calendar_switch switches[2 * CALENDAR_SWITCHES];
    uint8_t guard_behind[LIFE_GUARD];
    struct meter_setup setup;
    struct legal_interval second; /* what each second measures */
};

/* A new chip; the meter is on, and its sectors are prepared. 230 V and 5 A on each phase. The
 * caller frees it by life_end(). */
struct life *life_begin(const char *product, int64_t utc_ms);
void life_end(struct life *life);

/* The memory around the meter and its legally relevant part is as it was. */
bool life_is_intact(const struct life *life);

/* So many seconds pass. */
void life_run(struct life *life, int64_t seconds);

/* The chip does what it still has to do, sectors prepared in advance; the meter's time stands. */
void life_rest(struct life *life);

/* The supply fails, with a warning; comes back after some time, which the clock has kept. */
void life_cut(struct life *life, int64_t seconds);

/* Without one. */
void life_kill(struct life *life, int64_t seconds);

/* The supply fails with a warning; the meter is woken on its battery after some time. life_dawn():
 * the mains are back, so much later. */
void life_darken(struct life *life, int64_t seconds);
void life_dawn(struct life *life, int64_t seconds);

/* So many seconds pass without mains, while it is awake. */
void life_wait(struct life *life, int64_t seconds);

int64_t life_utc_ms(int year, unsigned month, unsigned day, int hour, int minute, int second);

#endif
