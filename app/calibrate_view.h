/* The protocol that `watthour calibrate` prints. */
#ifndef WATTHOUR_APP_CALIBRATE_VIEW_H
#define WATTHOUR_APP_CALIBRATE_VIEW_H

#include "stand/stand.h"

#include <stdio.h>

enum { CALIBRATE_TRIALS = 5 };

/* A load that the meter is tried with. */
struct calibrate_trial {
    struct stand_trial before;
    struct stand_trial after;
};

struct calibrate_view {
    uint64_t number; /* of the specimen */
    struct stand_specimen before;
    struct stand_specimen specimen; /* as calibrated */
    struct stand_protocol protocol;
    struct calibrate_trial trial[CALIBRATE_TRIALS];
    unsigned trials;
    const struct legal_parameters *parameters; /* as the meter has them now */
};

/* Tries the meter before and after, on loads from Imin to Imax. */
void calibrate_try(struct calibrate_view *view);

/* 0, or -1: out of memory. */
int calibrate_print(const struct calibrate_view *view, bool json, FILE *out);

#endif
