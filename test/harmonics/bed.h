/* A meter with harmonics, and waves of known orders before it. */
#ifndef WATTHOUR_TEST_HARMONICS_BED_H
#define WATTHOUR_TEST_HARMONICS_BED_H

#include "harmonics/harmonics.h"

/* Rms of each order, the same on all phases, which follow each other by a third of a turn; one line
 * beside them in U. */
struct bed {
    struct legal_config config;
    struct legal legal;
    struct harmonics harmonics;
    double hz;
    double walk_hz_per_s;
    double turns; /* of the mains, since the beginning */
    double u[HARMONICS_ORDERS + 1];
    double i[HARMONICS_ORDERS + 1];
    double line_v;
    double line_hz;
    unsigned only_phase; /* that has any beside the first; 0: all have */
    long frame;
    /* Amplitudes of cosine and sine of each order, as the front end gives them. */
    double wave[HARMONICS_ORDERS + 1][4];
};

/* 230 V and 10 A of the first order; to be freed. */
struct bed *bed_new(uint8_t phases, double hz, bool sinc3);

/* One frame to the legal part, which measures its windows, and to the harmonics. */
void bed_feed(struct bed *bed);

/* The main loop comes by every `every` frames; returns the windows analysed. */
unsigned bed_live(struct bed *bed, double seconds, unsigned every);

/* The number of the newest window that was analysed; 0: none. */
uint32_t bed_newest(const struct bed *bed);

/* Each order is within 1e-5 of the fundamental, THD within 0.01 percentage points. */
void bed_assert_orders(const struct bed *bed);

#endif
