/* The legally relevant part: samples -> power -> energy -> ledger.
 *
 * Integer arithmetic per sample, IEEE basic operations per window, no libc state: host and target
 * agree to the bit. Terms: EN 50470-1/-3, IEC 62053-24 (reactive = fundamental), IEC 61000-4-30
 * (windows of 10/12 periods).
 *
 * How it runs. The sample interrupt gives every frame to legal_samples(). At the end of each
 * window of 10 (12) periods legal_window_due() becomes true; legal_window() must then run before
 * the LEGAL_WINDOW_DEADLINE-th frame after that (on the target in PendSV). What the window
 * decided takes effect exactly at that frame, so that it does not matter when the task ran.
 * legal_read(), legal_energy_uws(), legal_pulses() and legal_half() may be called at a lower level
 * that both of them interrupt.
 *
 * The application influences this part by a handful of calls only: it selects the rate, and
 * (keep.h) has the registers kept. */
#ifndef WATTHOUR_LEGAL_LEGAL_H
#define WATTHOUR_LEGAL_LEGAL_H

#include "legal/calibration.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LEGAL_PHASES = 3,            /* at most; a single-phase meter uses the first */
    LEGAL_FRAME_HZ = 8192,       /* frames per second */
    LEGAL_CODE_MAX = 8388607,    /* 24 bit, signed; what lies outside is clamped */
    LEGAL_CHANNELS = 6,          /* of a frame at most: u1, i1, u2, i2, u3, i3 */
    LEGAL_WINDOW_DEADLINE = 128, /* frames from the end of a window to its effect: 15.6 ms */
    LEGAL_HALVES = 32,           /* values of Urms(1/2) that each phase remembers, but six */
    LEGAL_RATES = 8,             /* rates of the total's energies: 1..LEGAL_RATES */
};

/* How the energies of a three-phase meter's total are formed. */
enum legal_sum {
    LEGAL_SUM_VECTOR, /* from the sum of the phases' signed powers (as a Ferraris meter) */
    LEGAL_SUM_PHASES, /* each phase counts into the total by its own direction and quadrant */
};

/* What a product fixes: const data on its page. Must outlive the meter. */
struct legal_config {
    uint8_t phases;           /* 1 or 3 */
    uint8_t nominal_hz;       /* 50 (follows 42.5..57.5 Hz) or 60 (51..69 Hz) */
    uint8_t sum;              /* enum legal_sum */
    bool sinc3;               /* the front end decimates by a sinc3 filter: undo its droop */
    bool transformers;        /* stands behind transformers, whose ratios it may be told */
    uint32_t u_nominal_mv;    /* phase to neutral, rms */
    uint32_t u_full_scale_mv; /* peak voltage at code 2^23 */
    uint32_t i_full_scale_ma; /* peak current at code 2^23; their product is below 56 MVA */
    uint32_t i_start_ua;      /* starting current, rms. Energy is counted where the apparent power
                                 of a phase is at least half of u_nominal x i_start */
    uint32_t pulses_per_kwh;  /* LED constants, 1..100000 */
    uint32_t pulses_per_kvarh;
};

enum legal_direction {
    LEGAL_DIRECTION_NONE, /* below the starting limit: nothing is counted */
    LEGAL_DIRECTION_IMPORT,
    LEGAL_DIRECTION_EXPORT,
};

/* What one window measured on one phase; energies are kept apart. */
struct legal_phase {
    int64_t u_uv;          /* true rms, DC and noise power removed */
    int64_t i_na;          /* true rms, DC and noise power removed */
    int64_t p_uw;          /* active, all harmonics; > 0 import */
    int64_t p1_uw;         /* active, fundamental; 0 where the window was not of whole periods */
    int64_t q1_uvar;       /* reactive, likewise; > 0 in quadrants I and II */
    int64_t s_uva;         /* U * I */
    int32_t pf_ppm;        /* |P| / S with the sign of P, -1000000..1000000; 0 when S is 0 */
    int32_t angle_ui_udeg; /* fundamental, by which I lags U: 0..359999999 */
    int32_t angle_uu_udeg; /* fundamental, by which U of this phase lags U of L1: 0..359999999 */
    bool alive;            /* U is at least 10 % of nominal: angles mean something */
    enum legal_direction direction;
};

/* All phases together. */
struct legal_total {
    int64_t i_na; /* sum of the phases' rms currents */
    int64_t p_uw; /* sums of the phases */
    int64_t p1_uw;
    int64_t q1_uvar;
    int64_t s_uva; /* arithmetic sum of the phases' S */
    int32_t pf_ppm;
    enum legal_direction direction;
};

/* A place on the axis of frames: the instant of the frame-th frame (the first is 0) plus
 * fraction / 2^32 of the way to the next. */
struct legal_position {
    int64_t frame;
    uint32_t fraction;
};

/* What the last window measured. */
struct legal_snapshot {
    uint32_t window;             /* counts windows from 1; 0: nothing measured yet */
    struct legal_position start; /* of the window, exactly */
    struct legal_position end;
    bool locked;   /* the window follows the mains: frequency and angles are valid. Not in a window
                      in which no voltage lasted, or jumped in angle: the last good frequency holds */
    int64_t f_uhz; /* 0 when not locked */
    uint8_t missing; /* phases (bit 0: L1) that are not alive */
    struct legal_phase phase[LEGAL_PHASES];
    struct legal_total total;
};

/* Energies of one direction set, in uWs, uvars, uVAs. They never fall, but for rolling over to 0 at
 * LEGAL_ENERGY_END_UWS: 10^9 Wh, the end of a register of nine digits. */
#define LEGAL_ENERGY_END_UWS INT64_C(3600000000000000000)

enum legal_energy {
    LEGAL_ENERGY_A_IMPORT,
    LEGAL_ENERGY_A_EXPORT,
    LEGAL_ENERGY_R1, /* quadrants I..IV, by the signs of P and Q1 */
    LEGAL_ENERGY_R2,
    LEGAL_ENERGY_R3,
    LEGAL_ENERGY_R4,
    LEGAL_ENERGY_S_IMPORT, /* apparent energy, by the direction of P */
    LEGAL_ENERGY_S_EXPORT,
    LEGAL_ENERGIES
};

/* The two pulse outputs; legal_samples() returns 1 << output for each that fires. */
enum legal_pulse {
    LEGAL_PULSE_ACTIVE,   /* A import + A export of the total */
    LEGAL_PULSE_REACTIVE, /* R1 + R2 + R3 + R4 of the total */
    LEGAL_PULSES
};

/* Urms(1/2) of IEC 61000-4-30: the rms of U over exactly one period, which begins where the
 * fundamental of the period before it is zero; a new one begins each half period. */
struct legal_half {
    struct legal_position begin;
    struct legal_position end; /* one period later */
    int64_t u_uv;
};

/* What a code stands for, calibration and temperature included: by what an rms of codes is to be
 * multiplied. To seven digits, for what is not legally relevant. */
struct legal_code {
    float u_uv;
    float i_na;
};

/* What struct legal is made of; nobody outside this room looks inside. */
#include "legal/state.h"

/* Begins at frame 0 with all energies zero. `config` is kept, `calibration` is not. */
void legal_init(struct legal *legal, const struct legal_config *config,
                const struct legal_calibration *calibration);

/* One frame: 2 * phases codes, u1, i1, u2, i2, u3, i3. Returns the pulse outputs that fire. */
unsigned legal_samples(struct legal *legal, const int32_t *frame);

/* A window has ended and waits for legal_window(). */
bool legal_window_due(const struct legal *legal);

/* Computes the window that is due: snapshot, energies, pulses, next frequency. */
void legal_window(struct legal *legal);

/* Frames one behind the other, each window computed as soon as it is due. */
void legal_frames(struct legal *legal, const int32_t *frames, size_t count);

/* The supply is failing and the last frame has been taken: counts what the window under way has
 * measured so far. Its reactive energy is not that of whole periods and so less exact. The meter
 * does not go on from here: it begins anew with legal_init(). To be called where legal_window() may
 * be. */
void legal_close(struct legal *legal);

/* The quantities of an interval, straight from phasors. */
struct legal_interval {
    uint32_t frames; /* its length, 1..60 * LEGAL_FRAME_HZ */
    int64_t f_uhz;
    struct legal_phase phase[LEGAL_PHASES]; /* U, I, P, P1, Q1 and angles; the rest is derived.
                                               At most 1.9 kWh in the interval */
};

/* The cheap entry for simulated years: feeds the same ledger, pulses and snapshot with an interval
 * instead of frames. Returns the pulses of each output in `pulses` (may be NULL). A meter takes
 * frames or intervals, not both. Linked only where it is called. */
void legal_direct(struct legal *legal, const struct legal_interval *interval,
                  uint32_t pulses[LEGAL_PULSES]);

/* The config given to legal_init(). */
const struct legal_config *legal_configuration(const struct legal *legal);

/* The last snapshot. */
void legal_read(const struct legal *legal, struct legal_snapshot *snapshot);

/* What the codes of a phase (1..phases) stand for now. */
void legal_read_code(const struct legal *legal, unsigned phase, struct legal_code *code);

/* An energy of a phase (1..phases) or of the total (0) since legal_init(). */
int64_t legal_energy_uws(const struct legal *legal, unsigned phase, enum legal_energy energy);

/* Selects the rate (1..LEGAL_RATES; 1 after legal_init()) that the total's energies are counted for
 * from the next frame, or interval, on. The window in which it changes is divided there: active
 * energy by what the frames before it measured, reactive and apparent energy, which are those of
 * whole periods, by time. A second change within a window waits until the first one is booked, 0.4
 * s at most. May be called at any level. */
void legal_rate_select(struct legal *legal, unsigned rate);

/* The one selected last. */
unsigned legal_rate(const struct legal *legal);

/* An energy of the total that was counted for a rate. At every moment those of all rates add up to
 * legal_energy_uws() of phase 0, to the uWs. */
int64_t legal_rate_energy_uws(const struct legal *legal, unsigned rate, enum legal_energy energy);

/* Pulses given since legal_init(); modulo 2^32. */
uint32_t legal_pulses(const struct legal *legal, enum legal_pulse output);

/* Values of Urms(1/2) of a phase (1..phases) since legal_init(); modulo 2^32. There are none
 * before the frequency has been found; from then on the last good one holds. */
uint32_t legal_halves(const struct legal *legal, unsigned phase);

/* The `number`-th value (from 1) of a phase: 0, or -1 when its period has not ended yet or is no
 * longer remembered. */
int legal_half(const struct legal *legal, unsigned phase, uint32_t number, struct legal_half *half);

#endif
