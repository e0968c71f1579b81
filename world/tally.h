/* Squares and powers by their time: what was true of a house over an interval. */
#ifndef WATTHOUR_WORLD_TALLY_H
#define WATTHOUR_WORLD_TALLY_H

#include "world/house.h"

/* Begins as {0}. */
struct tally {
    double seconds;
    double periods; /* of L1 */
    struct house_power power[WORLD_PHASES];
};

/* Adds the part of the house's present second from `begin_s` to `end_s`. */
void tally_part(struct tally *tally, const struct house *house, double begin_s, double end_s);

/* Adds a second of the state that holds from its takeover on, as disturbed as it is at `t_s`. */
void tally_now(struct tally *tally, const struct house *house, double t_s);

struct world_quantities tally_means(const struct tally *tally, const struct house *house);

#endif
