/* The power supply of a meter, fed by the mains: it rides through short interruptions on its
 * reserve, then warns, holds up for a moment, and is off until the mains are back.
 *
 * Used in steps: supply_look() at what the mains are like now, then at most supply_steady() frames
 * pass, which supply_pass() is told. */
#ifndef WATTHOUR_WORLD_SUPPLY_H
#define WATTHOUR_WORLD_SUPPLY_H

#include "world/world.h"

#include <stdint.h>

struct supply_config {
    double least_share;  /* of nominal voltage; it is fed while any phase has as much */
    uint32_t reserve_ms; /* that it goes on unfed without anybody noticing */
    uint32_t hold_up_ms; /* from the warning until it is off */
};

/* 50 %, 300 ms (data sheet of the XS211: not affected by cuts of less), 20 ms. */
struct supply_config supply_default(void);

enum supply_state {
    SUPPLY_ON,
    SUPPLY_FAILING, /* it has warned. Who was warned stops: when the mains are back he starts anew
                       even if the supply was never off */
    SUPPLY_OFF,
};

struct supply {
    struct supply_config config;
    enum supply_state state;
    bool fed;
    uint64_t unfed_frames; /* since it was fed last */
};

/* On, its reserve full. */
void supply_begin(struct supply *supply, const struct supply_config *config);

/* Takes what each phase has of its nominal voltage from now on, and tells the state. */
enum supply_state supply_look(struct supply *supply, const double u_share[WORLD_PHASES]);

/* Frames for which the state stays when the mains stay as they are: at least 1. */
uint64_t supply_steady(const struct supply *supply);

void supply_pass(struct supply *supply, uint64_t frames);

#endif
