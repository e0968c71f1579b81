/* A virtual meter in a world of a few lines, without ports and real time. */
#ifndef WATTHOUR_TEST_APP_SCENARIO_RIG_H
#define WATTHOUR_TEST_APP_SCENARIO_RIG_H

#include "app/simulation.h"

enum { RIG_BEGIN_S = 1795258800 /* 2026-11-21T11:00:00Z */ };

/* The product begins in the world that the text describes (docs/WORLD.md), with seed 1. A text that
 * is refused fails the test. One at a time; to be freed by rig_close(). */
struct simulation *rig_open(const char *product, enum run_source source, const char *scenario);
/* Likewise in a world that has a name. */
struct simulation *rig_open_named(const char *product, enum run_source source, const char *name);
void rig_close(struct simulation *simulation);

/* It lives until so many seconds after its beginning. */
void rig_live_until(struct simulation *simulation, unsigned second);

#endif
