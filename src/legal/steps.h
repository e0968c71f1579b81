/* The steps from samples to the ledger, as the files of this room share them. Private. */
#ifndef WATTHOUR_LEGAL_STEPS_H
#define WATTHOUR_LEGAL_STEPS_H

#include "legal/legal.h"

/* One pulse is 3.6e12 uWs divided by the constant, and 3.6e12 = 2^13 * 439453125: the
 * accumulators count in steps of 2^13 uWs times pulses per kWh, so no remainder is ever lost. */
enum { LEGAL_PULSE_FULL = 439453125, LEGAL_PULSE_STEP = 8192 };

/* More than this in one window or interval, 1.9 kWh a phase, is not what we are made for. */
#define LEGAL_ENTRY_END_UWS INT64_C(7000000000000)

/* Energies of one window are integers of 2^-12 uWs, so that sums are exact. */
enum { LEGAL_FRACTION_BITS = 12 };

/* The phasor's amplitude. */
enum { LEGAL_PHASOR_ONE = 1 << 28 };

/* Zeros after the very beginning that are guesses, and those at the beginning of any window that
 * may still show what was before it. */
enum { LEGAL_RHYTHM_GUESSES = 5, LEGAL_RHYTHM_SKIPS = 3 };

/* Windows, 3 s, over which means are taken for direct current. */
enum { LEGAL_CALMS = 16 };

/* How a window's energies are divided between the rate at its end and the one before. */
struct legal_division {
    uint8_t rate; /* at its end */
    double share; /* of its time that the rate before has: 0, when it did not change */
    double ui_before[LEGAL_PHASES]; /* sums of u * i: what the rate before has, and all */
    double ui[LEGAL_PHASES];
};

/* What a window makes of one phase, before anything is rounded. */
struct legal_measure {
    double u_uv;
    double i_na;
    double p_uw;
    double p1_uw;
    double q1_uvar;
    double s_uva;
    double angle_ui_turns;
    double angle_turns; /* of U1 against the follower */
    bool alive;
};

/* sampler.c: begins at frame 0 with the first plan. */
void legal_sampler_init(struct legal_sampler *sampler, const struct legal_config *config,
                        const struct legal_plan *plan);

/* event.c: what the sampler does at the frame `due`: hands over the end of a window, takes the
 * next plan, looks after the zeros of U; then looks for the next such frame. */
void legal_event(struct legal *legal);
void legal_event_take_plan(struct legal_sampler *sampler, const struct legal_plan *plan);
int32_t legal_ahead(uint32_t a, uint32_t b); /* frames from a to b, never 2^31 apart */

/* zeros.c: seeks them from now on; the zeros of U in this frame's cell, the periods that begin and
 * end there; and the first frame, from `due` backwards, that will have such. */
void legal_zeros_init(struct legal_sampler *sampler);
void legal_zeros_event(struct legal_sampler *sampler);
uint32_t legal_zeros_due(const struct legal_sampler *sampler, uint32_t due);

/* means.c: of the products, over the window that has ended, whose length is `frames`. */
void legal_means(struct legal *legal, unsigned phase, double frames, double mean[LEGAL_PRODUCTS]);

/* calibration.c: begins unsealed; whether parameters are such that they could be set; the scales
 * follow what has changed. */
void legal_parameters_init(struct legal *legal, const struct legal_calibration *calibration);
bool legal_parameters_plausible(const struct legal_config *config,
                                const struct legal_parameters *parameters);
void legal_scale_renew(struct legal *legal);

/* measure.c: from means to quantities, and the slow means of u and i that are taken for DC.
 * `warm_k` is against the reference temperature. */
void legal_measure_init(struct legal_scale *scale, const struct legal_config *config,
                        const struct legal_calibration_phase *calibration, double warm_k);
void legal_measure_waves(const struct legal *legal, unsigned phase,
                         const double mean[LEGAL_PRODUCTS], struct legal_measure *measure);
void legal_measure_dc(struct legal *legal, unsigned phase, const double mean[LEGAL_PRODUCTS]);
void legal_measure_powers(const struct legal *legal, unsigned phase,
                          const double mean[LEGAL_PRODUCTS], struct legal_measure *measure);

/* follower.c: which frequency the mains have. */
void legal_follower_init(struct legal_follower *follower, const struct legal_config *config);
void legal_follow(struct legal *legal, const struct legal_measure *measures);
double legal_follower_frames(const struct legal_follower *follower); /* length of the window */
double legal_window_periods(const struct legal_config *config);

/* plan.c: where the next window ends, and what the sampler does until then. */
void legal_plan_first(struct legal *legal);
void legal_plan_next(struct legal *legal);

/* rate.c: another rate from the frame under way on; the change has been booked with the window
 * that the next plan follows. How the window of `frames` is divided, before its means are taken;
 * `ui` is the caller's to fill in. */
void legal_rate_take(struct legal *legal);
void legal_rate_settle(struct legal *legal);
struct legal_division legal_rate_divide(const struct legal *legal, double frames);

/* ledger.c: energies of an interval of `seconds`; sets the directions in the snapshot. */
void legal_ledger_add(struct legal *legal, const struct legal_measure *measures, double seconds,
                      const struct legal_division *division);

/* pulse.c: what the outputs owe to the ledger, and the rate that pays it within `frames` after the
 * `frames_before` that the present rate was in force; or at once. */
void legal_pulse_init(struct legal *legal);
void legal_pulse_plan(struct legal *legal, int64_t frames_before, int64_t frames);
void legal_pulse_align(struct legal *legal); /* the levels follow from the registers */
void legal_pulse_at_once(struct legal *legal, uint32_t pulses[LEGAL_PULSES]);

/* snapshot.c: rounds what was measured. */
void legal_snapshot_take(struct legal *legal, const struct legal_measure *measures);
struct legal_position legal_position_shown(const struct legal *legal, struct legal_position place);

/* legal.c: what stands between these is seen by the readers whole or not at all. A reader notes
 * the count and reads again as long as it was interrupted. */
void legal_write_begin(struct legal *legal);
void legal_write_end(struct legal *legal);
uint32_t legal_read_begin(const struct legal *legal);
bool legal_read_interrupted(const struct legal *legal, uint32_t writes);

#endif
