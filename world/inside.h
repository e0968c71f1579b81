/* What a world is made of. Private to this room. */
#ifndef WATTHOUR_WORLD_INSIDE_H
#define WATTHOUR_WORLD_INSIDE_H

#include "world/world.h"

struct house;
struct replay;
struct sampler;

struct world {
    unsigned phases;
    uint64_t frames;         /* since the beginning */
    uint64_t second;         /* the present one; left when more is read */
    struct house *house;     /* of a scenario */
    struct replay *replay;   /* of a recording */
    struct point *point;     /* of a test bench */
    struct sampler *sampler; /* with a front end */
};

#endif
