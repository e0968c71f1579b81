/* The front panel: a web page that shows the meter and lets its buttons be pressed and its world be
 * reached into.
 *
 * Served by libwebsockets on the run's own thread: panel_step() does what is ready and never waits,
 * whatever browsers do. Ten times a second all that look get one and the same message; who does not
 * take it for some seconds is dropped.
 *
 *     GET  /             the page (panel/, compiled in)
 *     GET  /api/meter    what does not change
 *     GET  /api/live     the moment
 *     GET  /api/history  power of the last hours, consumption of today
 *     GET  /api/events   the newest events
 *     GET  /api/profiles the newest rows of the profiles
 *     GET  /api/p1       the telegram of the customer port
 *     POST /api/button   panel_act.h
 *     POST /api/world
 *     WS   /api/live     the moment, ten times a second; protocol "watthour"
 *
 * On a loopback address it answers to this machine's names only, elsewhere to those who have the
 * token. What a page of another origin asks is refused. */
#ifndef WATTHOUR_APP_PANEL_H
#define WATTHOUR_APP_PANEL_H

#include "app/run_options.h"
#include "app/simulation.h"

#include <stddef.h>

struct panel;

enum { PANEL_URL = 160 };

/* Listens where the options say. Both must outlive the panel. 0, or -1 with one line in `error`. */
int panel_open(struct panel **panel, const struct run_options *options,
               struct simulation *simulation, char *error, size_t error_size);
void panel_close(struct panel *panel);

/* To be called every few milliseconds. */
void panel_step(struct panel *panel);

/* Where it is, with the token when there is one. */
const char *panel_url(const struct panel *panel);

#endif
