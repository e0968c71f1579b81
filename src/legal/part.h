/* The legally relevant part of one meter as one block: what it measures with, what it keeps, and
 * the calls by which an application may influence it, which are the protective interface of WELMEC
 * 7.2, S3. Nothing else changes the block; docs/LEGAL.md lists the calls with their effect.
 *
 * The block is its own piece of memory, apart from the application's: on the host the caller's, on
 * the target RAM that the application can read and not write, where these functions are calls into
 * an image that is linked by itself (port/cortex_m). All must be called at the level of
 * legal_read(), the samples and windows apart.
 *
 *     begin -> recover ... recover -> samples, windows; keep now and then -> power_fail */
#ifndef WATTHOUR_LEGAL_PART_H
#define WATTHOUR_LEGAL_PART_H

#include "legal/keep.h"
#include "legal/type.h"

struct legal_part {
    struct legal legal;
    struct legal_config config; /* the type's, as it began */
    struct legal_keep keep;
    const struct flash *flash; /* NULL: nothing outlives the supply */
    bool recovered;
    uint8_t found; /* enum legal_keep_found */
};

/* What a part begins with; all pointers must outlive it, but for `calibration`. */
struct legal_begin {
    const struct legal_type *type;
    uint8_t nominal_hz;                          /* 50, 60; 0: the type's own */
    bool sinc3;                                  /* the front end's decimation filter */
    const struct legal_calibration *calibration; /* until recovery finds another; NULL: ideal */
    const struct flash *flash;                   /* NULL: nothing outlives the supply */
    int64_t period_ms;                           /* of the checkpoints; 0: LEGAL_KEEP_PERIOD_MS */
};

/* Begins with all energies zero. 0; -1: the frequency or the period is none of those above, nothing
 * has changed. */
int legal_part_begin(struct legal_part *part, const struct legal_begin *begin);

/* One step of taking over what the chip holds: 1 while there is more to do, 0 when done; then
 * frames may come. */
int legal_part_recover(struct legal_part *part);

/* What the recovery found. */
enum legal_keep_found legal_part_found(const struct legal_part *part);

/* As legal_keep_step(); the end of time where nothing outlives the supply. */
int64_t legal_part_keep(struct legal_part *part, int64_t now_ms);

/* As legal_keep_power_fail(): 0, or a negative storage_result. */
int legal_part_power_fail(struct legal_part *part);

#endif
