/* What surrounds a virtual meter: mains, the loads behind it, the analogue front end.
 *
 * A world is a scenario (mains and loads as data, docs/WORLD.md), a recording that is played again
 * and again, or a point of a test bench. It is read in two ways, in any mixture, on one and the
 * same time:
 *
 * - world_frames(): the 24-bit codes that the meter's converters would give, 8192 frames a second;
 *   frame k is taken at (k + 1/2) / 8192 s, in the middle of the time it stands for.
 * - world_interval(): the true quantities of an interval straight from the phasors, thousands of
 *   times cheaper, for simulated years and for fleets.
 *
 * A scenario changes once a second: the state of second n takes over on each phase at the first
 * rising zero crossing of that phase's voltage in that second. Interruptions and dips begin and end
 * at such crossings too, anywhere in the second. Every state therefore lasts whole periods, and its
 * energy is its power times its time: both ways agree (test/world proves 1e-6).
 *
 * Signs: import and inductive are positive (quadrant I). The same seed, scenario and start give the
 * same octets. Nothing here is shared between worlds but the scenario, which is constant. */
#ifndef WATTHOUR_WORLD_WORLD_H
#define WATTHOUR_WORLD_WORLD_H

#include "world/channel.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WORLD_PHASES = 3,
    WORLD_FRAME_HZ = 8192, /* as LEGAL_FRAME_HZ */
    WORLD_CODE_MAX = 8388607,
    WORLD_ERROR_SIZE = 256, /* room that every one-line error fits in */
};

struct rtc_place;
struct supply_config;
struct world;
struct world_scenario;

/* ---- Scenarios ---- */

/* Opens a scenario: the name of a built-in one, else the path of a JSON file. Returns 0, or -1 with
 * one line in `error` (what, where, what to do). Constant from then on: any number of worlds may
 * run it at once; it must outlive them. */
int world_scenario_open(struct world_scenario **scenario, const char *name_or_path, char *error,
                        size_t error_size);
void world_scenario_close(struct world_scenario *scenario);

/* The built-in scenarios: NULL behind the last one. */
const char *world_scenario_builtin(size_t index);

/* The built-in scenario that suits a meter: "household" (one phase), "villa" (three phases),
 * "workshop" (three phases behind current transformers, secondary values up to 6 A). */
const char *world_scenario_default(unsigned phases, bool current_transformers);

const char *world_scenario_title(const struct world_scenario *scenario);

/* The power supply of the meter that lives in it (world/supply.h). */
const struct supply_config *world_scenario_supply(const struct world_scenario *scenario);

/* The place of its clock chip (world/rtc.h). */
const struct rtc_place *world_scenario_clock(const struct world_scenario *scenario);

/* ---- A recording ---- */

/* WAV and FLAC (channels u1,i1 or u1,i1,u2,i2,u3,i3) and CSV (docs/WORLD.md). */
struct world_recording {
    const char *path;
    double u_full_scale_v; /* WAV, FLAC: volts at full scale; 0: as the file's comment says */
    double i_full_scale_a;
    double u_factor; /* multiplies what the file says; 0 counts as 1 */
    double i_factor;
};

/* ---- A test bench ---- */

/* The shape of a current in the test circuits of EN 50470-3 and IEC 62053-2x; `i_a` is the rms of
 * the full sine that it is cut from. Shapes other than the sine have no harmonics beside. */
enum world_waveform {
    WORLD_WAVEFORM_SINE,
    WORLD_WAVEFORM_PHASE_FIRED, /* flows in the second and fourth quarter of the period */
    WORLD_WAVEFORM_HALF_WAVE,   /* flows in the positive half period: direct current, even orders */
    WORLD_WAVEFORM_BURST,       /* two periods on, two off */
};

enum { WORLD_POINT_HARMONICS = 40 };

/* An order of U and I, in parts of their fundamentals, at the fundamentals' zero crossings. */
struct world_point_harmonic {
    unsigned order; /* 2 .. WORLD_ORDERS_TRUE */
    double u_share;
    double u_deg;
    double i_share;
    double i_deg;
};

struct world_point_phase {
    double u_v;     /* rms of the fundamental */
    double u_deg;   /* by which it leads L1 */
    double i_a;     /* rms of the fundamental, or of the full sine */
    double lag_deg; /* by which I lags U; of a sine only */
    enum world_waveform waveform;
    double i_direct_a;
    unsigned harmonics;
    struct world_point_harmonic harmonic[WORLD_POINT_HARMONICS];
};

/* What a source on a test bench gives, steadily. */
struct world_point {
    double frequency_hz;
    struct world_point_phase phase[WORLD_PHASES];
};

/* ---- A world ---- */

struct world_options {
    unsigned phases;                         /* of the meter: 1 or 3 */
    const struct world_scenario *scenario;   /* not owned; or NULL and */
    const struct world_recording *recording; /* read at once, needed by world_open() only; or NULL
                                                and */
    const struct world_point *point;         /* copied */
    const struct world_frontend *frontend;   /* copied; NULL: world_frames() is not used */
    uint64_t seed;
    int64_t utc_s;            /* when the world begins */
    int32_t local_offset_min; /* local time minus UTC, for the daily rhythm */
    /* Takes one-line remarks that do not stop anything (a recording that clips, a single-phase
     * recording put on three phases). May be NULL. */
    void (*notice)(void *context, const char *line);
    void *notice_context;
};

/* Returns 0, or -1 with one line in `error`. The world is freed by world_close(). */
int world_open(struct world **world, const struct world_options *options, char *error,
               size_t error_size);
void world_close(struct world *world);

/* The next `count` frames: u1,i1[,u2,i2,u3,i3] each. There is always a next one. Only of a world
 * that was opened with a front end. */
void world_frames(struct world *world, int32_t *frames, size_t count);

/* Orders of the mains that the quantities below count: 59 * 69 Hz = 4071 Hz, the meter's band. */
enum { WORLD_ORDERS_TRUE = 59 };

/* What is true of one phase over an interval. */
struct world_phase {
    double u_v;          /* rms */
    double i_a;          /* rms */
    double p_w;          /* active, all orders */
    double p1_w;         /* active, fundamental */
    double q1_var;       /* reactive, fundamental; > 0 in quadrants I and II */
    double s_va;         /* U * I of each state, averaged */
    double angle_ui_deg; /* fundamental, by which I lags U: 0 <= angle < 360 */
    double angle_uu_deg; /* fundamental, by which U of this phase lags U of L1 */
};

struct world_quantities {
    double frequency_hz;
    struct world_phase phase[WORLD_PHASES]; /* the meter's phases; the others are zero */
};

/* Moves the world on by `frames` / 8192 s (8192 = one second, at least 1) and tells what was true
 * meanwhile. Of a recording: the means of its loop. */
void world_interval(struct world *world, uint32_t frames, struct world_quantities *quantities);

/* ---- Looking at it ---- */

/* What is true now, without moving on. */
void world_now(const struct world *world, struct world_quantities *quantities);

/* Frames since the world began, by either way of reading. */
uint64_t world_time_frames(const struct world *world);

/* Codes that left the converters' range and were held at +-WORLD_CODE_MAX. */
uint64_t world_clipped(const struct world *world);

/* How much of its nominal voltage each phase has for the next frame (a phase that the meter lacks:
 * 0; a recording: 1, as nobody knows what is nominal there). Returns for how many frames no
 * disturbance begins or ends: at least 1, at most to the end of the second. */
uint32_t world_mains(struct world *world, double u_share[WORLD_PHASES]);

/* What somebody does to the meter in the present second, by the scenario: bits of enum rtc_input
 * (function/rtc.h). A recording knows of nobody. */
unsigned world_tampers(struct world *world);

/* The terminals that have voltage in the present second, by the scenario: bit 0 is the first. A
 * recording knows of none. */
unsigned world_terminals(struct world *world);

enum world_switch {
    WORLD_SWITCH_AUTO, /* follows its daily rhythm */
    WORLD_SWITCH_ON,
    WORLD_SWITCH_OFF,
};

struct world_load {
    const char *name;
    double p_w; /* active power now, all phases; < 0: feeds in */
    bool on;
    enum world_switch position;
};

/* The loads of the scenario, by index; false behind the last one. A recording has none. */
bool world_load_get(const struct world *world, size_t index, struct world_load *load);

/* Takes effect with the next second. Returns 0, or -1: no load of that name. */
int world_load_set(struct world *world, const char *name, enum world_switch position);

/* ---- Reaching into it ---- */

/* All of these take effect with the next second, and return 0, or -1: a value out of its range, a
 * phase that the meter lacks, or a recording, which nobody changes. `phases` is a mask, bit 0: L1;
 * 0 means all. */

/* Multiplies what the voltage would be: 0..1.5, 1 at first. */
int world_voltage_set(struct world *world, unsigned phases, double share);

/* Shifts the frequency, -10..10 Hz, 0 at first; it stays within 40..69 Hz. */
int world_frequency_shift(struct world *world, double shift_hz);

/* An incident of the mains: for `seconds` (0.02 or more; INFINITY: until world_calm()) the voltage
 * is `residual` (0..1.5) times what it would be. At most eight at a time. */
int world_incident(struct world *world, unsigned phases, double residual, double seconds);

/* Ends all incidents. */
void world_calm(struct world *world);

struct world_hand {
    double share[WORLD_PHASES];
    double shift_hz;
    unsigned incidents;
    bool cut; /* one of them leaves no phase any voltage, and does not end by itself */
};

void world_hand_get(const struct world *world, struct world_hand *hand);

/* Of a recording: samples and whole periods in one turn of its loop, and its own rate. */
struct world_loop {
    size_t samples;
    size_t periods;
    double rate_hz;
};

bool world_loop_get(const struct world *world, struct world_loop *loop);

#endif
