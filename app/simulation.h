/* A virtual meter and the world around it, moved on together: no ports, no real time.
 *
 * The meter lives by its supply. When that fails the meter keeps what must not be lost and is gone:
 * whoever holds connections of it drops them. When the mains are back another one begins from the
 * flash chip, at the same place, with a clock that has gone on. */
#ifndef WATTHOUR_APP_SIMULATION_H
#define WATTHOUR_APP_SIMULATION_H

#include "app/chip_clock.h"
#include "app/data.h"
#include "app/run_options.h"
#include "meter/meter.h"
#include "port/posix/network.h"
#include "port/posix/push_sender.h"
#include "world/rtc.h"
#include "world/supply.h"
#include "world/world.h"

#include <stddef.h>
#include <stdint.h>

/* Sees what the meter sees, and its pulses at the frame at which they are given: for those who show
 * it. */
struct simulation_watcher {
    void (*frames)(void *context, const int32_t *frames, size_t count);
    void (*pulses)(void *context, uint64_t frame, unsigned outputs); /* bits: enum legal_pulse */
    void *context;
};

/* Hears of the meter that is awake on its battery while the mains are away: that it is there, that
 * it will not be any more, and says whether somebody still needs it. */
struct simulation_night {
    void (*woke)(void *context, struct meter *meter);
    void (*sleeps)(void *context);
    bool (*needed)(void *context);
    void *context;
};

struct simulation {
    struct meter meter;
    struct display_frame frame; /* of its glass, as it was looked at last */
    struct legal_part legal;
    struct calendar_switch switches[2 * CALENDAR_SWITCHES];
    struct harmonics harmonics;
    struct world *world;
    const struct simulation_watcher *watcher; /* NULL: nobody */
    struct world_scenario *scenario;          /* NULL: a recording */
    struct meter_setup setup;
    struct crypto_ecc curves; /* of each meter that begins */
    struct specimen specimen; /* that the meter is; number 0: one without errors */
    struct legal_calibration calibration;
    struct data data; /* the chip; in memory when it need not outlive the run */
    struct posix_push posix_push;
    struct push_sender push_sender;
    struct selftest_fault fault; /* how the last run of this data ended */
    bool stored;                 /* `data` is open */
    enum run_source source;
    uint64_t seed;
    double speed;    /* times real time at which it is to be moved on; 0: as fast as it goes */
    uint64_t frames; /* since the start */
    struct rtc_place place; /* of the clock chip */
    struct rtc_chip rtc_chip;
    struct rtc rtc;
    struct chip_clock chip_clock; /* where it is kept */
    int64_t begin_utc_s;
    int64_t rtc_us;     /* since the start, that the clock chip has seen */
    unsigned tampers;   /* of the scenario, that it feels; bit n: enum rtc_input n */
    unsigned terminals; /* that switch tariffs and have voltage by the scenario, from bit 0 on */
    unsigned terminals_by_hand; /* and by hand */
    struct supply supply;
    struct posix_network network;
    struct hdlc_settings line;            /* as the meter starts with them */
    bool on;                              /* the meter lives */
    bool battery_option;                  /* it can be woken without mains */
    bool seal_broken;                     /* of the service button */
    const struct simulation_night *night; /* NULL: nobody hears */
    struct meter *woken;                  /* reads out on its battery (waking.h); NULL: none does */
    uint64_t woken_frame;
    bool kept;            /* the last one could keep what must not be lost */
    uint64_t begun_frame; /* when the meter that lives began */
    int64_t step_ms;      /* its last step, and when it wants the next, in its own time */
    int64_t due_ms;
    uint64_t failed_frame;    /* when the last one was warned */
    uint64_t hold_up_ends_ns; /* of the chip's time */
};

/* The options must outlive it. 0, or -1 with one line in `error`. Remarks that stop nothing go to
 * stderr. */
int simulation_open(struct simulation *simulation, const struct run_options *options, char *error,
                    size_t error_size);
void simulation_close(struct simulation *simulation);

/* The run ends with a warning: the meter, if it lives, keeps what must not be lost. It does not go
 * on. 0, or -1: its flash chip did not take it. */
int simulation_power_fail(struct simulation *simulation);

/* What the clock says, which goes on by its battery. */
struct clock simulation_clock(const struct simulation *simulation);

/* How long the meter has been without supply, or was the last time. */
double simulation_outage_s(const struct simulation *simulation);

/* Moves on by at most `frames` (1 or more) of 1/8192 s, and tells by how many: with phasors it is
 * whole seconds (or to where the mains change), and none when that does not fit. The meter begins
 * or ends at most once, before the first of them: see simulation->on. */
uint64_t simulation_advance(struct simulation *simulation, uint64_t frames);

#endif
