/* A recording measured as the meter does, on the host and on the target; both print the same.
 *
 * Prints every integer of each window's snapshot, the half periods, the energies and the pulses. */
#ifndef WATTHOUR_TEST_ARM_MEASURE_H
#define WATTHOUR_TEST_ARM_MEASURE_H

#include "legal/legal.h"

struct measure {
    const struct legal_config *config;
    struct legal legal;
    uint32_t pulses[LEGAL_PULSES];
    uint64_t pulse_frames[LEGAL_PULSES]; /* the sum of the frames at which they came */
    uint64_t frame;
    uint32_t printed_window;
    uint32_t printed_half[LEGAL_PHASES];
};

/* The products that are measured: "xs211" (one phase), "st402c" (three). NULL: no such one. */
const struct legal_config *measure_config(const char *product);

void measure_init(struct measure *measure, const struct legal_config *config);

/* After each frame: what legal_samples() returned for it. */
void measure_count_pulses(struct measure *measure, unsigned fired);

/* Prints what is new since the last call. To be called at least once a window. */
void measure_print_new(struct measure *measure);

/* Prints energies and pulses. */
void measure_print_totals(const struct measure *measure);

#endif
