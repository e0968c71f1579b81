/* A random life of a meter beside the model: actions, power cuts, cuts during recovery. */
#ifndef WATTHOUR_TEST_STORAGE_PROPERTY_H
#define WATTHOUR_TEST_STORAGE_PROPERTY_H

#include "test/storage/model.h"

struct property {
    uint64_t actions;
    uint64_t cuts;
    uint64_t later; /* actions that were told to come again */
    const char *broken;
    char where[96];
};

/* Lives through `actions` actions on a chip in sectors and pages of these sizes, with an octet in
 * every partition that has stuck bits or without. */
struct property property_run(uint64_t seed, uint64_t actions, uint16_t sector, uint16_t page,
                             bool stuck);

#endif
