/* Which specimen of its product a virtual meter is: the errors of its front end. A data directory
 * remembers it (DIR/specimen), so that a meter keeps the parts it was made with. */
#ifndef WATTHOUR_APP_SPECIMEN_H
#define WATTHOUR_APP_SPECIMEN_H

#include "product/product.h"
#include "stand/stand.h"

#include <stddef.h>
#include <stdint.h>

struct specimen {
    uint64_t number;    /* 0: none, a front end without errors */
    const char *sensor; /* of the current; NULL: what suits the product */
    double snr_db;      /* of the converters */
};

/* What the directory remembers. 1: found; 0: it remembers none; -1: one line in `error`. */
int specimen_recall(const char *directory, struct specimen *specimen, char *error,
                    size_t error_size);

/* 0, or -1 with one line in `error`. */
int specimen_keep(const char *directory, const struct specimen *specimen, char *error,
                  size_t error_size);

/* The meter that the directory remembers, or, where it remembers none, the one `wanted`, which is
 * kept. `wanted` may leave the number at 0: whichever it is. -1, with one line in `error`: it is
 * another one. */
int specimen_settle(const char *directory, const struct specimen *wanted, struct specimen *specimen,
                    char *error, size_t error_size);

/* Its parts, not calibrated yet. */
void specimen_make(const struct specimen *specimen, const struct product *product,
                   uint8_t nominal_hz, struct stand_specimen *made);

#endif
