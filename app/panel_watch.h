/* What the panel remembers of a running meter: its last waveforms, pulses, and the power of the
 * last hours. */
#ifndef WATTHOUR_APP_PANEL_WATCH_H
#define WATTHOUR_APP_PANEL_WATCH_H

#include "app/simulation.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    WATCH_FRAMES = 1024, /* an eighth of a second */
    WATCH_PULSES = 64,
    WATCH_MINUTES = 24 * 60,
    WATCH_POINTS = 160, /* of a waveform: two periods */
};

struct watch_pulse {
    uint64_t frame;
    uint8_t outputs;
};

struct panel_watch {
    struct simulation_watcher watcher;
    struct simulation *simulation;
    unsigned channels;
    int32_t ring[WATCH_FRAMES * LEGAL_CHANNELS];
    uint64_t frames; /* that came into the ring */
    struct watch_pulse pulses[WATCH_PULSES];
    uint64_t pulse_count;
    float minutes_w[WATCH_MINUTES]; /* mean power, import positive; NAN: no supply */
    uint64_t minute_count;
    uint64_t minute; /* under way, since the start */
    bool minute_lit; /* the meter lived all of it */
    int64_t minute_uwh;
    int32_t day; /* of local time, whose consumption by rates is counted from: */
    int64_t day_uwh[2][1 + LEGAL_RATES]; /* import, export; by rate, 0: all */
};

/* Begins to watch; the simulation must outlive it. */
void panel_watch_open(struct panel_watch *watch, struct simulation *simulation);
void panel_watch_close(struct panel_watch *watch);

/* To be called often: several times a second of the meter's time if it can be. */
void panel_watch_step(struct panel_watch *watch);

/* The last two periods of all channels, which begin where the voltage of L1 rises through zero:
 * WATCH_POINTS values each, in steps of full scale / 32767. False: there are none. */
bool panel_watch_wave(const struct panel_watch *watch, int16_t wave[][WATCH_POINTS]);

/* Wh of the present day, by rate (0: all), in a direction. */
double panel_watch_today_wh(const struct panel_watch *watch, enum quantity_kind kind, uint8_t rate);

#endif
