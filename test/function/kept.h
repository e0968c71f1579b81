/* What functions keep on flash, each filled at random with what it may hold, for test_kept.c. */
#ifndef WATTHOUR_TEST_FUNCTION_KEPT_H
#define WATTHOUR_TEST_FUNCTION_KEPT_H

#include "base/reader.h"
#include "base/writer.h"
#include "function/clock.h"

#include <stddef.h>
#include <stdint.h>

struct kept_kind {
    const char *name;
    size_t room;         /* that its header says is enough */
    void (*renew)(void); /* as after a start with an empty chip */
    void (*fill)(void);  /* any state that may be */
    void (*write)(struct writer *w);
    int (*read)(struct reader *r); /* 0, or else it is refused */
    bool bundled;                  /* in parts: it may be longer than a value of the journal */
    size_t tail;                   /* octets at the end that may be missing: a buffer of any size */
};

extern const struct kept_kind *const kept_kinds[];
extern const size_t kept_kinds_count;

/* Those of kept_calendar.c. */
extern const struct kept_kind kept_schedule;
extern const struct kept_kind kept_tariff;
extern const struct kept_kind kept_commands;

/* That of kept_protection.c. */
extern const struct kept_kind kept_protection;

/* ---- for all of these files ---- */

enum { KEPT_LATEST_S = 2000000000, KEPT_RATES = 8 };

extern struct clock kept_clock;
void kept_renew_clock(void);

uint32_t kept_roll(uint32_t sides);
void kept_roll_most(bool most); /* from now on whatever is rolled is the most that may be */
uint16_t kept_roll_u16(void);
int64_t kept_roll_to(int64_t most); /* 0 .. most, its ends as well */
void kept_roll_octets(uint8_t *octets, size_t size);

#endif
