/* What the panel tells of the meter, as JSON. Every text is the caller's, to be freed by free();
 * NULL: out of memory. */
#ifndef WATTHOUR_APP_PANEL_JSON_H
#define WATTHOUR_APP_PANEL_JSON_H

#include "app/panel_watch.h"
#include "app/run_options.h"
#include "app/simulation.h"

struct panel_view {
    struct simulation *simulation;
    const struct run_options *options;
    const struct panel_watch *watch;
    uint64_t pulses_told; /* of watch->pulse_count, by panel_json_live() */
};

/* What does not change: product, plates, layout of the glass, loads, ports. */
char *panel_json_meter(const struct panel_view *view);

/* The moment: glass, pulses since the last call, values, waveforms; with `slow` also what changes
 * once a second at most. */
char *panel_json_live(struct panel_view *view, bool slow);

/* Power of the last hours, minute by minute; consumption of today by rates. */
char *panel_json_history(const struct panel_view *view);

/* What the customer port says at this moment, before it is encrypted, and whether it does. */
char *panel_json_p1(const struct panel_view *view);

/* The newest events of all logs, the newest first. */
char *panel_json_events(const struct panel_view *view);

#endif
