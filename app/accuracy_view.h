/* What `watthour accuracy` shows of a programme: as text, as JSON, as a page. */
#ifndef WATTHOUR_APP_ACCURACY_VIEW_H
#define WATTHOUR_APP_ACCURACY_VIEW_H

#include "stand/stand.h"

#include <stdio.h>

struct accuracy_view {
    const struct stand_programme *programme;
    const struct stand_verdict *verdicts;
    unsigned count;
    double snr_db;
    uint64_t seed;     /* of the specimen */
    bool uncalibrated; /* as it came */
    const char *class; /* only this class is shown; NULL: all */
};

/* Whether a row is shown. */
bool accuracy_shown(const struct accuracy_view *view, const struct stand_verdict *verdict);

/* A trial in words: "5 A, PF 0.5i". */
void accuracy_trial_text(const struct stand_trial *trial, char *text, size_t size);

/* "0.5", or "none". */
void accuracy_limit_text(double limit, char *text, size_t size);

void accuracy_print_text(const struct accuracy_view *view, FILE *out);

/* 0, or -1: out of memory. */
int accuracy_print_json(const struct accuracy_view *view, FILE *out);

/* A page of its own, without scripts or anything from elsewhere. */
void accuracy_print_page(const struct accuracy_view *view, FILE *out);

#endif
