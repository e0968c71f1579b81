#include "world/house.h"
#include "world/inside.h"

#include <math.h>

#define SHARE_MOST    1.5
#define SHIFT_MOST    10.0
#define SECONDS_LEAST 0.02

/* 0: the meter lacks one of them, or nobody can reach into this world. */
static unsigned phases_of(const struct world *world, unsigned phases)
{
    unsigned all = (1U << world->phases) - 1;
    if (world->house == NULL || (phases & ~all) != 0) {
        return 0;
    }
    return phases == 0 ? all : phases;
}

int world_voltage_set(struct world *world, unsigned phases, double share)
{
    unsigned meant = phases_of(world, phases);
    if (meant == 0 || !(share >= 0 && share <= SHARE_MOST)) {
        return -1;
    }
    for (unsigned p = 0; p < world->phases; p++) {
        if (meant >> p & 1) {
            world->house->hand.share[p] = share;
        }
    }
    return 0;
}

int world_frequency_shift(struct world *world, double shift_hz)
{
    if (world->house == NULL || !(fabs(shift_hz) <= SHIFT_MOST)) {
        return -1;
    }
    world->house->hand.shift_hz = shift_hz;
    return 0;
}

int world_incident(struct world *world, unsigned phases, double residual, double seconds)
{
    unsigned meant = phases_of(world, phases);
    if (meant == 0 || !(residual >= 0 && residual <= SHARE_MOST) || !(seconds >= SECONDS_LEAST) ||
        world->house->hand.incidents == HOUSE_INCIDENTS) {
        return -1;
    }
    struct house_hand *hand = &world->house->hand;
    double begin_s = (double)world->house->elapsed_s + 1;
    hand->incident[hand->incidents++] = (struct disturbance_span){
        .phases = (uint8_t)meant,
        .residual = residual,
        .begin_s = begin_s,
        .end_s = begin_s + seconds,
    };
    return 0;
}

void world_calm(struct world *world)
{
    if (world->house != NULL) {
        world->house->hand.incidents = 0;
    }
}

void world_hand_get(const struct world *world, struct world_hand *hand)
{
    *hand = (struct world_hand){.share = {1, 1, 1}};
    if (world->house == NULL) {
        return;
    }
    const struct house_hand *now = &world->house->hand;
    unsigned all = (1U << world->phases) - 1;
    hand->shift_hz = now->shift_hz;
    hand->incidents = now->incidents;
    for (unsigned p = 0; p < WORLD_PHASES; p++) {
        hand->share[p] = now->share[p];
    }
    for (unsigned n = 0; n < now->incidents; n++) {
        const struct disturbance_span *span = &now->incident[n];
        hand->cut |= span->phases == all && !(span->residual > 0) && isinf(span->end_s);
    }
}
