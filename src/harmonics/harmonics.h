/* Harmonics of U and I to the 40th, as IEC 61000-4-7 groups them: a rectangular window of exactly
 * 10 (12) periods, its spectrum in steps of 5 Hz, and of each order the harmonic subgroup: the line
 * and its two neighbours. Every second window of the legally relevant part, all phases in turn; the
 * periods lie around its middle and are of the frequency that was measured in it.
 *
 * How it runs. harmonics_take() sees every frame that legal_samples() sees, at the same level, and
 * stores those of one window of one phase in the track. When it is over, harmonics_step() analyses
 * it in its place, part by part in the main loop, and makes the track ready for the window after
 * the next. Where the main loop is late for a window, it is passed over; nothing is ever half old
 * and half new.
 *
 * None of this is legally relevant: it asks the legally relevant part how the windows lie and what
 * a code stands for, and stands apart from it. Whatever is in the memory, harmonics_take() writes
 * nowhere but into it. Arithmetic is IEEE single precision without contraction: host and target
 * agree to the bit. */
#ifndef WATTHOUR_HARMONICS_HARMONICS_H
#define WATTHOUR_HARMONICS_HARMONICS_H

#include "legal/legal.h"

enum {
    HARMONICS_ORDERS = 40,
    HARMONICS_POINTS = 2048,                  /* of the transform */
    HARMONICS_FRAMES = HARMONICS_POINTS + 16, /* of the track: 10 periods of 42.5 Hz, and what
                                                 interpolation reaches beyond */
};

/* A sample, or what was made of it. */
union harmonics_cell {
    int32_t code;
    float value;
};

/* What one window showed of a phase: squares of rms values, in codes, by order; [0] is unused. */
struct harmonics_spectrum {
    uint32_t window; /* 0: nothing measured yet */
    float uu[HARMONICS_ORDERS + 1];
    float ii[HARMONICS_ORDERS + 1];
};

/* A meter's: the caller's, which must stay where it is. Private to this room. */
struct harmonics {
    struct harmonics_spectrum spectrum[LEGAL_PHASES];
    uint8_t phases;
    uint8_t periods;         /* of a window */
    bool sinc3;              /* the front end's filter, whose droop is undone */
    volatile uint8_t state;  /* of the track */
    volatile uint8_t phase;  /* that it is for, from 0 */
    uint8_t part;            /* of the analysis, the next */
    volatile uint32_t frame; /* the one under way or next, as the legal part counts them */
    volatile uint32_t begin; /* the track's first */
    uint32_t window;         /* that it is for, as the legal part counts them */
    uint32_t step;           /* from point to point, Q32 frames */
    uint64_t place;          /* of the next point in the track, likewise */
    union harmonics_cell cell[HARMONICS_FRAMES][2];
};

/* All of it but for harmonics_take(), for the page of a product: one that measures none does not
 * link it. */
struct harmonics_method {
    void (*begin)(struct harmonics *harmonics, const struct legal_config *config);
    uint32_t (*step)(struct harmonics *harmonics, const struct legal *legal);
    int (*order)(const struct harmonics *harmonics, const struct legal *legal, unsigned phase,
                 unsigned order, int64_t *u_uv, int64_t *i_na);
    int (*thd_u_ppm)(const struct harmonics *harmonics, const struct legal *legal, unsigned phase,
                     int32_t *ppm);
    int (*thd_i_ppm)(const struct harmonics *harmonics, const struct legal *legal, unsigned phase,
                     int32_t *ppm);
};

extern const struct harmonics_method harmonics_to_40th;

/* Before the first frame. `config` is not kept. */
void harmonics_begin(struct harmonics *harmonics, const struct legal_config *config);

/* A frame, as legal_samples() has it. */
void harmonics_take(struct harmonics *harmonics, const int32_t *frame);

/* Does what there is to do, a window's analysis in HARMONICS_PARTS steps. Returns in how many
 * frames it wants to be called next: 0, at once, while there is more of an analysis to do. */
enum { HARMONICS_PARTS = 12 };
uint32_t harmonics_step(struct harmonics *harmonics, const struct legal *legal);

/* Rms of an order (1..HARMONICS_ORDERS) of U and I of a phase (1..phases): 0; -1: not measured. */
int harmonics_order(const struct harmonics *harmonics, const struct legal *legal, unsigned phase,
                    unsigned order, int64_t *u_uv, int64_t *i_na);

/* Total harmonic distortion (THDS, orders 2..40 against the first), parts per million: 0; -1: not
 * measured, or without enough of a fundamental (voltage: a tenth of nominal; current: half of the
 * starting current). */
int harmonics_thd_u_ppm(const struct harmonics *harmonics, const struct legal *legal,
                        unsigned phase, int32_t *ppm);
int harmonics_thd_i_ppm(const struct harmonics *harmonics, const struct legal *legal,
                        unsigned phase, int32_t *ppm);

#endif
