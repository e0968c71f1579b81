/* A recording measured as the meter does, on the host and on the target; both print the same.
 *
 * Prints every integer of each window's snapshot, the half periods, the harmonics of one phase a
 * window, the energies and the pulses. */
#ifndef WATTHOUR_TEST_ARM_MEASURE_H
#define WATTHOUR_TEST_ARM_MEASURE_H

#include "harmonics/harmonics.h"

struct measure {
    struct legal_config config; /* the product's, with what measure_config() says */
    struct legal legal;
    struct harmonics harmonics;
    uint32_t pulses[LEGAL_PULSES];
    uint64_t pulse_frames[LEGAL_PULSES]; /* the sum of the frames at which they came */
    uint64_t frame;
    uint32_t printed_window;
    uint32_t printed_half[LEGAL_PHASES];
};

/* What the product's page says, and harmonics of all; three phases with the droop of a sinc3 front
 * end undone. False: there is no such product. */
bool measure_config(const char *product, struct legal_config *config);

void measure_init(struct measure *measure, const struct legal_config *config);

/* After each frame: what legal_samples() returned for it. */
void measure_count_pulses(struct measure *measure, unsigned fired);

/* Prints what is new since the last call. To be called at least once a window. */
void measure_print_new(struct measure *measure);

/* One step of the harmonics, to be called with every frame, and what it returned; `found`: it was
 * the last of a window. */
uint32_t measure_harmonics(struct measure *measure, bool *found);

/* Prints the harmonics that measure_harmonics() has found. */
void measure_print_harmonics(const struct measure *measure);

/* Prints energies and pulses. */
void measure_print_totals(const struct measure *measure);

#endif
