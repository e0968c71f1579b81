/* A journal on a chip of its own, for the journal's tests. */
#ifndef WATTHOUR_TEST_STORAGE_JOURNAL_RIG_H
#define WATTHOUR_TEST_STORAGE_JOURNAL_RIG_H

#include "test/storage/kit.h"

enum { RIG_SECTORS = 8, RIG_VALUES = 32, RIG_URGENT = 200 };

extern const struct journal_use rig_plain;
extern const struct journal_use rig_secret;

struct rig {
    struct kit kit;
    struct journal journal;
    uint16_t places[RIG_VALUES];
    const struct journal_use *use;
};

/* A blank chip, opened and settled. */
void rig_open(struct rig *rig, const struct journal_use *use);

/* Power comes back. */
void rig_start(struct rig *rig);

/* Steps until nothing is left to do. */
void rig_settle(struct rig *rig);

/* A text under a number; the result of journal_put(). */
int rig_put(struct rig *rig, uint16_t number, const char *text);
void rig_assert(const struct rig *rig, uint16_t number, const char *text);

/* A value under every number but the last. */
void rig_fill(struct rig *rig);
void rig_assert_filled(const struct rig *rig);

#endif
