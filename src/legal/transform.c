#include "legal/spectrum.h"

/* Decimation in frequency: one step of radix 2 splits even from odd lines, five of radix 4 do the
 * rest. Lines are left where they fall. */
enum { HALF = LEGAL_POINTS / 2, QUARTER = LEGAL_POINTS / 4, FOURS = 5 };

struct complex {
    float re;
    float im;
};

static inline struct complex load(const float *point)
{
    return (struct complex){point[0], point[1]};
}

static inline void store(float *point, struct complex z)
{
    point[0] = z.re;
    point[1] = z.im;
}

static inline struct complex add(struct complex a, struct complex b)
{
    return (struct complex){a.re + b.re, a.im + b.im};
}

static inline struct complex sub(struct complex a, struct complex b)
{
    return (struct complex){a.re - b.re, a.im - b.im};
}

/* a times exp(-j 2 pi k / LEGAL_POINTS) */
static inline struct complex turned(struct complex a, const float *sine, unsigned k)
{
    float s = sine[k];
    float c = sine[k + QUARTER];
    return (struct complex){a.re * c + a.im * s, a.im * c - a.re * s};
}

static void by_two(struct legal_scratch *scratch)
{
    for (unsigned k = 0; k < HALF; k++) {
        float *low = scratch->point[k];
        float *high = scratch->point[k + HALF];
        struct complex a = load(low);
        struct complex b = load(high);
        store(low, add(a, b));
        store(high, turned(sub(a, b), scratch->sine, k));
    }
}

/* Four points `span` apart; `k` turns by the first of them. */
static inline void four(float (*point)[2], unsigned span, const float *sine, unsigned k)
{
    struct complex a = load(point[0]);
    struct complex b = load(point[span]);
    struct complex c = load(point[2 * span]);
    struct complex d = load(point[3 * span]);
    struct complex ac = add(a, c);
    struct complex bd = add(b, d);
    struct complex a_c = sub(a, c);
    struct complex b_d = sub(b, d);
    struct complex first = {a_c.re + b_d.im, a_c.im - b_d.re};
    struct complex third = {a_c.re - b_d.im, a_c.im + b_d.re};
    store(point[0], add(ac, bd));
    store(point[span], turned(first, sine, k));
    store(point[2 * span], turned(sub(ac, bd), sine, 2 * k));
    store(point[3 * span], turned(third, sine, 3 * k));
}

static void by_four(struct legal_scratch *scratch, unsigned size)
{
    unsigned span = size / 4;
    unsigned step = LEGAL_POINTS / size;
    for (unsigned k = 0; k < span; k++) {
        for (unsigned at = k; at < LEGAL_POINTS; at += size) {
            four(&scratch->point[at], span, scratch->sine, k * step);
        }
    }
}

void legal_transform(struct legal_scratch *scratch)
{
    by_two(scratch);
    for (unsigned size = HALF; size >= 4; size /= 4) {
        by_four(scratch, size);
    }
}

/* Even lines are in the first half; within it the digits of base 4 stand in reverse. */
unsigned legal_transform_place(unsigned k)
{
    unsigned place = 0;
    unsigned rest = k / 2;
    for (unsigned digit = 0; digit < FOURS; digit++) {
        place = place * 4 + rest % 4;
        rest /= 4;
    }
    return place + (k % 2) * HALF;
}
